"""What a channel promises, and a process's standing connection to the others."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.events import Address, Event
from core.messages import Message, Reply

Handle = Callable[[Event], Awaitable[Reply]]

MessageRef = str
"""A sent message as its adapter knows it; opaque to everyone else."""

Answer = Callable[[bytes | None], None]
Brief = Callable[[Mapping[str, str], bytes, Answer], bool]
"""The short way through a POST route: headers (names in lower case), body of a whole request, and
what is to be called, once, with the JSON that answers it with 200 (or b""), or None where it is to
be brought again (503). False where the route's handler has to look at the request."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path of the one HTTP server. ``handler`` takes and returns that server's own types."""

    method: str
    path: str
    handler: Callable[[Any], Awaitable[Any]]
    brief: Brief | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast a platform takes messages, for the courier to keep. Seconds; sends and edits."""

    per_second: float
    chat_gap: float  # between two messages to one chat
    edit_gap: float  # between two edits of one post


class SendFailed(Exception):
    """A platform did not take a message.

    ``permanent``: the chat is gone or has blocked us, do not try again. ``retry_after``: seconds
    the platform asked for. ``moved_to``: the chat lives on there. ``uncertain``: the message was
    written but no answer came, so it may have been delivered. ``everybody``: the platform asked
    for that pause for all chats, not for this one alone.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        moved_to: Address | None = None,
        uncertain: bool = False,
        everybody: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.uncertain = uncertain
        self.everybody = everybody


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody else's message is to go."""

    ref: MessageRef


@dataclass(frozen=True, slots=True)
class Restriction:
    """A person, by the chat where they are alone with us, is not to write before then."""

    who: Address
    until: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel is: for /readiness and ``kuulolla check``. ``detail`` holds no secret."""

    ok: bool
    detail: str


class Channel(Protocol):
    """One way in and out. ``start`` is called once, before the first event may be handled.

    ``edit`` raises SendFailed(permanent) where the message is gone, and returns quietly where it
    already shows the same. ``enforce`` keeps order in a chat; done twice, it is done once. It
    raises SendFailed(permanent) where we may not, or no longer.
    """

    name: str
    limits: Limits

    def routes(self) -> Sequence[Route]: ...
    async def start(self, handle: Handle) -> None: ...
    async def stop(self) -> None: ...
    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef: ...
    async def edit(self, ref: MessageRef, message: Message) -> None: ...
    async def enforce(self, at: Address, act: Removal | Restriction) -> None: ...
    async def health(self) -> Health: ...


@dataclass(frozen=True, slots=True)
class News:
    """What a `Line` says: the duties that are ours, the subjects that other processes touched
    (None: nobody committed anything), whether some of that may have been missed, and when the
    database was asked (`time.monotonic`)."""

    held: frozenset[str]
    heard: frozenset[str] | None
    missed: bool
    as_of: float


class Line(Protocol):
    """A process's standing connection to the others. ``listen`` belongs to one thread; the rest
    may be called from any."""

    def listen(self, duties: Collection[str], seconds: float) -> News:
        """Waits that long for others, takes what duties nobody has. Without a connection it makes
        one; DatabaseUnavailable where it is lost, and all duties with it."""
        ...

    def tell(self, subjects: Collection[str]) -> None:
        """To all the others: something was committed that touched these. Not to ourselves."""
        ...

    def cut(self) -> None:
        """The database does not answer: whoever waits for it fails now, whoever comes fails at
        once, until a line is made again."""
        ...

    def close(self) -> None: ...
