"""Round-ups."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.events import Address
from core.texts import Localized


@dataclass(frozen=True, slots=True)
class DigestClock:
    """``covered``: up to when the chat has been told; ``fired``: the last time by its ``cron``
    line that was seen to, from which the next one follows."""

    covered: datetime
    fired: datetime
    cron: str = ""


class PreviewState(StrEnum):
    WAITING = "waiting"  # for an editor, or for its time
    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class DigestPreview:
    """A round-up that editors may change before it goes out. ``found`` are the items that there
    are, ``items`` those that are sent, as (section, id) in their order; ``until``: what it covers;
    ``version`` grows with every change."""

    id: int
    chat: Address
    until: datetime
    due: datetime
    found: tuple[tuple[str, int], ...]
    items: tuple[tuple[str, int], ...]
    more: dict[str, int] = field(default_factory=dict)
    opening: Localized = field(default_factory=dict)
    state: PreviewState = PreviewState.WAITING
    by: str = ""
    version: int = 1
