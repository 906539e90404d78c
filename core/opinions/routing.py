"""Which statement someone is asked next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from core.opinions.analysis import Analysis
from core.opinions.conversation import ACCEPTED, REMOVED, Statement
from core.opinions.draw import SEEDS_FIRST, drawn
from core.opinions.statements import priority
from core.opinions.votes import Id, Tallies

UNKNOWN = 1.0
"""The priority of a statement that no computation has seen."""


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
        self._seeds_first = seeds_first
        self._weights = {each.id: priorities.get(each.id, UNKNOWN) for each in served}
        self._seeds = {each.id for each in served if each.seed}

    def next(self, voted: Collection[Id], draw: float) -> Id | None:
        """See `drawn`."""
        return drawn(self._weights, self._seeds, set(voted), draw, self._seeds_first)


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
