"""Lloyd's k-means with weights, and silhouettes, as Polis does them."""

from __future__ import annotations

import numpy as np

from core.opinions.votes import Floats, Ints

STILL = 0.01
"""A clustering is settled when no centre moves as far as this."""


def lloyd(
    points: Floats, weights: Floats, centers: Floats, rounds: int
) -> tuple[Ints, Floats, Ints]:
    """Each point's cluster, the clusters' centres, and which of the given centres they were:
    those that lose all their points are dropped."""
    kept = np.arange(len(centers))
    member = np.zeros(len(points), dtype=np.intp)
    with_one = np.column_stack((points, np.ones(len(points))))
    for _ in range(rounds):
        member = _nearest(with_one, centers)
        moved, total = means(points, weights, member, len(centers))
        alive = total > 0
        moved, kept = moved[alive], kept[alive]
        member = (np.cumsum(alive) - 1)[member]
        settled = len(moved) == len(centers) and _still(moved, centers)
        centers = moved
        if settled:
            break
    return member, centers, kept


def nearest(points: Floats, centers: Floats) -> Ints:
    """The nearest centre of each point; of two as near, the last."""
    return _nearest(np.column_stack((points, np.ones(len(points)))), centers)


def _nearest(with_one: Floats, centers: Floats) -> Ints:
    """`with_one` has x, y and 1. Whose c·c - 2x·c is least: a point's own length changes nothing
    in which centre is nearest."""
    last_first = centers[::-1]
    to = np.vstack((-2.0 * last_first.T, (last_first**2).sum(axis=1)))
    return len(centers) - 1 - (with_one @ to).argmin(axis=1)


def means(points: Floats, weights: Floats, member: Ints, count: int) -> tuple[Floats, Floats]:
    """The mean and the weight of each cluster."""
    total = np.bincount(member, weights, minlength=count)
    x, y = (np.bincount(member, weights * axis, minlength=count) for axis in points.T)
    return np.column_stack((x, y)) / np.where(total > 0, total, 1.0)[:, None], total


def _still(a: Floats, b: Floats) -> bool:
    first, second = (each[np.lexsort((each[:, 1], each[:, 0]))] for each in (a, b))
    return bool((((first - second) ** 2).sum(axis=1) < STILL**2).all())


def distinct(points: Floats) -> Ints:
    """Where each different point comes first, in order of appearance."""
    _, first = np.unique(points, axis=0, return_index=True)
    return np.sort(first)


def distances(points: Floats) -> Floats:
    """From every point to every other. Leading axes are separate sets of points."""
    x, y = points[..., 0], points[..., 1]
    across, along = x[..., :, None] - x[..., None, :], y[..., :, None] - y[..., None, :]
    across *= across
    along *= along
    across += along
    return np.sqrt(across, out=across)


def silhouette(apart: Floats, member: Ints, counted: Floats | None = None) -> Floats:
    """The mean over points of how much nearer each is to its own cluster than to the next; a
    cluster of one counts 0. `apart` are `distances`, `counted` is 0 for points that are none.
    Leading axes are separate clusterings."""
    if counted is None:
        counted = np.ones(member.shape)
    count = int(member.max(initial=0)) + 1
    belongs = (member[..., None] == np.arange(count)) * counted[..., None]
    size = belongs.sum(axis=-2, keepdims=True)
    to_each = apart @ belongs
    own = member[..., None]
    fellows = np.take_along_axis(size, own, axis=-1)[..., 0] - 1
    inside = np.take_along_axis(to_each, own, axis=-1)[..., 0] / np.maximum(fellows, 1)
    to_each = np.where(size > 0, to_each / np.maximum(size, 1), np.inf)
    np.put_along_axis(to_each, own, np.inf, axis=-1)
    outside = to_each.min(axis=-1)
    widest = np.maximum(inside, outside)
    known = (fellows > 0) & (widest > 0) & np.isfinite(outside)
    gain = np.where(np.isfinite(outside), outside, 0.0) - inside
    value = np.where(known, gain / np.where(known, widest, 1.0), 0.0)
    return (value * counted).sum(axis=-1) / np.maximum(counted.sum(axis=-1), 1)


def most_groups(clusters: int) -> int:
    """Up to how many groups are tried."""
    return min(5, 2 + clusters // 12)
