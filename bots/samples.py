"""Something to look at on the first start: polls with votes, questions with answers."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from core import polls
from core.city import City, Look, Part
from core.desk import Desk
from core.discussions import life as discussion_life
from core.events import Address
from core.model import (
    Ballot,
    Comment,
    CommentKind,
    CommentState,
    Conversation,
    ConversationDraft,
    DigestClock,
    Discussion,
    Item,
    ItemKind,
    ItemState,
    Moderation,
    Opinion,
    Poll,
    PollDraft,
    PollState,
    Publish,
    Question,
    QuestionState,
    Shows,
    StatementState,
    Step,
)
from core.moderation.desk import post_board
from core.people import voter
from core.polls import closing
from core.ports import Store
from core.statements import life as statement_life

MADE_BY = "samples"
FILE = Path(__file__).parent.parent / "config" / "samples.yaml"


def load_samples(store: Store, city: City, now: datetime) -> bool:
    """Fills an empty database, and no other: False where it has a poll or a question already."""
    departments = {d.id for d in city.departments}
    if store.polls(limit=1) or store.questions_for(departments, set(QuestionState), limit=1):
        return False
    content = yaml.safe_load(FILE.read_text("utf-8"))
    chats = tuple(chat.address for chat in city.chats if chat.digest)
    desk = Desk(store, city, now, {address.channel: 0.0 for address in chats})
    for sample in content["polls"]:
        _add_poll(desk, sample, chats)
    for sample in content["questions"]:
        _add_question(desk, sample)
    for sample in content["conversations"] if city.has(Part.STATEMENTS) else ():
        _add_conversation(desk, sample, chats)
    for sample in content["discussions"] if city.has(Part.DISCUSSIONS) else ():
        _add_discussion(desk, sample, chats)
    month_ago = now - timedelta(days=30)
    for chat in [one for one in city.chats if one.digest][1:]:  # due already: to see one
        store.set_digest_clock(chat.address, DigestClock(month_ago, month_ago, chat.digest or ""))
    return True


def _add_poll(desk: Desk, sample: Mapping[str, Any], chats: tuple[Address, ...]) -> None:
    """Open ones are posted in the chats that get digests, so that there is one to vote in."""
    opened = desk.now - timedelta(days=sample["opened_days_ago"])
    closes = desk.now + timedelta(days=sample["closes_in_days"])
    options, shows = tuple(sample["options"]), Shows(sample["shows"])
    still_open = closes > desk.now
    draft = PollDraft(
        sample["question"], options, shows, opened, closes, chats if still_open else (), MADE_BY
    )
    key = secrets.token_bytes(32)
    poll = desk.store.add_poll(draft, key, PollState.OPEN)
    desk.store.put_ballots(_ballots(poll, key, sample["votes"]))
    if still_open:
        polls.post(desk, poll)
    else:
        desk.store.close_poll(poll.id, closes)
        closing.end(desk, poll.id)


def _ballots(poll: Poll, key: bytes, votes: Mapping[str, list[int]]) -> list[Ballot]:
    return [
        Ballot(poll.id, voter(key, f"sample {channel} {option} {n}"), option, channel, n, at)
        for channel, counts in votes.items()
        for option, count in enumerate(counts)
        for n in range(count)
        for at in [poll.opens_at + timedelta(minutes=n)]
    ]


def _add_conversation(desk: Desk, sample: Mapping[str, Any], chats: tuple[Address, ...]) -> None:
    """With people of several leanings, who mostly say what their leaning says."""
    opened = desk.now - timedelta(days=sample["opened_days_ago"])
    closes = desk.now + timedelta(days=sample["closes_in_days"])
    written = sample["statements"]
    draft = ConversationDraft(
        sample["title"], sample["background"], opened, None, closes, Moderation.BEFORE, chats,
        MADE_BY, tuple(each["text"] for each in written if not each.get("resident")),
    )  # fmt: skip
    key = secrets.token_bytes(32)
    made = desk.store.add_conversation(draft, key, PollState.OPEN, opened)
    for each in written:
        if each.get("resident"):
            state = StatementState.WAITING if each.get("waiting") else StatementState.SHOWN
            author = voter(key, f"sample {each['text']}")
            told = desk.store.add_statement(made.id, each["text"], author, state, opened)
            desk_state = ItemState.WAITING if each.get("waiting") else ItemState.APPROVED
            place = f"conversation:{made.id}"
            language = next(iter(each["text"]))
            desk.store.put_item(
                Item(ItemKind.STATEMENT, str(told.id), place, language, opened, desk_state)
            )
    post_board(desk)
    desk.store.add_opinions(list(_opinions(desk, made, sample)))
    statement_life.post(desk, made)


def _opinions(desk: Desk, made: Conversation, sample: Mapping[str, Any]) -> Iterator[Opinion]:
    """The same ones every time."""
    chance = Random(1)
    shown = desk.store.statements(made.id)
    leans = {tuple(each["text"].items()): each["leans"] for each in sample["statements"]}
    days = sample["opened_days_ago"]
    for leaning, people in enumerate(sample["people"]):
        for n in range(people):
            name = voter(made.key or b"", f"sample {leaning} {n}")
            at = made.opens_at + timedelta(days=chance.random() * days * 0.9)
            for each in shown:
                lean = leans[tuple(each.text.items())][leaning]
                if each.state is StatementState.SHOWN and chance.random() < 0.8:
                    value = lean if chance.random() < 0.8 else chance.choice((1, 0, -1))
                    yield Opinion(made.id, name, each.id, value, False, at)


def _add_discussion(desk: Desk, sample: Mapping[str, Any], chats: tuple[Address, ...]) -> None:
    opened = desk.now - timedelta(days=sample["opened_days_ago"])
    closes = desk.now + timedelta(days=sample["closes_in_days"])
    made = discussion_life.begin(
        desk,
        Discussion(
            0, sample["title"], sample["background"], tuple(sample["topics"]), chats,
            PollState.OPEN, opened, closes, Look.AFTER, 5, MADE_BY,
        ),
    )  # fmt: skip
    for n, each in enumerate(sample["comments"]):
        first = _add_comment(desk, made, each, n)
        for m, reply in enumerate(each.get("replies", ())):
            _add_comment(desk, made, reply, n + m + 1, first)


def _add_comment(
    desk: Desk, discussion: Discussion, sample: Mapping[str, Any], n: int, to: Comment | None = None
) -> Comment:
    """A new one each few hours; what nobody waits for in the desk."""
    at = discussion.opens_at + timedelta(hours=7 * n + (2 if to else 1))
    written = Comment(
        0, discussion.id, to.id if to else None, "", sample["origin"], sample["language"],
        sample["text"], CommentKind(sample["kind"]), sample.get("topic"), CommentState.SHOWN, at,
    )  # fmt: skip
    comment = desk.store.add_comment(written)
    for person in range(sample["support"]):
        desk.store.support(comment.id, f"sample {person}")
    return comment


def _add_question(desk: Desk, sample: Mapping[str, Any]) -> None:
    asked = desk.now - timedelta(days=sample["asked_days_ago"])
    answered = desk.now - timedelta(days=sample["answered_days_ago"])
    theme = desk.city.theme(sample["theme"])
    question = desk.store.add_question(
        Question(
            number=0,
            text=sample["text"],
            language=sample["language"],
            theme=theme.id if theme else None,
            department=theme.department if theme else desk.city.general_desk,
            state=QuestionState.ANSWERED,
            asker=None,
            asker_channel=sample["channel"],
            official=sample["official"],
            received_at=asked,
            answered_at=answered,
            answer=sample["answer"],
            publish=Publish.DIGEST,
        )
    )
    received = Step(asked, "received", "resident", QuestionState.WAITING)
    told = Step(answered, "answered", sample["official"], QuestionState.ANSWERED)
    for step in (received, told):
        desk.store.add_step(question.number, step)
