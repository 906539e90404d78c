"""Heavy work in a process of its own: a real worker, which answers, fails, hangs and is ended."""

import struct
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bots.pictures import Pictures
from bots.worker import Drawing
from bots.workshop import Workshop
from core.errors import TryAgain
from core.messages import Bar, Bars
from core.model import Ballot, PollDraft, PollState, Shows
from core.ports import Store
from storage import Database
from tests.fakes import Clock
from tests.stage import CITY, GROUP, START, three

MIRROR = """
import os
from bots.worker import serve

def make(order):
    if order == b"hang":
        while True: pass
    if order == b"die":
        os._exit(1)
    if order == b"who":
        return str(os.getpid()).encode()
    return order[:order.index(b"!")] * 2

serve(make)
"""
Hire = Callable[..., Workshop]


@pytest.fixture
async def hire() -> AsyncIterator[Hire]:
    hired = []

    def one(**more: float) -> Workshop:
        hired.append(Workshop((sys.executable, "-c", MIRROR), **more))
        return hired[-1]

    yield one
    for workshop in hired:
        await workshop.stop()


async def test_one_worker_serves_one_order_after_another(hire: Hire) -> None:
    workshop = hire()
    assert not workshop.busy
    assert await workshop.make(b"ab!") == b"abab"
    assert await workshop.make(b"who") == await workshop.make(b"who")
    assert workshop.busy


@pytest.mark.parametrize("order", [b"no mark", b"die"])
async def test_after_a_failure_there_is_a_new_worker(hire: Hire, order: bytes) -> None:
    workshop = hire()
    first = await workshop.make(b"who")
    with pytest.raises(TryAgain):
        await workshop.make(order)
    assert not workshop.busy
    assert await workshop.make(b"who") != first


async def test_a_worker_that_hangs_is_ended(hire: Hire) -> None:
    workshop = hire(patience=1.0)
    with pytest.raises(TryAgain):
        await workshop.make(b"hang")
    assert not workshop.busy


async def test_an_idle_worker_is_ended(hire: Hire) -> None:
    workshop = hire(idle=0.0)
    await workshop.make(b"a!")
    assert workshop._worker
    await workshop._worker.wait()
    assert not workshop.busy
    assert await workshop.make(b"a!") == b"aa"


async def test_a_worker_that_is_woken_makes_the_next_order_or_is_ended(hire: Hire) -> None:
    workshop = hire()
    await workshop.wake()
    assert workshop._worker
    woken = workshop._worker.pid
    await workshop.wake()
    assert await workshop.make(b"who") == str(woken).encode()
    unused = hire(idle=0.0)
    await unused.wake()
    assert unused._worker
    await unused._worker.wait()
    gone = Workshop(("/no/such/program",))
    await gone.wake()
    with pytest.raises(TryAgain):
        await gone.make(b"who")


async def test_a_worker_starts_in_any_folder(
    hire: Hire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert await hire().make(b"ab!") == b"abab"


async def test_nothing_is_made_once_it_has_stopped(hire: Hire) -> None:
    workshop = hire()
    await workshop.make(b"a!")
    await workshop.stop()
    await workshop.wake()
    assert not workshop.busy
    with pytest.raises(TryAgain):
        await workshop.make(b"a!")


# --- charts --------------------------------------------------------------------------------------

LABELS = ["Kyllä", "Ei", "", "$x^2$", "🌳🌳", "A" * 200, "مرحبا", "<b>&", "\n", "Å", "ö", "12"]


@pytest.mark.parametrize("labels", [LABELS, LABELS[:2], []], ids=len)
async def test_a_chart_is_a_picture_that_every_chat_takes(labels: list[str]) -> None:
    bars = tuple(Bar(label, n, n / 12) for n, label in enumerate(labels))
    workshop = Workshop()
    order = msgspec.json.encode(Drawing("Mihin $uusi silta? " * 12, Bars(bars, "12 ääntä")))
    picture = await workshop.make(order)
    await workshop.stop()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n") and len(picture) < 300_000
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 960 and width + height < 10_000 and width / height < 20


class Artist:
    """Draws nothing, and counts."""

    def __init__(self) -> None:
        self.orders: list[Drawing] = []

    async def __call__(self, order: bytes) -> bytes:
        self.orders.append(msgspec.json.decode(order, type=Drawing))
        return b"picture %d" % len(self.orders)


def closed_poll(store: Store) -> None:
    options = (three("Torille", "Till torget", "Square"), three("Rantaan", "Vid", "Shore"))
    draft = PollDraft(three("Mihin?", "Vart?", "Where?"), options, Shows.ALWAYS, START, None,
                      (GROUP,), "slack:U0EDITOR")  # fmt: skip
    id = store.add_poll(draft, bytes(32), PollState.OPEN).id
    store.close_poll(id, START)
    store.add_poll(draft, bytes(32), PollState.OPEN)


async def test_a_result_is_drawn_once_a_language(sqlite_database: Database) -> None:
    with sqlite_database.begin() as store:
        closed_poll(store)
    draw = Artist()

    async def read(question: Callable[[Store], object]) -> object:
        with sqlite_database.reading() as store:
            return question(store)

    pictures = Pictures(CITY, read, draw, lambda: datetime(2026, 3, 3, tzinfo=UTC))
    url = "https://example.test/sv/polls/1/chart.png"
    assert await pictures.at(url) == await pictures.chart("sv", 1) == b"picture 1"
    assert await pictures.at("/fi/polls/1/chart.png") == b"picture 2"
    assert [order.title for order in draw.orders] == ["Vart?", "Mihin?"]
    assert [bar.label for bar in draw.orders[0].bars.bars] == ["Till torget", "Vid"]
    for other in ("/fi/polls/2/chart.png", "/fi/polls/9/chart.png", "/de/polls/1/chart.png",
                  "/fi/polls/1/chart.png?x", "https://example.test/"):  # fmt: skip
        assert await pictures.at(other) is None
    assert len(draw.orders) == 2


async def test_how_an_open_poll_stands_is_drawn_once_a_minute(sqlite_database: Database) -> None:
    with sqlite_database.begin() as store:
        closed_poll(store)
        hidden = PollDraft(three("Miten?", "Hur?", "How?"), (three("A", "A", "A"),) * 2,
                           Shows.AFTER_CLOSE, START, None, (), "slack:U0EDITOR")  # fmt: skip
        store.add_poll(hidden, bytes(32), PollState.OPEN)
    draw, clock = Artist(), Clock()

    async def read(question: Callable[[Store], object]) -> object:
        with sqlite_database.reading() as store:
            return question(store)

    def vote(voter: int) -> None:
        with sqlite_database.begin() as store:
            one = Ballot(2, bytes([voter]) * 16, 0, "web", voter, START)
            store.put_ballots([one])

    pictures = Pictures(CITY, read, draw, clock)
    assert await pictures.chart("fi", 2) == b"picture 1"
    vote(1)
    assert await pictures.chart("fi", 2) == b"picture 1"
    clock.advance(60)
    assert await pictures.chart("fi", 2) == b"picture 2"
    assert [bar.count for bar in draw.orders[1].bars.bars] == [1, 0]
    assert await pictures.chart("fi", 3) is None  # hidden from everybody
    assert await pictures.at("/fi/polls/2/chart.png") is None  # no message shows what will change


async def test_a_picture_that_cannot_be_had_now_is_done_without(sqlite_database: Database) -> None:
    with sqlite_database.begin() as store:
        closed_poll(store)

    async def read(question: Callable[[Store], object]) -> object:
        with sqlite_database.reading() as store:
            return question(store)

    async def fail(order: bytes) -> bytes:
        raise TryAgain("busy")

    pictures = Pictures(CITY, read, fail, lambda: START)
    assert await pictures.at("/fi/polls/1/chart.png") is None
