"""Which statement someone is asked next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from core.opinions.analysis import Analysis
from core.opinions.conversation import ACCEPTED, REMOVED, Statement
from core.opinions.statements import priority
from core.opinions.votes import Floats, Id, Tallies

UNKNOWN = 1.0
"""The priority of a statement that no computation has seen."""
SEEDS_FIRST = 7
"""So many votes are asked on the editors' statements before residents' own are mixed in: as many
as count for groups."""


class Agenda:
    """The statements that are open for votes, weighted by priority; made once a computation."""

    def __init__(
        self,
        statements: Sequence[Statement],
        priorities: Mapping[Id, float],
        seeds_first: int = SEEDS_FIRST,
        strict: bool = False,
    ) -> None:
        """`strict`: only what was accepted is served, nothing that waits for a decision."""
        lowest = ACCEPTED if strict else REMOVED + 1
        served = [each for each in statements if each.moderated >= lowest]
        self._ids = [each.id for each in served]
        self._place = {each.id: n for n, each in enumerate(served)}
        self._seeds_first = seeds_first
        self._weights = np.array([priorities.get(each.id, UNKNOWN) for each in served], dtype=float)
        self._seeds = np.where([each.seed for each in served], self._weights, 0.0)

    def next(self, voted: Collection[Id], draw: float) -> Id | None:
        """One that this person has not voted on; None when there is no more. `draw`, from 0 to
        less than 1, chooses with a probability that is proportional to priority."""
        done = [self._place[each] for each in voted if each in self._place]
        if len(voted) < self._seeds_first:
            seed = self._drawn(self._seeds, done, draw)
            if seed is not None:
                return seed
        return self._drawn(self._weights, done, draw)

    def _drawn(self, weights: Floats, done: list[int], draw: float) -> Id | None:
        left = weights.copy()
        left[done] = 0.0
        upto = np.cumsum(left)
        if not len(upto) or upto[-1] <= 0:
            return None
        return self._ids[int(np.searchsorted(upto, draw * upto[-1], side="right"))]


def priorities(analysis: Analysis) -> dict[Id, float]:
    """Of all statements that the analysis was told of. One without votes comes often."""
    found = dict(zip(analysis.ballots.statements, analysis.priority.tolist(), strict=True))
    none = np.zeros((1, 1), dtype=np.int64)
    fresh = priority(Tallies(none, none, none), np.zeros(1), np.zeros(1, dtype=bool))
    return found | dict.fromkeys(analysis.unvoted, float(fresh[0]))


def next_statement(
    analysis: Analysis, statements: Sequence[Statement], voted: Collection[Id], draw: float
) -> Id | None:
    """For a single question; `Agenda` serves many."""
    return Agenda(statements, priorities(analysis)).next(voted, draw)
