"""Stand-ins inside the process: a clock that is set, a channel that keeps what it was given."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from core.events import Address
from core.messages import Message
from core.ports import Handle, Health, Limits, Removal, Restriction, Route

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
UNHURRIED = Limits(per_second=1000, chat_gap=0, edit_gap=3)


class Clock:
    """The time, as a test sets it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class FakeDuty:
    """Held as a test says."""

    def __init__(self, held: bool = True) -> None:
        self.held = held

    async def perform(self, work: Callable[[], Awaitable[None]]) -> None:
        if self.held:
            await work()


class FakeChannel:
    """Shows messages in chats, edits them, and fails as told: ``fail`` holds what the next calls
    for a chat raise; while ``gate`` is closed, calls hang."""

    def __init__(self, name: str = "telegram", limits: Limits = UNHURRIED) -> None:
        self.name = name
        self.limits = limits
        self.chats: dict[str, list[str]] = {}  # what each chat shows, as refs
        self.shown: dict[str, Message] = {}
        self.calls: list[tuple[str, str]] = []  # ("send", chat) or ("edit", ref)
        self.enforced: list[Removal | Restriction] = []
        self.threads: dict[str, str | None] = {}
        self.fail: dict[str, deque[Exception]] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Event()
        self.in_flight = self.most_in_flight = 0

    def failing(self, where: str, *failures: Exception) -> None:
        self.fail[where] = deque(failures)

    def summaries(self, chat: str) -> list[str]:
        return [self.shown[ref].summary for ref in self.chats.get(chat, [])]

    def routes(self) -> Sequence[Route]:
        return ()

    async def start(self, handle: Handle) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def send(self, to: Address, message: Message, thread: str | None = None) -> str:
        await self._call("send", to.chat)
        refs = self.chats.setdefault(to.chat, [])
        refs.append(ref := f"{to.chat}/{len(refs) + 1}")
        self.shown[ref] = message
        self.threads[ref] = thread
        self.arrived.set()
        return ref

    async def edit(self, ref: str, message: Message) -> None:
        await self._call("edit", ref)
        self.shown[ref] = message

    async def enforce(self, at: Address, act: Removal | Restriction) -> None:
        await self._call("enforce", at.chat)
        self.enforced.append(act)

    async def health(self) -> Health:
        return Health(True, "as well as a fake can be")

    async def _call(self, what: str, where: str) -> None:
        self.calls.append((what, where))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self.gate.wait()
        finally:
            self.in_flight -= 1
        if failures := self.fail.get(where):
            raise failures.popleft()
