"""Something to look at on the first start: polls with votes, questions with answers."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from core import polls
from core.city import City
from core.desk import Desk
from core.events import Address
from core.model import (
    Ballot,
    Poll,
    PollDraft,
    PollState,
    Publish,
    Question,
    QuestionState,
    Shows,
    Step,
)
from core.people import voter
from core.polls import closing
from core.ports import Store

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
    for chat in chats[1:]:  # where a round-up is due already, so that one sees what they are like
        month_ago = now - timedelta(days=30)
        store.set_digest_clock(chat, month_ago, month_ago)
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
