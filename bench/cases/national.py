"""What a national poll would need: `bench.national` tells how it is reckoned."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console

from bench.national import Nation, measure, need, postgres, rehearse, service, table
from bench.process import BenchmarkError
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import spread

ROUNDS = 3


@benchmark(
    national_busiest_second=Goal(">=", None, "votes"),
    national_service_us=Goal("<=", None, "us"),
    national_postgres_us=Goal("<=", None, "us"),
    national_processes=Goal("<=", None, "processes"),
    national_p99_ms=Goal("<=", None, "ms"),
)
def national_poll(plan: Plan) -> Mapping[str, Spread]:
    nation, rounds = Nation(), min(ROUNDS, plan.rounds)
    found = []
    with postgres() as url, service(url) as target:
        for _ in range(rounds):
            plan.patience.wait_for_idle()
            measured, _ = measure(url, target, plan.seconds)
            needed = need(nation, measured)
            peak = rehearse(target, nation, needed, plan.seconds)
            if peak.failed:
                raise BenchmarkError(f"{peak.failed} votes of the rehearsal failed")
            found.append((measured, needed, peak))
            Console(soft_wrap=True).print(table(nation, measured, needed, peak))
    busiest = float(nation.busiest_second())
    return {
        "national_busiest_second": Spread(busiest, busiest, busiest),
        "national_service_us": spread(measured.service_us for measured, _, _ in found),
        "national_postgres_us": spread(measured.postgres_us for measured, _, _ in found),
        "national_processes": spread(needed.processes for _, needed, _ in found),
        "national_p99_ms": spread(peak.p99_ms for _, _, peak in found),
    }
