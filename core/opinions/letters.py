"""Groups keep their letters, and with them their colours, from one computation to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

import numpy as np

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
    kept = {now: names[then] for now, then in _matched(shared.tolist()).items()}
    free = (letter for letter in ascii_uppercase if letter not in number)
    stayed = sum(int(shared[now, number[letter]]) for now, letter in kept.items())
    letters = tuple(kept.get(now) or next(free) for now in range(count))
    return letters, int(in_both.sum()) - stayed


def _matched(shared: list[list[int]]) -> dict[int, int]:
    """Groups and letters that share the most people in all, each at most once. Groups are few:
    what is best is known for each set of them, letter by letter."""
    best: dict[frozenset[int], tuple[int, dict[int, int]]] = {frozenset(): (0, {})}
    for letter in range(len(shared[0]) if shared else 0):
        for taken, (people, pairs) in list(best.items()):
            for now, with_letters in enumerate(shared):
                both = with_letters[letter]
                if not both or now in taken:
                    continue
                more, wider = people + both, taken | {now}
                if more > best.get(wider, (0, {}))[0]:
                    best[wider] = more, pairs | {now: letter}
    return max(best.values(), key=lambda each: each[0])[1]
