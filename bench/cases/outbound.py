"""Outbound calls through the Telegram adapter's transport and through PTB's default."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bench.process import server, slice_of
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import by_rate, interleave, ratio, summary
from bench.sender import Errand


@benchmark(outbound_vs_ptb_default=Goal(">=", 8))
def outbound(plan: Plan) -> Mapping[str, Spread]:
    """`send_message` with 32 in flight to an API that answers at once, on the other core."""
    with server("bot_api_stub", side=1) as stub:
        variants = {
            name: partial(
                slice_of,
                "bench.sender",
                Errand(name, stub.ready.port, seconds=plan.seconds, warmup=plan.warmup),
            )
            for name in ("aiohttp", "httpx")
        }
        rounds = interleave(variants, plan)
    for line in summary(rounds):
        plan.note(line)
    return {"outbound_vs_ptb_default": ratio(rounds, "aiohttp", "httpx", by_rate)}
