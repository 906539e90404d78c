from __future__ import annotations

from collections import Counter

import pytest

from core.opinions.analysis import analyse
from core.opinions.conversation import REMOVED, UNDECIDED, Statement
from core.opinions.routing import Agenda, next_statement, priorities
from core.opinions.synthetic import synthetic

DRAWS = [n / 1000 for n in range(1000)]


def served(agenda: Agenda, voted: set[object] = frozenset()) -> Counter[object]:  # type: ignore[assignment]
    return Counter(agenda.next(voted, draw) for draw in DRAWS)


def test_drawn_in_proportion_to_priority() -> None:
    agenda = Agenda([Statement(1), Statement(2), Statement(3)], {1: 6.0, 2: 3.0})
    assert served(agenda) == {1: 600, 2: 300, 3: 100}


def test_never_one_already_voted_on() -> None:
    agenda = Agenda([Statement(1), Statement(2), Statement(3)], {1: 6.0, 2: 3.0, 3: 1.0})
    assert served(agenda, {1}) == {2: 750, 3: 250}
    assert served(agenda, {1, 2, "unknown"}) == {3: 1000}
    assert served(agenda, {1, 2, 3}) == {None: 1000}


def test_nothing_to_serve() -> None:
    assert Agenda([], {}).next([], 0.0) is None


def test_removed_ones_are_not_served() -> None:
    statements = [Statement(1, moderated=REMOVED), Statement(2, moderated=UNDECIDED), Statement(3)]
    assert set(served(Agenda(statements, {}))) == {2, 3}
    assert set(served(Agenda(statements, {}, strict=True))) == {3}


def test_seeds_come_first() -> None:
    statements = [Statement(n, seed=n < 3) for n in range(6)]
    agenda = Agenda(statements, {5: 50.0}, seeds_first=2)
    assert set(served(agenda)) == {0, 1, 2}
    assert set(served(agenda, {0})) == {1, 2}
    assert set(served(agenda, {0, 1})) == {2, 3, 4, 5}


def test_after_the_last_seed_others_come() -> None:
    agenda = Agenda([Statement(0, seed=True), Statement(1)], {})
    assert set(served(agenda, {0})) == {1}


def test_a_new_statement_gets_its_share() -> None:
    """Its priority is that of one without votes: several times the usual."""
    conversation, _ = synthetic(200, 20, 2, share=0.6, seed=2)
    fresh = Statement(500, "New")
    analysis = analyse(conversation.votes, (*conversation.statements, fresh))
    found = served(Agenda((*conversation.statements, fresh), priorities(analysis), 0))
    assert found[500] > 2 * len(DRAWS) / 21


@pytest.mark.parametrize("draw", [0.0, 0.5, 1 - 2**-53])
def test_once_for_one_person(draw: float) -> None:
    conversation, _ = synthetic(60, 12, 2, seed=1)
    analysis = analyse(conversation.votes, conversation.statements)
    found = next_statement(analysis, conversation.statements, set(range(11)), draw)
    assert found == 11
