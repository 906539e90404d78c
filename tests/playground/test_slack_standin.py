"""The Web API of the Slack stand-in, through the real SDK, and its control API."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bots.playground.faults import Fault
from bots.playground.slack_types import App
from tests.playground.slack_desk import EDITOR, EXPERT, NEWS, OTHER, TECH, Clock, Desk, Json, desk

SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "hei"}}
HOME: Json = {"type": "home", "blocks": [SECTION]}
MODAL: Json = {"type": "modal", "title": {"type": "plain_text", "text": "A"}, "blocks": []}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def office(clock: Clock) -> AsyncIterator[Desk]:
    async with desk(clock=clock) as made:
        yield made


def with_token(office: Desk, token: str) -> AsyncWebClient:
    return AsyncWebClient(token, office.client.base_url, session=office.web, retry_handlers=[])


async def error_of(client: AsyncWebClient, method: str) -> str:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method)
    return str(caught.value.response["error"])


# --- who calls


async def test_tokens_are_checked(office: Desk) -> None:
    assert await error_of(with_token(office, ""), "auth.test") == "not_authed"
    assert await error_of(with_token(office, "xoxb-other"), "auth.test") == "invalid_auth"
    assert await error_of(with_token(office, "xapp-playground"), "auth.test") == (
        "not_allowed_token_type")  # fmt: skip
    assert await office.error("apps.connections.open") == "not_allowed_token_type"
    assert await office.error("chat.shout") == "unknown_method"
    assert (await office.client.auth_test()).headers["x-oauth-scopes"] == "*"


async def test_scopes_are_checked_where_the_app_has_some() -> None:
    async with desk(App(scopes=frozenset({"chat:write"}))) as office:
        assert (await office.client.chat_postMessage(channel=TECH, text="hei"))["ok"]
        assert (await office.client.auth_test()).headers["x-oauth-scopes"] == "chat:write"
        refusal = await office.refusal("users.info", user=EXPERT)
        assert (refusal["error"], refusal["needed"]) == ("missing_scope", "users:read")


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [("{", "application/json", "invalid_json"), ("[1]", "application/json", "json_not_object"),
     ("channel=C0TEKNIIKKA&blocks=x", "application/x-www-form-urlencoded",
      "invalid_blocks_format")],
)  # fmt: skip
async def test_a_body_that_makes_no_sense(office: Desk, body: str, kind: str, error: str) -> None:
    headers = {"authorization": "Bearer xoxb-playground", "content-type": kind}
    url = office.url("/slack/api/chat.postMessage")
    async with office.web.post(url, data=body, headers=headers) as answer:
        assert (await answer.json())["error"] == error


# --- messages

REFUSED: list[tuple[str, Json, str]] = [
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0EI", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0SALA", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0VIERAS", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "C0VANHA", "text": "x"}, "is_archived"),
    ("chat.postMessage", {"channel": TECH}, "no_text"),
    ("chat.postMessage", {"channel": TECH, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": TECH, "blocks": {"a": 1}}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": TECH, "blocks": [{"type": "x"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": TECH, "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
    ("chat.postMessage", {"channel": TECH, "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2800}}] * 5},
     "msg_blocks_too_long"),
    ("chat.update", {"channel": TECH, "ts": "1.2", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": TECH, "ts": "1.2"}, "message_not_found"),
    ("chat.getPermalink", {"channel": TECH, "message_ts": "1.2"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": NEWS, "user": EXPERT, "text": "x"}, "user_not_in_channel"),
    ("reactions.add", {"channel": TECH, "timestamp": "1.2", "name": "eyes"}, "message_not_found"),
    ("conversations.info", {"channel": "C0EI"}, "channel_not_found"),
    ("conversations.open", {"users": "U0EI"}, "user_not_found"),
    ("conversations.list", {"limit": "many"}, "invalid_limit"),
    ("conversations.list", {"cursor": "next"}, "invalid_cursor"),
    ("users.info", {"user": "U0EI"}, "user_not_found"),
    ("views.open", {"view": MODAL}, "invalid_arguments"),
    ("views.open", {"view": MODAL, "trigger_id": "1.2.3"}, "invalid_arguments"),
    ("views.update", {"view": MODAL, "view_id": "V0"}, "not_found"),
    ("views.update", {"view": MODAL}, "invalid_arguments"),
    ("views.publish", {"view": MODAL, "user_id": EXPERT}, "invalid_arguments"),
    ("views.publish", {"view": HOME, "user_id": "U0EI"}, "invalid_arguments"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "args", "error"), REFUSED)
async def test_what_slack_refuses(office: Desk, method: str, args: Json, error: str) -> None:
    before = office.slack.world.snapshot()["channels"]
    assert await office.error(method, **args) == error
    assert office.slack.world.snapshot()["channels"] == before


async def test_invalid_blocks_come_with_the_place(office: Desk) -> None:
    refusal = await office.refusal("chat.postMessage", channel=TECH, blocks=[{"type": "x"}])
    expected = ["[ERROR] unsupported type: x [json-pointer:/blocks/0/type]"]
    assert refusal["response_metadata"]["messages"] == expected


async def test_the_life_of_a_message(office: Desk) -> None:
    client = office.client
    sent = await client.chat_postMessage(channel=TECH, text="kysymys", blocks=[SECTION])
    ts = sent["ts"]
    reply = await client.chat_postMessage(channel=TECH, text="historia", thread_ts=ts)
    assert reply["message"]["parent_user_id"] == office.slack.app.user
    assert await office.error("chat.postMessage", channel=TECH, text="x",
                              thread_ts=reply["ts"]) == "cannot_reply_to_message"  # fmt: skip
    kept = await client.chat_update(channel=TECH, ts=ts, text="otettu")
    assert kept["message"]["blocks"][0]["text"]["text"] == "hei"
    bare = await client.chat_update(channel=TECH, ts=ts, text="otettu", blocks=[])
    assert "blocks" not in bare["message"]
    assert await office.error("chat.update", channel=TECH, ts=ts, text="x" * 4001) == "msg_too_long"
    link = await client.chat_getPermalink(channel=TECH, message_ts=ts)
    assert link["permalink"].endswith(f"/{TECH}/p{ts.replace('.', '')}")
    await client.reactions_add(channel=TECH, timestamp=ts, name="eyes")
    assert await office.error("reactions.add", channel=TECH, timestamp=ts, name="eyes") == (
        "already_reacted")  # fmt: skip
    await client.chat_delete(channel=TECH, ts=ts)
    assert office.shown() == ["historia"]


async def test_only_own_messages_can_be_changed(office: Desk) -> None:
    ts = office.slack.people.say(EXPERT, TECH, "oma")["ts"]
    args = {"channel": TECH, "ts": ts}
    assert await office.error("chat.update", **args, text="x") == "cant_update_message"
    assert await office.error("chat.delete", **args) == "cant_delete_message"
    assert office.shown() == ["oma"]


async def test_an_archived_channel_keeps_its_messages(office: Desk) -> None:
    ts = (await office.client.chat_postMessage(channel=TECH, text="x"))["ts"]
    office.slack.world.channels[TECH].archived = True
    assert await office.error("chat.update", channel=TECH, ts=ts, text="y") == "is_inactive"


async def test_ephemerals_are_seen_by_one(office: Desk) -> None:
    await office.client.chat_postEphemeral(channel=TECH, user=OTHER, text="vain sinulle")
    assert office.told(OTHER) == ["vain sinulle"]
    assert office.shown() == []
    ts = next(iter(office.slack.world.ephemerals[OTHER]))
    assert await office.error("chat.update", channel=TECH, ts=ts, text="x") == "message_not_found"


async def test_people_and_channels_are_told(office: Desk) -> None:
    client = office.client
    user = (await client.users_info(user="U0KASVATUS", include_locale=True))["user"]
    assert (user["real_name"], user["locale"]) == ("Kasvatuksen asiantuntija", "sv-SE")
    names = [c["name"] async for part in await client.conversations_list(limit=2)
             for c in part["channels"]]  # fmt: skip
    assert names == ["kaupunkitekniikka", "kasvatus", "kuntalaispalvelut", "viestinta", "vanha",
                     "vieras"]  # fmt: skip
    mine = (await client.users_conversations(user=EXPERT, exclude_archived=True))["channels"]
    assert [c["id"] for c in mine] == [TECH, "C0VIERAS"]
    assert EDITOR in (await client.conversations_members(channel=TECH))["members"]
    opened = await client.conversations_open(users=EXPERT)
    sent = await client.chat_postMessage(channel=EXPERT, text="suoraan")
    assert sent["channel"] == opened["channel"]["id"] == "D0TEKNIIKKA"
    assert (await client.team_info())["team"]["id"] == office.slack.app.team


# --- mentions

PINGS: list[tuple[Json, list[str]]] = [
    ({"text": "<!channel> <!here|nyt> <!everyone>"}, ["channel", "here", "everyone"]),
    ({"text": f"<@{OTHER}|muu> <@{OTHER}>"}, [OTHER]),
    ({"text": "&lt;!channel&gt; @channel @here &lt;@U0MUU&gt; <#C0X> <https://x|@y>"}, []),
    ({"text": "@channel", "parse": "full"}, ["channel"]),
    ({"text": "@Muu työntekijä", "link_names": True}, [OTHER]),
    ({"blocks": [SECTION | {"text": {"type": "mrkdwn", "text": "<!subteam^S01>"}}]}, ["S01"]),
    ({"blocks": [SECTION | {"text": {"type": "plain_text", "text": "<!channel>"}}]}, []),
    ({"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here>"}]}]},
     ["here"]),
    ({"blocks": [{"type": "markdown", "text": "**<!channel>**"}]}, ["channel"]),
    ({"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "user", "user_id": OTHER}, {"type": "broadcast", "range": "here"},
        {"type": "text", "text": "<!channel>"}]}]}]}, [OTHER, "here"]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "called"), PINGS)
async def test_whom_a_message_calls(office: Desk, said: Json, called: list[str]) -> None:
    await office.client.chat_postMessage(channel=TECH, **{"text": "x", **said})
    assert [ping.target for ping in office.slack.world.pings] == called


async def test_a_ping_reaches_members_but_not_its_author(office: Desk) -> None:
    await office.client.chat_postMessage(channel=NEWS, text=f"<!channel> <@{EXPERT}>")
    everyone, stranger = office.slack.world.pings
    assert set(everyone.people) == {EDITOR, "U0YLLAPITO", OTHER}
    assert stranger.people == ()


# --- views


def trigger(office: Desk, user: str = EXPERT, view: str | None = None) -> str:
    return office.slack.world.new_trigger(user, view)


async def test_a_trigger_lives_three_seconds_and_works_once(office: Desk, clock: Clock) -> None:
    late, used = trigger(office), trigger(office)
    assert (await office.client.views_open(trigger_id=used, view=MODAL))["view"]["type"] == "modal"
    again = {"trigger_id": used, "view": MODAL}
    assert await office.error("views.open", **again) == "exchanged_trigger_id"
    clock.now += 3.1
    assert await office.error("views.open", trigger_id=late, view=MODAL) == "expired_trigger_id"


async def test_an_invalid_view_does_not_spend_the_trigger(office: Desk) -> None:
    key = trigger(office)
    wrong = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
    refusal = await office.refusal("views.open", trigger_id=key, view=wrong)
    assert refusal["error"] == "invalid_arguments"
    assert "less than 25 characters" in refusal["response_metadata"]["messages"][0]
    await office.client.views_open(trigger_id=key, view=MODAL)


async def test_a_stack_holds_three_modals(office: Desk) -> None:
    first = (await office.client.views_open(trigger_id=trigger(office), view=MODAL))["view"]
    assert await office.error("views.push", trigger_id=trigger(office), view=MODAL) == (
        "invalid_arguments")  # fmt: skip
    for _ in range(2):
        key = trigger(office, view=first["id"])
        pushed = (await office.client.views_push(trigger_id=key, view=MODAL))["view"]
    assert pushed["root_view_id"] == first["id"] != pushed["previous_view_id"]
    key = trigger(office, view=first["id"])
    assert await office.error("views.push", trigger_id=key, view=MODAL) == "push_limit_reached"


async def test_a_stale_hash_is_a_conflict(office: Desk) -> None:
    old = (await office.client.views_publish(user_id=EXPERT, view=HOME))["view"]
    await office.client.views_publish(user_id=EXPERT, view=HOME, hash=old["hash"])
    stale = {"user_id": EXPERT, "view": HOME, "hash": old["hash"]}
    assert await office.error("views.publish", **stale) == "hash_conflict"
    shown = (await office.client.views_open(trigger_id=trigger(office), view=MODAL))["view"]
    await office.client.views_update(view_id=shown["id"], view=MODAL, hash=shown["hash"])
    stale = {"view_id": shown["id"], "view": MODAL, "hash": shown["hash"]}
    assert await office.error("views.update", **stale) == "hash_conflict"


async def test_external_ids_and_size(office: Desk) -> None:
    named = {**MODAL, "external_id": "poll-1"}
    await office.client.views_open(trigger_id=trigger(office), view=named)
    taken = {"trigger_id": trigger(office, OTHER), "view": named}
    assert await office.error("views.open", **taken) == "duplicate_external_id"
    await office.client.views_update(external_id="poll-1", view=named)
    large = {**MODAL, "blocks": [SECTION | {"text": {"type": "mrkdwn", "text": "x" * 3000}}] * 99}
    assert await office.error("views.update", external_id="poll-1", view=large) == "view_too_large"


# --- response URLs


async def test_a_response_url_works_five_times_in_half_an_hour(office: Desk, clock: Clock) -> None:
    world = office.slack.world
    url = office.slack.response_url(world.new_response_url(EXPERT, TECH))
    late = office.slack.response_url(world.new_response_url(EXPERT, TECH))
    hook = AsyncWebhookClient(url, session=office.web)
    for number in range(4):
        assert (await hook.send(text=f"vain {number}")).status_code == 200
    assert (await hook.send(text="kaikille", response_type="in_channel")).status_code == 200
    assert (office.told(EXPERT)[-1], office.shown()) == ("vain 3", ["kaikille"])
    spent = await hook.send(text="liikaa")
    assert (spent.status_code, "used_url" in spent.body) == (404, True)
    clock.now += 1801
    expired = await AsyncWebhookClient(late, session=office.web).send(text="x")
    assert (expired.status_code, "expired_url" in expired.body) == (404, True)


async def test_a_response_url_replaces_and_deletes_its_message(office: Desk) -> None:
    await office.client.chat_postEphemeral(channel=TECH, user=EXPERT, text="valitse")
    (message,) = office.slack.world.ephemerals[EXPERT].values()
    key = office.slack.world.new_response_url(EXPERT, TECH, message)
    hook = AsyncWebhookClient(office.slack.response_url(key), session=office.web)
    await hook.send(text="valittu", replace_original=True)
    assert office.told(EXPERT) == ["valittu"]
    assert (await hook.send(blocks=[{"type": "x"}])).status_code == 400
    await hook.send(delete_original=True)
    assert office.told(EXPERT) == []


# --- rates and faults


async def test_the_pace_is_enforced_when_asked(office: Desk, clock: Clock) -> None:
    office.slack.api.rates.enforced = True
    post = office.client.chat_postMessage
    ts = (await post(channel=TECH, text="1"))["ts"]
    with pytest.raises(SlackApiError) as caught:
        await post(channel=TECH, text="2")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert caught.value.response["error"] == "ratelimited"
    other = (await post(channel=NEWS, text="1"))["ts"]
    await office.client.chat_update(channel=TECH, ts=ts, text="1b")
    assert await office.error("chat.update", channel=NEWS, ts=other, text="2b") == "ratelimited"
    clock.now += 1
    await post(channel=TECH, text="3")
    assert office.shown() == ["1b", "3"]


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [("429", 429, "ratelimited"), ("403", 200, "access_denied"),
     ("400", 200, "invalid_arguments"), ("500", 500, "internal_error")],
)  # fmt: skip
async def test_faults_of_an_answer(office: Desk, kind: Any, status: int, error: str) -> None:
    office.slack.faults.add(Fault("chat.postMessage", kind, retry_after=2.5, chat=TECH))
    await office.client.chat_postMessage(channel=NEWS, text="muualle")
    with pytest.raises(SlackApiError) as caught:
        await office.client.chat_postMessage(channel=TECH, text="x")
    assert caught.value.response.status_code == status
    assert caught.value.response["error"] == error
    assert caught.value.response.headers.get("Retry-After") == ("3" if kind == "429" else None)
    await office.client.chat_postMessage(channel=TECH, text="toinen")
    assert office.shown() == ["toinen"]


@pytest.mark.parametrize(("kind", "left"), [("drop", []), ("lost_answer", ["x"])])
async def test_faults_of_the_connection(office: Desk, kind: Any, left: list[str]) -> None:
    office.slack.faults.add(Fault("*", kind))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await office.client.chat_postMessage(channel=TECH, text="x")
    assert office.shown() == left


async def test_a_slow_answer_comes_after_the_work(office: Desk) -> None:
    office.slack.faults.add(Fault("chat.postMessage", "slow", seconds=3600))
    versions = office.slack.world.subscribe()
    await anext(versions)
    call = asyncio.ensure_future(office.client.chat_postMessage(channel=TECH, text="x"))
    await anext(versions)
    await versions.aclose()
    assert office.shown() == ["x"]
    assert not call.done()
    call.cancel()


# --- the control API


async def test_the_state_and_the_calls_can_be_read(office: Desk) -> None:
    await office.client.chat_postMessage(channel=TECH, text="x")
    async with office.web.get(office.url("/_playground/slack/state")) as answer:
        state = await answer.json()
    assert [c["name"] for c in state["channels"] if c["messages"]] == ["kaupunkitekniikka"]
    assert {user["id"]: user["official"] for user in state["users"]}[OTHER] is False
    async with office.web.get(office.url("/_playground/slack/calls")) as answer:
        calls = await answer.json()
    expected = {"method": "chat.postMessage", "channel": TECH, "count": 1}
    assert calls["counts"] == [expected]
    assert "token" not in calls["calls"][0]["args"]


async def test_people_act_through_the_control_api(office: Desk) -> None:
    said = {"user": EXPERT, "channel": TECH, "text": "moi"}
    assert (await office.control("say", **said))[0] == 200
    assert (await office.control("fault", method="users.info", kind="500"))[0] == 200
    assert await office.error("users.info", user=EXPERT) == "internal_error"
    await office.control("fault", method="users.info", kind="500")
    assert (await office.control("fault", clear=True))[0] == 200
    assert (await office.client.users_info(user=EXPERT))["ok"]
    assert (await office.control("rates", enforced=True))[0] == 200
    assert (await office.control("reset"))[0] == 200
    assert office.shown() == []


WRONG: list[tuple[str, Json, str]] = [
    ("say", {"user": EXPERT}, "channel is missing"),
    ("say", {"user": 5, "channel": TECH, "text": "x"}, "user is of the wrong type"),
    ("say", {"user": EXPERT, "channel": TECH, "text": "x", "shout": 1}, "unknown: shout"),
    ("say", {"user": "U0EI", "channel": TECH, "text": "x"}, "no person U0EI"),
    ("say", {"user": EXPERT, "channel": NEWS, "text": "x"}, "can't write"),
    ("say", {"user": EXPERT, "channel": TECH, "text": " "}, "1 to 12000 characters"),
    ("edit", {"user": EXPERT, "channel": TECH, "ts": "1.2", "text": "x"}, "no message 1.2"),
    ("command", {"user": EXPERT, "channel": TECH, "line": "/muu"}, "not a valid command"),
    ("press", {"user": EXPERT, "action": "a", "channel": TECH, "ts": "1.2"}, "no message 1.2"),
    ("press", {"user": EXPERT, "action": "a", "view": "home"}, "no home tab yet"),
    ("submit", {"user": EXPERT}, "no such modal"),
    ("submit", {"user": EXPERT, "fields": [1]}, "wrong type"),
    ("fault", {"kind": "fire"}, "kind must be one of"),
    ("fault", {"times": "many"}, "wrong type"),
    ("rates", {"enforced": 1}, "true or false"),
    ("socket", {"do": "dance"}, "refresh or cut"),
    ("redeliver", {}, "nothing was sent"),
]


@pytest.mark.parametrize(("act", "body", "sentence"), WRONG)
async def test_a_wrong_wish_is_answered(office: Desk, act: str, body: Json, sentence: str) -> None:
    status, answer = await office.control(act, **body)
    assert (status, answer["ok"]) == (400, False)
    assert sentence in answer["error"]


async def test_a_control_body_that_is_not_json(office: Desk) -> None:
    url = office.url("/_playground/slack/say")
    for body in ("{", "[]"):
        async with office.web.post(url, data=body) as answer:
            assert answer.status == 400


async def test_changes_are_told(office: Desk) -> None:
    versions = office.slack.world.subscribe()
    first = await anext(versions)
    office.slack.people.say(EXPERT, TECH, "1")
    office.slack.people.say(EXPERT, TECH, "2")
    assert await anext(versions) == office.slack.world.version > first
    await versions.aclose()
