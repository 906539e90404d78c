"""Votes through the Telegram webhook, against the bare handler, the obvious bot and itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bench.process import Server, load, scratch, server
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import (
    Variant,
    by_p50,
    by_p99,
    by_rate,
    interleave,
    quiet_slice,
    ratio,
    spread,
    summary,
)

FEW, MANY = 1_000, 1_000_000
OURS = "kuulolla_telegram"


def variant(target: Server, plan: Plan, **options: object) -> Variant:
    return partial(load, target, seconds=plan.seconds, warmup=plan.warmup, **options)


def beside_bots(
    plan: Plan, name: str, ours: Server, bare: Server, naive: Server
) -> Mapping[str, Spread]:
    targets = {"kuulolla": ours, "bare aiohttp": bare, "naive bot": naive}
    rounds = interleave({who: variant(target, plan) for who, target in targets.items()}, plan)
    for line in summary(rounds):
        plan.note(line)
    return {
        f"{name}_vs_bare_aiohttp": ratio(rounds, "kuulolla", "bare aiohttp", by_rate),
        f"{name}_vs_naive_bot": ratio(rounds, "kuulolla", "naive bot", by_rate),
    }


@benchmark(vote_vs_bare_aiohttp=Goal(">=", 0.6), vote_vs_naive_bot=Goal(">=", 20))
def telegram_votes(plan: Plan) -> Mapping[str, Spread]:
    """64 in flight, each vote durable before its answer; hardly anybody votes twice."""
    with (
        scratch() as folder,
        server(OURS, folder / "ours.db") as ours,
        server("bare_aiohttp") as bare,
        server("naive_bot", folder / "naive.db") as naive,
    ):
        return beside_bots(plan, "vote", ours, bare, naive)


@benchmark(vote_cost_growth=Goal("<=", 1.1))
def vote_growth(plan: Plan) -> Mapping[str, Spread]:
    """Changes of votes already cast, so that neither poll grows while it is measured."""
    with (
        scratch() as folder,
        server(OURS, folder / "few.db", FEW) as few,
        server(OURS, folder / "many.db", MANY, patience=300) as many,
    ):
        variants = {
            "1,000": variant(few, plan, voters=FEW),
            "1,000,000": variant(many, plan, voters=MANY),
        }
        rounds = interleave(variants, plan)
    for line in summary(rounds):
        plan.note(line)
    return {"vote_cost_growth": ratio(rounds, "1,000", "1,000,000", by_rate)}


@benchmark(vote_p99_vs_bare=Goal("<=", 4), vote_p50_vs_bare=Goal("<=", None))
def vote_latency(plan: Plan) -> Mapping[str, Spread]:
    """Both at the same offered load: half of what ours can take, found first."""
    with (
        scratch() as folder,
        server(OURS, folder / "ours.db") as ours,
        server("bare_aiohttp") as bare,
    ):
        peak = spread(quiet_slice(variant(ours, plan), plan).rate for _ in range(3)).median
        plan.note(f"  peak {peak:.0f}/s, offered {peak / 2:.0f}/s")
        variants = {
            name: variant(target, plan, rate=peak / 2)
            for name, target in {"kuulolla": ours, "bare aiohttp": bare}.items()
        }
        rounds = interleave(variants, plan)
    return {
        "vote_p99_vs_bare": ratio(rounds, "kuulolla", "bare aiohttp", by_p99),
        "vote_p50_vs_bare": ratio(rounds, "kuulolla", "bare aiohttp", by_p50),
    }
