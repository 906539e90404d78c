"""Group results: what is shown can't be turned into what is hidden."""

from hypothesis import given
from hypothesis import strategies as st

from core.answers import Kind, Paper, points, ranking, several
from core.model import FEW
from core.surveys.groups import count, safe

TABLES = st.integers(2, 5).flatmap(
    lambda options: st.lists(
        st.lists(st.integers(0, 12), min_size=options, max_size=options), min_size=2, max_size=6
    )
)


def test_large_cells_are_shown_whole() -> None:
    assert safe([[10, 6], [7, 9], [0, 0]], [16, 16]) == {0: (10, 6), 1: (7, 9)}
    assert safe([[10, 6], [7, 9], [5, 5]], [16, 16]) == {0: (10, 6)}
    big = safe([[10, 6], [7, 9], [8, 8], [5, 5]], [16, 16, 16])
    assert big == {0: (10, 6), 2: (8, 8)}


def test_nobody_can_be_had_by_subtraction() -> None:
    """Of two groups one is small: the other would tell of it, for the totals are public."""
    assert safe([[10, 6], [2, 1], [0, 0]], [16, 3]) == {}
    assert safe([[10, 6, 8], [9, 9, 2], [9, 9, 9], [0, 0, 0]], [24, 20, 27])[0][:2] != (10, 6)


def test_options_that_nobody_chose_hide_nothing() -> None:
    assert safe([[10, 6, 0], [7, 9, 0], [0, 0, 0]], [16, 16]) == {0: (10, 6, 0), 1: (7, 9, 0)}


@given(TABLES)
def test_hidden_cells_are_never_few_nor_alone(cells: list[list[int]]) -> None:
    *groups, rest = cells
    sizes = [sum(row) for row in groups]
    shown = safe(cells, sizes)
    for g, row in shown.items():
        assert sizes[g] >= FEW
        hidden = [n for n, told in zip(cells[g], row, strict=True) if told is None]
        assert not hidden or (len(hidden) > 1 and sum(hidden) >= FEW)
    for o in range(len(rest)):
        column = [shown[g][o] if g in shown else None for g in range(len(groups))]
        for told, row in zip(column, groups, strict=True):
            whole = sum(one[o] for one in cells)
            assert told is None or (told == row[o] and (told >= FEW or whole == 0))
        hidden = [row[o] for told, row in zip(column, groups, strict=True) if told is None]
        hidden += [rest[o]] if any(rest) else []
        if any(told for told in column) and hidden:
            assert len(hidden) > 1 and sum(hidden) >= FEW


def test_each_kind_is_counted_in_people() -> None:
    """Forgotten people are in the rest, as are those who said no group."""
    groups, many = {"a": 0, "b": 1}, Paper(Kind.SEVERAL, 2, 1, 2)
    answers = {"a": several([0, 1]), "b": several([1]), "c": several([0])}
    every = [*answers.values(), several([1])]
    assert count(many, 1, groups, answers, every) == [[1, 1], [1, 2]]
    spread, order = Paper(Kind.POINTS, 2, 1, 10), Paper(Kind.RANKING, 2, 1, 2)
    assert count(spread, 1, groups, {"a": points([7, 0])}, [points([7, 0])]) == [[1, 0], [0, 0]]
    assert count(order, 1, groups, {"a": ranking([1, 0])}, [ranking([1, 0])]) == [[0, 1], [0, 0]]
