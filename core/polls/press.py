"""One press on a vote button, and what may become of it."""

from datetime import datetime
from enum import Enum, auto

import msgspec

from core.events import Address


class Outcome(Enum):
    """What became of a press on a vote button."""

    COUNTED = auto()
    CLOSED = auto()
    NOT_OPEN = auto()
    GONE = auto()
    NO_OPTION = auto()
    FINAL = auto()
    WITHDRAWN = auto()
    NO_CODE = auto()
    NOT_HERE = auto()
    NO_AREA = auto()
    ELSEWHERE = auto()


class Press(msgspec.Struct, frozen=True):
    """One resident's press, and the answer it gives (see `core.answers`): ``at`` is its receipt,
    ``order`` the platform's own order. ``resident`` is the person, ``account`` the one of their
    accounts that pressed, in the chat ``where``."""

    poll: int
    answer: int
    resident: str
    channel: str
    order: int
    at: datetime
    account: str
    where: Address
