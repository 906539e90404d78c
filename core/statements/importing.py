"""A conversation from an export of Polis or Voxit. Loads numpy: for the command line only."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from core import clean
from core.desk import Desk
from core.model import (
    Conversation,
    ConversationDraft,
    Moderation,
    Opinion,
    PollState,
    StatementState,
)
from core.opinions.conversation import ACCEPTED, UNDECIDED
from core.opinions.conversation import Conversation as Export
from core.opinions.conversation import Statement as Told
from core.opinions.votes import Id

TEXT_LIMIT, TITLE_LIMIT, BACKGROUND_LIMIT = 1000, 150, 1000
KNOWN_TIME = 10**11  # milliseconds; what is less is a row number, not a time
BATCH = 10_000
"""So many votes are in memory as more than columns."""


@dataclass(frozen=True, slots=True)
class Brought:
    """``opinions`` of ``people`` came along."""

    conversation: Conversation
    statements: int
    people: int
    opinions: int


def bring(desk: Desk, export: Export, language: str, with_votes: bool, by: str) -> Brought:
    """Open from now on, in no chat. Without votes every accepted statement is a seed; with them
    each is what it was, and each person gets a new pseudonym that nobody has."""
    title = {language: clean.short(export.topic, TITLE_LIMIT) or "Polis"}
    background = clean.short(export.description, BACKGROUND_LIMIT)
    draft = ConversationDraft(
        title, {language: background} if background else {}, desk.now, None, None,
        Moderation.BEFORE, (), by,
    )  # fmt: skip
    made = desk.store.add_conversation(draft, secrets.token_bytes(32), PollState.OPEN, desk.now)
    names: dict[Id, bytes] = {}
    numbers = {
        each.id: _add(desk, made.id, each, language, names if with_votes else None)
        for each in export.statements
        if each.text.strip() and (with_votes or each.moderated == ACCEPTED)
    }
    people, opinions = 0, 0
    for voters, some in _opinions(desk, made.id, export, numbers, names) if with_votes else ():
        desk.store.add_opinions(some)
        people, opinions = people + voters, opinions + len(some)
    return Brought(made, len(numbers), people, opinions)


def _add(
    desk: Desk, conversation: int, told: Told, language: str, names: dict[Id, bytes] | None
) -> int:
    seed = told.seed or names is None
    author = None if seed or names is None or told.author is None else _name(names, told.author)
    moderated = {ACCEPTED: StatementState.SHOWN, UNDECIDED: StatementState.WAITING}
    state = moderated.get(told.moderated, StatementState.REMOVED)
    at = _moment(told.created, desk.now)
    source = told.id if isinstance(told.id, int) else None
    return desk.store.add_statement(
        conversation, {language: clean.short(told.text, TEXT_LIMIT)}, author, state, at,
        seed=seed, source=source,
    ).id  # fmt: skip


def _name(names: dict[Id, bytes], who: Id) -> bytes:
    return names.setdefault(who, secrets.token_bytes(16))


def _opinions(
    desk: Desk,
    conversation: int,
    export: Export,
    numbers: Mapping[Id, int],
    names: dict[Id, bytes],
) -> Iterator[tuple[int, list[Opinion]]]:
    """Each person's last on each statement, a batch at a time, with how many people are new in it;
    of two at the same moment the greater counts."""
    votes = export.votes
    place = np.array([numbers.get(each, 0) for each in votes.statements], dtype=np.int64)
    rows = votes.last()
    rows = rows[place[votes.statement[rows]] > 0]
    new = np.diff(votes.person[rows], prepend=-1) != 0
    marks = np.zeros(len(votes), dtype=bool) if votes.important is None else votes.important
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        columns = (
            votes.person[some], place[votes.statement[some]], votes.value[some], marks[some],
            votes.at[some],
        )  # fmt: skip
        yield int(new[start : start + BATCH].sum()), [
            Opinion(
                conversation, _name(names, votes.participants[who]), statement, value, mark,
                _moment(at, desk.now),
            )
            for who, statement, value, mark, at in zip(*(c.tolist() for c in columns), strict=True)
        ]  # fmt: skip


def _moment(milliseconds: int, now: datetime) -> datetime:
    """Now where it is not known, or not yet."""
    known = KNOWN_TIME <= milliseconds <= now.timestamp() * 1000
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if known else now
