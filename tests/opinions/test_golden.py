"""Real conversations against values that were checked with Polis's own outputs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.opinions.analysis import Mode, analyse
from core.opinions.polis import included
from core.opinions.reading import read_export
from core.opinions.statements import (
    Agreed,
    consensus,
    group_informed_consensus,
    priority,
    representative,
)
from tests.opinions.real import NAMES, Real, adjusted_rand, folder, load

CLOSE = 1e-9
TESTED = ("n-success", "n-trials", "p-success", "p-test")
LEAST_ARI = {
    "bg2050-volunteers": 0.95,
    "scoop-biodiversity": 0.9,
    "scoop-taxes": 0.8,
    "brexit-consensus": 0.8,
}


@pytest.fixture(params=NAMES)
def real(request: pytest.FixtureRequest) -> Real:
    return load(folder() / request.param)


def test_matrix(real: Real) -> None:
    golden, ballots = real.golden, real.ballots
    assert list(ballots.statements) == golden["tids"]
    assert list(ballots.participants) == sorted(golden["pids"])
    votes = dict(zip(ballots.participants, ballots.votes_of.tolist(), strict=True))
    assert [votes[who] for who in golden["pids"]] == golden["n_votes"]


def test_what_is_left_out(real: Real) -> None:
    left_out = {each.id for each in real.statements if each.left_out}
    assert left_out & set(real.golden["tids"]) == set(real.golden["mod_out"])
    assert {each.id for each in real.statements if each.meta} == set(real.golden["meta"])


def test_opinion_space(real: Real) -> None:
    golden, space = real.golden, real.space
    np.testing.assert_allclose(space.center, golden["center"], rtol=0, atol=CLOSE)
    np.testing.assert_allclose(space.eigenvalues, golden["eig"][:2], rtol=CLOSE)
    np.testing.assert_allclose(space.components, golden["comps"], rtol=0, atol=CLOSE)
    places = dict(zip(real.ballots.participants, space.people, strict=True))
    projected = np.array([places[who] for who in golden["pids"]])
    np.testing.assert_allclose(projected, golden["proj"], rtol=0, atol=CLOSE)
    np.testing.assert_allclose(space.extremity, golden["comment_extremity"], rtol=0, atol=CLOSE)


def test_who_counts_for_groups(real: Real) -> None:
    people = [real.ballots.participants[n] for n in included(real.ballots)]
    assert sorted(people) == sorted(real.golden["in_conv_cold"])


def test_tallies_of_the_published_groups(real: Real) -> None:
    tallies = real.tallies()
    assert tallies.agrees.tolist() == real.given["A"]
    assert tallies.disagrees.tolist() == real.given["D"]
    assert tallies.seen.tolist() == real.given["S"]


def test_group_informed_consensus(real: Real) -> None:
    found = group_informed_consensus(real.tallies())
    np.testing.assert_allclose(found, real.given["group_aware_consensus"], rtol=0, atol=CLOSE)


def test_priorities(real: Real) -> None:
    meta = np.isin(real.ballots.statements, real.golden["meta"])
    found = priority(real.tallies(), real.space.extremity, meta)
    np.testing.assert_allclose(found, real.given["comment_priorities"], rtol=CLOSE)


def test_representative_statements(real: Real) -> None:
    found = representative(real.tallies(), real.left_out)
    for number, group in enumerate(real.given["group_ids"]):
        wanted = real.given["repness"][str(group)]
        same_lists(real, found[number], wanted)
        assert [each.agree for each in found[number]] == [
            each["repful-for"] == "agree" for each in wanted
        ]
        assert [each.best_agree for each in found[number]] == [
            each.get("best-agree", False) for each in wanted
        ]
        # The golden ones have nine digits.
        np.testing.assert_allclose(
            [(each.ratio, each.ratio_test) for each in found[number]],
            [(each["repness"], each["repness-test"]) for each in wanted],
            rtol=1e-8,
        )


def test_consensus(real: Real) -> None:
    found = consensus(real.ballots.tallies(), real.left_out)
    same_lists(real, found.agree, real.golden["consensus"]["agree"])
    same_lists(real, found.disagree, real.golden["consensus"]["disagree"])


def same_lists(real: Real, found: tuple[Agreed, ...], wanted: list[dict[str, Any]]) -> None:
    statements = real.ballots.statements
    assert [statements[each.place] for each in found] == [each["tid"] for each in wanted]
    np.testing.assert_allclose(
        [(each.successes, each.trials, each.p, each.p_test) for each in found],
        [[each[name] for name in TESTED] for each in wanted],
        rtol=1e-8,
    )


def test_the_published_group_informed_consensus_column() -> None:
    real = load(folder() / "bg2050-volunteers")
    with (real.place / "comments.csv").open(encoding="utf-8", newline="") as file:
        wanted = {
            int(row["comment-id"]): float(row["group-informed-consensus"])
            for row in csv.DictReader(file)
        }
    found = group_informed_consensus(real.tallies())
    assert len(wanted) == 371
    for statement, value in zip(real.ballots.statements, found.tolist(), strict=True):
        assert value == pytest.approx(wanted[statement], rel=0, abs=1e-12)


def likeness(real: Real, mode: Mode) -> float:
    group = analyse(real.conversation.votes, real.statements, mode).group
    both = (group >= 0) & (real.published >= 0)
    return adjusted_rand(group[both], real.published[both])


def test_stable_groups_are_like_the_published_ones(real: Real) -> None:
    assert likeness(real, Mode.STABLE) >= LEAST_ARI[real.place.name]


def test_stable_groups_are_like_the_published_ones_on_average() -> None:
    likenesses = [likeness(load(folder() / name), Mode.STABLE) for name in NAMES]
    assert sum(likenesses) / len(likenesses) >= 0.93


def test_polis_groups_from_a_cold_start(real: Real) -> None:
    wanted = {
        "bg2050-volunteers": 1.00,
        "scoop-biodiversity": 0.97,
        "scoop-taxes": 0.81,
        "brexit-consensus": 0.55,
    }
    assert likeness(real, Mode.POLIS) == pytest.approx(wanted[real.place.name], abs=0.006)


def test_the_matrix_alone_gives_the_same_votes(real: Real, tmp_path: Path) -> None:
    for file in ("summary.csv", "comments.csv", "participants-votes.csv"):
        (tmp_path / file).write_bytes((real.place / file).read_bytes())
    from_matrix = read_export(tmp_path).votes.latest()
    assert from_matrix.participants == real.ballots.participants
    assert from_matrix.statements == real.ballots.statements
    for column in ("person", "statement", "value"):
        assert (getattr(from_matrix, column) == getattr(real.ballots, column)).all()
