"""Where a question belongs, and which answered questions are like it. Pure functions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from core.city import City, Theme
from core.model import Question

_WORD = re.compile(r"[^\W\d_]{2,}")
COMPOUND = 5
"""Letters a keyword needs to be looked for inside a compound word (``lumenauraus``)."""
ALIKE = 72
"""Least likeness, 0 to 100, for a question to be offered as similar."""


@dataclass(frozen=True, slots=True)
class Guess:
    """``theme`` is None where nothing matched; ``because`` are the residents' own words."""

    theme: str | None
    department: str
    because: tuple[str, ...] = ()


def guess(city: City, text: str) -> Guess:
    """The theme whose keywords match best; the general desk where none does."""
    words = _WORD.findall(text.lower())
    scored = [(*_score(theme, words), theme) for theme in city.themes]
    best = max(scored, key=lambda row: row[0], default=None)
    if best is None or best[0] == 0:
        return Guess(None, city.general_desk)
    _, because, theme = best
    return Guess(theme.id, theme.department, because)


def _score(theme: Theme, words: Sequence[str]) -> tuple[float, tuple[str, ...]]:
    keywords = [k for language in theme.keywords.values() for k in language]
    matches = {word: max((_match(k, word) for k in keywords), default=0.0) for word in words}
    because = tuple(word for word, score in matches.items() if score)
    return sum(matches.values()), because


def _match(keyword: str, word: str) -> float:
    """Longer keywords say more; one inside a compound says half."""
    if word.startswith(keyword):
        return len(keyword)
    if len(keyword) >= COMPOUND and keyword in word:
        return len(keyword) / 2
    return 0.0


def similar(text: str, among: Iterable[Question], limit: int = 3) -> list[Question]:
    """The questions most like ``text``, best first."""
    pool = {q.number: q for q in among}
    found = process.extract(
        text,
        {number: q.text for number, q in pool.items()},
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=limit,
    )
    return [pool[number] for _, _, number in found]
