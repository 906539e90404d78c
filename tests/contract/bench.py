"""What the suite asks of a channel's bench. A new channel is one more class of this shape, and one
more line in `conftest.BENCHES`."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from core.events import Address, Event, Person
from core.messages import Message, Reply
from core.ports import Channel, MessageRef, SendFailed

PATIENCE = 20.0
FaultKind = Literal["429", "500", "drop", "lost_answer"]


class Rules:
    """Keeps events and answers them with ``answer``; ``failures`` are raised first, one each."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.tried: list[str] = []
        self.answer: Callable[[Event], Reply] = lambda event: Reply()
        self.failures: deque[Exception] = deque()
        self.open = asyncio.Event()

    async def __call__(self, event: Event) -> Reply:
        self.tried.append(event.id)
        if self.failures:
            raise self.failures.popleft()
        self.events.append(event)
        return self.answer(event)


@dataclass(frozen=True)
class Seen:
    """A message as people see it. ``calls`` are those whom it calls for attention, ``links`` the
    addresses that it leads to."""

    text: str
    buttons: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    parent: MessageRef | None = None


class Door(Protocol):
    """A way in. Residents or officials press buttons, strangers forge, the platform repeats."""

    name: str
    channel: Channel
    rules: Rules
    person: Person
    """Who presses."""
    home: Address
    """The shared chat where they do it."""
    brings_again: bool
    """Whether the platform brings a press again that we could not take."""

    async def show(self, message: Message) -> MessageRef:
        """In the shared chat."""
        ...

    async def press(self, ref: MessageRef, label: str) -> None: ...
    async def told(self, number: int = 1) -> list[str]:
        """What the person alone has been told, as soon as it is so much."""
        ...

    async def again(self) -> None:
        """The platform brings the last press once more, and we have taken it."""
        ...

    async def forge(self, action: str) -> int | None:
        """A press by somebody who is not the platform: the HTTP status, None without a door."""
        ...


class Bench(Door, Protocol):
    """A channel that can be written to."""

    workplace: bool
    """Whether it is officials who press."""
    secrets: tuple[str, ...]

    def closed_chats(self) -> list[Address]:
        """Chats that cannot be written to: unknown, closed, or without us."""
        ...

    def seen(self, ref: MessageRef) -> Seen: ...
    def posts(self) -> int:
        """How many messages the shared chat has of ours."""
        ...

    def fail(self, doing: Literal["send", "edit"], kind: FaultKind) -> None:
        """What happens to the next call. A 429 asks for 7 seconds."""
        ...

    def remove(self, ref: MessageRef) -> None:
        """Somebody deletes it."""
        ...

    def move(self) -> Address | None:
        """The shared chat goes on at another address; None where chats do not."""
        ...

    def nowhere(self) -> Channel:
        """The same channel, whose platform is not there."""
        ...

    async def arrive(self) -> MessageRef:
        """The person turns to the service where only the two are, and it answers."""
        ...

    def alone(self) -> list[Seen]:
        """What stands there now, oldest first."""
        ...

    async def until(self, condition: Callable[[], object]) -> None: ...


class Threads(Bench, Protocol):
    """A channel whose people write under our messages."""

    marks: bool
    """Whether it shows a quiet mark on what was taken."""
    tells_deletions: bool
    removes: bool
    """Whether messages of others can be taken away, and people kept from writing."""

    async def reply(self, ref: MessageRef, words: str) -> MessageRef:
        """Somebody else writes, among others, in answer to that."""
        ...

    async def change(self, ref: MessageRef, words: str) -> None: ...
    async def erase(self, ref: MessageRef) -> None: ...
    def marked(self, ref: MessageRef) -> bool: ...
    def told_alone(self) -> list[str]:
        """What who wrote was told with nobody else reading."""
        ...

    def may_enforce(self) -> None:
        """Where rights are needed for that, somebody gives them."""
        ...

    def gone(self, ref: MessageRef) -> bool: ...


class Desks(Door, Protocol):
    """A channel whose people fill in forms."""

    async def leave_unsent(self, ref: MessageRef, label: str, **fields: str) -> None:
        """Opens a button's form, writes in it, and leaves it as one does there."""
        ...

    async def opened(self, ref: MessageRef, label: str) -> dict[str, str]:
        """What stands in the fields of a button's form, which is closed again."""
        ...


async def failure(doing: object) -> SendFailed:
    """The SendFailed that a call raises."""
    try:
        await doing  # type: ignore[misc]
    except SendFailed as failed:
        return failed
    raise AssertionError("it did not fail")
