"""Broadcasts: how fast the courier is, how it uses what Telegram allows, whether votes wait."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from itertools import count
from pathlib import Path

from bench.broadcasting import Errand, fill
from bench.process import load, scratch, server, slice_of
from bench.protocol import Slice
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import by_p99, by_rate, interleave, quiet_slice, ratio, spread, summary
from bots.telegram.adapter import TelegramChannel

CHATS = 30_000
TEN_SECONDS = 10.0
LIMITED = 3
"""Slices within the limits at most: they wait for the clock, and differ little."""
VOTES = 300.0
"""A second, while a broadcast goes out."""


@benchmark(courier_vs_bare_client=Goal(">=", 0.5), courier_limit_use=Goal(">=", 0.95))
def courier(plan: Plan) -> Mapping[str, Spread]:
    """To an API that answers at once; counted is what the database knows to be sent."""
    with scratch() as folder, server("bot_api_stub", side=1) as stub:
        fill(folder / "filled.db", CHATS)

        def carry(way: str, seconds: float = plan.seconds) -> Slice:
            where = str(folder / "filled.db")
            errand = Errand(way, stub.ready.port, where, seconds=seconds, warmup=plan.warmup)
            return slice_of("bench.broadcasting", errand)

        rounds = interleave({way: partial(carry, way) for way in ("lifted", "bare")}, plan)
        allowed = TelegramChannel.limits.per_second
        limited = [
            quiet_slice(partial(carry, "courier", TEN_SECONDS), plan).rate / allowed
            for _ in range(min(LIMITED, plan.rounds))
        ]
    for line in summary(rounds):
        plan.note(line)
    return {
        "courier_vs_bare_client": ratio(rounds, "lifted", "bare", by_rate),
        "courier_limit_use": spread(limited),
    }


@benchmark(vote_p99_under_broadcast=Goal("<=", 1.5))
def votes_under_broadcast(plan: Plan) -> Mapping[str, Spread]:
    """300 votes a second in an open loop, while the courier sends 30 messages a second or rests."""
    with scratch() as folder, server("bot_api_stub", side=1) as stub:
        fill(folder / "filled.db", CHATS)
        variants = {
            way: partial(_votes, folder, stub.ready.port, way, plan) for way in ("sending", "idle")
        }
        rounds = interleave(variants, plan)
    return {"vote_p99_under_broadcast": ratio(rounds, "sending", "idle", by_p99)}


_copies = count()


def _votes(folder: Path, port: int, way: str, plan: Plan) -> Slice:
    copy = shutil.copy(folder / "filled.db", folder / f"{next(_copies)}.db")
    with server("kuulolla_broadcast", copy, port, way) as target:
        return load(target, rate=VOTES, seconds=plan.seconds, warmup=plan.warmup)
