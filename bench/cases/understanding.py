"""How well the city understands a question: where it belongs, and what it is like.

For routing, the questions are made up, in three languages, over every department of the example
city and the bodies around it. Keywords and weights were tuned on every other one; the figures are
of the rest.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from simplemma.strategies.dictionaries import dictionary_factory, frontcode

from bench.process import ROOT, BenchmarkError, scratch
from bench.registry import Goal, Plan, Spread, benchmark
from config.city import load_city
from core.model import Publish, Question, QuestionState
from core.routing import guess
from core.similar import find, terms
from core.words import words as words_of
from storage import open_database, tables

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


def lemmatised(rows: list[Row]) -> list[Row]:
    """The same questions, each word that simplemma knows in its dictionary form. Its dictionaries
    are read as streams: loaded, they take 480 MB."""
    made = []
    for language in {language for _, language, _ in rows}:
        said = {word for _, spoken, text in rows if spoken == language for word in words_of(text)}
        known = lemmas(language, said)

        def put(found: re.Match[str], known: Mapping[str, str] = known) -> str:
            lemma = known.get(found[0].casefold(), found[0])
            return lemma.capitalize() if found[0][0].isupper() else lemma

        made += [(place, spoken, re.sub(r"[^\W\d_]{2,}", put, text))
                 for place, spoken, text in rows if spoken == language]  # fmt: skip
    return made


def lemmas(language: str, wanted: set[str]) -> dict[str, str]:
    data = dictionary_factory._read_decompressed(language)
    turned, _, start = frontcode._read_header(data)
    step = -1 if turned else 1
    keys = {word.encode()[::step]: word for word in wanted}
    return {keys[form]: lemma[::step].decode()
            for _, form, lemma in frontcode._iter_records(data, start) if form in keys}  # fmt: skip


@benchmark(
    routing_top1=Goal(">=", 0.85),
    routing_top2=Goal(">=", 0.95),
    routing_vs_lemmas=Goal(">=", 1.0),
)
def routing(plan: Plan) -> Mapping[str, Spread]:
    tuned, held_out = questions()
    for name, rows in (("tuned on", tuned), ("held out", held_out)):
        first, either = accuracy(rows)
        plan.note(f"  {name}: {len(rows)} questions, first {first:.3f}, first two {either:.3f}")
    with_lemmas, two = accuracy(lemmatised(held_out))
    plan.note(f"  held out, as simplemma's lemmas: first {with_lemmas:.3f}, first two {two:.3f}")
    figures = {
        "routing_top1": first, "routing_top2": either, "routing_vs_lemmas": first / with_lemmas,
    }  # fmt: skip
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


def fill(url: str, texts: Iterator[str]) -> None:
    """As `add_question` would, in the same order, but all in one transaction and many rows at a
    time: one by one they take several minutes."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = -400000")
        numbered = enumerate(texts, 1)
        while some := list(islice(numbered, 5000)):
            found = [{"term": term, "question": n} for n, text in some for term in terms(text)]
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
        fill(url, (made_up(random_, texts, words) for _ in range(POOL)))
        taken, found = [], 0
        with open_database(url) as database, database.reading() as store:
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
