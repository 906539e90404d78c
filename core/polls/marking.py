"""One press after another towards an answer. Pure: marks in, marks out.

Marks are an answer (`core.answers`) that may still say too little to count.
"""

from core.answers import MOST_POINTS, Kind, Paper, points, ranking, read_points, read_ranking
from core.errors import BadAction


class Gone(Exception):
    """The option was withdrawn."""


class Full(Exception):
    """There is no room for more: something has to be taken off first."""


def tick(paper: Paper, marks: int, option: int) -> int:
    """Chooses the option, or takes it off; in a ranking it comes last. Full past ``most``; Gone
    where it is no more."""
    _check(paper, option)
    if option in paper.chosen(marks):
        return _without(paper, marks, option)
    if paper.given(marks) >= paper.most:
        raise Full
    if paper.kind is Kind.RANKING:
        return ranking([*read_ranking(marks), option])
    return marks | 1 << option


def _without(paper: Paper, marks: int, option: int) -> int:
    if paper.kind is Kind.RANKING:
        return ranking([i for i in read_ranking(marks) if i != option])
    return marks & ~(1 << option)


def undo(marks: int) -> int:
    """A ranking without its last choice."""
    return ranking(read_ranking(marks)[:-1])


def give(paper: Paper, marks: int, option: int, change: int) -> int:
    """Points to an option, or from it. Full where none are left to give or to take."""
    _check(paper, option)
    given = read_points(marks, paper.size)
    given[option] += change
    if not 0 <= given[option] <= MOST_POINTS or sum(given) > paper.most:
        raise Full
    return points(given)


def _check(paper: Paper, option: int) -> None:
    if not 0 <= option < paper.size:
        raise BadAction("no such option")
    if option in paper.gone:
        raise Gone
