"""What each kind of update means to the rules."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from telegram import Update

from bots.telegram.parse import Me, Origin, buttons, origin, to_event
from bots.telegram.press import answer, polls, read_vote
from core.events import Address, Command, Event, Joined, Left, Moved, Person, Pressed, Said
from tests.telegram.payloads import (
    ADMINISTRATOR,
    ANONYMOUS,
    BOT,
    CHANNEL,
    GROUP,
    PHOTO,
    PRIVATE,
    RESTRICTIONS,
    STICKER,
    SUPERGROUP,
    USER,
    VOICE,
    Json,
    inaccessible,
    member,
    membership,
    message,
    press,
    update,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ME = Me("Kuulolla_Bot", frozenset({"kysy", "fraga", "ask"}))
AINO = Person("telegram", "7000000001", "fi")
HERE, THERE = Address("telegram", "7000000001"), Address("telegram", "-4000000001")


def read(raw: Json) -> Event | None:
    return to_event(Update.de_json(raw, None), ME, NOW)


def base(where: Address = HERE, private: bool = True) -> dict[str, Any]:
    return {"id": "telegram:900", "who": AINO, "where": where, "at": NOW, "private": private}


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("/start", "start", ""),
        ("/start poll_7-fi", "start", "poll_7-fi"),
        ("/kysy", "kysy", ""),
        ("/KYSY  Milloin aurataan?  ", "kysy", "Milloin aurataan?"),
        ("/ask\nTwo\nlines", "ask", "Two\nlines"),
        ("/fraga@kuulolla_bot När plogas det?", "fraga", "När plogas det?"),
        ("/kysy@KUULOLLA_BOT", "kysy", ""),
        ("/unknown_9 x", "unknown_9", "x"),
        ("/start@kuulolla_bot poll_7", "start", "poll_7"),
        ("/unknown@kuulolla_bot", "unknown", ""),
    ],
)
def test_commands(text: str, name: str, args: str) -> None:
    assert read(message(text)) == Command(**base(), name=name, args=args)
    in_group = Command(**base(THERE, private=False), name=name, args=args)
    ours = name in ME.commands or "@" in text
    assert read(message(text, GROUP)) == (in_group if ours else None)


@pytest.mark.parametrize(
    "text",
    ["Hei", "/", "/etc/passwd on auki", "// x", "/päätös x", "/" + "a" * 33, "\u202e/kysy", " x "],
)
def test_other_words_are_said_in_private_and_passed_over_in_groups(text: str) -> None:
    assert read(message(text)) == Said(**base(), text=text)
    assert read(message(text, GROUP)) is None
    assert read(message(text, SUPERGROUP, reply_to_message=message("Hei")["message"])) is None


def test_long_text_is_cut() -> None:
    said = read(message("ä" * 20_000))
    assert isinstance(said, Said) and said.text == "ä" * 10_000
    command = read(message("/ask " + "x" * 20_000))
    assert isinstance(command, Command) and len(command.args) == 9_995


@pytest.mark.parametrize("content", [PHOTO, VOICE, STICKER], ids=["photo", "voice", "sticker"])
def test_what_is_not_text_is_an_empty_word_in_private(content: Json) -> None:
    assert read(message(**content)) == Said(**base(), text="")
    assert read(message(chat=GROUP, **content)) is None


@pytest.mark.parametrize(
    "raw",
    [
        message("/kysy@another_bot Miksi?"),
        message("/kysy@another_bot Miksi?", GROUP),
        message("/kysy x", GROUP, **{"from": ANONYMOUS, "sender_chat": GROUP}),
        message("/kysy x", SUPERGROUP, **{"from": USER, "sender_chat": CHANNEL}),
        message("/kysy x", GROUP, **{"from": BOT}),
        message("Hei", **{"from": BOT}),
        message(delete_chat_photo=True),
        message(pinned_message=message("Hei")["message"]),
        message(chat=GROUP, new_chat_members=[BOT]),
        update("channel_post", message("/kysy x", CHANNEL)["message"]),
        update("edited_message", message("/kysy x", edit_date=1_790_000_100)["message"]),
        press(None, game_short_name="tetris"),
        press(**{"from": BOT}),
        {"update_id": 900, "something_new": {"id": 1}},
        {"update_id": 900},
    ],
)
def test_what_is_not_for_us(raw: Json) -> None:
    assert read(raw) is None


@pytest.mark.parametrize(
    ("code", "language"),
    [("sv", "sv"), ("sv-FI", "sv"), ("en-GB", "en"), ("uk", None), ("", None), (None, None)],
)
def test_language_of_the_client(code: str | None, language: str | None) -> None:
    user = {**USER, "language_code": code}
    for raw in (message("Hei", **{"from": user}), press(**{"from": user})):
        event = read(raw)
        assert event and event.who == Person("telegram", "7000000001", language)


IN, OUT = member("member"), member("left")
KICKED = member("kicked", until_date=0)
MUTED = member("restricted", is_member=True, until_date=0, **RESTRICTIONS)
MUTED_OUTSIDE = member("restricted", is_member=False, until_date=0, **RESTRICTIONS)


@pytest.mark.parametrize("chat", [GROUP, SUPERGROUP, CHANNEL], ids=lambda chat: chat["type"])
@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        (OUT, IN, Joined),
        (OUT, ADMINISTRATOR, Joined),
        (KICKED, MUTED, Joined),
        (IN, OUT, Left),
        (ADMINISTRATOR, KICKED, Left),
        (MUTED, MUTED_OUTSIDE, Left),
        (IN, ADMINISTRATOR, None),
        (ADMINISTRATOR, MUTED, None),
        (OUT, KICKED, None),
    ],
)
def test_membership(chat: Json, was: Json, now: Json, kind: type[Event] | None) -> None:
    where = base(Address("telegram", str(chat["id"])), private=False)
    expected = {Joined: Joined(**where, title=chat["title"]), Left: Left(**where), None: None}
    assert read(membership(was, now, chat)) == expected[kind]  # type: ignore[index]


def test_a_block_is_told_and_an_unblock_is_not() -> None:
    assert read(membership(IN, KICKED, PRIVATE)) == Left(**base())
    assert read(membership(KICKED, IN, PRIVATE)) is None


@pytest.mark.parametrize("sender", [USER, ANONYMOUS, None], ids=["person", "anonymous", "none"])
def test_a_group_that_moved(sender: Json | None) -> None:
    raw = message(chat=GROUP, migrate_to_chat_id=SUPERGROUP["id"])
    raw["message"]["from"] = sender
    event = read(raw)
    assert isinstance(event, Moved)
    assert (event.where, event.to) == (THERE, Address("telegram", "-1001000000001"))
    assert read(message(chat=SUPERGROUP, migrate_from_chat_id=GROUP["id"])) is None


# --- presses, read by both ways ----------------------------------------------------------------

VOTES = [
    (press(), HERE, True),
    (press(chat=GROUP), THERE, False),
    (press(chat=CHANNEL), Address("telegram", "-1002000000001"), False),
    (inaccessible(), Address("telegram", "-1001000000001"), False),
    (press(chat=None), HERE, False),
]


@pytest.mark.parametrize(("raw", "where", "private"), VOTES)
def test_a_vote_reads_the_same_by_both_ways(raw: Json, where: Address, private: bool) -> None:
    expected = Pressed(**base(where, private), action="vote:7:1", order=900)
    assert read(raw) == expected
    vote = read_vote(msgspec.json.encode(raw))
    assert vote and vote.event(NOW) == expected
    parsed = Update.de_json(raw, None)
    place = origin(parsed)
    assert place and (place.query, place.message) == (vote.query, vote.message)
    assert parsed.callback_query and vote.buttons() == buttons(parsed.callback_query)


def test_where_answers_go() -> None:
    def of(raw: Json) -> Origin | None:
        return origin(Update.de_json(raw, None))

    assert of(message("Hei")) == Origin(USER["id"], 55)
    assert of(press(chat=GROUP)) == Origin(GROUP["id"], 56, "4382")
    assert of(membership(OUT, IN)) == Origin(GROUP["id"], None)
    assert of({"update_id": 900}) is None


@pytest.mark.parametrize(
    "raw",
    [
        message("Hei"),
        membership(IN, OUT),
        press("poll:7"),
        press("votes:7:1"),
        press(None),
        press(**{"from": BOT}),
        press(**{"from": {"id": "seven"}}),
        {"update_id": "x", "callback_query": press()["callback_query"]},
        {"update_id": 900},
        {},
        [],
    ],
)
def test_only_votes_take_the_short_way(raw: object) -> None:
    assert read_vote(msgspec.json.encode(raw)) is None


@pytest.mark.parametrize("body", [b"", b"{", b"nul", b'{"update_id":1,}', b"\xff"])
def test_the_short_way_tells_what_is_not_json(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        read_vote(body)


def test_odd_keyboards_do_not_stop_a_vote() -> None:
    raw = press()
    raw["callback_query"]["message"]["reply_markup"] = {"inline_keyboard": "?"}
    vote = read_vote(msgspec.json.encode(raw))
    assert vote and vote.buttons() == []


def test_polls_of_a_message() -> None:
    assert polls(["vote:7:0", "vote:7:1", "poll:9", ""]) == {"7"}
    assert polls(["vote:7:0", "vote:8:0"]) == {"7", "8"}


def test_answer_in_the_response() -> None:
    assert msgspec.json.decode(answer("4382", 'Ääni "laskettu" \U0001f5f3')) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "4382",
        "text": 'Ääni "laskettu" \U0001f5f3',
        "show_alert": False,
    }
