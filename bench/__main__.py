"""`python -m bench [PREFIX,...]`: measures, writes results.json, prints the table.

Environment: ONLY (as the argument), ROUNDS, SLICE_SECONDS.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from dataclasses import replace

from rich.console import Console

from bench import results
from bench.registry import Benchmark, Plan, all_goals, load_all, select

console = Console(soft_wrap=True, highlight=False)


def main() -> int:
    only = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ONLY", "")
    plan = replace(
        Plan(note=console.print),
        rounds=int(os.environ.get("ROUNDS", 7)),
        seconds=float(os.environ.get("SLICE_SECONDS", 3)),
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are ended
    known = load_all()
    chosen = select(known, only)
    if not chosen:
        console.print(f"No key starts with {only!r}. Keys: {', '.join(sorted(all_goals(known)))}")
        return 2
    failed = [each.name for each in chosen if not measure(each, plan)]
    console.print(results.table(results.read(), all_goals(known)))
    if failed:
        console.print(f"[red]Not measured: {', '.join(failed)}[/]")
    return 1 if failed else 0


def measure(each: Benchmark, plan: Plan) -> bool:
    """False where it could not be measured; the others go on."""
    began = time.monotonic()
    console.rule(f"{each.name}: {', '.join(each.goals)}")
    try:
        results.merge(each.measure(plan), each.goals)
    except Exception:
        traceback.print_exc()
        return False
    console.print(f"  took {time.monotonic() - began:.0f} s")
    return True


if __name__ == "__main__":
    sys.exit(main())
