"""Opinion groups that depend on the votes alone.

Polis's groups begin with the people who came first, so that the same votes in another order may
give other groups. Here its two steps are tried from many random beginnings. The number of groups
is the one with the best silhouette on average; of the ways to divide people into so many, the one
most like all the others is taken, after each was settled until everyone is in the group whose
centre is nearest. The random numbers are always the same, and people are taken by where they
stand: neither the order of the rows nor history changes anything."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.opinions.clusters import distances, most_groups, silhouette
from core.opinions.votes import Floats, Ints

TRIES = 20
BASE_CLUSTERS, BASE_ROUNDS = 100, 2
GROUP_ROUNDS, SETTLING_ROUNDS = 15, 100
DECIMALS, ALIKE = 9, 1e-9
"""What differs by less is the same: rounding depends on the order of sums."""
NOWHERE = 1e30
AT_ONCE, FEW = 1_000_000, 8
"""So many distances are held in memory together."""


def stable_groups(points: Floats) -> tuple[Ints, Mapping[int, float]]:
    """Each person's group, and the mean silhouettes by number of groups; group -1 is none."""
    places, place_of, weights = _places(points)
    if len(places) < 2:
        return np.full(len(points), -1), {}
    base, centers, sizes = _base_clusters(places, weights)
    counts = range(2, most_groups(centers.shape[1]) + 1)
    groupings = _groupings(centers, sizes, counts)
    apart, counted = distances(centers.astype(np.float32)), (sizes > 0).astype(np.float32)
    scores = silhouette(apart, groupings, counted).mean(axis=1)
    best = int(np.flatnonzero(np.isclose(scores, scores.max(), rtol=0, atol=ALIKE))[-1])
    group = np.take_along_axis(groupings[best], base, axis=1)
    settled = _settled(places, weights, group, counts[best])
    chosen = settled[most_alike(settled, weights, counts[best])]
    return _by_size(chosen, weights)[place_of], dict(zip(counts, scores.tolist(), strict=True))


def _places(points: Floats) -> tuple[Floats, Ints, Floats]:
    """The different points in a fixed order, each person's, and how many people stand there."""
    rounded = np.round(points, DECIMALS) + 0.0  # no minus zero
    places, place_of, count = np.unique(rounded, axis=0, return_inverse=True, return_counts=True)
    return places, place_of.reshape(-1), count.astype(np.float64)


def _base_clusters(places: Floats, weights: Floats) -> tuple[Ints, Floats, Floats]:
    """Tries × places, tries × clusters × 2, tries × clusters. Early rounds bring nearly all that
    later ones would."""
    random = np.random.default_rng(0)
    clusters = min(BASE_CLUSTERS, len(places))
    first = np.stack([random.permutation(len(places))[:clusters] for _ in range(TRIES)])
    member, centers = many_lloyd(places[None], weights[None], places[first], BASE_ROUNDS)
    _, sizes = _Cloud(places[None], weights[None], TRIES).means(member, np.arange(TRIES), clusters)
    return member, np.nan_to_num(centers), sizes


def _groupings(centers: Floats, sizes: Floats, counts: range) -> Ints:
    """Numbers of groups × tries × clusters, each from the first clusters of its try."""
    filled = np.argsort(sizes == 0, axis=1, kind="stable")[:, : counts[-1]]
    first = np.take_along_axis(centers, filled[..., None], axis=1)
    start = np.stack([np.where(np.arange(counts[-1])[:, None] < k, first, np.nan) for k in counts])
    shape = (len(counts), *sizes.shape)
    member, _ = many_lloyd(
        np.broadcast_to(centers, (*shape, 2)).reshape(-1, *centers.shape[1:]),
        np.broadcast_to(sizes, shape).reshape(-1, sizes.shape[1]),
        start.reshape(-1, counts[-1], 2),
        GROUP_ROUNDS,
    )
    return member.reshape(shape)


def many_lloyd(
    points: Floats, weights: Floats, centers: Floats, rounds: int
) -> tuple[Ints, Floats]:
    """Lloyd's k-means, many at once, until nobody moves: tries × points, tries × clusters × 2.
    `points` and `weights` may be the same for all tries (a first axis of 1). An empty cluster
    has no centre (NaN) and stays empty."""
    cloud = _Cloud(points, weights, len(centers))
    centers = centers.copy()
    going = np.arange(len(centers))
    member = cloud.nearest(centers, going)
    for _ in range(rounds):
        centers[going], _ = cloud.means(member[going], going, centers.shape[1])
        now = cloud.nearest(centers[going], going)
        moved = (now != member[going]).any(axis=1)
        member[going] = now
        going = going[moved]
        if not len(going):
            break
    return member, centers


class _Cloud:
    """Weighted points of many tries, or the same points for all of them."""

    def __init__(self, points: Floats, weights: Floats, tries: int) -> None:
        self._shared = len(points) == 1
        # In single precision: it is enough to tell who is nearer, and twice as fast.
        ones = np.ones((*points.shape[:-1], 1))
        self._with_one = np.concatenate((points, ones), axis=-1).transpose(0, 2, 1)
        self._with_one = np.ascontiguousarray(self._with_one, dtype=np.float32)
        each = (weights, weights * points[..., 0], weights * points[..., 1])
        shape = (tries, points.shape[1])
        self._moments = [np.ascontiguousarray(np.broadcast_to(row, shape)) for row in each]

    def nearest(self, centers: Floats, tries: Ints) -> Ints:
        """Whose c·c - 2x·c is least: a point's own length changes nothing."""
        count = centers.shape[1]
        to = np.empty((len(tries), count, 3), dtype=np.float32)
        to[..., :2] = -2.0 * centers
        to[..., 2] = (centers**2).sum(axis=-1)
        to[np.isnan(centers[..., 0])] = (0.0, 0.0, NOWHERE)
        points = self._with_one if self._shared else self._with_one[tries]
        size = points.shape[2]
        member = np.empty((len(tries), size), dtype=np.intp)
        step = max(AT_ONCE // (len(tries) * count), 1)
        for at in range(0, size, step):
            some = points[:, :, at : at + step]
            member[:, at : at + step] = _least(to, some)
        return member

    def means(self, member: Ints, tries: Ints, count: int) -> tuple[Floats, Floats]:
        """Centres (NaN for an empty cluster) and weights of the clusters."""
        cell = (member + count * np.arange(len(tries))[:, None]).ravel()
        chosen = slice(len(tries)) if self._shared else tries
        weight, x, y = (
            np.bincount(cell, row[chosen].ravel(), minlength=len(tries) * count)
            for row in self._moments
        )
        centers = np.stack((x, y), axis=-1) / np.where(weight > 0, weight, np.nan)[:, None]
        return centers.reshape(-1, count, 2), weight.reshape(-1, count)


def _least(to: Floats, points: Floats) -> Ints:
    """The first place of the least product. `argmin` is slow along a short axis."""
    count = to.shape[1]
    if count > FEW:
        return (points.transpose(0, 2, 1) @ to.transpose(0, 2, 1)).argmin(axis=-1)
    far = to @ points
    least, place = far[:, 0], np.zeros((len(to), points.shape[2]), dtype=np.intp)
    for n in range(1, count):
        place = np.where(far[:, n] < least, n, place)
        least = np.minimum(least, far[:, n])
    return place


def _settled(places: Floats, weights: Floats, group: Ints, k: int) -> Ints:
    """Each grouping (tries × places) until everyone is in the group whose centre is nearest."""
    cloud = _Cloud(places[None], weights[None], len(group))
    centers, _ = cloud.means(group, np.arange(len(group)), k)
    member, _ = many_lloyd(places[None], weights[None], centers, SETTLING_ROUNDS)
    return member


def most_alike(groupings: Ints, weights: Floats, k: int) -> int:
    """Which of the groupings (tries × places) has the highest adjusted Rand indices to all."""
    tries, size = groupings.shape
    belongs = (groupings[..., None] == np.arange(k)).transpose(0, 2, 1).reshape(tries * k, size)
    belongs = belongs.astype(np.float64)
    shared = ((belongs * weights) @ belongs.T).reshape(tries, k, tries, k)
    together = _pairs(shared).sum(axis=(1, 3))
    own = np.diagonal(together)
    chance = own[:, None] * own / max(float(_pairs(weights.sum())), 1.0)
    room = (own[:, None] + own) / 2 - chance
    index = np.where(room > 0, (together - chance) / np.where(room > 0, room, 1.0), 1.0)
    return int(np.round(index.sum(axis=1), DECIMALS).argmax())


def _pairs(count: Floats) -> Floats:
    return count * (count - 1) / 2


def _by_size(group: Ints, weights: Floats) -> Ints:
    """Numbered from the largest group on; empty ones are left out."""
    _, first, group = np.unique(group, return_index=True, return_inverse=True)
    size = np.bincount(group, weights)
    rank = np.empty(len(size), dtype=np.intp)
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    return rank[group]
