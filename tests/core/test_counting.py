"""Ways of counting, against worked examples that others have published."""

from hypothesis import given
from hypothesis import strategies as st

from core.polls.counting import mean, run_off, schulze

# https://en.wikipedia.org/wiki/Schulze_method, "Example": 45 voters rank A to E.
SCHULZE = {
    "ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8,
}  # fmt: skip
# https://en.wikipedia.org/wiki/Instant-runoff_voting, "Tennessee capital election", in percent:
# Memphis, Nashville, Chattanooga, Knoxville.
TENNESSEE = {(0, 1, 2, 3): 42, (1, 2, 3, 0): 26, (2, 3, 1, 0): 15, (3, 2, 1, 0): 17}
ORDERS = st.permutations(range(5)).flatmap(
    lambda order: st.integers(1, 5).map(lambda n: tuple(order[:n]))
)
BALLOTS = st.dictionaries(ORDERS, st.integers(1, 9), min_size=1, max_size=12)


def letters(ballots: dict[str, int]) -> dict[tuple[int, ...], int]:
    return {tuple("ABCDE".index(x) for x in order): n for order, n in ballots.items()}


def test_schulze_of_wikipedia() -> None:
    found = schulze(5, letters(SCHULZE))
    assert found.preferred == (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    assert found.paths == (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )
    assert found.order == ((4,), (0,), (2,), (1,), (3,))  # E > A > C > B > D


def test_run_off_of_tennessee() -> None:
    found = run_off(4, TENNESSEE)
    assert [dict(r.counts) for r in found.rounds] == [
        {0: 42, 1: 26, 2: 15, 3: 17},
        {0: 42, 1: 26, 3: 32},
        {0: 42, 3: 58},
    ]
    assert [r.out for r in found.rounds] == [(2,), (1,), ()]
    assert found.winners == (3,)  # Knoxville


def test_tennessee_by_pairs() -> None:
    """Nashville beats each of the others: https://en.wikipedia.org/wiki/Condorcet_method."""
    found = schulze(4, TENNESSEE)
    assert found.order == ((1,), (2,), (3,), (0,))
    assert found.preferred[1][0] == 58 and found.preferred[1][2] == 68


def test_ties_are_told() -> None:
    level = {(0, 1): 3, (1, 0): 3}
    assert run_off(2, level).winners == (0, 1)
    assert schulze(2, level).order == ((0, 1),)
    assert schulze(3, {(0, 1): 1, (1, 0): 1}).order == ((0, 1), (2,))


def test_the_level_ones_at_the_bottom_leave_by_the_round_before() -> None:
    """In the second round 1 and 2 are level; 2 had fewer in the first."""
    ballots = {(0,): 6, (1,): 4, (2,): 3, (3, 2): 1}
    found = run_off(4, ballots)
    assert [r.out for r in found.rounds] == [(3,), (2,), ()]
    assert found.rounds[-1].spent == 4 and found.winners == (0,)


def test_those_that_never_differ_leave_together() -> None:
    found = run_off(4, {(0,): 5, (3,): 5, (1, 0): 2, (2, 0): 2})
    assert [r.out for r in found.rounds] == [(1, 2), ()]
    assert found.winners == (0,)


def test_nobody_voted() -> None:
    assert run_off(3, {}).winners == () and schulze(3, {}).winners == () and mean([0] * 5) is None


def test_the_mean_of_a_scale() -> None:
    assert mean([1, 0, 0, 0, 1]) == 3.0


@given(BALLOTS)
def test_who_has_more_than_half_of_the_first_choices_wins(
    ballots: dict[tuple[int, ...], int],
) -> None:
    total = sum(ballots.values())
    for option in range(5):
        if 2 * sum(n for order, n in ballots.items() if order[0] == option) > total:
            assert run_off(5, ballots).winners == (option,) == schulze(5, ballots).winners


@given(BALLOTS)
def test_every_ballot_is_in_every_round(ballots: dict[tuple[int, ...], int]) -> None:
    found = run_off(5, ballots)
    assert found.winners
    for one in found.rounds:
        assert sum(one.counts.values()) + one.spent == sum(ballots.values())


@given(BALLOTS)
def test_who_beats_each_of_the_others_leads(ballots: dict[tuple[int, ...], int]) -> None:
    found = schulze(5, ballots)
    assert sorted(i for level in found.order for i in level) == list(range(5))
    for a in range(5):
        others = [b for b in range(5) if b != a]
        if all(found.preferred[a][b] > found.preferred[b][a] for b in others):
            assert found.winners == (a,)
