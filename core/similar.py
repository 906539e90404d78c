"""Which questions are like a new one."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process, utils

from core.model import Question

ALIKE = 72
"""Least likeness, 0 to 100, for a question to be offered as similar."""


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
