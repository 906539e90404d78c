"""Posts and edits, and what it means when they fail."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bots.lines import Lines, NotSent
from bots.playground.faults import Fault
from bots.playground.slack_standin import SlackStandin
from bots.playground.slack_types import App
from bots.slack.adapter import SCOPES, SlackChannel
from bots.slack.quiet import sdk_log
from bots.slack.replies import Replies
from core.events import Address
from core.messages import Button, Message, Reply, rows, text
from core.ports import Health, SendFailed
from tests.fakes import Clock
from tests.slack.workplace import (
    DESK,
    EXPERT,
    NEWS,
    QUICK,
    STRANGE,
    Rules,
    Workplace,
    slack_channel,
    standin,
    workplace,
)

MANIFEST = Path(__file__).parents[2] / "docs" / "slack-manifest.yaml"
HELLO = Message("Hello", (text("Hello"), rows(Button("Ok", "take:1"))))


def to(chat: str) -> Address:
    return Address("slack", chat)


async def failure(slack: Workplace, chat: str = DESK, ref: str | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        if ref is None:
            await slack.channel.send(to(chat), HELLO)
        else:
            await slack.channel.edit(ref, HELLO)
    return caught.value


async def test_a_post_its_thread_and_its_edit(slack_http: Workplace) -> None:
    slack = slack_http
    ref = await slack.channel.send(to(NEWS), HELLO)
    answer = await slack.channel.send(to(NEWS), Message("More"), thread=ref)
    await slack.channel.edit(ref, Message("Hello again"))
    first, second = slack.shown(NEWS)
    assert ref == f"{NEWS}:{first.ts}" and answer == f"{NEWS}:{second.ts}"
    assert (first.text, second.text, second.thread_ts) == ("Hello again", "More", first.ts)
    assert "Hello again" in str(first.blocks) and "take:1" not in str(first.blocks)
    [call, _] = slack.calls("chat.postMessage")
    assert (call["unfurl_links"], call["unfurl_media"]) == (False, False)


async def test_an_answer_to_a_message_that_is_gone_stands_by_itself(slack_http: Workplace) -> None:
    ref = await slack_http.channel.send(to(NEWS), Message("More"), thread=f"{NEWS}:1.000001")
    [message] = slack_http.shown(NEWS)
    assert ref.endswith(message.ts) and message.thread_ts is None


async def test_a_private_message(slack_http: Workplace) -> None:
    ref = await slack_http.channel.send(to(EXPERT), HELLO)
    await slack_http.channel.edit(ref, Message("Bye"))
    direct = slack_http.world.direct(EXPERT).id
    assert [message.text for message in slack_http.shown(direct)] == ["Bye"]


@pytest.mark.parametrize(
    ("chat", "reason"),
    [("C0NOWHERE", "channel_not_found"), ("C0VANHA", "is_archived"), (STRANGE, "not_in_channel")],
)
async def test_a_chat_that_cannot_be_written_to(
    slack_http: Workplace, chat: str, reason: str
) -> None:
    failed = await failure(slack_http, chat)
    assert failed.permanent and not failed.uncertain
    assert str(failed).startswith(reason)


async def test_who_is_not_let_in_says_how_to_let_them(slack_http: Workplace) -> None:
    assert "/invite" in str(await failure(slack_http, STRANGE))


FAULTS = [
    (Fault("chat.postMessage", "429", retry_after=7), {"retry_after": 7}),
    (Fault("chat.postMessage", "500"), {}),
    (Fault("chat.postMessage", "400"), {}),
    (Fault("chat.postMessage", "403"), {"permanent": True}),
    (Fault("chat.postMessage", "drop"), {"uncertain": True}),
    (Fault("chat.postMessage", "lost_answer"), {"uncertain": True}),
]


@pytest.mark.parametrize(("fault", "is_so"), FAULTS)
async def test_a_fault(slack_http: Workplace, fault: Fault, is_so: dict) -> None:
    slack_http.slack.faults.add(fault)
    failed = await failure(slack_http)
    expected = {"permanent": False, "retry_after": None, "uncertain": False, **is_so}
    assert {name: getattr(failed, name) for name in expected} == expected
    assert len(slack_http.calls("chat.postMessage")) == 1  # the SDK does not try again by itself


async def test_an_edit_may_always_be_repeated(slack_http: Workplace) -> None:
    ref = await slack_http.channel.send(to(DESK), HELLO)
    slack_http.slack.faults.add(Fault("chat.update", "lost_answer"))
    failed = await failure(slack_http, ref=ref)
    assert not (failed.uncertain or failed.permanent)


@pytest.mark.parametrize("ref", [f"{DESK}:1.000001", "other"])
async def test_an_edit_of_what_is_not_there(slack_http: Workplace, ref: str) -> None:
    if ref == "other":
        ts = slack_http.people.say(EXPERT, DESK, "mine")["ts"]
        ref = f"{DESK}:{ts}"
    failed = await failure(slack_http, ref=ref)
    assert failed.permanent and str(failed) == "gone"


@pytest.fixture
async def page() -> AsyncIterator[TestServer]:
    """Something that is not Slack's API, such as a proxy with a message for people."""

    async def say(request: web.Request) -> web.Response:
        status, kind = request.match_info["status"], request.match_info["kind"]
        return web.Response(status=int(status), text="<h1>No</h1>", content_type=f"text/{kind}")

    app = web.Application()
    app.router.add_route("*", "/{status}/{kind}/{method}", say)
    async with TestServer(app) as server:
        yield server


@pytest.mark.parametrize("where", ["502/html", "503/plain", "200/html", "200/plain"])
async def test_an_answer_that_is_not_slacks(page: TestServer, where: str) -> None:
    failed = await failure_at(str(page.make_url(f"/{where}/")))
    assert not failed.permanent
    assert "<h1>" not in str(failed)


async def test_nobody_there() -> None:
    """Nothing was sent, so that it is simply tried again."""
    server = TestServer(web.Application())
    await server.start_server()
    url = str(server.make_url("/slack/api/"))
    await server.close()
    failed = await failure_at(url)
    assert not failed.permanent and not failed.uncertain


class Cut(Lines):
    """There are none to be had."""

    async def post(self, url: str, body: bytes, kind: str = "") -> tuple[int, bytes]:
        raise NotSent("refused")


async def test_without_a_kept_line_a_person_is_answered_all_the_same() -> None:
    heard: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        heard.append(await request.json())
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/response", take)])
    async with TestServer(app) as server, ClientSession() as session:
        replies = Replies(AsyncWebClient("xoxb-1"), session, Cut("Kuulolla"), "UTC")
        await replies.respond(str(server.make_url("/response")), Message("Hyvää päivää"))
    assert [(x["text"], x["response_type"]) for x in heard] == [("Hyvää päivää", "ephemeral")]


async def failure_at(url: str) -> SendFailed:
    channel = SlackChannel(
        "xoxb-1", app_token=None, signing_secret="s", public_url="https://a.fi", api_url=url,
        clock=Clock(), zone="UTC", patience=QUICK,
    )  # fmt: skip
    await channel.start(Rules())
    try:
        with pytest.raises(SendFailed) as caught:
            await channel.send(to(DESK), HELLO)
        assert not (await channel.health()).ok
        return caught.value
    finally:
        await channel.stop()


# --- health


async def test_health_says_who_we_are(slack: Workplace) -> None:
    async with asyncio.timeout(20):
        while not (health := await slack.channel.health()).ok:
            await slack.channel.send(to(DESK), HELLO)
    mode = "HTTP" if slack.channel.routes() else "Socket Mode"
    assert health.detail == f"kuulolla in Kaupunki, {mode}"


async def test_health_names_the_rights_that_are_lacking() -> None:
    app = App(scopes=SCOPES - {"im:write"})
    health = await health_before_start(standin(app, Clock()))
    assert (health.ok, health.detail) == (True, "kuulolla in Kaupunki, lacks: im:write")
    health = await health_before_start(standin(replace(app, scopes=frozenset()), Clock()))
    assert not health.ok


async def health_before_start(slack: SlackStandin) -> Health:
    app = web.Application()
    app.add_routes(slack.routes())
    async with TestServer(app) as server:
        channel = slack_channel(slack, str(server.make_url("")).rstrip("/"), Clock())
        return await channel.health()


@pytest.mark.parametrize(
    ("method", "detail"),
    [
        (None, "kuulolla in Kaupunki, Socket Mode"),
        ("auth.test", "Slack does not answer: access_denied"),
        ("apps.connections.open", "Socket Mode: access_denied"),
    ],
)
async def test_health_before_the_start_asks_slack(method: str | None, detail: str) -> None:
    slack = standin(App(), Clock())
    if method:
        slack.faults.add(Fault(method, "403"))
    health = await health_before_start(slack)
    assert (health.ok, health.detail) == (method is None, detail)


async def test_a_wrong_app_token_shows() -> None:
    slack = standin(App(), Clock())
    app = web.Application()
    app.add_routes(slack.routes())
    async with TestServer(app) as server:
        channel = slack_channel(slack, str(server.make_url("")).rstrip("/"), Clock())
        object.__setattr__(slack.app, "app_token", "xapp-new")
        await channel.start(Rules())
        try:
            async with asyncio.timeout(20):
                while "invalid_auth" not in (await channel.health()).detail:
                    await channel.send(to(DESK), HELLO)
        finally:
            await channel.stop()


async def test_a_slack_that_is_away_at_first_is_found_later() -> None:
    clock, rules = Clock(), Rules()
    slack = standin(App(), clock)
    slack.faults.add(Fault(kind="500", times=4))
    app = web.Application()
    app.add_routes(slack.routes())
    async with TestServer(app) as server:
        slack.base_url = url = str(server.make_url("")).rstrip("/")
        channel = slack_channel(slack, url, clock)
        await channel.start(rules)
        assert not (await channel.health()).ok
        await slack.sockets.wait_connected()
        await slack.people.command(EXPERT, DESK, "/kuulolla help")
        assert [event.name for event in rules.heard] == ["help"]
        await channel.stop()
        await slack.close()


async def test_a_withdrawn_token_shows_and_silences_no_chat(slack_http: Workplace) -> None:
    await slack_http.channel.send(to(DESK), HELLO)
    object.__setattr__(slack_http.slack.app, "bot_token", "xoxb-new")
    failed = await failure(slack_http)
    assert not failed.permanent and failed.retry_after == 300
    health = await slack_http.channel.health()
    assert (health.ok, health.detail) == (False, "Slack shuts the app out: invalid_auth")


# --- secrets


async def test_no_log_tells_a_secret(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    words = "what a resident wrote"
    for http in (True, False):
        async with workplace(http=http) as slack:
            slack.rules.answers |= {"take:1": Reply(words), "help": OSError(words)}
            ref = await slack.channel.send(to(DESK), Message(words, HELLO.blocks))
            await slack.people.press(
                EXPERT, "press-1-take:1", channel=DESK, ts=ref[len(DESK) + 1 :]
            )
            await slack.until(slack.told)
            await slack.people.command(EXPERT, DESK, f"/kuulolla help {words}")
            for kind in ("403", "500", "drop", "429"):
                slack.slack.faults.add(Fault("chat.postMessage", kind))
                await failure(slack)
            if not http:
                slack.slack.faults.add(Fault(method="apps.connections.open", kind="403", times=2))
                slack.slack.sockets.cut()
                await slack.people.command(EXPERT, DESK, "/kuulolla again")
            await slack.settled()
    ours = [r for r in caplog.records if not r.name.startswith("aiohttp.access")]  # the stand-in's
    logged = "\n".join([logging.Formatter().format(r) for r in ours]) + capsys.readouterr().err
    assert any(r.name.startswith("bots.slack") for r in ours)
    for secret in ("xoxb-", "xapp-", "playground-signing-secret", "ticket", "/response/", words):
        assert secret not in logged


def test_the_sdk_keeps_secrets_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("xoxb-1-secret")
    except ValueError:
        sdk_log().exception("token %s at %s", "xapp-1.a-b", "wss://a.fi/?ticket=1\nmore words")
    assert "token … at …" in caplog.text
    for secret in ("xoxb", "xapp", "a.fi", "ticket", "more words"):
        assert secret not in caplog.text


def test_the_manifest_asks_for_what_is_used() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES
