"""Signed Slack votes: our own way in against Bolt, with the same writer behind both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bench.process import load, scratch, server
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import by_rate, interleave, ratio, summary


@benchmark(slack_vote_vs_bolt=Goal(">=", 3))
def slack_votes(plan: Plan) -> Mapping[str, Spread]:
    with (
        scratch() as folder,
        server("kuulolla_slack", folder / "ours.db") as ours,
        server("bolt_kuulolla", folder / "bolt.db") as bolt,
    ):
        options = {"kind": "slack", "seconds": plan.seconds, "warmup": plan.warmup}
        variants = {
            "kuulolla": partial(load, ours, **options),
            "bolt": partial(load, bolt, **options),
        }
        rounds = interleave(variants, plan)
    for line in summary(rounds):
        plan.note(line)
    return {"slack_vote_vs_bolt": ratio(rounds, "kuulolla", "bolt", by_rate)}
