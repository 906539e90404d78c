"""What reaches us over HTTP and is not Slack's is turned away, and never breaks anything."""

import asyncio
import json
from urllib.parse import urlencode

import pytest

from bots.playground.slack_delivery import signature
from bots.slack.adapter import SlackChannel
from bots.slack.signature import Signature
from tests.fakes import Clock
from tests.slack.workplace import ZONE, Workplace

COMMAND = {
    "command": "/kuulolla",
    "text": "help",
    "channel_id": "C1",
    "user_id": "U1",
    "trigger_id": "t",
    "response_url": "http://127.0.0.1:9/x",
}
BODY = urlencode(COMMAND).encode()
SECRET = "playground-signing-secret"
NOW = int(Clock()().timestamp())


def headers(stamp: str, body: bytes = BODY, secret: str = SECRET, **more: str) -> dict[str, str]:
    made = signature(secret, stamp, body)
    return {"X_Slack_Request_Timestamp": stamp, "X_Slack_Signature": made, **more}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (headers(str(NOW)), 200),
        (headers(str(NOW - 300)), 200),
        (headers(str(NOW + 300)), 200),
        (headers(str(NOW - 301)), 401),
        (headers(str(NOW + 301)), 401),
        (headers(str(NOW), body=BODY + b"x"), 401),
        (headers(str(NOW), body=BODY.replace(b"help", b"helq")), 401),
        (headers(str(NOW), secret="another"), 401),
        (headers("abc"), 401),
        (headers("-1"), 401),
        (headers("1" * 5000), 401),
        (headers("١٢٣"), 401),
        (headers("²"), 401),
        (headers(""), 401),
        (headers(str(NOW), X_Slack_Signature=""), 401),
        (headers(str(NOW), X_Slack_Signature="v0=é"), 401),
        (headers(str(NOW), X_Slack_Signature="é" * 67), 401),
        (headers(str(NOW), X_Slack_Signature="v1=" + "0" * 64), 401),
    ],
)
async def test_a_signature(slack_http: Workplace, given: dict[str, str], status: int) -> None:
    assert await slack_http.post(BODY, **given) == status
    assert len(slack_http.rules.heard) == (status == 200)


def test_bytes_that_are_no_text_in_a_signature() -> None:
    """As aiohttp hands them over."""
    given = {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "v0=\udce9"}
    assert Signature(SECRET, Clock()).fault(given, BODY) == "wrong signature"


async def test_a_request_without_a_signature(slack_http: Workplace) -> None:
    async with slack_http.web.post(slack_http.address, data=BODY) as answer:
        assert answer.status == 401
    assert slack_http.rules.heard == []


async def test_a_refusal_is_logged_without_values(
    slack_http: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    forged = headers(str(NOW), X_Slack_Signature="v0=forged")
    assert await slack_http.post(BODY, **forged) == 401
    assert "wrong signature" in caplog.text
    for value in ("forged", SECRET, "help", str(NOW)):
        assert value not in caplog.text


@pytest.mark.parametrize("size", [1_048_577, 3_000_000])
async def test_a_body_that_is_too_large(slack_http: Workplace, size: int) -> None:
    assert await slack_http.post(b"x" * size) == 413


async def test_a_large_body_in_pieces(slack_http: Workplace) -> None:
    async def pieces():
        for _ in range(20):
            yield b"x" * 100_000

    async with slack_http.web.post(slack_http.address, data=pieces()) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'{"type": "event_callback"}', "application/json"),
        (b'{"type": "event_callback", "event": {"type": "app_home_opened", "tab": "home"}}',
         "application/json"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"payload=", "application/x-www-form-urlencoded"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=null", "application/x-www-form-urlencoded"),
        (urlencode({"payload": json.dumps({"type": "block_actions", "actions": []})}).encode(),
         "application/x-www-form-urlencoded"),
        (urlencode({"payload": json.dumps({"type": "view_submission"})}).encode(),
         "application/x-www-form-urlencoded"),
        (b"command=/kuulolla", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
async def test_signed_nonsense_breaks_nothing(
    slack_http: Workplace, body: bytes, type: str
) -> None:
    assert await slack_http.post(body, Content_Type=type) in (200, 400, 404, 503)
    assert slack_http.rules.heard == []


async def test_slack_checks_the_address(slack_http: Workplace) -> None:
    assert await slack_http.slack.verify_url()


@pytest.mark.parametrize(
    ("token", "app_token", "secret", "public_url", "lacks"),
    [
        ("", "xapp", "s", None, "bot token"),
        ("xoxb", None, "s", None, "xapp"),
        ("xoxb", "", None, None, "xapp"),
        ("xoxb", "xapp", None, "https://a.fi", "signing secret"),
        ("xoxb", "xapp", "", "https://a.fi", "signing secret"),
    ],
)
def test_without_its_secret_it_is_not_made(
    token: str, app_token: str | None, secret: str | None, public_url: str | None, lacks: str
) -> None:
    with pytest.raises(ValueError, match=lacks):
        SlackChannel(
            token, app_token=app_token, signing_secret=secret, public_url=public_url,
            clock=Clock(), zone=ZONE,
        )  # fmt: skip


def test_over_a_socket_there_is_no_door() -> None:
    channel = SlackChannel(
        "xoxb", app_token="xapp", signing_secret="s", public_url=None, clock=Clock(), zone=ZONE
    )
    assert channel.routes() == []


def pressed(action: str) -> bytes:
    payload = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "actions": [{"value": action, "action_ts": "1.2"}],
        "channel": {"id": "C1"},
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


async def test_a_vote_on_the_short_way_is_heard_only_with_its_signature(
    slack_http: Workplace,
) -> None:
    body = pressed("vote:1:0")
    given = {name.replace("_", "-"): value for name, value in headers(str(NOW), body).items()}
    forged = {**given, "X-Slack-Signature": given["X-Slack-Signature"][:-1] + "g"}
    brief = slack_http.channel.routes()[0].brief
    answers: list[bytes | None] = []
    low = {name.lower(): value for name, value in given.items()}
    assert not brief({name.lower(): value for name, value in forged.items()}, body, answers.append)
    assert not brief({}, body, answers.append)
    assert not brief(low, body + b"x", answers.append)
    assert slack_http.rules.heard == []
    assert brief(low, body, answers.append)
    async with asyncio.timeout(10):
        while not answers:
            await asyncio.sleep(0)
    assert answers == [b""]
    assert [event.action for event in slack_http.rules.heard] == ["vote:1:0"]


async def test_what_is_no_vote_goes_the_long_way(slack_http: Workplace) -> None:
    made = headers(str(NOW), other := pressed("take:1"))
    low = {name.replace("_", "-").lower(): value for name, value in made.items()}
    assert not slack_http.channel.routes()[0].brief(low, other, lambda _: None)
