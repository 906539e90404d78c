"""What moderators decide on, and what they decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ItemKind(StrEnum):
    """What residents write, and others may read."""

    QUESTION = "question"
    WORDS = "words"  # a poll's answer in words
    COMMENT = "comment"
    STATEMENT = "statement"


class ItemState(StrEnum):
    WAITING = "waiting"  # for a moderator
    APPEALED = "appealed"  # for another moderator
    REWORD = "reword"  # for its author, who was asked to say it otherwise
    APPROVED = "approved"
    REJECTED = "rejected"


DESK = frozenset({ItemState.WAITING, ItemState.APPEALED})
"""What waits for moderators."""


class Outcome(StrEnum):
    """What a moderator, or a check that the city lets decide, did. Of an appeal: UPHELD (the
    rejection stays) or OVERTURNED."""

    APPROVED = "approved"
    REDACTED = "redacted"  # approved, with more personal data hidden
    REWORD = "reword"
    REJECTED = "rejected"
    MUTED = "muted"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw: its name, and the words or figures it goes by."""

    check: str
    saw: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the desk. ``ref`` names it among its kind, ``place`` where it was written:
    ``question``, ``poll:7``, ``discussion:3``. ``since``: when it came to where it is now.

    ``author`` is a pseudonym, "" where nobody is to be told any more. ``shown``: it was public
    while it waited (moderated afterwards). ``appeal``: the author's words against a rejection;
    ``rewordings``: how often they said it otherwise. ``judgement``: the rejection's number.
    """

    kind: ItemKind
    ref: str
    place: str
    language: str
    since: datetime
    state: ItemState = ItemState.WAITING
    author: str = ""
    channel: str = ""
    found: tuple[Finding, ...] = ()
    shown: bool = False
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    decided_by: str | None = None
    rule: str = ""
    reason: str = ""
    appeal: str = ""
    rewordings: int = 0
    escalated: bool = False
    judgement: int | None = None
    reported: int = 0

    @property
    def waits(self) -> bool:
        return self.state in DESK

    @property
    def subject(self) -> str:
        """For posts that show it."""
        return f"item:{self.kind}.{self.ref}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of the moderation log. ``by`` (an official's key, or "city" for a check) and
    ``waited`` (seconds to the decision; None of answers in words, whose times are not to be told)
    are for the city; the rest is public."""

    at: datetime
    kind: ItemKind
    outcome: Outcome
    rule: str = ""
    by: str = ""
    waited: float | None = None
    appeal: Outcome | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait at the desk, by kind, and since when the oldest does."""

    counts: dict[ItemKind, int]
    oldest: datetime | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Mute:
    """Nobody hears this author in that place until then."""

    author: str
    place: str
    until: datetime
    rule: str
