"""How well the city understands a question: where it belongs.

The questions are made up, in three languages, over every department of the example city and the
bodies around it. Keywords and weights were tuned on every other one; the figures are of the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from bench.process import ROOT
from bench.registry import Goal, Plan, Spread, benchmark
from config.city import load_city
from core.routing import guess

QUESTIONS = ROOT / "bench" / "data" / "routing.tsv"
Row = tuple[str, str, str]
"""Where it belongs (a department or other body), language, text."""


def questions() -> tuple[list[Row], list[Row]]:
    """Those to tune on, and those held out: every other line each."""
    lines = QUESTIONS.read_text("utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if not line.startswith("#")]
    return rows[0::2], rows[1::2]  # type: ignore[return-value]


def accuracy(rows: list[Row]) -> tuple[float, float]:
    """Shares of questions whose place is the first guess; the first or the second."""
    city = load_city(ROOT / "config" / "espoo.yaml")
    guesses = [(place, guess(city, text)) for place, _, text in rows]
    first = sum(place == g.place for place, g in guesses)
    either = sum(place in (g.place, g.second) for place, g in guesses)
    return first / len(rows), either / len(rows)


@benchmark(routing_top1=Goal(">=", 0.85), routing_top2=Goal(">=", 0.95))
def routing(plan: Plan) -> Mapping[str, Spread]:
    tuned, held_out = questions()
    for name, rows in (("tuned on", tuned), ("held out", held_out)):
        first, either = accuracy(rows)
        plan.note(f"  {name}: {len(rows)} questions, first {first:.3f}, first two {either:.3f}")
    figures = {"routing_top1": first, "routing_top2": either}
    return {key: Spread(figure, figure, figure) for key, figure in figures.items()}
