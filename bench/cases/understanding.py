"""How well the city understands a question: where it belongs, and what it is like.

For routing, the questions are made up, in three languages, over every department of the example
city and the bodies around it. Keywords and weights were tuned on every other one; the figures are
of the rest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from bench.process import ROOT, BenchmarkError, dictionaries, scratch
from bench.registry import Goal, Plan, Spread, benchmark
from config.city import load_city
from core.model import Publish, Question, QuestionState
from core.routing import guess
from core.similar import find, kept
from core.words import NO_LEMMAS, Lemmas
from storage import open_database, tables

QUESTIONS = ROOT / "bench" / "data" / "routing.tsv"
Row = tuple[str, str, str]
"""Where it belongs (a department or other body), language, text."""


def questions() -> tuple[list[Row], list[Row]]:
    """Those to tune on, and those held out: every other line each."""
    lines = QUESTIONS.read_text("utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if not line.startswith("#")]
    return rows[0::2], rows[1::2]  # type: ignore[return-value]


def accuracy(rows: list[Row], lemmas: Lemmas) -> tuple[float, float]:
    """Shares of questions whose place is the first guess; the first or the second."""
    city = load_city(ROOT / "config" / "espoo.yaml")
    guesses = [(place, guess(city, text, lemmas=lemmas)) for place, _, text in rows]
    first = sum(place == g.place for place, g in guesses)
    either = sum(place in (g.place, g.second) for place, g in guesses)
    return first / len(rows), either / len(rows)


@benchmark(routing_top1=Goal(">=", 0.85), routing_top2=Goal(">=", 0.95))
def routing(plan: Plan) -> Mapping[str, Spread]:
    tuned, held_out = questions()
    found = dictionaries()
    ways = (("by lemmas and n-grams", found), ("by n-grams alone", NO_LEMMAS))
    for name, rows in (("tuned on", tuned), ("held out", held_out)):
        for way, lemmas in ways:
            first, either = accuracy(rows, lemmas)
            plan.note(f"  {name}, {way}: first {first:.3f}, first two {either:.3f}")
    first, either = accuracy(held_out, found)
    figures = {"routing_top1": first, "routing_top2": either}
    return {key: Spread(figure, figure, figure) for key, figure in figures.items()}


POOL = 100_000
SEARCHES, LEAST_FOUND = 200, 100
"""Of questions that are made as those in the pool are: a search that finds none costs little."""
STREETS = [
    first + last
    for first in "Kuusi Mänty Koivu Leppä Pihlaja Haapa Tammi Kallio Niitty Metsä Ranta".split()
    for last in "katu tie kuja polku rinne kaari".split()
]


def made_up(random_: random.Random, texts: list[str], words: list[str]) -> str:
    """A real question with some words of others in it, and a street."""
    said = random_.choice(texts).split()
    for _ in range(random_.randint(1, 4)):
        said[random_.randrange(len(said))] = random_.choice(words)
    said.insert(random_.randrange(len(said) + 1), random_.choice(STREETS))
    return " ".join(said)


def answered(number: int, text: str) -> dict[str, Any]:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    state, publish = QuestionState.ANSWERED, Publish.DIGEST
    made = Question(
        number, text, "fi", None, "desk", state, None, "web", None, at, at, {"fi": "–"}, publish
    )
    return {f.name: getattr(made, f.name) for f in fields(made)} | {"links": []}


def fill(url: str, texts: Iterator[str], lemmas: Lemmas) -> None:
    """As `add_question` would, in the same order, but all in one transaction and many rows at a
    time: one by one they take several minutes."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = -400000")
        numbered = enumerate(texts, 1)
        while some := list(islice(numbered, 5000)):
            rows = ((n, term) for n, text in some for term in kept(text, lemmas))
            found = [{"term": term, "question": n} for n, term in rows]
            connection.execute(sa.insert(tables.questions), [answered(*one) for one in some])
            connection.execute(sa.insert(tables.question_terms), found)
    engine.dispose()


@benchmark(similar_ms_100k=Goal("<=", 50, "ms"))
def similar(plan: Plan) -> Mapping[str, Spread]:
    """The slowest of twenty (p95) of 200 searches, from the text to the questions offered."""
    random_ = random.Random(1)
    texts = [text for half in questions() for _, _, text in half]
    words = " ".join(texts).split()
    with scratch() as folder:
        url = f"sqlite:///{folder / 'kuulolla.db'}"
        with open_database(url) as database:
            database.upgrade()
        lemmas = dictionaries()
        fill(url, (made_up(random_, texts, words) for _ in range(POOL)), lemmas)
        taken, found = [], 0
        with open_database(url, lemmas=lemmas) as database, database.reading() as store:
            assert len(store.questions_numbered([1, POOL])) == 2
            for _ in range(SEARCHES):
                text = made_up(random_, texts, words)
                began = time.perf_counter()
                found += bool(find(store, text))
                taken.append((time.perf_counter() - began) * 1000)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    taken.sort()
    if found < LEAST_FOUND:
        raise BenchmarkError(f"something similar was found {found} times of {SEARCHES} only")
    plan.note(f"  {POOL} questions, {size:.0f} MB; found something {found} times of {SEARCHES}")
    return {"similar_ms_100k": Spread(taken[190], taken[0], taken[-1])}
