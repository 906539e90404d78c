"""Duties: held while the database confirms it, given up at once when it does not."""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection

import pytest

from bots.duties import BEAT, HOLD, PATIENCE, Duties
from bots.live import Hub
from core.duty import ALONE
from core.ports import News
from storage.line import SILENCE

DEADLINE = 10.0
NAME = "courier:telegram"


class FakeLine:
    """Says what it is given; `silent` until it is cut."""

    def __init__(self) -> None:
        self.says: queue.Queue[News | Exception] = queue.Queue()
        self.told: list[set[str]] = []
        self.was_cut = threading.Event()
        self.closed = False

    def listen(self, duties: Collection[str], seconds: float) -> News:
        try:
            said = self.says.get(timeout=0.01)
        except queue.Empty:
            said = news(*duties)
        if isinstance(said, Exception):
            raise said
        return said

    def tell(self, subjects: Collection[str]) -> None:
        self.told.append(set(subjects))

    def cut(self) -> None:
        self.was_cut.set()

    def close(self) -> None:
        self.closed = True


class Silent(FakeLine):
    """Answers once, and then no more."""

    def listen(self, duties: Collection[str], seconds: float) -> News:
        if not self.closed:
            self.closed = True
            return news(*duties)
        assert self.was_cut.wait(DEADLINE)
        raise OSError("the line was cut")


def news(*held: str, heard: set[str] | None = None, missed: bool = False, age: float = 0) -> News:
    told = None if heard is None else frozenset(heard)
    return News(frozenset(held), told, missed, time.monotonic() - age)


class Bench:
    def __init__(self, line: FakeLine) -> None:
        self.line = line
        self.heard: list[Collection[str] | None] = []
        self.duties = Duties(line, self.heard.append)
        self.post = self.duties.post(NAME)

    async def until(self, seen: Callable[[], object]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not seen():
                await asyncio.sleep(0.001)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench(FakeLine())
    yield bench
    await bench.duties.stop()


async def test_a_duty_is_had_from_the_start(bench: Bench) -> None:
    assert not bench.post.held
    await bench.duties.start()
    assert bench.post.held
    assert bench.duties.held() == [NAME]


async def test_what_another_has_is_not_ours(bench: Bench) -> None:
    bench.line.says.put(news())
    await bench.duties.start()
    assert not bench.post.held
    await bench.until(lambda: bench.post.held)


async def test_a_confirmation_counts_from_when_it_was_asked_for(bench: Bench) -> None:
    """However late it arrived: another may have the duty by now."""
    bench.line.says.put(news(NAME, age=HOLD + 0.1))
    await bench.duties.start()
    assert not bench.post.held


async def test_without_a_line_there_is_no_duty() -> None:
    bench = Bench(Silent())
    await bench.duties.start()
    assert bench.post.held
    await bench.until(lambda: not bench.post.held)
    await bench.until(lambda: bench.duties.fault)
    assert bench.line.was_cut.is_set()
    assert bench.duties.fault == "no line to the database: OSError"
    await bench.duties.stop()


def test_a_duty_lapses_here_before_it_is_given_to_another() -> None:
    assert BEAT < HOLD < PATIENCE < SILENCE


async def test_a_line_that_comes_back_is_no_fault_any_more(bench: Bench) -> None:
    await bench.duties.start()
    bench.line.says.put(OSError("gone"))
    await bench.until(lambda: bench.duties.fault)
    await bench.until(lambda: not bench.duties.fault)
    await bench.until(lambda: bench.post.held)


async def test_a_broken_line_ends_the_duty_at_once(bench: Bench) -> None:
    """A server that was started again may have given it to another already."""
    await bench.duties.start()
    assert bench.post.held
    bench.line.says.put(OSError("gone"))
    await bench.until(lambda: bench.duties.fault)
    assert not bench.post.held


async def test_no_start_without_a_line(bench: Bench) -> None:
    bench.line.says.put(OSError("gone"))
    with pytest.raises(OSError, match="gone"):
        await bench.duties.start()


async def test_work_goes_on_while_the_duty_is_held(bench: Bench) -> None:
    began, ended = asyncio.Queue(), asyncio.Queue()

    async def work() -> None:
        began.put_nowait(None)
        try:
            await asyncio.Event().wait()
        finally:
            ended.put_nowait(None)

    bench.line.says.put(news())
    await bench.duties.start()
    performing = asyncio.create_task(bench.post.perform(work))
    async with asyncio.timeout(DEADLINE):
        await began.get()
        bench.line.says.put(news())
        await ended.get()
        await began.get()
        performing.cancel()
        await ended.get()


@pytest.mark.parametrize("alone", [True, False])
async def test_work_that_ends_ends_it(bench: Bench, alone: bool) -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    await bench.duties.start()
    async with asyncio.timeout(DEADLINE):
        await (ALONE if alone else bench.post).perform(work)
    assert done == [1]


async def test_what_was_committed_is_told_in_one(bench: Bench) -> None:
    await bench.duties.start()
    bench.duties.tell({"poll:1"})
    bench.duties.tell(set())
    bench.duties.tell({"poll:2"})
    await bench.until(lambda: bench.line.told)
    assert bench.line.told == [{"poll:1", "poll:2"}]


async def test_what_others_committed_is_heard(bench: Bench) -> None:
    await bench.duties.start()
    bench.line.says.put(news(heard={"poll:1"}))
    bench.line.says.put(news(heard=set()))
    bench.line.says.put(news(missed=True))
    await bench.until(lambda: None in bench.heard)
    assert bench.heard == [{"poll:1"}, set(), None]


async def test_anything_may_have_changed() -> None:
    hub = Hub()
    changes = hub.subscribe("poll:1")
    await anext(changes)
    hub.refresh()
    async with asyncio.timeout(DEADLINE):
        await anext(changes)
    await changes.aclose()


async def test_stopping_lets_go(bench: Bench) -> None:
    await bench.duties.start()
    await bench.duties.stop()
    assert not bench.post.held
    assert bench.line.closed
