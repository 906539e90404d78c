"""Every answer is one number, and no other number is an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import answers
from core.answers import LARGEST, MOST_POINTS, Kind, Paper

SIZES = st.integers(2, 12)


@given(SIZES, st.data())
def test_what_was_chosen_is_read_back(size: int, data: st.DataObject) -> None:
    paper = Paper(Kind.SEVERAL, size, 0, size)
    chosen = data.draw(st.sets(st.integers(0, size - 1)))
    answer = answers.several(chosen)
    assert paper.chosen(answer) == sorted(chosen) and paper.takes(answer)
    assert paper.given(answer) == len(chosen) == sum(paper.support(answer))


@given(SIZES, st.data())
def test_points_are_read_back(size: int, data: st.DataObject) -> None:
    given = data.draw(st.lists(st.integers(0, MOST_POINTS), min_size=size, max_size=size))
    paper = Paper(Kind.POINTS, size, 0, sum(given))
    answer = answers.points(given)
    assert list(paper.support(answer)) == given and paper.takes(answer)
    if any(given):
        assert not Paper(Kind.POINTS, size, 0, sum(given) - 1).takes(answer)


@given(SIZES, st.data())
def test_a_ranking_is_read_back(size: int, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(size)))[: data.draw(st.integers(1, size))]
    paper = Paper(Kind.RANKING, size, 1, size)
    answer = answers.ranking(order)
    assert paper.chosen(answer) == list(order) and paper.takes(answer)
    assert paper.support(answer)[order[0]] == 1 == sum(paper.support(answer))


@given(st.sampled_from(Kind), SIZES, st.integers(0, 3), st.integers(1, 12), st.data())
def test_a_number_is_an_answer_or_refused(
    kind: Kind, size: int, least: int, most: int, data: st.DataObject
) -> None:
    """What is taken fits the tables and names only what is there."""
    paper = Paper(kind, size, least, most)
    answer = data.draw(st.integers(-5, 300) | st.integers(-(2**70), 2**70))
    if paper.takes(answer):
        assert 0 <= answer <= LARGEST
        assert all(0 <= i < size for i in paper.chosen(answer))
        assert paper.one or kind is Kind.WORDS or least <= paper.given(answer) <= most


@pytest.mark.parametrize(
    ("paper", "forged"),
    [
        (Paper(Kind.SINGLE, 3), [3, -1, 2**40]),
        (Paper(Kind.SCALE, 5), [5]),
        (Paper(Kind.SEVERAL, 3, 1, 2), [0, 0b111, 0b1000, 2**63]),
        (Paper(Kind.POINTS, 2, 1, 10), [0, answers.points([6, 5]), 1 << 10, 2**63]),
        (Paper(Kind.RANKING, 3, 2, 3), [0, 0x1, 0x11, 0x41, 0x102, 0x3211, 2**63]),
    ],
)
def test_forged_answers(paper: Paper, forged: list[int]) -> None:
    assert not [answer for answer in forged if paper.takes(answer)]
