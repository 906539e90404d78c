"""What people write in Slack's threads, as Slack tells of it."""

from datetime import UTC, datetime

import pytest

from bots.slack import among
from core.events import Address, Deleted, Edited, Event, Person, Spot, Written
from core.messages import Message, Reply, text
from tests.slack.workplace import DESK, EXPERT, Rules, workplace

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
HERE = Address("slack", "C1")
SAID = {"user": "U1", "ts": "2.000001", "thread_ts": "1.000001", "text": "Keinuja"}
POST = Message("Keskustelu", (text("Keskustelu"),))


def told(**inner: object) -> Event | None:
    body = {"event_id": "Ev1", "event": {"type": "message", "channel": "C1", **inner}}
    return among.event(body, AT, ["C1"])


def changed(before: dict, now: dict) -> Event | None:
    return told(subtype="message_changed", message=now, previous_message=before)


def test_a_reply() -> None:
    event = told(**SAID)
    assert isinstance(event, Written)
    assert event == Written(
        id="slack:Ev1", who=Person("slack", "U1"), where=HERE, at=AT, private=False,
        ref="C1:2.000001", under=(Spot(HERE, "C1:1.000001"),), text="Keinuja",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Katso <https://espoo.fi|espoo.fi> &amp; <https://a.test>", "Katso espoo.fi & https://a.test"),
        ("<@U0EXPERT> mitä mieltä?", "@… mitä mieltä?"),
        ("<#C02|tori> ja <!channel>", "#tori ja @…"),
        ("1 &lt; 2", "1 < 2"),
    ],
)  # fmt: skip
def test_slacks_own_marks_are_no_words(typed: str, words: str) -> None:
    event = told(**{**SAID, "text": typed})
    assert isinstance(event, Written) and event.text == words


@pytest.mark.parametrize(
    "more",
    [
        {"channel": "C2"},
        {"channel": None},
        {"thread_ts": None},
        {"thread_ts": "2.000001"},
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "message_replied"},
        {"user": None},
        {"user": "USLACKBOT"},
        {"ts": 5},
        {"type": "reaction_added"},
    ],
)
def test_what_is_nobodys_comment(more: dict[str, object]) -> None:
    assert told(**{**SAID, **more}) is None


def test_a_file_is_no_words() -> None:
    event = told(**SAID, subtype="file_share", files=[{"id": "F1"}])
    assert isinstance(event, Written) and event.text == ""
    event = told(**SAID, subtype="thread_broadcast")
    assert isinstance(event, Written) and event.text == "Keinuja"


def test_a_change_and_what_only_looks_like_one() -> None:
    event = changed(SAID, {**SAID, "text": "Puita"})
    assert isinstance(event, Edited) and (event.ref, event.text) == ("C1:2.000001", "Puita")
    assert changed(SAID, {**SAID, "attachments": [{"title": "a preview"}]}) is None
    assert changed({**SAID, "bot_id": "B"}, {**SAID, "bot_id": "B", "text": "x"}) is None
    assert changed({}, {}) is None
    gone = changed(SAID, {"subtype": "tombstone", "ts": "2.000001", "user": "USLACKBOT"})
    assert isinstance(gone, Deleted) and gone.ref == "C1:2.000001"


def test_a_deletion() -> None:
    event = told(subtype="message_deleted", deleted_ts="2.000001", previous_message=SAID)
    assert isinstance(event, Deleted)
    assert (event.ref, event.who) == ("C1:2.000001", Person("slack", "U1"))
    assert told(subtype="message_deleted", deleted_ts="2.000001") is None
    ours = {**SAID, "bot_id": "B1"}
    assert told(subtype="message_deleted", previous_message=ours) is None


async def test_what_is_said_in_threads_of_other_chats_never_reaches_the_rules() -> None:
    async with workplace(http=True) as office:
        ref = await office.channel.send(Address("slack", DESK), POST)
        office.people.say(EXPERT, DESK, "Keinuja", ref.split(":")[1])
        await office.slack.delivery.idle()
        assert office.rules.heard == []


async def test_an_answer_that_cannot_be_shown_does_no_harm() -> None:
    """Who wrote has left the channel meanwhile."""
    rules = Rules({"Written": Reply("Tekstisi odottaa.", noted=True)})
    async with workplace(True, rules, threads=[DESK]) as office:
        ref = await office.channel.send(Address("slack", DESK), POST)
        office.people.say(EXPERT, DESK, "Keinuja", ref.split(":")[1])
        office.world.channels[DESK].members.remove(EXPERT)
        await office.slack.delivery.idle()
        await office.settled()
        assert len(rules.heard) == 1 and office.told() == []
