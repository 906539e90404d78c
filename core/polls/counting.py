"""Ways of counting. Pure; every tie is told, none is broken by lot.

Rankings are given as how many ballots say just that: the best first, and what is not ranked comes
after all that is, on a level.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

Rankings = Mapping[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Round:
    """``counts`` are the options still in: index to ballots. ``out`` are those that leave now."""

    counts: Mapping[int, int]
    spent: int  # ballots that name none of those still in
    out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RunOff:
    """Several ``winners`` are level; none where nobody voted."""

    rounds: tuple[Round, ...]
    winners: tuple[int, ...]


def run_off(size: int, rankings: Rankings, gone: Collection[int] = ()) -> RunOff:
    """Instant run-off: the last one leaves, and its ballots go to their next choice, until one has
    more than half of the ballots that still count.

    Of options level at the bottom, those leave that had fewest in the latest earlier round where
    they differed; where they never did, all of them leave at once. Where that would be everybody,
    they share the win.
    """
    left = set(range(size)) - set(gone)
    rounds: list[Round] = []
    if not rankings:
        return RunOff((), ())
    while True:
        counts = _first_choices(left, rankings)
        spent = sum(rankings.values()) - sum(counts.values())
        top = max(counts.values())
        last = _last(counts, rounds)
        if 2 * top > sum(counts.values()) or len(last) == len(left):
            winners = tuple(i for i in sorted(left) if counts[i] == top)
            return RunOff((*rounds, Round(counts, spent)), winners)
        rounds.append(Round(counts, spent, last))
        left -= set(last)


def _first_choices(left: Iterable[int], rankings: Rankings) -> dict[int, int]:
    counts = dict.fromkeys(sorted(left), 0)
    for order, n in rankings.items():
        first = next((i for i in order if i in counts), None)
        if first is not None:
            counts[first] += n
    return counts


def _last(counts: Mapping[int, int], earlier: Sequence[Round]) -> tuple[int, ...]:
    last = [i for i in counts if counts[i] == min(counts.values())]
    for before in reversed(earlier):
        fewest = min(before.counts[i] for i in last)
        last = [i for i in last if before.counts[i] == fewest]
    return tuple(last)


@dataclass(frozen=True, slots=True)
class Schulze:
    """``order``: the best first, those that are level together. ``preferred[a][b]``: ballots that
    rank a above b; ``paths[a][b]``: the strongest path from a to b, in those ballots."""

    order: tuple[tuple[int, ...], ...]
    preferred: tuple[tuple[int, ...], ...]
    paths: tuple[tuple[int, ...], ...]

    @property
    def winners(self) -> tuple[int, ...]:
        return self.order[0] if self.order else ()


def schulze(size: int, rankings: Rankings, gone: Collection[int] = ()) -> Schulze:
    """Schulze's method, the strength of a link being its winning votes: a stands above b where the
    strongest path from a to b is stronger than the one back. Of options that are ``gone``, which
    nobody ranks, nothing is said."""
    preferred = _preferred(size, rankings)
    paths = [
        [preferred[a][b] if preferred[a][b] > preferred[b][a] else 0 for b in range(size)]
        for a in range(size)
    ]
    for via in range(size):
        for a in range(size):
            for b in range(size):
                if len({via, a, b}) == 3:
                    paths[a][b] = max(paths[a][b], min(paths[a][via], paths[via][b]))
    order = _order(paths, [i for i in range(size) if i not in gone]) if rankings else ()
    return Schulze(order, tuple(map(tuple, preferred)), tuple(map(tuple, paths)))


def _preferred(size: int, rankings: Rankings) -> list[list[int]]:
    found = [[0] * size for _ in range(size)]
    for order, n in rankings.items():
        below = set(range(size))
        for better in order:
            below.discard(better)
            row = found[better]
            for worse in below:
                row[worse] += n
    return found


def _order(paths: Sequence[Sequence[int]], among: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The relation is transitive: who stands above more of the others stands above more of it."""
    above = {a: sum(paths[a][b] > paths[b][a] for b in among) for a in among}
    below = {a: sum(paths[b][a] > paths[a][b] for b in among) for a in among}
    ranks = sorted({(below[a], -above[a]) for a in among})
    return tuple(tuple(a for a in among if (below[a], -above[a]) == rank) for rank in ranks)


def mean(counts: Sequence[int]) -> float | None:
    """Of a scale's answers, where option ``i`` says ``i + 1``. None where nobody answered."""
    total = sum(counts)
    return sum((i + 1) * n for i, n in enumerate(counts)) / total if total else None
