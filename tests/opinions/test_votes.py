from __future__ import annotations

import numpy as np
import pytest

from core.opinions.sign import from_storage_sign
from core.opinions.space import opinion_space
from core.opinions.votes import AGREE, DISAGREE, PASS, Votes


def said(votes: Votes) -> dict[tuple[object, object], int]:
    latest = votes.latest()
    cells = zip(latest.person, latest.statement, latest.value, strict=True)
    return {
        (latest.participants[who], latest.statements[what]): int(value)
        for who, what, value in cells
    }


def test_signs_are_turned_in_both_directions() -> None:
    assert [from_storage_sign(value) for value in (-1, 0, 1)] == [AGREE, PASS, DISAGREE]
    assert from_storage_sign(np.array([-1, 0, 1], dtype=np.int8)).tolist() == [1, 0, -1]
    assert all(from_storage_sign(from_storage_sign(value)) == value for value in (-1, 0, 1))


def test_the_last_vote_counts_whatever_row_it_is_on() -> None:
    rows = [("b", 1, -1, 30), ("a", 2, 0, 5), ("b", 1, 1, 10), ("b", 1, 0, 20), ("a", 1, 1, 7)]
    wanted = {("a", 1): 1, ("a", 2): 0, ("b", 1): -1}
    assert said(Votes.of(rows)) == said(Votes.of(reversed(rows))) == wanted


def test_contradictions_at_one_moment_are_decided_without_looking_at_rows() -> None:
    rows = [(1, 1, 1, 5), (1, 1, -1, 5), (1, 1, 0, 5)]
    assert said(Votes.of(rows)) == said(Votes.of(rows[::-1])) == {(1, 1): 1}


def test_ids_are_put_in_order_numbers_before_texts() -> None:
    latest = Votes.of([("z", 10, 1, 0), (3, 9, 1, 0), (20, "x", 1, 0)]).latest()
    assert latest.participants == (3, 20, "z")
    assert latest.statements == (9, 10, "x")


def test_more_than_65536_people() -> None:
    count = 70_000
    order = np.random.default_rng(1).permutation(count)
    votes = Votes(
        tuple(order.tolist()),
        (0,),
        np.arange(count, dtype=np.int32),
        np.zeros(count, dtype=np.int32),
        (order % 3 - 1).astype(np.int8),
        np.zeros(count, dtype=np.int64),
    )
    assert (votes.latest().value == np.arange(count) % 3 - 1).all()


def test_tallies_by_group() -> None:
    rows = [("a", 1, 1, 0), ("b", 1, 1, 0), ("c", 1, -1, 0), ("c", 2, 0, 0), ("d", 1, 1, 0)]
    latest = Votes.of(rows).latest()
    tallies = latest.tallies(np.array([0, 1, 1, -1]), 2)
    assert tallies.agrees.tolist() == [[1, 0], [1, 0]]
    assert tallies.disagrees.tolist() == [[0, 0], [1, 0]]
    assert tallies.passes.tolist() == [[0, 0], [0, 1]]
    assert latest.tallies().seen.tolist() == [[4, 1]]


def test_a_vote_is_one_of_three() -> None:
    with pytest.raises(ValueError, match="A vote is 1"):
        Votes.of([(1, 1, 2, 0)]).latest()


ORDER = [
    *(10, 28, 0, 14, 27, 1, 8, 34, 31, 13, 26, 2, 15, 25, 32, 7, 21, 16, 37, 39),
    *(17, 12, 33, 38, 35, 5, 22, 23, 9, 6, 36, 3, 24, 20, 30, 11, 4, 18, 19, 29),
]


def test_a_space_where_many_directions_are_alike() -> None:
    """For one in some hundred orders of these people, such as this, LAPACK finds no vectors unless
    it is asked for all."""
    rows = [(ORDER[who], what, _halves(who, what), 0) for who in range(40) for what in range(1, 13)]
    space = opinion_space(Votes.of(rows).latest(), np.zeros(12, bool))
    assert space.eigenvalues.round(6).tolist() == [363.700583, 4.0]


def _halves(who: int, what: int) -> int:
    if what == 1:
        return 1
    return 0 if (who * 7 + what) % 11 == 0 else 1 if who % 2 == what % 2 else -1


def test_arrivals_are_first_votes() -> None:
    votes = Votes.of([("a", 1, 1, 9), ("b", 1, 1, 4), ("a", 2, 1, 3)])
    assert votes.arrivals() == {"a": 3, "b": 4}
