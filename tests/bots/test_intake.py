"""Group commit: few transactions, nothing acknowledged before its commit, one fault stays one."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from bots.intake import Intake
from core.errors import TryAgain
from core.events import Address, Event, Person, Pressed, Said
from core.messages import Reply

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WHO = Person("telegram", "1")
HERE = Address("telegram", "1")


class Away(Exception):
    """The database's way of saying "not now"."""


class Notebook:
    """A database of lines: what a transaction wrote is kept when it commits."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.rolled_back = 0
        self.started = threading.Event()
        self.may_commit = threading.Event()
        self.may_commit.set()
        self.away = False
        self.faults: list[Exception] = []  # of the next commits
        self.began: list[threading.Thread] = []
        self.committed: list[threading.Thread] = []

    @property
    def lines(self) -> list[str]:
        return [line for lines in self.transactions for line in lines]

    @contextmanager
    def begin(self) -> Iterator["Page"]:
        if self.away:
            raise Away
        page = Page()
        self.began.append(threading.current_thread())
        self.started.set()
        try:
            yield page
        except BaseException:
            self.rolled_back += 1
            raise
        assert self.may_commit.wait(10)
        self.committed.append(threading.current_thread())
        if self.faults:
            raise self.faults.pop()
        self.transactions.append(page.lines)


class Page:
    """One transaction."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.touched: set[str] = set()


class Rules:
    """Writes each event's id; trips over "bad"; votes are told together."""

    def is_vote(self, event: Event) -> bool:
        return isinstance(event, Pressed)

    def cast(self, store: Page, presses: Sequence[Pressed], now: datetime) -> list[Reply]:
        if any(press.id == "bad" for press in presses):
            raise ValueError("not in any log: a person's words")
        store.lines.append("+".join(press.id for press in presses))
        store.touched.add("poll:1")
        return [Reply(notice=press.id) for press in presses]

    def handle(self, store: Page, event: Event, now: datetime) -> Reply:
        store.lines.append(event.id)
        if event.id == "bad":
            raise ValueError("not in any log: a person's words")
        return Reply(notice=event.id)

    def apology(self, event: Event) -> Reply:
        return Reply(notice=f"sorry, {event.id}")


class Desk:
    """An intake over a notebook, with what its commits touched."""

    def __init__(self, near: bool = False, **options: int) -> None:
        self.notebook = Notebook()
        self.told: list[frozenset[str]] = []
        begin = self.notebook.begin
        ways = {"near": begin if near else None, **options}
        self.intake = Intake(begin, Rules(), lambda: NOW, self.told.append, busy=(Away,), **ways)

    async def all(self, *events: Event) -> list[Reply | BaseException]:
        handles = (self.intake.handle(event) for event in events)
        return await asyncio.gather(*handles, return_exceptions=True)

    async def writing(self) -> None:
        """Waits until the writer is inside a transaction."""
        await asyncio.to_thread(self.notebook.started.wait, 10)
        self.notebook.started.clear()


@pytest.fixture(params=[False, True], ids=["far", "near"])
async def desk(request):
    desk = Desk(near=request.param)
    yield desk
    desk.notebook.may_commit.set()
    await desk.intake.stop()


def said(id: str) -> Said:
    return Said(id=id, who=WHO, where=HERE, at=NOW, text="Hei")


def vote(id: str) -> Pressed:
    return Pressed(id=id, who=WHO, where=HERE, at=NOW, action="vote:1:0", order=1)


async def test_what_arrives_in_one_turn_of_the_loop_is_one_transaction(desk: Desk) -> None:
    replies = await desk.all(*(said(str(n)) for n in range(100)))
    assert [reply.notice for reply in replies] == [str(n) for n in range(100)]
    assert desk.notebook.transactions == [[str(n) for n in range(100)]]


async def test_what_arrives_during_a_commit_is_the_next_transaction(desk: Desk) -> None:
    desk.notebook.may_commit.clear()
    first = asyncio.ensure_future(desk.intake.handle(said("first")))
    await desk.writing()
    rest = asyncio.gather(*(desk.intake.handle(said(str(n))) for n in range(50)))
    await asyncio.sleep(0)
    desk.notebook.may_commit.set()
    await asyncio.gather(first, rest)
    assert [len(lines) for lines in desk.notebook.transactions] == [1, 50]


async def test_a_transaction_has_a_largest_size(desk: Desk) -> None:
    await desk.all(*(said(str(n)) for n in range(1000)))
    assert max(len(lines) for lines in desk.notebook.transactions) < 1000
    assert desk.notebook.lines == [str(n) for n in range(1000)]


async def test_nothing_is_acknowledged_before_its_commit(desk: Desk) -> None:
    desk.notebook.may_commit.clear()
    handled = asyncio.ensure_future(desk.intake.handle(said("a")))
    await desk.writing()
    assert desk.told == [] and not handled.done()
    desk.notebook.may_commit.set()
    assert (await handled).notice == "a"
    assert desk.notebook.lines == ["a"]


async def test_consecutive_votes_are_one_set_and_the_order_is_kept(desk: Desk) -> None:
    events = [vote("1"), vote("2"), said("3"), vote("4"), said("5"), said("6"), vote("7")]
    replies = await desk.all(*events)
    assert [reply.notice for reply in replies] == list("1234567")
    assert desk.notebook.transactions == [["1+2", "3", "4", "5", "6", "7"]]


@pytest.mark.parametrize("make", [said, vote])
async def test_one_fault_is_rolled_back_alone(desk: Desk, make) -> None:
    before, bad, after = await desk.all(make("before"), make("bad"), make("after"))
    notices = (before.notice, bad.notice, after.notice)
    assert notices == ("before", "sorry, bad", "after")
    assert desk.notebook.transactions == [["before"], ["after"]]
    # the batch, and the one; votes on a near database are tried in the loop's thread before
    assert desk.notebook.rolled_back == 2 + (make is vote and desk.intake._near is not None)


@pytest.mark.parametrize("fault", [Away, ValueError])
async def test_votes_whose_commit_fails_are_done_again(fault) -> None:
    desk = Desk(near=True)
    desk.notebook.faults = [fault("at the commit")]
    one, other = await desk.all(vote("1"), vote("2"))
    assert (one.notice, other.notice) == ("1", "2")
    assert desk.notebook.transactions == [["1+2"]]
    assert desk.told == [frozenset({"poll:1"})]
    await desk.intake.stop()


async def test_votes_on_a_near_database_are_applied_in_the_loop_and_committed_outside() -> None:
    desk = Desk(near=True)
    here = threading.current_thread()
    await desk.all(vote("1"), vote("2"))
    await desk.all(said("3"), vote("4"))  # other work may take long
    began = [thread is here for thread in desk.notebook.began]
    committed = [thread is here for thread in desk.notebook.committed]
    assert (began, committed) == ([True, False], [False, False])
    await desk.intake.stop()


async def test_a_fault_is_logged_without_a_word_of_the_person(desk: Desk, capsys) -> None:
    await desk.all(said("bad"))
    printed = "".join(capsys.readouterr())
    assert "bad" in printed and "ValueError" in printed
    assert "person's words" not in printed and "Hei" not in printed


async def test_where_it_failed_is_logged(desk: Desk, capsys) -> None:
    await desk.all(said("bad"))
    assert "in handle" in "".join(capsys.readouterr())


async def test_a_stop_iteration_reaches_the_one_who_asked(desk: Desk) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await desk.intake.run(lambda store: next(iter(())))


async def test_nobody_is_left_waiting_when_even_the_apology_fails(desk: Desk) -> None:
    desk.intake._writer._inbox.apology = None
    async with asyncio.timeout(10):
        (failed,) = await desk.all(said("bad"))
    assert isinstance(failed, TypeError)


async def test_other_work_joins_the_batch(desk: Desk) -> None:
    def work(store: Page) -> int:
        store.lines.append("work")
        store.touched.add("question:2")
        return 42

    result, reply = await asyncio.gather(desk.intake.run(work), desk.intake.handle(vote("1")))
    assert (result, reply.notice) == (42, "1")
    assert desk.notebook.transactions == [["work", "1"]]
    assert desk.told == [frozenset({"poll:1", "question:2"})]


async def test_a_fault_in_other_work_is_its_own(desk: Desk) -> None:
    def work(store: Page) -> None:
        raise KeyError("nothing")

    failed, reply = await asyncio.gather(
        desk.intake.run(work), desk.intake.handle(said("1")), return_exceptions=True
    )
    assert isinstance(failed, KeyError) and reply.notice == "1"
    assert desk.told == [frozenset()]


async def test_without_a_database_all_are_told_to_try_again(desk: Desk) -> None:
    desk.notebook.away = True
    outcomes = await desk.all(said("1"), vote("2"))
    assert [type(outcome) for outcome in outcomes] == [TryAgain, TryAgain]
    assert desk.told == []
    desk.notebook.away = False
    assert (await desk.intake.handle(said("1"))).notice == "1"


async def test_too_much_waiting_is_refused_at_once() -> None:
    desk = Desk(waiting_limit=3)
    desk.notebook.may_commit.clear()
    first = asyncio.ensure_future(desk.intake.handle(said("first")))
    await desk.writing()
    waiting = [asyncio.ensure_future(desk.intake.handle(said(str(n)))) for n in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TryAgain):
        await desk.intake.handle(said("one too many"))
    desk.notebook.may_commit.set()
    await asyncio.gather(first, *waiting)
    assert desk.notebook.lines == ["first", "0", "1", "2"]
    await desk.intake.stop()


async def test_one_who_gave_up_waiting_does_no_harm(desk: Desk) -> None:
    desk.notebook.may_commit.clear()
    gone = asyncio.ensure_future(desk.intake.handle(said("gone")))
    await desk.writing()
    gone.cancel()
    stays = asyncio.ensure_future(desk.intake.handle(said("stays")))
    await asyncio.sleep(0)
    desk.notebook.may_commit.set()
    assert (await stays).notice == "stays"
    assert desk.notebook.lines == ["gone", "stays"]


async def test_stopping_finishes_what_waits_and_takes_nothing_new() -> None:
    desk = Desk()
    desk.notebook.may_commit.clear()
    tasks = [asyncio.ensure_future(desk.intake.handle(said(str(n)))) for n in range(3)]
    await desk.writing()
    tasks += [asyncio.ensure_future(desk.intake.handle(said("late")))]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(desk.intake.stop())
    await asyncio.sleep(0)
    with pytest.raises(TryAgain):
        await desk.intake.handle(said("too late"))
    desk.notebook.may_commit.set()
    await stopping
    assert [(await task).notice for task in tasks] == ["0", "1", "2", "late"]
    await desk.intake.stop()  # again does no harm
