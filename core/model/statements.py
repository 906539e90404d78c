"""Conversations of statements, and what people think of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from core.events import Address
from core.model.polls import PollState
from core.texts import Localized


class Moderation(StrEnum):
    """When residents' statements are read: before they are shown, or after."""

    BEFORE = "before"
    AFTER = "after"


class Say(IntEnum):
    """What somebody says to a statement."""

    DISAGREE = -1
    PASS = 0
    AGREE = 1


class StatementState(StrEnum):
    WAITING = "waiting"  # for an editor who reads it
    SHOWN = "shown"
    REMOVED = "removed"  # by an editor; votes on it shape nothing any more


class Statement(msgspec.Struct, frozen=True):
    """One thought to agree or disagree with. ``seed``: it is the city's. ``author`` is the
    resident's pseudonym in the conversation; None for the city's, and for those who were
    forgotten. ``found``: kinds of personal data that were taken out. ``source``: its number in the
    conversation that it was imported from."""

    id: int
    conversation: int
    text: Localized
    seed: bool
    author: bytes | None
    state: StatementState
    at: datetime
    reason: str = ""
    found: tuple[str, ...] = ()
    source: int | None = None
    posted_at: datetime | None = None


class Opinion(msgspec.Struct, frozen=True):
    """What one person says to one statement now. ``voter`` is keyed per conversation (16 bytes).
    ``at`` tells which of two is later; closing leaves no more of it than the day."""

    conversation: int
    voter: bytes
    statement: int
    value: int
    important: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationDraft:
    """``adds_until``: until when residents may add statements; None: until it closes."""

    title: Localized
    background: Localized
    opens_at: datetime
    adds_until: datetime | None
    closes_at: datetime | None
    moderation: Moderation
    chats: tuple[Address, ...]
    created_by: str
    seeds: tuple[Localized, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """``key`` (32 bytes) makes people's pseudonyms; it is destroyed when the conversation closes,
    and is None from then on. ``names`` are what editors call opinion groups, by letter.
    ``changed_at``: when something other than votes last changed what groups come of it.
    ``bridge``: the conversation of a Polis server that votes are sent on to."""

    id: int
    title: Localized
    background: Localized
    state: PollState
    opens_at: datetime
    adds_until: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    moderation: Moderation
    chats: tuple[Address, ...]
    created_by: str
    changed_at: datetime
    key: bytes | None
    names: Mapping[str, Localized] = field(default_factory=dict)
    bridge: str = ""

    def takes_votes(self, at: datetime) -> bool:
        """Whether what is received then counts."""
        over = self.closes_at is not None and at >= self.closes_at
        return self.key is not None and self.state is PollState.OPEN and not over

    def takes_statements(self, at: datetime) -> bool:
        return self.takes_votes(at) and (self.adds_until is None or at < self.adds_until)


class StatementFigures(msgspec.Struct, frozen=True):
    """How people voted on a statement; ``together``: its group-informed consensus."""

    agrees: int
    disagrees: int
    passes: int
    together: float


class Stand(msgspec.Struct, frozen=True):
    """A statement that a group, or everybody, agrees with; disagrees, where not ``agree``."""

    statement: int
    agree: bool


class GroupFigures(msgspec.Struct, frozen=True):
    """An opinion group, and what it stands for."""

    size: int
    stands: tuple[Stand, ...]


class Groups(msgspec.Struct, frozen=True):
    """What the mathematics last made of a conversation. ``people`` and ``votes`` are how many it
    knew of, ``covered`` when the latest of these came; ``version`` counts the computations.
    ``moved``: how many people changed their group since the one before. ``priorities`` of
    statements say what there is most to learn from. ``members``: voter → letter."""

    conversation: int
    version: int
    made_at: datetime
    covered: datetime | None
    people: int
    votes: int
    moved: int
    priorities: Mapping[int, float]
    figures: Mapping[int, StatementFigures]
    groups: Mapping[str, GroupFigures]
    consensus: tuple[Stand, ...]
    members: Mapping[bytes, str]
