"""Groups on made-up conversations: order, permutation, letters, and Polis's own mode."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.opinions.analysis import Analysis, Mode, analyse
from core.opinions.clusters import distances, lloyd, silhouette
from core.opinions.letters import kept_letters
from core.opinions.polis import Memory, polis_groups
from core.opinions.result import plain
from core.opinions.stable import stable_groups
from core.opinions.synthetic import synthetic
from core.opinions.votes import Votes
from tests.opinions.real import adjusted_rand

SEEDS = st.integers(0, 2**32 - 1)


def shuffled(votes: Votes, seed: int) -> Votes:
    """The same votes: other rows, and other places of people and statements."""
    random = np.random.default_rng(seed)
    rows = random.permutation(len(votes))
    people = random.permutation(len(votes.participants))
    statements = random.permutation(len(votes.statements))
    return Votes(
        tuple(votes.participants[n] for n in people),
        tuple(votes.statements[n] for n in statements),
        np.argsort(people)[votes.person[rows]].astype(np.int32),
        np.argsort(statements)[votes.statement[rows]].astype(np.int32),
        votes.value[rows],
        votes.at[rows],
    )


@pytest.mark.parametrize("groups", [2, 3])  # two directions can't tell four apart
@pytest.mark.parametrize("people", [60, 400])
def test_groups_that_are_there_are_found(groups: int, people: int) -> None:
    conversation, truth = synthetic(people, 60, groups, share=0.5, seed=groups)
    analysis = analyse(conversation.votes, conversation.statements)
    inside = analysis.group >= 0
    assert len(analysis.letters) == groups
    assert adjusted_rand(analysis.group[inside], np.array(truth)[inside]) > 0.85


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from([2, 3]), st.integers(16, 150), st.sampled_from(list(Mode)))
def test_the_order_of_rows_changes_nothing(seed: int, groups: int, people: int, mode: Mode) -> None:
    votes = synthetic(people, 20, groups, seed=seed % 1000)[0].votes
    assert plain(analyse(shuffled(votes, seed), mode=mode)) == plain(analyse(votes, mode=mode))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_stable_groups_know_neither_names_nor_history(seed: int) -> None:
    """Polis's do: so the same votes may give others, when people came in another order."""
    votes = synthetic(150, 30, 3, seed=seed % 1000)[0].votes
    random = np.random.default_rng(seed)
    names = random.permutation(len(votes.participants))
    times = random.permutation(votes.latest().value.size)
    once = votes.latest()
    renamed = Votes(
        tuple(names.tolist()), once.statements, once.person, once.statement, once.value, times
    )
    before, after = analyse(votes), analyse(renamed)
    letters = after.letter_of()
    assert before.letter_of() == {who: letters[names[who]] for who in once.participants}


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_people_are_moved_with_their_rows(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = np.concatenate([random.normal(at, 1, (40, 2)) for at in (-3, 0, 3)])
    order = random.permutation(len(points))
    assert (stable_groups(points[order])[0] == stable_groups(points)[0][order]).all()


def test_in_polis_mode_the_first_people_matter() -> None:
    """What the stable mode is for: were this to fail, it would not be needed."""
    votes = synthetic(300, 12, 4, share=0.6, seed=5)[0].votes
    found = set()
    for seed in range(6):
        times = np.random.default_rng(seed).permutation(len(votes))
        first = votes.latest()
        again = Votes(
            first.participants, first.statements, first.person, first.statement, first.value,
            1000 * times[: len(first)],
        )  # fmt: skip
        group = analyse(again, mode=Mode.POLIS).group
        found.add(frozenset(map(frozenset, (np.flatnonzero(group == g) for g in set(group)))))
    assert len(found) > 1


def test_letters_stay_with_people() -> None:
    people = tuple("abcdefgh")
    before = dict(zip(people, "BBBBAAAA", strict=True))
    group = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    assert kept_letters(group, people, before) == (("B", "A"), 1)


def test_a_new_group_gets_a_new_letter() -> None:
    people = tuple("abcdefgh")
    before: dict[object, str | None] = dict(zip(people, "AAAABBBB", strict=True))
    split = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    assert kept_letters(split, people, before) == (("A", "B", "C"), 2)
    merged = np.zeros(8, dtype=int)
    assert kept_letters(merged, people, before) == (("A",), 4)


def test_who_joins_or_leaves_has_not_moved() -> None:
    before = {"a": "A", "b": "B", "c": None, "gone": "A"}
    assert kept_letters(np.array([0, 1, 0, 1, -1]), ("a", "b", "c", "new", "x"), before) == (
        ("A", "B"),
        0,
    )
    assert kept_letters(np.array([-1, -1]), ("a", "b"), before) == ((), 0)


def test_letters_from_one_computation_to_the_next() -> None:
    conversation, _ = synthetic(200, 40, 3, share=0.6, seed=8)
    votes = conversation.votes
    first = analyse(votes)
    some = np.arange(len(votes)) < len(votes) * 0.97
    earlier = Votes(
        votes.participants, votes.statements, votes.person[some], votes.statement[some],
        votes.value[some], votes.at[some],
    )  # fmt: skip
    swapped = {"A": "C", "B": "A", "C": "B"}
    before = {who: swapped.get(group or "") for who, group in analyse(earlier).letter_of().items()}
    again = analyse(votes, previous=before)
    now, alone = again.letter_of(), first.letter_of()
    assert again.letters == tuple(swapped[letter] for letter in first.letters)
    assert again.moved == sum(
        before[who] is not None and now[who] is not None and before[who] != now[who] for who in now
    )
    assert again.moved < 20
    assert {who: swapped.get(letter or "") for who, letter in alone.items()} == now


# --- Polis's own -----------------------------------------------------------------------------


def three_heaps() -> np.ndarray:
    random = np.random.default_rng(4)
    return np.concatenate([random.normal(at, 0.2, (30, 2)) for at in ((0, 0), (5, 0), (0, 5))])


def test_a_settled_clustering_is_kept() -> None:
    points = three_heaps()
    people = list(range(len(points)))
    group, _, memory = polis_groups(points, people)
    again, _, later = polis_groups(points, people, memory)
    assert (group == again).all()
    assert later.repeats == memory.repeats + 1
    assert set(later.base) == set(memory.base)


def test_newcomers_get_base_clusters_of_their_own() -> None:
    points = three_heaps()
    _, _, memory = polis_groups(points[:60], list(range(60)))
    group, _, later = polis_groups(points, list(range(90)), memory)
    assert set(memory.base) < set(later.base)
    assert min(set(later.base) - set(memory.base)) == max(memory.base) + 1
    assert len(set(group[60:])) == 1
    assert later.included == frozenset(range(90))


def test_the_number_of_groups_changes_only_after_repeats() -> None:
    points = three_heaps()
    people = list(range(60))
    _, _, memory = polis_groups(points[:60], people)
    assert memory.smoothed == 2
    people = list(range(90))
    seen = []
    for _ in range(4):
        group, _, memory = polis_groups(points, people, memory)
        seen.append((memory.best, memory.repeats, int(group.max()) + 1))
    assert seen == [(3, 1, 2), (3, 2, 2), (3, 3, 2), (3, 4, 3)]


def test_lloyd_gives_ties_to_the_last_and_drops_the_empty() -> None:
    points = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    member, centers, kept = lloyd(points, np.ones(3), np.array([[0.0, 0], [9, 9], [2, 0]]), 1)
    assert member.tolist() == [0, 1, 1]
    assert centers.tolist() == [[0, 0], [1.5, 0]]
    assert kept.tolist() == [0, 2]


def test_lloyd_weighs_points() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0]])
    _, centers, _ = lloyd(points, np.array([3.0, 1.0]), np.zeros((1, 2)), 5)
    assert centers.tolist() == [[0.25, 0.0]]


def test_silhouette_by_hand() -> None:
    points = np.array([[0.0, 0], [1, 0], [10, 0]])
    # The first: own 1, other 10; the second: own 1, other 9; one alone counts nothing.
    wanted = ((10 - 1) / 10 + (9 - 1) / 9 + 0) / 3
    assert silhouette(distances(points), np.array([0, 0, 1])) == pytest.approx(wanted)
    assert silhouette(distances(points), np.array([0, 0, 0])) == 0


def test_empty_memory_is_a_cold_start() -> None:
    points = three_heaps().reshape(3, 30, 2).transpose(1, 0, 2).reshape(90, 2)
    people = list(range(90))  # the first three are of three heaps
    cold, scores, _ = polis_groups(points, people)
    assert (polis_groups(points, people, Memory())[0] == cold).all()
    assert max(scores, key=lambda k: scores[k]) == 3


# --- nothing to find -------------------------------------------------------------------------

EDGES: dict[str, list[tuple[int, int, int, int]]] = {
    "no votes": [],
    "one voter": [(1, n, 1 - n % 3, n) for n in range(10)],
    "all pass": [(who, n, 0, who) for who in range(20) for n in range(10)],
    "all agree": [(who, n, 1, who) for who in range(20) for n in range(10)],
    "everyone identical": [(who, n, 1 - n % 3, who) for who in range(20) for n in range(10)],
    "one statement, one opinion": [(who, 1, -1, who) for who in range(20)],
}


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", EDGES)
def test_no_groups_where_there_are_none(name: str, mode: Mode) -> None:
    analysis = analyse(Votes.of(EDGES[name]), mode=mode)
    assert analysis.letters == ()
    assert set(analysis.letter_of().values()) <= {None}
    assert finite(analysis)


@pytest.mark.parametrize("mode", Mode)
def test_one_statement_divides(mode: Mode) -> None:
    analysis = analyse(Votes.of((who, 1, who % 2 * 2 - 1, who) for who in range(20)), mode=mode)
    assert sorted(analysis.members().values()) == [10, 10]
    assert finite(analysis)


def finite(analysis: Analysis) -> bool:
    space = analysis.space
    values = (space.people, space.center, space.components, analysis.priority)
    return all(np.isfinite(each).all() for each in values)
