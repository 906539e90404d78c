"""What people write in Teams' threads, as the Bot Connector tells of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.teams import among, parse
from core.events import Address, Deleted, Edited, Event, Person, Spot, Written
from core.messages import Message, Reply, text
from tests.teams.office import DESK, EXPERT, TEAM, Rules, office

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
CHAT = "19:ranta@thread.tacv2"
ROW = f"{CHAT};messageid=10"
HERE = Address("teams", CHAT)
POST = Message("Keskustelu", (text("Keskustelu"),))
SAID: dict[str, Any] = {
    "type": "message", "id": "11", "timestamp": "2026-03-02T10:00:00Z", "text": "Keinuja",
    "conversation": {"id": ROW, "conversationType": "channel"},
    "from": {"id": "29:a", "aadObjectId": "a"}, "recipient": {"id": "28:me"},
    "serviceUrl": "https://smba.test/",
}  # fmt: skip


def told(**more: Any) -> Event | None:
    return among.event(parse.activity({**SAID, **more}), AT, {CHAT})


def data(kind: str) -> dict[str, Any]:
    return {"channelData": {"eventType": kind}}


def test_a_reply() -> None:
    event = told()
    assert isinstance(event, Written)
    assert (event.who, event.where) == (Person("teams", "a"), HERE)
    assert (event.ref, event.text) == (f"{ROW} 11", "Keinuja")
    assert event.under == (Spot(HERE, f"{ROW} 10"),)
    assert not event.private


def test_in_a_group_chat_what_is_answered_is_quoted() -> None:
    where = {"conversation": {"id": CHAT, "conversationType": "groupChat"}}
    quote = {"contentType": "messageReference", "content": json.dumps({"messageId": "10"})}
    event = told(**where, attachments=[quote])
    assert isinstance(event, Written) and event.under == (Spot(HERE, f"{CHAT} 10"),)
    assert event.text == "Keinuja"
    for broken in ("", "[]", "{", "null", json.dumps({"messageId": 7}), 5, None,
                   json.dumps({"messageId": "a b"}), "[" * 5000):  # fmt: skip
        assert told(**where, attachments=[{**quote, "content": broken}]) is None


@pytest.mark.parametrize(
    "more",
    [
        {"conversation": {"id": CHAT, "conversationType": "channel"}},
        {"conversation": {"id": f"{CHAT};messageid=11", "conversationType": "channel"}},
        {"conversation": {"id": "19:muu@thread.tacv2;messageid=10"}},
        {"conversation": {"id": ROW, "conversationType": "personal"}},
        {"from": {}},
        {"id": ""},
        {"value": {"action": "vote:1:1"}},
        {"type": "messageUpdate"},
        {"type": "messageUpdate", "channelData": {"eventType": 7}},
        {"type": "messageUpdate", **data("renameMessage")},
        {"type": "messageDelete", **data("editMessage")},
        {"type": "messageReaction"},
        {"text": "<at>K</at> kysely", "entities": [
            {"type": "mention", "text": "<at>K</at>", "mentioned": {"id": "28:me"}}]},
    ],
)  # fmt: skip
def test_what_is_nobodys_comment(more: dict[str, Any]) -> None:
    assert told(**more) is None


def test_pictures_and_cards_are_no_words() -> None:
    html = {"contentType": "text/html", "content": "<p>Keinuja</p>"}
    picture = {"contentType": "image/*", "contentUrl": "https://a.test/a.png"}
    for attached, words in (([html], "Keinuja"), ([html, picture], ""), ("oops", "Keinuja")):
        event = told(attachments=attached)
        assert isinstance(event, Written) and event.text == words


def test_changes_are_events_of_their_own() -> None:
    made = {"type": "messageUpdate", **data("editMessage"), "text": "Puita"}
    first = told(**made)
    again = told(**made)
    later = told(**made, timestamp="2026-03-02T10:05:00Z")
    assert isinstance(first, Edited) and (first.ref, first.text) == (f"{ROW} 11", "Puita")
    assert first == again and later and later.id != first.id
    gone = told(type="messageDelete", **data("softDeleteMessage"))
    assert isinstance(gone, Deleted) and gone.ref == f"{ROW} 11"
    back = told(type="messageUpdate", **data("undeleteMessage"))
    assert isinstance(back, Written) and back.text == "Keinuja"
    assert len({event.id for event in (told(), first, gone, back) if event}) == 4


async def test_where_the_owner_has_not_agreed_nothing_comes(key: Any) -> None:
    async with office(key, threads={DESK.id}) as place:
        post = await place.posted(POST)
        await place.people.answers(EXPERT, post, "Keinuja")
        assert place.heard() == []


async def test_without_threads_nothing_is_read(key: Any) -> None:
    async with office(key) as place:
        place.world.conversations[DESK.id].reads = True
        post = await place.posted(POST)
        id = await place.people.answers(EXPERT, post, "Keinuja")
        await place.people.changes(EXPERT, id, "editMessage", "Puita")
        assert place.heard() == []


async def test_in_a_group_chat_with_the_stand_in(key: Any) -> None:
    rules = Rules({"Written": Reply("Tekstisi odottaa.")})
    async with office(key, rules=rules, threads={TEAM.id}) as place:
        place.world.conversations[TEAM.id].reads = True
        post = await place.posted(POST, TEAM)
        await place.people.answers(EXPERT, post, "Keinuja")
        [event] = place.heard(Written)
        assert isinstance(event, Written)
        assert event.under == (Spot(Address("teams", TEAM.id), f"{TEAM.id} {post.id}"),)
        own = place.world.own(EXPERT.id)
        assert len(place.shown(own)) == 1 and len(place.shown(TEAM)) == 1
