"""Posts and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from core.events import Address


@dataclass(frozen=True, slots=True)
class Show:
    """What to show, rendered when it is sent: a view of `core.views` and its arguments (JSON)."""

    view: str
    args: Mapping[str, Any] = field(default_factory=dict)


REMOVE = "remove"
"""Of a `Show` that shows nothing: somebody else's message (``ref``) is taken away."""
RESTRICT = "restrict"
"""… a person (``who``, a pseudonym) cannot write in the chat before ``until`` (ISO)."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message that the city published in a chat and may edit. ``ref`` is None until sent."""

    id: int
    to: Address
    show: Show
    language: str
    ref: str | None
    shown: str  # fingerprint of what the chat shows now


class Priority(IntEnum):
    """What goes first, where a platform takes less than there is to send."""

    WAITED_FOR = 0  # by somebody who acted; and what a post shows now
    ROUND_UP = 1
    BROADCAST = 2


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # claimed; waiting again once the lease lapses
    DONE = "done"
    UNCERTAIN = "uncertain"  # written, but the answer never came: not repeated blindly
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox. With ``post``: sends that post, or edits it once it has a ``ref``.

    ``thread_ref`` is the reference of the message that this one answers in a thread.
    """

    id: int
    to: Address
    show: Show
    language: str
    tries: int
    post: Post | None = None
    thread_ref: str | None = None
