"""The one way into the database: what waits is done together, committed once, then answered.

Work is collected in the event loop and handed to the writer's thread as one batch for each
commit that finished: a thread that drains a queue would commit tiny batches. Where the database is
`near`, a batch of votes is applied in the loop's own thread, and only its commit, which waits for
the disk, is left to the writer's: two threads that both compute take the interpreter from one
another with every statement.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol, TypeVar

import structlog

from core.errors import Lacking, TryAgain, kind_and_place
from core.events import Event, Pressed
from core.messages import Reply
from core.ports import Store

T = TypeVar("T")
Work = Callable[[Store], T]
Begin = Callable[[], AbstractContextManager[Store]]
OnCommit = Callable[[frozenset[str]], None]
Item = Event | Work[Any]
Outcome = Any  # what is handed back, or the exception to raise

log = structlog.get_logger(__name__)

WAITING_LIMIT = 20_000
BATCH_LIMIT = 512
ENOUGH = 256
FEW = 16
LINGER = 0.002
"""Seconds at most between two commits while batches are larger than `FEW`: much of what a commit
costs it costs once. Who is answered asks again soon, so that it is mostly over when as many wait
as were just answered. With smaller batches there is time for more commits, and a pause would only
be felt."""


class Inbox(Protocol):
    """The switchboard of the rules: `core.inbox.Inbox`."""

    def is_vote(self, event: Event) -> bool: ...
    def cast(self, store: Store, presses: Sequence[Pressed], now: datetime) -> list[Reply]: ...
    def handle(self, store: Store, event: Event, now: datetime) -> Reply: ...
    def apology(self, event: Event) -> Reply: ...


_Asked = tuple[Item, asyncio.Future[Any]]


class Intake:
    """``begin`` opens a transaction; ``busy`` are its errors that mean "not now". ``near`` is the
    same where it opens at once or fails, and nothing but the commit takes long.

    ``on_commit`` is told, in the event loop, of what each commit touched. One writer commits
    batches in the order in which they came; several do not, as several processes do not.
    """

    def __init__(
        self,
        begin: Begin,
        inbox: Inbox,
        clock: Callable[[], datetime],
        on_commit: OnCommit,
        busy: tuple[type[Exception], ...] = (),
        waiting_limit: int = WAITING_LIMIT,
        writers: int = 1,
        near: Begin | None = None,
    ) -> None:
        self._writer = _Writer(begin, inbox, clock, busy)
        self._near = _Writer(near, inbox, clock, busy) if near else None
        self._on_commit = on_commit
        self._limit = waiting_limit
        self._idle = self._writers = writers
        self._threads = ThreadPoolExecutor(writers, thread_name_prefix="writer")
        self._waiting: deque[_Asked] = deque()
        self._scheduled = False
        self._pause: asyncio.TimerHandle | None = None
        self._awaited = 0  # as many waiting end the pause
        self._stopping = False
        self._drained = asyncio.Event()
        self._drained.set()

    def handle(self, event: Event) -> asyncio.Future[Reply]:
        """The reply, once what it tells of is committed. TryAgain, or Lacking, where nothing was
        done."""
        return self._put(event)

    def run(self, work: Work[T]) -> asyncio.Future[T]:
        """Any other writing. ``work`` may run twice (its first transaction rolled back), so that
        it must have no effect but on the store."""
        return self._put(work)

    async def stop(self) -> None:
        """Takes nothing new, finishes what waits."""
        self._stopping = True
        await self._drained.wait()
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)

    def _put(self, item: Item) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        if self._stopping or len(self._waiting) >= self._limit:
            future.set_exception(TryAgain("stopping" if self._stopping else "too much is waiting"))
            return future
        self._waiting.append((item, future))
        if self._pause:
            if len(self._waiting) >= self._awaited:
                self._pause.cancel()
                self._resume(loop)
        elif self._idle and not self._scheduled:
            self._scheduled = True
            self._drained.clear()
            loop.call_soon(self._gather, loop, 0)
        return future

    def _resume(self, loop: asyncio.AbstractEventLoop) -> None:
        self._pause = None
        self._gather(loop, 0)

    def _gather(self, loop: asyncio.AbstractEventLoop, before: int) -> None:
        """Waits while every turn of the loop brings more, for a commit of many costs little more
        than a commit of one; a lone event waits one turn."""
        waiting = len(self._waiting)
        if before < waiting < ENOUGH:
            loop.call_soon(self._gather, loop, waiting)
        else:
            self._hand_over(loop)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        self._scheduled = False
        while self._idle and self._waiting:
            self._idle -= 1
            size = min(len(self._waiting), BATCH_LIMIT)
            taken = [self._waiting.popleft() for _ in range(size)]
            if (cast := self._cast(taken)) is None:
                self._threads.submit(self._write, loop, taken)
            else:
                self._threads.submit(self._commit, loop, taken, cast)
        if self._idle == self._writers and not self._waiting:
            self._drained.set()

    def _cast(self, taken: list[_Asked]) -> "_Cast | None":
        """None where that is the writer's thread's to do: other work, or a fault, which is found
        again there."""
        items = [item for item, _ in taken]
        if self._near is None or not self._near.only_votes(items):
            return None
        try:
            return self._near.cast(items)
        except Exception:
            return None

    def _commit(self, loop: asyncio.AbstractEventLoop, taken: list[_Asked], cast: "_Cast") -> None:
        """In the writer's thread."""
        try:
            cast.block.close()
        except Exception:  # rolled back: the same again tells what it was
            self._write(loop, taken)
        else:
            loop.call_soon_threadsafe(self._release, loop, taken, cast.outcomes, cast.touched)

    def _write(self, loop: asyncio.AbstractEventLoop, taken: list[_Asked]) -> None:
        """In the writer's thread. Whatever happens here, nobody is left waiting."""
        try:
            outcomes, touched = self._writer.commit([item for item, _ in taken])
        except Exception as error:
            outcomes, touched = [error] * len(taken), None
        loop.call_soon_threadsafe(self._release, loop, taken, outcomes, touched)

    def _release(
        self,
        loop: asyncio.AbstractEventLoop,
        taken: list[_Asked],
        outcomes: list[Outcome],
        touched: frozenset[str] | None,
    ) -> None:
        for (_, future), outcome in zip(taken, outcomes, strict=True):
            if future.done():  # whoever asked was cancelled; the work is committed all the same
                continue
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        self._idle += 1
        if not self._scheduled:
            self._scheduled = True
            if len(taken) > FEW:
                self._awaited = len(self._waiting) + len(taken)
                self._pause = loop.call_later(LINGER, self._resume, loop)
            else:
                self._gather(loop, 0)
        if touched is not None:
            self._on_commit(touched)


@dataclass(frozen=True, slots=True)
class _Cast:
    """Votes that are applied; closing the block commits them."""

    block: ExitStack
    outcomes: list[Outcome]
    touched: frozenset[str]


class _Writer:
    """Applies a batch."""

    def __init__(
        self,
        begin: Begin,
        inbox: Inbox,
        clock: Callable[[], datetime],
        busy: tuple[type[Exception], ...],
    ) -> None:
        self._begin = begin
        self._inbox = inbox
        self._clock = clock
        self._busy = busy

    def commit(self, items: Sequence[Item]) -> tuple[list[Outcome], frozenset[str] | None]:
        """An outcome for each item, and what was touched: None where nothing was committed."""
        try:
            return self._transaction(items)
        except self._busy as error:
            return [_try_again(error) for _ in items], None
        except Exception as error:
            if len(items) == 1 and isinstance(error, Lacking):
                return [error], None
            if len(items) == 1:
                _log_failure(items[0], error)
                return [self._failed(items[0], error)], None
        # One of them spoiled the batch. It was rolled back: each gets a transaction of its own.
        singles = [self.commit([item]) for item in items]
        touched = [subjects for _, subjects in singles if subjects is not None]
        outcomes = [outcome for single, _ in singles for outcome in single]
        return outcomes, frozenset().union(*touched) if touched else None

    def _transaction(self, items: Sequence[Item]) -> tuple[list[Outcome], frozenset[str]]:
        now = self._clock()
        outcomes: list[Outcome] = []
        with self._begin() as store:
            for votes, run in self._runs(items):
                if votes:
                    outcomes += self._inbox.cast(store, run, now)
                else:
                    outcomes += [self._apply(store, item, now) for item in run]
            touched = frozenset(store.touched)
        return outcomes, touched

    def only_votes(self, items: Sequence[Item]) -> bool:
        return all(map(self._is_vote, items))

    def cast(self, votes: Sequence[Any]) -> _Cast:
        with ExitStack() as block:
            store = block.enter_context(self._begin())
            outcomes = self._inbox.cast(store, votes, self._clock())
            return _Cast(block.pop_all(), outcomes, frozenset(store.touched))

    def _failed(self, item: Item, error: Exception) -> Outcome:
        """Whoever wrote or pressed is told; the platform need not bring it again, for it would
        fail again. Our own work is told by the exception itself."""
        return self._inbox.apology(item) if isinstance(item, Event) else _raisable(error)

    def _runs(self, items: Sequence[Item]) -> Iterator[tuple[bool, Sequence[Any]]]:
        """Consecutive votes together, and what lies between them."""
        for votes, run in groupby(items, self._is_vote):
            yield votes, list(run)

    def _is_vote(self, item: Item) -> bool:
        return isinstance(item, Event) and self._inbox.is_vote(item)

    def _apply(self, store: Store, item: Item, now: datetime) -> Outcome:
        if isinstance(item, Event):
            return self._inbox.handle(store, item, now)
        return item(store)


def _try_again(cause: Exception) -> TryAgain:
    error = TryAgain("the database is not available")
    error.__cause__ = cause
    return error


def _raisable(error: Exception) -> Exception:
    """A future refuses a StopIteration: it would end the coroutine that waits for it."""
    if not isinstance(error, StopIteration):
        return error
    wrapped = RuntimeError("StopIteration")
    wrapped.__cause__ = error
    return wrapped


def _log_failure(item: Item, error: Exception) -> None:
    name = item.id if isinstance(item, Event) else getattr(item, "__qualname__", repr(type(item)))
    log.error("item failed", item=name, **kind_and_place(error))
