"""What the votes say about statements: who stands for them, what all agree on, what to ask next.

The tests are Polis's: proportions with one success and one failure added (`p`), their z-scores,
and a two-proportion z-score against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from core.opinions.votes import Flags, Floats, Ints, Tallies

Z90 = 1.2816
PICKED = 5
META_PRIORITY = 49.0


@dataclass(frozen=True)
class Agreed:
    """A statement that most agree with, or most disagree with; `place` is its column."""

    place: int
    successes: int
    trials: int
    p: float
    p_test: float


@dataclass(frozen=True)
class Representative(Agreed):
    """A statement on which a group differs from the rest: `ratio` is how many times likelier its
    people are to vote so, `ratio_test` the z-score of the difference."""

    agree: bool
    ratio: float
    ratio_test: float
    best_agree: bool = False


@dataclass(frozen=True)
class Consensus:
    agree: tuple[Agreed, ...] = ()
    disagree: tuple[Agreed, ...] = ()


@dataclass(frozen=True)
class _Sides:
    """Statistics of agreeing or of disagreeing; groups × statements."""

    n: Ints
    p: Floats
    p_test: Floats
    ratio: Floats
    ratio_test: Floats

    @cached_property
    def metric(self) -> Floats:
        return self.ratio * self.ratio_test * self.p * self.p_test


def representative(tallies: Tallies, left_out: Flags) -> tuple[tuple[Representative, ...], ...]:
    """For each group the statements that set it apart, at most five, at least one where it can
    be: agreements first."""
    agree = _sides(tallies.agrees, tallies.seen)
    disagree = _sides(tallies.disagrees, tallies.seen)
    return tuple(
        _picked(g, agree, disagree, tallies.seen, left_out) for g in range(len(tallies.seen))
    )


def _sides(n: Ints, seen: Ints) -> _Sides:
    rest, rest_seen = n.sum(axis=0) - n, seen.sum(axis=0) - seen
    p = (n + 1) / (seen + 2)
    ratio = p / ((rest + 1) / (rest_seen + 2))
    return _Sides(n, p, _p_test(n, seen), ratio, _two_proportions(n, rest, seen, rest_seen))


def _p_test(n: Ints, seen: Ints) -> Floats:
    return 2 * np.sqrt(seen + 1) * ((n + 1) / (seen + 1) - 0.5)


def _two_proportions(n: Ints, rest: Ints, seen: Ints, rest_seen: Ints) -> Floats:
    s1, s2, n1, n2 = n + 1, rest + 1, seen + 1, rest_seen + 1
    pooled = (s1 + s2) / (n1 + n2)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0.0) * (1 / n1 + 1 / n2))
    return np.where(pooled == 1, 0.0, (s1 / n1 - s2 / n2) / np.where(spread > 0, spread, 1.0))


def _picked(
    g: int, agree: _Sides, disagree: _Sides, seen: Ints, left_out: Flags
) -> tuple[Representative, ...]:
    if left_out.all():
        return ()

    def told(place: int, best: bool = False) -> Representative:
        agrees = bool(agree.ratio_test[g, place] > disagree.ratio_test[g, place])
        side = agree if agrees else disagree
        return Representative(
            place,
            int(side.n[g, place]),
            int(seen[g, place]),
            float(side.p[g, place]),
            float(side.p_test[g, place]),
            agrees,
            float(side.ratio[g, place]),
            float(side.ratio_test[g, place]),
            best,
        )

    sure = np.zeros(len(left_out), dtype=bool)
    for side in (agree, disagree):
        sure |= (side.ratio_test[g] > Z90) & (side.p_test[g] > Z90)
    sure &= ~left_out
    first = _best_agree(g, agree, disagree, left_out)
    if not sure.any():
        tests = np.maximum(agree.ratio_test[g], disagree.ratio_test[g])
        best = int(np.where(left_out, -np.inf, tests).argmax())
        return (told(best),) if first is None else (told(first, best=True),)
    chosen = []
    if first is not None:
        chosen = [told(first, best=True)]
        sure[first] = False
    others = np.flatnonzero(sure)
    strength = np.where(
        agree.ratio_test[g] > disagree.ratio_test[g], agree.metric[g], disagree.metric[g]
    )
    strongest = others[np.argsort(-strength[others], kind="stable")]
    chosen += [told(int(place)) for place in strongest[: PICKED - len(chosen)]]
    return tuple(sorted(chosen, key=lambda each: not each.agree))


def _best_agree(g: int, agree: _Sides, disagree: _Sides, left_out: Flags) -> int | None:
    """The agreement to show first: scanned in the order of statements, as the rule for taking the
    next depends on the one before."""
    voted = np.flatnonzero(((agree.n[g] > 0) | (disagree.n[g] > 0)) & ~left_out)
    columns = (agree.p, agree.p_test, agree.ratio, agree.ratio_test)
    best, held = None, (0.0, 0.0, 0.0, 0.0)
    for place, *now in zip(voted, *(column[g, voted].tolist() for column in columns), strict=True):
        p, p_test, ratio, ratio_test = now
        if best is None:
            better = p_test > Z90 or (ratio > 1 and p > 0.5)
        elif held[2] > 1:
            better = ratio * ratio_test * p * p_test > held[2] * held[3] * held[0] * held[1]
        else:
            better = p * p_test > held[0] * held[1]
        if better:
            best, held = int(place), (p, p_test, ratio, ratio_test)
    return best


def consensus(everyone: Tallies, left_out: Flags) -> Consensus:
    """What most agree with, and what most disagree with, of all who voted on it."""
    seen = everyone.seen[0]

    def picked(n: Ints) -> tuple[Agreed, ...]:
        p, p_test = (n + 1) / (seen + 2), _p_test(n, seen)
        sure = np.flatnonzero((p > 0.5) & (p_test > Z90) & ~left_out)
        best = sure[np.argsort(-(p * p_test)[sure], kind="stable")][:PICKED]
        return tuple(
            Agreed(int(j), int(n[j]), int(seen[j]), float(p[j]), float(p_test[j])) for j in best
        )

    return Consensus(picked(everyone.agrees[0]), picked(everyone.disagrees[0]))


def group_informed_consensus(tallies: Tallies) -> Floats:
    """The probability that someone of each group agrees, multiplied over the groups."""
    return np.prod((tallies.agrees + 1) / (tallies.seen + 2), axis=0)


def priority(tallies: Tallies, extremity: Floats, meta: Flags) -> Floats:
    """How much there is to learn from asking a statement: more for few votes, few passes, many
    agreements, and for what divides."""
    agrees, seen = tallies.agrees.sum(axis=0), tallies.seen.sum(axis=0)
    passed = (tallies.passes.sum(axis=0) + 1) / (seen + 2)
    importance = (1 - passed) * (extremity + 1) * (agrees + 1) / (seen + 2)
    return np.where(meta, META_PRIORITY, (importance * (1 + 8 * 2.0 ** (-seen / 5))) ** 2)


def named(records: Sequence[Agreed], statements: Sequence[object]) -> list[dict[str, object]]:
    """As plain values, with the statement's id instead of its place."""
    return [{"statement": statements[each.place]} | _without_place(each) for each in records]


def _without_place(record: Agreed) -> dict[str, object]:
    return {key: value for key, value in asdict(record).items() if key != "place"}
