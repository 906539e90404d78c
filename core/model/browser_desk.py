"""What the staff's desk on the web keeps: messages of its channels, and who was let in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

SIGN_INS = "sign_ins"
"""The subject that is touched when somebody signed in."""


def desk_subject(chat: str) -> str:
    """The subject that is touched when a chat of the desk shows something new."""
    return f"on_desk:{chat}"


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """``shown`` is the message, encoded by the channel's adapter; ``parent`` the one it answers."""

    id: int
    chat: str
    shown: bytes
    at: datetime
    parent: int | None = None


class PassKind(StrEnum):
    SIGN_IN = "sign_in"  # one that is on its way
    INVITATION = "invitation"  # of the playground: a link that opens the desk once
    SESSION = "session"
    UNSENT = "unsent"  # a form that came when its session was over


@dataclass(frozen=True, slots=True)
class Pass:
    """What a browser shows for being let in. Only a digest of it is kept; ``holder`` says whose it
    is, and more (JSON)."""

    digest: str
    kind: PassKind
    holder: Mapping[str, Any]
    until: datetime
