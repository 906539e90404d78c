"""People in the stand-in against a real Bolt app, over Socket Mode and over signed HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bots.playground.slack_delivery import Ack, Envelope
from bots.playground.slack_types import Impossible
from tests.playground.slack_desk import (
    EXPERT,
    OTHER,
    TECH,
    Desk,
    Json,
    behind_http,
    bolt_app,
    connected,
    desk,
)

Office = tuple[Desk, AsyncApp]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def field(block: str, optional: bool = False, **element: Any) -> Json:
    asks = {"type": "plain_text_input", "action_id": f"{block}_a", **element}
    return {"type": "input", "block_id": block, "label": plain(block), "optional": optional,
            "element": asks}  # fmt: skip


def modal(*blocks: Json, title: str = "Vastaa", **more: Any) -> Json:
    return {"type": "modal", "callback_id": "answer", "title": plain(title),
            "submit": plain("Lähetä"), "blocks": list(blocks), **more}  # fmt: skip


OPTIONS = [{"text": plain("Web"), "value": "web"}, {"text": plain("Chat"), "value": "chat"}]
BUTTONS: Json = {"type": "actions", "block_id": "do", "elements": [
    {"type": "button", "action_id": "take", "value": "7", "text": plain("Ota")},
    {"type": "static_select", "action_id": "move", "options": OPTIONS}]}  # fmt: skip


@pytest.fixture(params=["socket", "http"])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "http":
        async with behind_http() as made:
            yield made
        return
    async with desk() as made:
        bolt = bolt_app(made.client)
        async with connected(made, bolt):
            yield made, bolt


def opens(bolt: AsyncApp, view: Json) -> None:
    """`/kuulolla` opens this modal."""

    @bolt.command("/kuulolla")
    async def opened(ack: Any, client: Any, body: Json) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()


def answers(bolt: AsyncApp, **answer: Any) -> list[Json]:
    """The modal's submission gets this answer; returns what the app was told."""
    heard: list[Json] = []

    @bolt.view("answer")
    async def submitted(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack(**answer)

    return heard


def hears(bolt: AsyncApp, *events: str) -> list[Json]:
    heard: list[Json] = []

    async def keep(event: Json) -> None:
        heard.append(event)

    for name in events:
        bolt.event(name)(keep)
    return heard


# --- commands


async def test_a_command_and_its_immediate_answer(office: Office) -> None:
    slack, bolt = office
    seen: list[Json] = []

    @bolt.command("/kuulolla")
    async def help_(ack: Any, body: Json) -> None:
        seen.append(body)
        await ack("Ohje")

    done = await slack.slack.people.command(EXPERT, TECH, "/kuulolla help <me> & you")
    assert done == {"ok": True}
    assert (slack.told(EXPERT), slack.shown()) == (["Ohje"], [])
    told = {name: seen[0][name] for name in ("command", "text", "channel_name", "user_id")}
    assert told == {"command": "/kuulolla", "text": "help &lt;me&gt; &amp; you",
                    "channel_name": "kaupunkitekniikka", "user_id": EXPERT}  # fmt: skip


async def test_a_command_answered_for_all_and_later(office: Office) -> None:
    slack, bolt = office

    @bolt.command("/kuulolla")
    async def told(ack: Any, respond: Any) -> None:
        await ack(text="kaikille", response_type="in_channel")
        await respond("myöhemmin")

    await slack.slack.people.command(EXPERT, TECH, "/kuulolla")
    assert (slack.shown(), slack.told(EXPERT)) == (["kaikille"], ["myöhemmin"])


async def test_an_immediate_answer_with_wrong_blocks(office: Office) -> None:
    slack, bolt = office

    @bolt.command("/kuulolla")
    async def wrong(ack: Any) -> None:
        await ack(blocks=[{"type": "wrong"}])

    done = await slack.slack.people.command(EXPERT, TECH, "/kuulolla")
    assert done["error"] == "invalid_blocks"
    assert slack.slack.world.notices[EXPERT][0]["what"] == "/kuulolla"


# --- buttons


async def test_a_button_in_a_message(office: Office) -> None:
    slack, bolt = office
    seen: list[Json] = []

    @bolt.action("take")
    async def taken(ack: Any, body: Json, client: Any, respond: Any) -> None:
        await ack()
        seen.append(body)
        await respond("Otit kysymyksen", replace_original=False)
        await client.chat_update(channel=TECH, ts=body["message"]["ts"], text="otettu", blocks=[])

    ts = (await slack.client.chat_postMessage(channel=TECH, text="uusi", blocks=[BUTTONS]))["ts"]
    press = slack.slack.people.press
    assert await press(EXPERT, "take", channel=TECH, ts=ts) == {"ok": True}
    (body,) = seen
    assert (slack.shown(), slack.told(EXPERT)) == (["otettu"], ["Otit kysymyksen"])
    assert body["container"] == {
        "type": "message", "message_ts": ts, "channel_id": TECH, "is_ephemeral": False}  # fmt: skip
    action = body["actions"][0]
    assert (action["type"], action["value"], action["block_id"]) == ("button", "7", "do")
    assert body["state"]["values"] == {
        "do": {"move": {"type": "static_select", "selected_option": None}}}  # fmt: skip
    with pytest.raises(Impossible, match="no element take"):
        await press(EXPERT, "take", channel=TECH, ts=ts)


async def test_a_choice_in_a_message(office: Office) -> None:
    slack, bolt = office
    seen: list[Json] = []

    @bolt.action("move")
    async def moved(ack: Any, body: Json) -> None:
        await ack()
        seen.append(body)

    ts = (await slack.client.chat_postMessage(channel=TECH, text="uusi", blocks=[BUTTONS]))["ts"]
    await slack.slack.people.press(EXPERT, "move", channel=TECH, ts=ts, value="chat")
    assert seen[0]["actions"][0]["selected_option"]["value"] == "chat"
    chosen = seen[0]["state"]["values"]["do"]["move"]["selected_option"]
    assert chosen["text"]["text"] == "Chat"
    with pytest.raises(Impossible, match="no option 'fax'"):
        await slack.slack.people.press(EXPERT, "move", channel=TECH, ts=ts, value="fax")


async def test_a_button_in_an_ephemeral_message_replaces_it(office: Office) -> None:
    slack, bolt = office
    seen: list[Json] = []

    @bolt.action("take")
    async def taken(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        seen.append(body)
        await respond(text="valittu", replace_original=True)

    await slack.client.chat_postEphemeral(channel=TECH, user=OTHER, text="x", blocks=[BUTTONS])
    (ts,) = slack.slack.world.ephemerals[OTHER]
    await slack.slack.people.press(OTHER, "take", channel=TECH, ts=ts)
    assert slack.told(OTHER) == ["valittu"]
    assert seen[0]["container"]["is_ephemeral"]
    assert "message" not in seen[0]
    with pytest.raises(Impossible, match="sees no message"):
        await slack.slack.people.press(EXPERT, "take", channel=TECH, ts=ts)


async def test_the_home_tab(office: Office) -> None:
    slack, bolt = office

    @bolt.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        view = {"type": "home", "blocks": [BUTTONS]}
        await client.views_publish(user_id=event["user"], view=view)

    @bolt.action("take")
    async def taken(ack: Any, body: Json, client: Any) -> None:
        await ack()
        assert "response_url" not in body and "channel" not in body
        view = {"type": "home", "blocks": [], "private_metadata": body["view"]["type"]}
        await client.views_publish(user_id=body["user"]["id"], view=view, hash=body["view"]["hash"])

    slack.slack.people.open_home(EXPERT)
    await slack.slack.delivery.idle()
    assert await slack.slack.people.press(EXPERT, "take", view="home") == {"ok": True}
    assert slack.slack.world.homes[EXPERT]["private_metadata"] == "home"


# --- modals


async def test_a_modal_is_filled_and_closes(office: Office) -> None:
    slack, bolt = office
    picks = {"type": "checkboxes", "action_id": "to", "options": OPTIONS}
    opens(bolt, modal(field("fi"), field("sv", optional=True),
                      {**field("where", optional=True), "element": picks}))  # fmt: skip
    heard = answers(bolt)
    people = slack.slack.people
    await people.command(EXPERT, TECH, "/kuulolla")
    assert await people.submit(EXPERT, {"fi": "Kyllä <3", "to": ["web"]}) == {"ok": True}
    assert slack.slack.world.modals[EXPERT] == []
    values = heard[0]["view"]["state"]["values"]
    assert values["fi"]["fi_a"] == {"type": "plain_text_input", "value": "Kyllä <3"}
    assert values["sv"]["sv_a"]["value"] is None
    assert [o["value"] for o in values["where"]["to"]["selected_options"]] == ["web"]


@pytest.mark.parametrize(
    ("element", "given", "error"),
    [({}, "", "Please complete this required field."),
     ({"min_length": 3}, "ab", "Must be at least 3 characters."),
     ({"max_length": 3}, "abcd", "Must be no more than 3 characters."),
     ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Enter a valid number."),
     ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5",
      "Must be no more than 2."),
     ({"type": "email_text_input"}, "muu", "Enter a valid email address."),
     ({"type": "url_text_input"}, "muu", "Enter a valid URL.")],
)  # fmt: skip
async def test_the_client_checks_fields_itself(element: Json, given: str, error: str) -> None:
    async with desk() as slack:
        key = slack.slack.world.new_trigger(EXPERT)
        await slack.client.views_open(trigger_id=key, view=modal(field("fi", **element)))
        done = await slack.slack.people.submit(EXPERT, {"fi": given})
        assert done == {"ok": False, "errors": {"fi": error}, "by": "client"}
        assert slack.slack.delivery.sent == []
        with pytest.raises(Impossible, match="no field en"):
            await slack.slack.people.submit(EXPERT, {"en": "x"})


async def submitted(office: Office, **answer: Any) -> Json:
    slack, bolt = office
    opens(bolt, modal(field("fi"), title="Eka"))
    answers(bolt, **answer)
    await slack.slack.people.command(EXPERT, TECH, "/kuulolla")
    return await slack.slack.people.submit(EXPERT, {"fi": "sana"})


def titles(office: Office) -> list[str]:
    return [view["title"]["text"] for view in office[0].slack.world.modals[EXPERT]]


async def test_errors_keep_the_modal_and_what_was_written(office: Office) -> None:
    done = await submitted(office, response_action="errors", errors={"fi": "Liian lyhyt"})
    assert done == {"ok": False, "errors": {"fi": "Liian lyhyt"}, "by": "app"}
    view = office[0].slack.world.modals[EXPERT][0]
    assert view["state"]["values"]["fi"]["fi_a"]["value"] == "sana"


async def test_errors_for_no_such_block_are_trouble(office: Office) -> None:
    done = await submitted(office, response_action="errors", errors={"fi_a": "x"})
    assert done["error"] == "invalid_errors"
    assert titles(office) == ["Eka"]


async def test_update_keeps_what_was_written_in_the_same_field(office: Office) -> None:
    view = modal(field("fi"), field("en", initial_value="word"), title="Toka")
    assert await submitted(office, response_action="update", view=view) == {"ok": True}
    assert titles(office) == ["Toka"]
    values = office[0].slack.world.modals[EXPERT][0]["state"]["values"]
    assert (values["fi"]["fi_a"]["value"], values["en"]["en_a"]["value"]) == ("sana", "word")


async def test_push_clear_and_close(office: Office) -> None:
    slack, bolt = office
    view = modal(title="Esikatselu", notify_on_close=True)
    assert await submitted(office, response_action="push", view=view) == {"ok": True}
    assert titles(office) == ["Eka", "Esikatselu"]
    closed: list[Json] = []

    @bolt.view_closed("answer")
    async def gone(ack: Any, body: Json) -> None:
        closed.append(body)
        await ack()

    await slack.slack.people.close(EXPERT)
    assert (titles(office), closed[0]["is_cleared"]) == (["Eka"], False)
    await slack.slack.people.close(EXPERT)
    assert (titles(office), len(closed)) == ([], 1)


async def test_clear_closes_all(office: Office) -> None:
    assert await submitted(office, response_action="clear") == {"ok": True}
    assert titles(office) == []


async def test_an_invalid_view_in_the_answer_is_trouble(office: Office) -> None:
    view = modal(title="x" * 25)
    done = await submitted(office, response_action="update", view=view)
    assert done["error"] == "invalid_arguments"
    assert "less than 25" in done["messages"][0]
    assert titles(office) == ["Eka"]


async def test_a_choice_inside_a_modal(office: Office) -> None:
    slack, bolt = office
    asks = {
        **field("area"),
        "dispatch_action": True,
        "element": {"type": "static_select", "action_id": "area_a", "options": OPTIONS},
    }
    opens(bolt, modal(asks, field("fi")))

    @bolt.action("area_a")
    async def chosen(ack: Any, body: Json, client: Any) -> None:
        await ack()
        picked = body["view"]["state"]["values"]["area"]["area_a"]["selected_option"]["value"]
        view = modal(asks, title=picked)
        await client.views_update(view_id=body["view"]["id"], view=view, hash=body["view"]["hash"])

    await slack.slack.people.command(EXPERT, TECH, "/kuulolla")
    with pytest.raises(Impossible, match="before it is submitted"):
        await slack.slack.people.press(EXPERT, "fi_a", view=_top(slack), value="x")
    await slack.slack.people.press(EXPERT, "area_a", view=_top(slack), value="chat")
    assert titles(office) == ["chat"]


async def test_what_is_written_in_a_modal_is_told_letter_by_letter_where_it_is_wanted(
    office: Office,
) -> None:
    """What is told of a modal that was closed has no values, so that is the only way."""
    slack, bolt = office
    letters, enter = field("fi"), field("sv")
    config = {"trigger_actions_on": ["on_character_entered"]}
    letters |= {"dispatch_action": True}
    letters["element"] |= {"dispatch_action_config": config}
    opens(bolt, modal(letters, {**enter, "dispatch_action": True}, notify_on_close=True))
    told: list[Json] = []

    @bolt.action("fi_a")
    @bolt.view_closed("answer")
    async def heard(ack: Any, body: Json) -> None:
        told.append(body)
        await ack()

    await slack.slack.people.command(EXPERT, TECH, "/kuulolla")
    await slack.slack.people.press(EXPERT, "fi_a", view=_top(slack), value="Aamul")
    with pytest.raises(Impossible, match="Enter"):
        await slack.slack.people.press(EXPERT, "sv_a", view=_top(slack), value="x")
    await slack.slack.people.close(EXPERT)
    written, closed = told
    assert written["view"]["state"]["values"]["fi"]["fi_a"]["value"] == "Aamul"
    assert (closed["type"], closed["view"]["state"]) == ("view_closed", {"values": {}})


def _top(slack: Desk) -> str:
    return str(slack.slack.world.modals[EXPERT][-1]["id"])


# --- messages


async def test_what_people_write_reaches_the_app(office: Office) -> None:
    slack, bolt = office
    heard = hears(bolt, "message", "app_mention")
    people = slack.slack.people
    ts = people.say(EXPERT, TECH, "@Kuulolla <b> & @channel")["ts"]
    await slack.slack.delivery.idle()
    assert sorted(event["type"] for event in heard) == ["app_mention", "message"]
    assert heard[0]["text"] == "<@U0KUULOLLA> &lt;b&gt; &amp; <!channel>"
    heard.clear()
    people.say(OTHER, TECH, "ketjuun", thread_ts=ts)
    await slack.slack.delivery.idle()
    assert (heard[0]["thread_ts"], heard[0]["parent_user_id"]) == (ts, EXPERT)
    heard.clear()
    people.edit(EXPERT, TECH, ts, "uusi")
    await slack.slack.delivery.idle()
    people.delete(EXPERT, TECH, ts)
    await slack.slack.delivery.idle()
    assert [event["subtype"] for event in heard] == ["message_changed", "message_deleted"]
    assert heard[0]["message"]["text"] == "uusi"


async def test_the_app_hears_no_channel_that_it_is_not_in(office: Office) -> None:
    slack, bolt = office
    heard = hears(bolt, "message", "app_mention")
    slack.slack.people.say(EXPERT, "C0VIERAS", "@Kuulolla hei")
    slack.slack.people.say(EXPERT, slack.slack.app.user, "suoraan")
    await slack.slack.delivery.idle()
    assert [(event["text"], event["channel_type"]) for event in heard] == [("suoraan", "im")]


# --- signed HTTP


async def test_a_forged_signature_is_told_to_the_person() -> None:
    async with behind_http(secret="another") as (slack, bolt):
        opens(bolt, modal())
        done = await slack.slack.people.command(EXPERT, TECH, "/kuulolla")
        assert (done["ok"], done["error"]) == (False, "http_client_error")


@pytest.mark.parametrize(
    "change",
    [{}, {"x-slack-request-timestamp": "1"}, {"x-slack-signature": "v0=0"}],
)
async def test_the_signature_covers_body_and_time(change: dict[str, str]) -> None:
    async with behind_http() as (slack, bolt):
        heard = hears(bolt, "app_mention")
        event = {"type": "event_callback", "event": {"type": "app_mention"}, "event_id": "Ev1"}
        body = json.dumps(event).encode()
        envelope = Envelope("events_api", event)
        headers = slack.slack.http.headers(envelope, body, "application/json")
        assert await slack.slack.http.post(body, headers) == Ack()
        sent = body if change else body.replace(b"Ev1", b"Ev2")
        assert (await slack.slack.http.post(sent, headers | change)).error == "http_client_error"
        assert len(heard) == 1


async def test_the_request_url_is_verified() -> None:
    async with behind_http() as (slack, _):
        assert await slack.slack.verify_url()


async def test_events_come_again_with_the_reason() -> None:
    async with behind_http(retry_delays=(0, 0)) as (slack, bolt):
        tries: list[tuple[str | None, str | None]] = []

        @bolt.middleware
        async def refuse(req: Any, resp: Any, next: Any) -> Any:
            headers = {name: values[0] for name, values in req.headers.items()}
            tries.append((headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")))
            if len(tries) == 2:
                return await next()
            resp.status = 500
            return resp

        hears(bolt, "message")
        slack.slack.people.say(EXPERT, TECH, "hei")
        await slack.slack.delivery.idle()
        assert tries == [(None, None), ("1", "http_error")]


async def test_an_app_that_is_too_slow_or_away() -> None:
    async with behind_http(ack_seconds=0.05) as (slack, bolt):

        @bolt.command("/kuulolla")
        async def never() -> None:
            await asyncio.Event().wait()

        done = await slack.slack.people.command(EXPERT, TECH, "/kuulolla")
        assert done["error"] == "operation_timeout"
        assert slack.slack.world.notices[EXPERT][0]["error"] == "operation_timeout"
