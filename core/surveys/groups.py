"""How groups answered: counted once, at closing, while it can still be told which ballots of one
survey are one person's; then the polls' keys are destroyed. No number is kept from which fewer than
`FEW` people could be made out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from core.answers import Kind, Paper
from core.model import FEW, GroupTable, Survey
from core.people import voter
from core.ports import Store
from core.surveys.walk import keys

Cells = list[list[int]]


def tables(store: Store, survey: Survey) -> list[GroupTable]:
    """Nobody else may vote meanwhile: see `LinkStore.hold_votes`."""
    backgrounds = [s.poll for s in survey.steps if s.background]
    if not backgrounds:
        return []
    boxes = store.ballot_boxes(set(survey.polls))
    people, key = store.taking_part(survey.id), keys(boxes)
    given = {id: _by_person(store.answers(id), key[id], people) for id in key}
    made: list[GroupTable] = []
    for by in backgrounds:
        for step in survey.steps:
            paper, groups = boxes[step.poll].paper, boxes[by].paper.size - 1
            if step.background or paper.kind is Kind.WORDS:
                continue
            every = store.answers(step.poll).values()
            cells = count(paper, groups, given[by], given[step.poll], every)
            sizes = _sizes(groups, given[by], given[step.poll])
            if shown := safe(cells, sizes):
                made.append(GroupTable(by, step.poll, shown))
    return made


def _by_person(answers: Mapping[bytes, int], key: bytes, people: Iterable[str]) -> dict[str, int]:
    names = ((person, voter(key, person)) for person in people)
    return {person: answers[name] for person, name in names if name in answers}


def count(
    paper: Paper,
    groups: int,
    group_of: Mapping[str, int],
    answers: Mapping[str, int],
    every: Iterable[int],
) -> Cells:
    """People by group and option; last the rest, those of whom no group is known. ``every`` are
    all answers, those of forgotten people among them."""
    cells = [[0] * paper.size for _ in range(groups + 1)]
    for answer in every:
        for option in _options(paper, answer):
            cells[groups][option] += 1
    for person, answer in answers.items():
        group = group_of.get(person, groups)
        for option in _options(paper, answer) if group < groups else ():
            cells[group][option] += 1
            cells[groups][option] -= 1
    return cells


def _options(paper: Paper, answer: int) -> Sequence[int]:
    """Those it names; of a ranking the first."""
    chosen = paper.chosen(answer)
    return chosen[:1] if paper.kind is Kind.RANKING else chosen


def _sizes(groups: int, group_of: Mapping[str, int], answers: Mapping[str, int]) -> list[int]:
    found = [0] * groups
    for person in answers:
        if (group := group_of.get(person, groups)) < groups:
            found[group] += 1
    return found


def safe(cells: Cells, sizes: Sequence[int]) -> dict[int, tuple[int | None, ...]]:
    """The cells that may be shown, by group; the last row of ``cells`` is never shown.

    Hidden are groups and cells of fewer than `FEW`. What is hidden could be had by subtraction,
    for the totals are public: so in each row and column no cell is hidden alone, and those hidden
    are `FEW` people at least; where they are not, more are hidden, the smallest first. Options
    that nobody chose at all hide nothing."""
    groups, options = len(sizes), range(len(cells[0]))
    live = [o for o in options if any(row[o] for row in cells)]
    big = [g for g in range(groups) if sizes[g] >= FEW]
    shown = {(g, o) for g in big for o in live if cells[g][o] >= FEW}
    rest = [groups] if any(cells[groups]) else []
    columns = [[(g, o) for g in [*range(groups), *rest]] for o in live]
    lines = [*([(g, o) for o in live] for g in big), *columns]
    while cell := next(filter(None, (_next_hidden(cells, line, shown) for line in lines)), None):
        shown.discard(cell)
    kept = {g for g, _ in shown}
    return {
        g: tuple(cells[g][o] if (g, o) in shown or o not in live else None for o in options)
        for g in sorted(kept)
    }


def _next_hidden(
    cells: Cells, line: Sequence[tuple[int, int]], shown: Collection[tuple[int, int]]
) -> tuple[int, int] | None:
    """The cell that has to be hidden as well, lest the others of its line be told."""
    kept = [cell for cell in line if cell in shown]
    hidden = [cells[g][o] for g, o in line if (g, o) not in shown]
    if not kept or not hidden or (len(hidden) > 1 and sum(hidden) >= FEW):
        return None
    return min(kept, key=lambda cell: cells[cell[0]][cell[1]])
