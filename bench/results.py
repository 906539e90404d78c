"""bench/results.json: one object from key to median, min, max, goal and unit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.registry import Goal, Spread

PATH = Path(__file__).with_name("results.json")
VERDICT = {True: "[green]met[/]", False: "[red]missed[/]", None: "-"}
Entries = dict[str, dict[str, Any]]


def read(path: Path = PATH) -> Entries:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def entry(spread: Spread, goal: Goal) -> dict[str, Any]:
    figures = {name: round(getattr(spread, name), 4) for name in ("median", "min", "max")}
    return {**figures, "goal": goal.value, "unit": goal.unit}


def merge(spreads: Mapping[str, Spread], goals: Mapping[str, Goal], path: Path = PATH) -> Entries:
    """Replaces these keys in the file, keeps the others, and returns all."""
    entries = read(path) | {key: entry(spread, goals[key]) for key, spread in spreads.items()}
    entries = dict(sorted(entries.items()))
    path.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")
    return entries


def table(entries: Entries, goals: Mapping[str, Goal]) -> Table:
    view = Table(title="Benchmarks (medians of per-round ratios)")
    for name in ("key", "median", "min", "max", "goal", "unit", "verdict"):
        view.add_column(name, justify="left" if name in ("key", "unit") else "right")
    for key, found in entries.items():
        goal = goals.get(key, Goal(">=", None, found["unit"]))
        wanted = "-" if goal.value is None else f"{goal.sense} {goal.value:g}"
        figures = [f"{found[name]:.3g}" for name in ("median", "min", "max")]
        view.add_row(key, *figures, wanted, found["unit"], VERDICT[goal.met(found["median"])])
    return view
