"""Broadcasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.events import Address
from core.texts import Localized


class BroadcastState(StrEnum):
    WAITING = "waiting"  # for a second editor
    PLANNED = "planned"  # approved; begins at its time
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"

    @property
    def over(self) -> bool:
        return self in (BroadcastState.CANCELLED, BroadcastState.DONE)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message of the city to all who want to hear of a theme or an area ("" for no matter
    which). ``urgent``: quiet hours do not hold it. ``home``: where its progress is shown.

    ``cursor`` is the last subscriber (a pseudonym) who is in the outbox; ``queued``: all are.
    ``total``: how many were to get it when it began. ``report``: what became of those messages,
    by outcome, once it is over. ``version`` grows with every act of an editor."""

    id: int
    text: Localized
    theme: str
    area: str
    urgent: bool
    state: BroadcastState
    by: str
    home: Address
    made_at: datetime
    starts_at: datetime | None = None
    approved_by: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    cursor: str = ""
    queued: bool = False
    total: int = 0
    report: Mapping[str, int] = field(default_factory=dict)
    version: int = 1
