"""Ballot papers: what each kind of poll asks, and how every answer is one number.

An answer of any kind fits in 63 bits, so that a ballot, a change of it and its counter cost the
same whatever the kind; votes for one option are as cheap as they ever were:

one option       its index
several          a bit for each option that is chosen
points           five bits for each option: its points
ranking          four bits for each place, the first choice lowest: index + 1, and 0 ends it
words            0: that there is an answer. What it says is kept beside the ballot, as text
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

MOST_OPTIONS = 12
MOST_POINTS = 31
MOST_LETTERS = 140
"""Characters of an answer in words."""
LARGEST = 2**63 - 1


class Kind(StrEnum):
    SINGLE = "single"
    SEVERAL = "several"
    YES_NO = "yes_no"  # one of: yes, no, can't say
    SCALE = "scale"  # one of: 1 to 5
    POINTS = "points"
    RANKING = "ranking"
    WORDS = "words"


ONE = frozenset({Kind.SINGLE, Kind.YES_NO, Kind.SCALE})
"""Kinds whose answer is one of the options."""
LISTS = frozenset({Kind.SINGLE, Kind.SEVERAL, Kind.RANKING})
"""Kinds whose options stand each for itself, so that one may go and the others stay."""


class Paper(msgspec.Struct, frozen=True):
    """What a ballot of a poll may say. ``least`` and ``most`` are how many options are chosen or
    ranked, or how many points are given in all. ``gone`` are options that were withdrawn: ballots
    from before may name them."""

    kind: Kind
    size: int
    least: int = 1
    most: int = 1
    gone: tuple[int, ...] = ()

    @property
    def needed(self) -> int:
        """``least``, as far as there are options left."""
        return min(self.least, self.size - len(self.gone)) if self.gone else self.least

    @property
    def allowed(self) -> int:
        return min(self.most, self.size - len(self.gone)) if self.gone else self.most

    @property
    def one(self) -> bool:
        return self.kind in ONE

    def takes(self, answer: int) -> bool:
        """Whether it is an answer that somebody may have given; others are forged."""
        if self.kind in ONE:
            return 0 <= answer < self.size
        if self.kind is Kind.WORDS:
            return answer == 0
        if not 0 <= answer <= LARGEST:
            return False
        if not self.whole(answer):
            return False
        given = self.given(answer)
        return self.needed <= given <= self.most

    def whole(self, answer: int) -> bool:
        """Whether it names options that are there, each once: it may still be too little."""
        match self.kind:
            case Kind.SEVERAL:
                return answer < 1 << self.size
            case Kind.POINTS:
                return answer < 1 << 5 * self.size
            case Kind.RANKING:
                ranked = read_ranking(answer)
                good = all(i < self.size for i in ranked) and len(set(ranked)) == len(ranked)
                return good and ranking(ranked) == answer
        return self.takes(answer)

    def names_gone(self, answer: int) -> bool:
        return any(i in self.gone for i in self.chosen(answer)) if self.gone else False

    def kept(self, answer: int) -> int | None:
        """What of it counts: options that were withdrawn are passed over. None where that leaves
        nothing."""
        if not self.names_gone(answer):
            return answer
        left = [i for i in self.chosen(answer) if i not in self.gone]
        if not left or self.kind in ONE:
            return None
        return ranking(left) if self.kind is Kind.RANKING else several(left)

    def given(self, answer: int) -> int:
        """Options chosen or ranked, or points given."""
        match self.kind:
            case Kind.SEVERAL:
                return answer.bit_count()
            case Kind.POINTS:
                return sum(read_points(answer, self.size))
            case Kind.RANKING:
                return len(read_ranking(answer))
        return 1

    def support(self, answer: int) -> Sequence[int]:
        """What it adds to each option: 1 where it is chosen, its points, 1 to the first choice."""
        match self.kind:
            case Kind.SEVERAL:
                return [answer >> i & 1 for i in range(self.size)]
            case Kind.POINTS:
                return read_points(answer, self.size)
            case Kind.RANKING:
                answer = (answer & 15) - 1
        return [int(i == answer) for i in range(self.size)]

    def chosen(self, answer: int) -> list[int]:
        """The options it names, in their order; of a ranking, the best first."""
        if self.kind is Kind.RANKING:
            return read_ranking(answer)
        return [i for i, n in enumerate(self.support(answer)) if n]


# --- numbers and what they say ---------------------------------------------------------------


def several(options: Iterable[int]) -> int:
    return sum(1 << i for i in set(options))


def points(given: Sequence[int]) -> int:
    """ValueError for more than `MOST_POINTS` on an option, or fewer than none."""
    if any(not 0 <= n <= MOST_POINTS for n in given):
        raise ValueError("points that no ballot holds")
    return sum(n << 5 * i for i, n in enumerate(given))


def read_points(answer: int, size: int) -> list[int]:
    return [answer >> 5 * i & 31 for i in range(size)]


def ranking(options: Sequence[int]) -> int:
    """Best first."""
    return sum(option + 1 << 4 * place for place, option in enumerate(options))


def read_ranking(answer: int) -> list[int]:
    found = []
    while answer & 15:
        found.append((answer & 15) - 1)
        answer >>= 4
    return found
