"""What the checks of moderation see in texts that were made to be seen through, and to be let be.

The texts are made up, in three languages. The checks were tuned on every other one; the figures are
of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.process import ROOT
from config.city import load_city
from core import markers
from core.moderation import reading

TEXTS = ROOT / "bench" / "data" / "moderation.tsv"
PERSONAL = frozenset({"personal", "name"})


@dataclass(frozen=True)
class Case:
    wanted: frozenset[str]
    language: str
    text: str


def cases() -> tuple[list[Case], list[Case]]:
    """Those to tune on, and those held out."""
    rows = []
    for line in TEXTS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            checks, language, text = line.split("\t")
            rows.append(Case(frozenset(checks.split(",")) - {"-"}, language, text))
    return rows[0::2], rows[1::2]


def seen(rows: list[Case]) -> list[frozenset[str]]:
    """The checks that saw something, of each."""
    given = load_city(ROOT / "config" / "espoo.yaml").moderation
    return [
        frozenset(
            one.check
            for one in reading.look(
                markers.hide(case.text)[0], case.language, given.words, given.links
            )
        )
        for case in rows
    ]


def recall_and_precision(rows: list[Case], checks: frozenset[str]) -> tuple[float, float]:
    """Of texts, not of words: whether any of these checks saw something, and was to."""
    wanted = [bool(case.wanted & checks) for case in rows]
    found = [bool(saw & checks) for saw in seen(rows)]
    right = sum(a and b for a, b in zip(wanted, found, strict=True))
    return right / (sum(wanted) or 1), right / (sum(found) or 1)
