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
AT_ONCE = 1_000_000
"""So many distances are held in memory together."""


def stable_groups(points: Floats) -> tuple[Ints, Mapping[int, float]]:
    """Each person's group, and the mean silhouettes by number of groups; group -1 is none."""
    places, place_of, weights = _places(points)
    if len(places) < 2:
        return np.full(len(points), -1), {}
    base, centers, sizes = _base_clusters(places, weights)
    counts = range(2, most_groups(centers.shape[1]) + 1)
    groupings = _groupings(centers, sizes, counts)
    scores = silhouette(distances(centers), groupings, (sizes > 0).astype(np.float64)).mean(axis=1)
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
    moments = _moments(places[None], weights[None], TRIES)
    _, sizes = _means(moments, member, clusters)
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
    # In single precision: it is enough to tell who is nearer, and twice as fast.
    with_one = np.concatenate((points, np.ones((*points.shape[:-1], 1))), axis=-1)
    with_one = with_one.astype(np.float32)
    moments = _moments(points, weights, len(centers))
    member = _nearest(with_one, centers)
    for _ in range(rounds):
        centers, _ = _means(moments, member, centers.shape[1])
        before, member = member, _nearest(with_one, centers)
        if np.array_equal(before, member):
            break
    return member, centers


def _nearest(with_one: Floats, centers: Floats) -> Ints:
    """Whose c·c - 2x·c is least: a point's own length changes nothing. `with_one` has x, y, 1."""
    tries, count, _ = centers.shape
    to = np.empty((tries, 3, count), dtype=np.float32)
    to[:, :2] = -2.0 * centers.transpose(0, 2, 1)
    to[:, 2] = (centers**2).sum(axis=-1)
    empty = np.isnan(centers[..., 0])
    if empty.any():
        to.transpose(0, 2, 1)[empty] = (0.0, 0.0, np.inf)
    size = with_one.shape[1]
    member = np.empty((tries, size), dtype=np.intp)
    step = max(AT_ONCE // (tries * count), 1)
    for at in range(0, size, step):
        member[:, at : at + step] = (with_one[:, at : at + step] @ to).argmin(axis=-1)
    return member


def _moments(points: Floats, weights: Floats, tries: int) -> Floats:
    """Weight, weighted x and weighted y of every point of every try, in three rows."""
    each = np.stack((weights, weights * points[..., 0], weights * points[..., 1]))
    return np.broadcast_to(each, (3, tries, points.shape[1])).reshape(3, -1)


def _means(moments: Floats, member: Ints, count: int) -> tuple[Floats, Floats]:
    """Centres (NaN for an empty cluster) and weights of the clusters."""
    tries = len(member)
    cell = (member + count * np.arange(tries)[:, None]).ravel()
    weight, x, y = (np.bincount(cell, row, minlength=tries * count) for row in moments)
    centers = np.stack((x, y), axis=-1) / np.where(weight > 0, weight, np.nan)[:, None]
    return centers.reshape(tries, count, 2), weight.reshape(tries, count)


def _settled(places: Floats, weights: Floats, group: Ints, k: int) -> Ints:
    """Each grouping (tries × places) until everyone is in the group whose centre is nearest."""
    centers, _ = _means(_moments(places[None], weights[None], len(group)), group, k)
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
