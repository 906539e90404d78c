"""Groups, reports, pictures and exports from votes in a real database: what workers make, and once
by the workers themselves."""

import dataclasses
import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bots import opinion_worker
from bots.charts import draw
from bots.opinion_orders import Made, order
from bots.opinion_works import Grouping, OpinionWorks
from bots.worker import Scatter
from bots.workshop import Workshop
from core.model import ConversationDraft, Moderation, Opinion, PollState, StatementState
from core.opinions import read_export
from core.ports import Store
from storage import Database
from tests.stage import CITY, GAPS, GROUP, START, three

KEY = bytes(32)
PEOPLE = 40


def draft(n: int = 12) -> ConversationDraft:
    seeds = tuple(three(f"=Väittämä {x}", f"Påstående {x}", f"Statement {x}") for x in range(n))
    return ConversationDraft(
        three("Keskusta", "Centrum", "Centre"), {}, START, None, None, Moderation.BEFORE, (GROUP,),
        "slack:U1", seeds,
    )  # fmt: skip


def vote(store: Store, who: int, statement: int, value: int, at: float = 0) -> None:
    moment = START + timedelta(seconds=at)
    store.put_opinion(Opinion(1, who.to_bytes(16), statement, value, False, moment))


def divided(store: Store) -> None:
    """All agree on the first; on the others each half is of its own mind."""
    store.add_conversation(draft(), KEY, PollState.OPEN, START)
    for who in range(PEOPLE):
        vote(store, who, 1, 1)
        for statement in range(2, 13):
            odd = (who * 7 + statement) % 11 == 0
            vote(store, who, statement, 0 if odd else 1 if who % 2 == statement % 2 else -1)


class Counted:
    """A store that tells how many votes were last read."""

    def __init__(self, store: Store, bench: "Bench") -> None:
        self._store, self._bench = store, bench

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def opinion_rows(self, *which: Any) -> Any:
        found = self._store.opinion_rows(*which)
        self._bench.rows = len(found)
        return found


@dataclass
class Bench:
    database: Database
    worker: Workshop | None = None
    asked: int = 0
    rows: int = 0
    now: Any = START + timedelta(minutes=1)

    async def run(self, work: Callable[[Store], Any]) -> Any:
        with self.database.begin() as store:
            return work(store)

    async def read(self, work: Callable[[Store], Any]) -> Any:
        with self.database.reading() as store:
            return work(Counted(store, self))

    async def make(self, wanted: bytes) -> bytes:
        self.asked += 1
        return await self.worker.make(wanted) if self.worker else opinion_worker.make(wanted)

    def grouping(self) -> Grouping:
        return Grouping(CITY, self.run, self.read, self.make, lambda: self.now, GAPS)

    async def group(self) -> None:
        await self.grouping().tick()

    def works(self) -> OpinionWorks:
        async def drawn(wanted: bytes) -> bytes:
            return draw(wanted)

        return OpinionWorks(CITY, self.read, self.make, drawn)


@pytest.fixture
async def bench(sqlite_database: Database) -> Bench:
    return Bench(sqlite_database)


async def test_a_worker_of_its_own_makes_the_same(bench: Bench) -> None:
    await bench.run(divided)
    bench.worker = Workshop((sys.executable, "-m", "bots.opinion_worker"))
    try:
        await bench.group()
    finally:
        await bench.worker.stop()
    by_worker = await bench.read(lambda store: store.groups(1))
    made, _ = await bench.read(lambda s: order(s, s.conversation(1), "groups", "fi"))
    here = msgspec.msgpack.decode(opinion_worker.make(msgspec.msgpack.encode(made)), type=Made)
    assert here.groups == by_worker.groups and here.priorities == by_worker.priorities


async def test_groups_come_of_votes_and_keep_their_letters(bench: Bench) -> None:
    await bench.run(divided)
    await bench.group()
    groups = await bench.read(lambda store: store.groups(1))
    assert (groups.version, groups.people, groups.votes) == (1, PEOPLE, PEOPLE * 12)
    assert {group.size for group in groups.groups.values()} == {PEOPLE // 2}
    sides = {groups.members[who.to_bytes(16)] for who in range(0, PEOPLE, 2)}
    assert len(sides) == 1 and set(groups.members.values()) == {"A", "B"}
    assert [stand.statement for stand in groups.consensus if stand.agree] == [1]
    assert groups.figures[1].agrees == PEOPLE and set(groups.priorities) == set(range(1, 13))
    await bench.group()
    assert bench.asked == 1  # nothing is new

    def more(store: Store) -> None:
        for statement in range(1, 13):
            vote(store, 0, statement, 1, at=61)
            vote(store, 99, statement, -1 if statement % 2 else 1, at=61)

    await bench.run(more)
    bench.now += timedelta(minutes=1)
    await bench.group()
    later = await bench.read(lambda store: store.groups(1))
    assert later.version == 2 and later.people == PEOPLE + 1
    kept = [who for who in groups.members if who in later.members]
    assert sum(groups.members[who] != later.members[who] for who in kept) == later.moved <= 1


async def test_only_what_came_is_read_and_groups_are_as_of_all(bench: Bench) -> None:
    """Whatever happens meanwhile: votes that come, change, are late on their way, or are gone."""

    def come(store: Store) -> None:
        vote(store, 50, 2, 1, at=120)

    def change(store: Store) -> None:
        vote(store, 50, 2, -1, at=121)
        vote(store, 3, 2, 0, at=121)

    def be_late(store: Store) -> None:
        vote(store, 51, 3, 1, at=110)

    def be_linked(store: Store) -> None:
        store.merge_opinions(1, (0).to_bytes(16), (1).to_bytes(16), bench.now)

    def be_reworded(store: Store) -> None:
        store.reword_statement(4, {"fi": "Toisin"}, bench.now)

    def be_closed(store: Store) -> None:
        store.close_conversation(1, bench.now)

    one = bench.grouping()
    await bench.run(divided)
    await one.group(1)
    read = []
    for n, act in enumerate((come, change, be_late, be_linked, be_reworded, be_closed)):
        bench.now = START + timedelta(seconds=124 + n)
        await bench.run(act)
        await one.group(1)
        made = await bench.read(lambda store: store.groups(1))
        read.append(bench.rows)
        await bench.grouping().group(1)
        whole = await bench.read(lambda store: store.groups(1))
        assert replace(made, version=whole.version, moved=0) == replace(whole, moved=0)
    # All votes were within the last minute of the first time; some are gone with the others' word.
    assert read[:3] == [PEOPLE * 12 + 1, 2, 3] and min(read[3:]) > PEOPLE * 10


async def test_votes_are_let_go_where_none_come_and_read_anew_after_a_while(bench: Bench) -> None:
    await bench.run(divided)
    one, read = bench.grouping(), []
    for minutes in (3, 4, 14, 15, 17):
        bench.now = START + timedelta(minutes=minutes)
        await bench.run(lambda s: vote(s, 50, 2, 1, at=(bench.now - START).seconds))
        await one.tick()
        read.append(bench.rows)
    whole = PEOPLE * 12 + 1
    assert read == [whole, 1, whole, 1, whole]


async def test_a_removed_statement_shapes_nothing(bench: Bench) -> None:
    await bench.run(divided)
    await bench.group()
    bench.now += timedelta(minutes=1)
    await bench.run(lambda s: s.judge_statement(1, StatementState.REMOVED, "", bench.now))
    bench.now += timedelta(minutes=1)
    await bench.group()
    groups = await bench.read(lambda store: store.groups(1))
    assert groups.version == 2 and 1 not in {stand.statement for stand in groups.consensus}


ODD = {
    "one voter": [(1, 1, 1)],
    "all pass": [(who, x, 0) for who in range(9) for x in range(1, 13)],
    "all agree": [(who, x, 1) for who in range(9) for x in range(1, 13)],
    "one statement": [(who, 1, who % 3 - 1) for who in range(9)],
    "two people at odds": [(who, x, 1 - 2 * who) for who in range(2) for x in range(1, 13)],
}


@pytest.mark.parametrize("name", ODD)
async def test_odd_conversations_have_a_report_and_no_fault(bench: Bench, name: str) -> None:
    def fill(store: Store) -> None:
        store.add_conversation(draft(), KEY, PollState.OPEN, START)
        for each in ODD[name]:
            vote(store, *each)

    await bench.run(fill)
    await bench.group()
    groups = await bench.read(lambda store: store.groups(1))
    assert groups.votes == len(ODD[name])
    if name not in ("two people at odds", "one statement"):
        assert groups.groups == {}
    report = await bench.works().report("fi", 1)
    assert b"<html" in report
    if not groups.groups:
        assert await bench.works().space("fi", 1) is None


async def test_votes_that_are_gone_leave_no_groups(bench: Bench) -> None:
    """A statement that nobody but one person voted on has no votes once it is closed."""

    def lonely(store: Store) -> None:
        store.add_conversation(draft(), KEY, PollState.OPEN, START)
        vote(store, 1, 1, 1)

    await bench.run(lonely)
    await bench.group()
    bench.now += timedelta(minutes=1)
    await bench.run(lambda store: store.close_conversation(1, bench.now))
    bench.now += timedelta(minutes=1)
    await bench.group()
    groups = await bench.read(lambda store: store.groups(1))
    assert (groups.version, groups.people, groups.votes, groups.members) == (2, 0, 0, {})
    assert b"<html" in await bench.works().report("fi", 1)


async def test_nothing_is_made_of_nothing(bench: Bench) -> None:
    await bench.run(lambda s: s.add_conversation(draft(), KEY, PollState.OPEN, START))
    await bench.group()
    works = bench.works()
    assert await works.report("fi", 1) is None and await works.export("export", 1) is None
    assert await works.report("fi", 9) is None and bench.asked == 0


async def test_report_and_picture_are_made_once_a_computation(bench: Bench) -> None:
    await bench.run(divided)
    await bench.group()
    works = bench.works()
    told = (await works.report("sv", 1)).decode()
    assert '<html lang="sv">' in told and "Påstående 0" in told and "Centrum" in told
    picture = await works.space("fi", 1)
    assert picture.startswith(b"\x89PNG") and len(picture) < 200_000
    assert await works.at("https://example.test/fi/statements/1/space.png") == picture
    assert await works.at("https://example.test/fi/polls/1/chart.png") is None
    asked = bench.asked
    assert (await works.report("sv", 1)).decode() == told and bench.asked == asked


async def test_the_picture_outlines_and_names_each_group(bench: Bench) -> None:
    await bench.run(divided)
    await bench.group()
    named = await bench.read(
        lambda s: dataclasses.replace(s.conversation(1), names={"B": {"fi": "Puut"}})
    )
    made, _ = await bench.read(lambda s: order(s, named, "space", "fi"))
    told = msgspec.json.decode(opinion_worker.make(msgspec.msgpack.encode(made)), type=Scatter)
    assert told.labels == {0: ("Ryhmä A", PEOPLE // 2), 1: ("Puut", PEOPLE // 2)}
    for style, corners in told.outlines.items():
        own = {dot[:2] for dot in told.dots if dot[2] == style}
        assert len(corners) > 2 and {(round(x, 4), round(y, 4)) for x, y in corners} <= own
    assert set(told.outlines) == {0, 1} and draw(msgspec.json.encode(told))[1:4] == b"PNG"


@pytest.mark.parametrize("kind", ["export", "older"])
async def test_exports_are_read_back_and_tell_nobody(
    bench: Bench, kind: Any, tmp_path: Path
) -> None:
    await bench.run(divided)
    await bench.run(lambda s: s.add_statement(
        1, {"fi": "@Oma"}, (3).to_bytes(16), StatementState.SHOWN, START))  # fmt: skip
    await bench.group()
    made = await bench.works().export(kind, 1)
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        packed.extractall(tmp_path)
        names = set(packed.namelist())
    old = kind == "older"
    assert ("participants-votes.csv" if old else "participant-votes.csv") in names
    told = read_export(tmp_path)
    assert len(told.votes) == PEOPLE * 12 and set(told.votes.participants) == set(
        range(1, PEOPLE + 1)
    )
    assert told.statements[0].text == "=Väittämä 0"
    assert "'=Väittämä" in (tmp_path / "comments.csv").read_text("utf-8")
    assert set((told.votes.at % 3_600_000).tolist()) == {0}  # no more than the hour
    assert told.statements[-1].author in told.votes.participants
    again = await bench.works().export(kind, 1)
    with zipfile.ZipFile(io.BytesIO(again)) as packed:
        other = packed.read("votes.csv")
    assert other != (tmp_path / "votes.csv").read_bytes()  # people have other numbers


async def test_an_order_says_nothing_of_who_came_when(bench: Bench) -> None:
    def late(store: Store) -> None:
        store.add_conversation(draft(), KEY, PollState.OPEN, START)
        vote(store, 9, 1, 1, at=0)
        vote(store, 2, 1, -1, at=5)

    await bench.run(late)

    def look(store: Store) -> Any:
        return order(store, store.conversation(1), "groups", "fi")

    made, voters = await bench.read(look)
    assert voters == [(2).to_bytes(16), (9).to_bytes(16)] and len(made.value) == 2
