"""Opinion groups as Polis finds them: people into base clusters, base clusters into groups.

Each computation starts where the last one ended (`Memory`), and a first one from the people who
came first: the same votes may give other groups in another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.opinions.clusters import (
    distances,
    distinct,
    lloyd,
    means,
    most_groups,
    nearest,
    silhouette,
)
from core.opinions.votes import Ballots, Floats, Id, Ints

BASE_CLUSTERS, BASE_ROUNDS = 100, 100
GROUP_ROUNDS = 20
VOTES_NEEDED, PEOPLE_WANTED = 7, 15
REPEATS = 4
"""A new number of groups is taken when it was the best so many times running."""


@dataclass(frozen=True)
class Memory:
    """What one computation hands to the next: who is in, the people of each base cluster, the
    base clusters of each group for each number of groups, and the number of groups."""

    included: frozenset[Id] = frozenset()
    base: Mapping[int, frozenset[Id]] = field(default_factory=dict)
    groupings: Mapping[int, Sequence[frozenset[int]]] = field(default_factory=dict)
    best: int = 0
    repeats: int = 0
    smoothed: int = 0


def included(
    ballots: Ballots, before: frozenset[Id] = frozenset(), with_ties: bool = False
) -> Ints:
    """Who counts for groups: those with enough votes, and everyone who once did; where they are
    few, also those with the most votes. Of several with as many votes, those who are first in
    `ballots` are taken, or all (`with_ties`)."""
    votes = ballots.votes_of
    stays = np.fromiter((who in before for who in ballots.participants), bool, len(votes))
    enough = stays | (votes >= min(VOTES_NEEDED, len(ballots.statements)))
    missing = PEOPLE_WANTED - int(enough.sum())
    others = np.flatnonzero(~enough & (votes > 0))
    if missing > 0 and len(others):
        most = others[np.argsort(-votes[others], kind="stable")][:missing]
        enough[others[votes[others] >= votes[most[-1]]] if with_ties else most] = True
    return np.flatnonzero(enough)


def polis_groups(
    points: Floats, people: Sequence[Id], memory: Memory | None = None
) -> tuple[Ints, Mapping[int, float], Memory]:
    """Each person's group, the silhouettes by number of groups, and what to remember. `points`
    are the included people's, in the order in which they came; group -1 is none."""
    memory = memory or Memory()
    if len(distinct(points)) < 2:
        return np.full(len(points), -1), {}, memory
    member, centers, ids = _base_clusters(points, people, memory.base)
    weights = np.bincount(member, minlength=len(centers)).astype(np.float64)
    apart = distances(centers)
    groups, scores = {}, {}
    for k in range(2, most_groups(len(centers)) + 1):
        start = _start(centers, weights, ids, memory.groupings.get(k, ()), k)
        groups[k], _, _ = lloyd(centers, weights, start, GROUP_ROUNDS)
        scores[k] = float(silhouette(apart, groups[k]))
    best = max(scores, key=lambda k: (scores[k], k))
    repeats = memory.repeats + 1 if best == memory.best else 1
    smoothed = best if repeats >= REPEATS or memory.smoothed not in groups else memory.smoothed
    base = {
        name: frozenset(people[n] for n in np.flatnonzero(member == place))
        for place, name in enumerate(ids)
    }
    groupings = {k: _members(group, ids) for k, group in groups.items()}
    now = Memory(frozenset(people) | memory.included, base, groupings, best, repeats, smoothed)
    return groups[smoothed][member], scores, now


def _members(group: Ints, ids: Sequence[int]) -> tuple[frozenset[int], ...]:
    return tuple(
        frozenset(ids[n] for n in np.flatnonzero(group == g)) for g in range(group.max() + 1)
    )


def _base_clusters(
    points: Floats, people: Sequence[Id], before: Mapping[int, frozenset[Id]]
) -> tuple[Ints, Floats, list[int]]:
    weights = np.ones(len(points))
    names, fellows = list(before), list(before.values())
    centers, kept = _recentred(points, weights, people, fellows)
    names = [names[n] for n in kept]
    centers = _filled(points, centers, BASE_CLUSTERS)
    top = max(names, default=-1)
    names += range(top + 1, top + 1 + len(centers) - len(names))
    member, centers, kept = lloyd(points, weights, centers, BASE_ROUNDS)
    return member, centers, [names[n] for n in kept]


def _start(
    points: Floats, weights: Floats, ids: Sequence[int], before: Sequence[frozenset[int]], k: int
) -> Floats:
    centers, _ = _recentred(points, weights, ids, before)
    return _filled(points, centers, k)


def _recentred(
    points: Floats, weights: Floats, ids: Sequence[Id], before: Sequence[frozenset[Id]]
) -> tuple[Floats, list[int]]:
    """The last clusters' centres where their members are now, and which clusters they were;
    of several with the same centre the first stays."""
    cluster_of = {one: n for n, members in enumerate(before) for one in members}
    last = np.fromiter((cluster_of.get(one, -1) for one in ids), np.intp, len(ids))
    there = last >= 0
    centers, total = means(points[there], weights[there], last[there], len(before))
    kept: dict[tuple[float, ...], int] = {}
    for n in np.flatnonzero(total > 0):
        kept.setdefault(tuple(centers[n]), int(n))
    return centers[list(kept.values())].reshape(-1, 2), list(kept.values())


def _filled(points: Floats, centers: Floats, wanted: int) -> Floats:
    """From nothing, the first different points; otherwise the points furthest from all centres
    become centres too."""
    first = distinct(points)
    if not len(centers):
        return points[first[:wanted]]
    while len(centers) < min(wanted, len(first)):
        gap = points - centers[nearest(points, centers)]
        furthest = int((gap**2).sum(axis=1).argmax())
        centers = np.vstack((centers, points[furthest]))
    return centers
