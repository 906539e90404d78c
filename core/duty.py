"""What only one process does at a time, however many serve: a courier, the timetable, a poller."""

from collections.abc import Awaitable, Callable
from typing import Protocol


class Duty(Protocol):
    """Whether it is ours now. It may be lost at any moment: ask before each act."""

    @property
    def held(self) -> bool: ...

    async def perform(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does ``work`` whenever it is held; cancels it once it is lost. Ends with ``work``."""
        ...


class Alone:
    """The duty of a process that is the only one."""

    held = True

    async def perform(self, work: Callable[[], Awaitable[None]]) -> None:
        await work()


ALONE = Alone()
