"""Payloads → events, as tables."""

import json
from datetime import UTC, datetime
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack import parse
from core.events import Address, Command, Event, Joined, Left, Person

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZONE = "Europe/Helsinki"


def block_actions(**more: object) -> dict:
    action = {"type": "button", "value": "vote:7:2", "action_ts": "1700000000.123456"}
    return {
        "type": "block_actions", "user": {"id": "U1", "name": "x"}, "trigger_id": "1.2.abc",
        "channel": {"id": "C1"}, "container": {"type": "message", "is_ephemeral": False},
        "response_url": "https://hooks.slack.example/1", "actions": [action],
        "message": {"text": "Ä & ö + = % \n <@U2>", "blocks": [{"type": "section"}] * 20}, **more,
    }  # fmt: skip


def form(payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def test_a_vote_is_read_from_the_bytes_as_from_the_payload() -> None:
    press = parse.vote(form(block_actions()))
    assert press is not None and press == parse.press(block_actions())
    event = parse.pressed(press, AT)
    assert (event.id, event.action, event.order) == (
        "slack:1.2.abc", "vote:7:2", 1_700_000_000_123_456)  # fmt: skip
    assert (event.who, event.where, event.private) == (
        Person("slack", "U1"), Address("slack", "C1"), False)  # fmt: skip


@given(st.text(), st.sampled_from([True, False]))
def test_any_text_beside_a_vote_does_not_matter(words: str, ascii_only: bool) -> None:
    words = words.encode("utf-8", "replace").decode()
    payload = json.dumps(block_actions(message={"text": words}), ensure_ascii=ascii_only)
    body = b"payload=" + quote_plus(payload).encode()
    assert parse._form_decoded(body[8:]).decode() == payload
    assert parse.vote(body) is not None


def test_a_sign_that_was_not_encoded_is_itself() -> None:
    assert parse._form_decoded(b"a=3D+%3d%0A=%2B") == b"a=3D =\n=+"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload=%7B",
        b"payload=%ff%fe",
        b"payload=null",
        b"payload=[]&x=1",
        b"command=/kuulolla&text=vote%3A7%3A2",
        form(block_actions(type="view_submission")),
        form(block_actions(actions=[])),
        form(block_actions(actions=[{"value": "vote:7:2"}] * 2)),
        form(block_actions(actions=[{"value": "take:1"}])),
        form(block_actions(actions=[{"value": None}])),
        form(block_actions(actions="vote:7:2")),
        form(block_actions(user=None)),
    ],
)
def test_anything_else_is_not_taken_for_a_vote(body: bytes) -> None:
    assert parse.vote(body) is None


@pytest.mark.parametrize(
    ("more", "where", "private", "by_one"),
    [
        ({}, "C1", False, False),
        ({"container": {"is_ephemeral": True}}, "C1", True, True),
        ({"channel": {"id": "D1"}}, "D1", True, True),
        ({"channel": None, "view": {"id": "V1", "type": "home"}}, "U1", True, True),
        (
            {"channel": None, "view": {"type": "modal", "private_metadata": '{"where": "C7"}'}},
            "C7",
            True,
            False,
        ),
    ],
)
def test_where_a_button_was_pressed(more: dict, where: str, private: bool, by_one: bool) -> None:
    press = parse.press(block_actions(**more))
    assert press is not None
    assert (press.chat, press.private, press.seen_by_one) == (where, private, by_one)


def test_a_choice_of_a_menu_is_a_press_too_and_a_link_is_none() -> None:
    menu = [{"type": "overflow", "selected_option": {"value": "move:1"}, "action_ts": "1.2"}]
    press = parse.press(block_actions(actions=menu, trigger_id=""))
    assert press is not None
    event = parse.pressed(press, AT)
    assert (event.action, event.id, event.order) == ("move:1", "slack:1.2.U1", 1_200_000)
    assert parse.press(block_actions(actions=[{"type": "button", "url": "https://a.fi"}])) is None


@pytest.mark.parametrize(
    ("ts", "order"),
    [
        ("1700000000.000001", 1_700_000_000_000_001),
        ("5", 5_000_000),
        ("", 0),
        ("x.1", 0),
        ("١.1", 0),
    ],
)
def test_the_order_of_a_timestamp(ts: str, order: int) -> None:
    assert parse.microseconds(ts) == order


def command(text: str | None, channel: str = "C1") -> Command:
    body = {"text": text, "channel_id": channel, "user_id": "U1", "trigger_id": "t"}
    return parse.command(body, AT)


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        (None, "", ""),
        ("  ", "", ""),
        ("HELP", "help", ""),
        ("sulje  7  nyt ", "sulje", "7  nyt"),
        ("a <https://e.fi|e.fi> &amp;lt; <@U1|m>", "a", "e.fi &lt; m"),
    ],
)
def test_a_command_line(text: str | None, name: str, args: str) -> None:
    event = command(text)
    assert (event.name, event.args, event.id) == (name, args, "slack:t")
    assert not event.private and command(text, "D1").private


STATES = [
    ({"type": "plain_text_input", "value": "<b> & co\n"}, "<b> & co\n"),
    ({"type": "plain_text_input", "value": None}, ""),
    ({"type": "static_select", "selected_option": {"value": "x"}}, "x"),
    ({"type": "static_select", "selected_option": None}, ""),
    ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a b"),
    ({"type": "checkboxes", "selected_options": []}, ""),
    ({"type": "datetimepicker", "selected_date_time": 1_793_440_800}, "2026-10-31 12:00"),
    ({"type": "datetimepicker", "selected_date_time": 1_782_900_000}, "2026-07-01 13:00"),
    ({"type": "datetimepicker", "selected_date_time": None}, ""),
]


def submission(values: dict, **view: object) -> dict:
    shown = {"id": "V1", "hash": "h", "callback_id": "poll", "state": {"values": values}, **view}
    return {"type": "view_submission", "user": {"id": "U1"}, "view": shown}


@pytest.mark.parametrize(("state", "value"), STATES)
def test_the_value_of_a_field(state: dict, value: str) -> None:
    event = parse.submitted(submission({"name": {"field-0": state}}), AT, ZONE)
    assert event.fields == {"name": value}


def test_a_submission_knows_what_its_form_carried() -> None:
    kept = json.dumps({"state": "7:x", "where": "C1"})
    event = parse.submitted(submission({}, private_metadata=kept), AT, ZONE)
    assert (event.form, event.state, event.where) == ("poll", "7:x", Address("slack", "C1"))
    bare = parse.submitted(submission({}, private_metadata="[oops"), AT, ZONE)
    assert (bare.state, bare.where) == ("", Address("slack", "U1"))


def test_a_submission_is_the_same_only_where_all_of_it_is() -> None:
    def id(value: str, **view: object) -> str:
        values = {"b": {"f": {"value": value}}, "a": {"f": {"value": ""}}}
        return parse.submitted(submission(values, **view), AT, ZONE).id

    assert id("x") == id("x")
    assert len({id("x"), id("y"), id("x", hash="i"), id("x", id="V2")}) == 4


BOT = [{"user_id": "U0BOT", "is_bot": True}]


def happened(type: str, **inner: object) -> Event | None:
    body = {"event_id": "Ev1", "authorizations": BOT, "event": {"type": type, **inner}}
    return parse.event(body, AT)


@pytest.mark.parametrize(
    ("type", "inner", "kind"),
    [
        ("member_joined_channel", {"user": "U0BOT", "channel": "C1", "inviter": "U1"}, Joined),
        ("member_joined_channel", {"user": "U1", "channel": "C1"}, None),
        ("channel_unarchive", {"channel": "C1", "user": "U1"}, Joined),
        ("member_left_channel", {"user": "U0BOT", "channel": "C1"}, Left),
        ("member_left_channel", {"user": "U1", "channel": "C1"}, None),
        ("channel_left", {"channel": "C1", "actor_id": "U1"}, Left),
        ("group_left", {"channel": "C1"}, Left),
        ("channel_archive", {"channel": "C1", "user": "U1"}, Left),
        ("channel_deleted", {"channel": "C1"}, Left),
        ("app_home_opened", {"user": "U1", "tab": "messages", "channel": "D1"}, None),
        ("message", {"user": "U1", "channel": "C1", "text": "x", "channel_type": "im"}, None),
        ("message", {"bot_id": "B1", "channel": "C1", "text": "x"}, None),
        ("app_mention", {"user": "U1", "channel": "C1", "text": "x"}, None),
    ],
)
def test_an_event(type: str, inner: dict, kind: type | None) -> None:
    event = happened(type, **inner)
    if kind is None:
        assert event is None
    else:
        assert isinstance(event, kind)
        assert (event.id, event.where, event.private) == (
            "slack:Ev1", Address("slack", "C1"), False)  # fmt: skip


def test_the_home_tab() -> None:
    event = happened("app_home_opened", user="U1", tab="home", channel="D1")
    assert isinstance(event, Command)
    assert (event.id, event.name, event.where) == ("slack:Ev1", "home", Address("slack", "U1"))
