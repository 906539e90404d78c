"""Which statement someone is asked next, given what there is to learn from each. Needs no numpy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from itertools import accumulate
from typing import TypeVar

Id = TypeVar("Id", int, str, int | str)

SEEDS_FIRST = 7
"""So many votes are asked on the editors' statements before residents' own are mixed in: as many
as count for groups."""


def drawn(
    weights: Mapping[Id, float],
    seeds: Collection[Id],
    voted: Collection[Id],
    draw: float,
    seeds_first: int = SEEDS_FIRST,
) -> Id | None:
    """One that this person has not voted on; None when there is no more. `draw`, from 0 to less
    than 1, chooses with a probability that is proportional to the weight."""
    left = [each for each in weights if each not in voted]
    if len(voted) < seeds_first:
        left = [each for each in left if each in seeds] or left
    upto = list(accumulate(weights[each] for each in left))
    if not upto or upto[-1] <= 0:
        return None
    return left[bisect_right(upto, draw * upto[-1], hi=len(upto) - 1)]
