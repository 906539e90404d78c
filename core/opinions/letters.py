"""Groups keep their letters, and with them their colours, from one computation to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.opinions.votes import Id, Ints


def kept_letters(
    group: Ints, participants: Sequence[Id], previous: Mapping[Id, str | None]
) -> tuple[tuple[str, ...], int]:
    """A letter for each group, and how many people are in another group than before.

    Letters are matched so that as many people as can be keep theirs; a group that shares nobody
    with any before gets a letter that none had. Joining or leaving the groups is no move."""
    count = int(group.max(initial=-1)) + 1
    names = sorted({letter for letter in previous.values() if letter})
    number = {letter: n for n, letter in enumerate(names)}
    before = np.fromiter(
        (number.get(previous.get(who) or "", -1) for who in participants), np.intp, len(group)
    )
    in_both = (group >= 0) & (before >= 0)
    shared = np.zeros((count, len(names)), dtype=np.int64)
    np.add.at(shared, (group[in_both], before[in_both]), 1)
    kept = {
        int(now): names[then]
        for now, then in zip(*linear_sum_assignment(shared, maximize=True), strict=True)
        if shared[now, then]
    }
    free = (letter for letter in ascii_uppercase if letter not in number)
    stayed = sum(int(shared[now, number[letter]]) for now, letter in kept.items())
    letters = tuple(kept.get(now) or next(free) for now in range(count))
    return letters, int(in_both.sum()) - stayed
