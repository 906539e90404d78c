"""The bytes of votes as Telegram and Slack send them: every request is a different one."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from urllib.parse import quote_plus

from bench.protocol import Job

STRIDE = 7_919_933  # prime: consecutive voters lie far apart, as in life
FIRST_VOTER = 5_000_000_000

Request = Callable[[int], bytes]


def telegram(job: Job) -> Request:
    """Update ids rise from one slice to the next; voters are spread over `job.voters` people."""
    templates = [_telegram_template(job, action) for action in job.ready.actions]
    options = len(templates)

    def request(n: int) -> bytes:
        n += job.first
        voter = n * STRIDE % job.voters
        return templates[(n // 7) % options] % (100_000_000 + n, n, FIRST_VOTER + voter)

    return request


def _telegram_template(job: Job, action: str) -> bytes:
    labels = ("Kirjasto", "Uimahalli", "Puisto", "Skeittipaikka")
    buttons = [
        [{"text": label, "callback_data": other}]
        for label, other in zip(labels, job.ready.actions, strict=False)
    ]
    chat = {"id": -1001234567890, "title": "Leppävaara", "type": "supergroup"}
    bot = {"id": 7000000001, "is_bot": True, "first_name": "Kuulolla", "username": "kuulolla_bot"}
    message = {
        "message_id": 4711,
        "from": bot,
        "chat": chat,
        "date": 1790000000,
        "text": "Mihin kaupunki käyttää ylijäämän?",
        "reply_markup": {"inline_keyboard": buttons},
    }
    tail = {"message": message, "chat_instance": "-3141592653589793", "data": action}
    body = (
        b'{"update_id":%d,"callback_query":{"id":"%019d","from":{"id":%d,"is_bot":false,'
        b'"first_name":"Aino","last_name":"Virtanen","language_code":"fi"},'
        + _escaped(_compact(tail)[1:])
        + b"}"
    )
    length = len(body % (100_000_000, 0, FIRST_VOTER))
    return _head(job, length, "application/json") + body


def slack(job: Job) -> Request:
    """Signed afresh, request by request, at the time of the slice."""
    templates = [_slack_template(action) for action in job.ready.actions]
    secret = job.ready.secret.encode()
    options = len(templates)
    form = "application/x-www-form-urlencoded"
    signature = b"X-Slack-Signature: v0=%s\r\nX-Slack-Request-Timestamp: %d\r\n"
    heads = [_head(job, len(body % (0, 0, 0)), form, signature) for body in templates]

    def request(n: int) -> bytes:
        n += job.first
        option = (n // 7) % options
        body = templates[option] % (n * STRIDE % job.voters, n, n)
        now = int(time.time())
        signed = hmac.digest(secret, b"v0:%d:%s" % (now, body), hashlib.sha256).hex()
        return heads[option] % (signed.encode(), now) + body

    return request


def _slack_template(action: str) -> bytes:
    labels = ("Kirjasto", "Uimahalli", "Puisto", "Skeittipaikka")
    text = {"type": "mrkdwn", "text": "*Mihin kaupunki käyttää ylijäämän?*"}
    buttons = [
        {
            "type": "button",
            "action_id": f"{action}:{n}",
            "text": {"type": "plain_text", "text": label, "emoji": True},
            "value": action,
        }
        for n, label in enumerate(labels)
    ]
    blocks = [
        {"type": "section", "block_id": "question", "text": text},
        {"type": "actions", "block_id": "options", "elements": buttons},
    ]
    user = {"id": "U%09d", "username": "aino", "name": "aino", "team_id": "T00000001"}
    channel = {"id": "C00000001", "name": "leppavaara"}
    message = {
        "bot_id": "B00000001",
        "type": "message",
        "text": "Mihin kaupunki käyttää ylijäämän?",
        "user": "U00000BOT",
        "ts": "1790000000.000100",
        "team": "T00000001",
        "blocks": blocks,
    }
    pressed = {
        "action_id": action,
        "block_id": "options",
        "text": {"type": "plain_text", "text": labels[0], "emoji": True},
        "value": action,
        "type": "button",
        "action_ts": "1%09d.000100",
    }
    payload = {
        "type": "block_actions",
        "user": user,
        "api_app_id": "A00000001",
        "token": "deprecated",
        "container": {
            "type": "message",
            "message_ts": "1790000000.000100",
            "channel_id": "C00000001",
            "is_ephemeral": False,
        },
        "trigger_id": "12466734323.%09d.0123456789abcdef",
        "team": {"id": "T00000001", "domain": "espoo"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": channel,
        "message": message,
        "state": {"values": {}},
        "response_url": "http://127.0.0.1:9/actions/T00000001/12466734323/D09sSasdasdAS",
        "actions": [pressed],
    }
    form = f"payload={quote_plus(_compact(payload))}"
    return _escaped(form.encode()).replace(b"%%2509d", b"%09d")  # voter, number, number


def _head(job: Job, length: int, content_type: str, extra: bytes = b"") -> bytes:
    """A template: `extra` may hold fields to fill in, the rest holds none."""
    given = "".join(f"{name}: {value}\r\n" for name, value in job.ready.headers.items())
    lines = (
        f"POST {job.ready.path} HTTP/1.1\r\nHost: 127.0.0.1:{job.ready.port}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {length}\r\n{given}"
    )
    return _escaped(lines.encode()) + extra + b"\r\n"


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _escaped(text: bytes) -> bytes:
    return text.replace(b"%", b"%%")


def page(job: Job) -> Request:
    """The same page each time, by readers without cookies."""
    path, port = job.ready.path, job.ready.port
    lines = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Number: %d\r\n\r\n".encode()
    return lambda n: lines % (job.first + n)


KINDS: dict[str, Callable[[Job], Request]] = {"telegram": telegram, "slack": slack, "page": page}
