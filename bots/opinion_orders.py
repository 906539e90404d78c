"""What is ordered of the worker that knows opinions (`bots.opinion_worker`), and what it makes.

Columns are packed, for a conversation may have a million votes.
"""

from array import array
from collections.abc import Sequence
from operator import itemgetter
from typing import Literal

import msgspec

from core.model import (
    Conversation,
    GroupFigures,
    Stand,
    Statement,
    StatementFigures,
    StatementState,
)
from core.ports import Store
from core.texts import pick

Want = Literal["groups", "report", "space", "export", "older"]
MODERATED = {StatementState.SHOWN: 1, StatementState.WAITING: 0, StatementState.REMOVED: -1}


class Told(msgspec.Struct, frozen=True):
    """A statement; ``author`` is a person's number, ``at`` in epoch seconds."""

    id: int
    text: str
    author: int | None
    at: int
    moderated: int
    seed: bool


class Order(msgspec.Struct, frozen=True):
    """Vote n is ``value[n]`` (8 bits) of person ``person[n]`` (32) on statement ``statement[n]``
    (32), given at ``at[n]`` (a double, epoch seconds), important to them or not by
    ``important[n]`` (8). ``letters``: each person's group by the computation before, "" for
    none."""

    want: Want
    language: str
    topic: str
    description: str
    statements: tuple[Told, ...]
    person: bytes
    statement: bytes
    value: bytes
    at: bytes
    important: bytes
    letters: tuple[str, ...]
    names: dict[str, str]
    url: str = ""


class Made(msgspec.Struct, frozen=True):
    """Groups: ``letters`` of people in their order."""

    letters: tuple[str, ...]
    votes: int
    moved: int
    priorities: dict[int, float]
    figures: dict[int, StatementFigures]
    groups: dict[str, GroupFigures]
    consensus: tuple[Stand, ...]


Row = tuple[bytes, int, int, float, bool]


class Columns:
    """Opinions as `StatementStore.opinion_rows` gives them, packed; of one person on one statement
    there may be several. People that are added together have numbers in the order of their
    pseudonyms, which says nothing of when they came."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.numbers: dict[bytes, int] = {}
        self.person, self.statement = array("i"), array("i")
        self.value, self.at, self.important = array("b"), array("d"), array("b")
        self.add(rows)

    def __len__(self) -> int:
        return len(self.value)

    def add(self, rows: Sequence[Row]) -> None:
        for voter in sorted({row[0] for row in rows} - self.numbers.keys()):
            self.numbers[voter] = len(self.numbers)
        self.person.extend([self.numbers[row[0]] for row in rows])
        kept = (self.statement, self.value, self.at, self.important)
        for place, column in enumerate(kept, start=1):
            column.extend(map(itemgetter(place), rows))

    def cut(self, length: int) -> None:
        """Forgets what was added after so many."""
        for column in (self.person, self.statement, self.value, self.at, self.important):
            del column[length:]


def order(
    store: Store,
    conversation: Conversation,
    want: Want,
    language: str,
    url: str = "",
    columns: Columns | None = None,
) -> tuple[Order, list[bytes]]:
    """With the voters in the order of their numbers. ``columns``: all opinions, where they are at
    hand."""
    columns = columns or Columns(store.opinion_rows(conversation.id))
    number, voters = columns.numbers, list(columns.numbers)
    groups = store.groups(conversation.id)
    members = groups.members if groups else {}
    names = {letter: pick(named, language) for letter, named in conversation.names.items()}
    told = tuple(
        _told(each, language, number.get(each.author or b""))
        for each in store.statements(conversation.id)
    )
    made = Order(
        want, language, pick(conversation.title, language),
        pick(conversation.background, language), told,
        columns.person.tobytes(), columns.statement.tobytes(), columns.value.tobytes(),
        columns.at.tobytes(), columns.important.tobytes(),
        tuple(members.get(voter, "") for voter in voters),
        {letter: name for letter, name in names.items() if name}, url,
    )  # fmt: skip
    return made, voters


def _told(each: Statement, language: str, author: int | None) -> Told:
    at = int(each.at.timestamp())
    moderated = MODERATED[each.state]
    return Told(each.id, pick(each.text, language), author, at, moderated, each.seed)
