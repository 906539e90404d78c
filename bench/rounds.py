"""Interleaved rounds: every variant once a round, so that what disturbs one disturbs all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from bench import machine
from bench.process import BenchmarkError
from bench.protocol import Slice
from bench.registry import Plan, Spread

Variant = Callable[[], Slice]
Round = Mapping[str, Slice]


def interleave(variants: Mapping[str, Variant], plan: Plan) -> list[Round]:
    """The order turns round from round to round."""
    rounds = []
    for number in range(plan.rounds):
        names = list(variants)[:: 1 if number % 2 == 0 else -1]
        slices = {}
        for name in names:
            slices[name] = quiet_slice(variants[name], plan)
            plan.note(f"  {number + 1}/{plan.rounds} {name:<14} {slices[name].line()}")
        rounds.append(slices)
    return rounds


def quiet_slice(variant: Variant, plan: Plan) -> Slice:
    """The least disturbed of at most `plan.tries`; stops at the first that nothing disturbed."""
    found: list[Slice] = []
    for _ in range(plan.tries):
        plan.patience.wait_for_idle()
        watch, began = machine.Watch(), time.monotonic()
        each = variant()
        each.foreign = watch.foreign()
        if each.failed:
            raise BenchmarkError(f"{each.failed} requests failed")
        found.append(each)
        if each.foreign <= plan.foreign_limit or plan.patience.left <= 0:
            break
        plan.patience.spend(time.monotonic() - began)
    return min(found, key=lambda each: each.foreign)


def ratio(rounds: Sequence[Round], top: str, bottom: str, of: Callable[[Slice], float]) -> Spread:
    """Of one figure, between two variants of the same round, over the rounds."""
    return spread(of(each[top]) / max(of(each[bottom]), 1e-9) for each in rounds)


def spread(values: Iterable[float]) -> Spread:
    ordered = sorted(values)
    return Spread(statistics.median(ordered), ordered[0], ordered[-1])


def by_rate(each: Slice) -> float:
    return each.rate


def by_cpu(each: Slice) -> float:
    return each.cpu_us


def by_p50(each: Slice) -> float:
    return each.p50_ms


def by_p99(each: Slice) -> float:
    return each.p99_ms


def summary(rounds: Sequence[Round]) -> Iterable[str]:
    """Medians a variant: requests/s and CPU microseconds a request."""
    for name in rounds[0]:
        rate, cpu = (spread(of(r[name]) for r in rounds) for of in (by_rate, by_cpu))
        yield (
            f"  {name:<14} {rate.median:8.0f}/s ({rate.min:.0f}-{rate.max:.0f})  "
            f"{cpu.median:6.0f} us CPU a request ({cpu.min:.0f}-{cpu.max:.0f})"
        )
