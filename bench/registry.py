"""Which benchmarks there are, and what each must reach."""

from __future__ import annotations

import importlib
import operator
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench import cases
from bench.machine import Patience

SENSES = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Goal:
    """`sense` says on which side of `value` the median must be; no value, no judgement."""

    sense: str
    value: float | None
    unit: str = "ratio"

    def met(self, median: float) -> bool | None:
        return None if self.value is None else SENSES[self.sense](median, self.value)


@dataclass(frozen=True)
class Spread:
    """The median and the extremes of one figure over the rounds."""

    median: float
    min: float
    max: float


@dataclass(frozen=True)
class Plan:
    """How long to measure, what a disturbed slice may cost, where to tell of it."""

    rounds: int = 7
    seconds: float = 3.0
    warmup: float = 1.0
    patience: Patience = field(default_factory=Patience)
    tries: int = 2
    foreign_limit: float = 0.25
    note: Callable[[str], None] = print


Measure = Callable[[Plan], Mapping[str, Spread]]


@dataclass(frozen=True)
class Benchmark:
    """One function and all the keys that it gives."""

    goals: Mapping[str, Goal]
    measure: Measure = field(compare=False)

    @property
    def name(self) -> str:
        return self.measure.__name__


REGISTRY: list[Benchmark] = []


def benchmark(**goals: Goal) -> Callable[[Measure], Measure]:
    """Registers a function that returns a Spread for each of these keys."""

    def register(measure: Measure) -> Measure:
        REGISTRY.append(Benchmark(goals, measure))
        return measure

    return register


def load_all() -> list[Benchmark]:
    for module in pkgutil.iter_modules(cases.__path__, f"{cases.__name__}."):
        importlib.import_module(module.name)
    return REGISTRY


def select(benchmarks: list[Benchmark], only: str) -> list[Benchmark]:
    """Those with a key that starts with one of the comma-separated prefixes; all for ""."""
    prefixes = tuple(prefix.strip() for prefix in only.split(","))
    return [b for b in benchmarks if any(key.startswith(prefixes) for key in b.goals)]


def all_goals(benchmarks: list[Benchmark]) -> dict[str, Goal]:
    return {key: goal for b in benchmarks for key, goal in b.goals.items()}
