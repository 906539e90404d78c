"""Polls, their ballots and their life."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import msgspec

from core.answers import Kind, Paper
from core.events import Address
from core.model.pictures import Picture
from core.texts import Localized


class Shows(StrEnum):
    """When results are seen."""

    ALWAYS = "always"
    AFTER_VOTE = "after_vote"
    AFTER_CLOSE = "after_close"


class Voters(StrEnum):
    """Who may vote; `core.polls.admission` holds it."""

    ANYONE = "anyone"
    CODE = "code"  # who has a code of the poll's own, from paper or mail
    CHATS = "chats"  # presses in the poll's chats, which the city file marks as closed
    AREAS = "areas"  # residents of the poll's areas, by their own word


class PollState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"  # closed without a result; its ballots stay, and are not shown

    @property
    def over(self) -> bool:
        return self in (PollState.CLOSED, PollState.CANCELLED)


class Extra(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an option has besides its text: a page or a picture (https), and what it shows.
    ``picture``: the one that was fetched from there."""

    url: str
    about: Localized = {}
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll before it has a number. ``chats`` are where it will be posted; ``kind``, ``least``
    and ``most`` are those of its `Paper`. ``shuffled``: options come in an order of each
    person's own. ``extras`` are by the option's index. ``final``: a vote can't be changed.
    ``survey``: it is asked there, and nowhere alone.
    ``areas`` (ids of the city file) are whose residents vote, where ``voters`` is AREAS."""

    question: Localized
    options: tuple[Localized, ...]
    shows: Shows
    opens_at: datetime
    closes_at: datetime | None
    chats: tuple[Address, ...]
    created_by: str
    kind: Kind = Kind.SINGLE
    least: int = 1
    most: int = 1
    shuffled: bool = False
    extras: Mapping[int, Extra] = field(default_factory=dict)
    final: bool = False
    survey: int | None = None
    voters: Voters = Voters.ANYONE
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll(PollDraft):
    """What was drafted, under its number, and what became of it."""

    id: int
    state: PollState
    closed_at: datetime | None = None
    withdrawn: tuple[int, ...] = ()

    @classmethod
    def of(cls, draft: PollDraft, id: int, state: PollState) -> "Poll":
        drafted = {one.name: getattr(draft, one.name) for one in fields(PollDraft)}
        return cls(**drafted, id=id, state=state)

    @property
    def paper(self) -> Paper:
        return Paper(self.kind, len(self.options), self.least, self.most, self.withdrawn)


class BallotBox(msgspec.Struct, frozen=True):
    """What the vote path needs of a poll. ``key`` (32 bytes) makes voters' pseudonyms; it is
    destroyed when the poll closes, and is None from then on."""

    poll: int
    options: tuple[Localized, ...]
    state: PollState
    shows: Shows
    opens_at: datetime
    closes_at: datetime | None
    key: bytes | None
    paper: Paper
    final: bool
    survey: int | None = None
    voters: Voters = Voters.ANYONE


class Ballot(msgspec.Struct, frozen=True):
    """One resident's current answer in one poll, as a number that the poll's `Paper` reads.
    ``voter`` is keyed per poll (16 bytes).

    ``order`` and ``at`` (server receipt) tell which of two presses is later; both are wiped when
    the poll closes.
    """

    poll: int
    voter: bytes
    answer: int
    channel: str
    order: int
    at: datetime


class WordsState(StrEnum):
    """Of an answer in words."""

    WAITING = "waiting"  # for an editor who reads it
    APPROVED = "approved"
    HIDDEN = "hidden"


class Words(msgspec.Struct, frozen=True):
    """An answer in words. ``token`` (hexadecimal) names it for editors, is another after every
    change, and says nothing of the voter. ``found``: kinds of personal data that were taken out.
    ``reason``: why it is hidden."""

    token: str
    text: str
    language: str
    state: WordsState = WordsState.WAITING
    found: tuple[str, ...] = ()
    reason: str = ""


class BallotList(msgspec.Struct, frozen=True):
    """The list of a closed poll's ballots: its first line, the SHA-256 of the whole file
    (hexadecimal), and how many ballots are in it."""

    poll: int
    head: str
    digest: str
    ballots: int


AT_ONCE = 10_000
"""Rows: a poll with so many ballots closes whole in one transaction, one with more by steps."""
FEW = 5
"""Below so many ballots nothing is shown, or kept, of who they came from, not even by channel."""


@dataclass(frozen=True)
class Tally:
    """``given``: how many ballots say just that, which is all that any way of counting needs;
    ``channels``: how many came by which channel."""

    paper: Paper
    given: Mapping[int, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def answers(self) -> Mapping[int, int]:
        """As they count: without options that were withdrawn, and ballots that name no other."""
        if not self.paper.gone:
            return self.given
        found = Counter[int]()
        for answer, n in self.given.items():
            if (kept := self.paper.kept(answer)) is not None:
                found[kept] += n
        return found

    @cached_property
    def total(self) -> int:
        """Ballots that count."""
        return sum(self.answers.values())

    @cached_property
    def ballots(self) -> int:
        return sum(self.given.values())

    @cached_property
    def uncounted(self) -> Mapping[int, int]:
        """Ballots that name it, by each option that was withdrawn."""
        named = Counter[int](dict.fromkeys(self.paper.gone, 0))
        for answer, n in self.given.items() if self.paper.gone else ():
            for i in self.paper.chosen(answer):
                named[i] += n if i in self.paper.gone else 0
        return {i: named[i] for i in self.paper.gone}

    @property
    def parted(self) -> Mapping[str, int]:
        """By channel, where there are enough ballots to tell."""
        return self.channels if self.total >= FEW else {}

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """By option: ballots that chose it, its points, or how often it was the first choice."""
        found = [0] * self.paper.size
        for answer, n in self.answers.items():
            for i, weight in enumerate(self.paper.support(answer)):
                found[i] += weight * n
        return tuple(found)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """By option, 0 to 1: of the ballots, or of all points that were given."""
        whole = sum(self.counts) if self.paper.kind is Kind.POINTS else self.total
        return tuple(count / whole if whole else 0.0 for count in self.counts)


@dataclass(frozen=True, slots=True)
class PollStep:
    """One line of a poll's public history. ``by`` is an official's key, "" for the timetable."""

    id: int
    poll: int
    at: datetime
    kind: str
    """corrected, reminded, withdrawn (an ``option``, with why), cancelled (with why), followed_up
    (with what happened next)"""
    by: str
    text: Localized
    option: int | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """Who asked to be told the result of a poll, and what happened next."""

    resident: str
    channel: str
    language: str


class PlanState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"  # for a second person's approval
    TEMPLATE = "template"
    SERIES = "series"  # a poll of its own whenever its time comes


@dataclass(frozen=True, slots=True)
class Plan:
    """A poll that is not one yet: the editor's form, as it was filled in. ``version`` grows with
    every change. Of a series, ``cron`` says when (city time), and ``due`` when next."""

    id: int
    fields: Mapping[str, str]
    state: PlanState
    by: str
    at: datetime
    version: int = 1
    cron: str = ""
    due: datetime | None = None

    @property
    def survey(self) -> str | None:
        """As an editor wrote it, where it is no poll's form."""
        return self.fields.get("survey")
