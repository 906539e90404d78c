"""One engine over some conversations, in a process of its own: votes in memory to all results.

Reads a Task from standard input and prints a Grouped. Both engines get their votes in their own
form, made before the clock starts: columns for ours, a list of dicts for red-dwarf, which wants
each person's last votes only."""

from __future__ import annotations

import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bench.protocol import receive, tell
from core.opinions.analysis import Mode, analyse
from core.opinions.conversation import Conversation
from core.opinions.reading import read_export
from core.opinions.synthetic import synthetic

if "reddwarf" in sys.argv:  # so that the peak of ours is without its libraries
    from reddwarf.implementations.polis import run_pipeline

Groups = dict[Any, Any]


class Task(msgspec.Struct):
    """Folders of exports, or none: then a made-up conversation of this size."""

    folders: list[str] = []
    people: int = 0
    statements: int = 0
    share: float = 0.1
    repeats: int = 3


class Grouped(msgspec.Struct):
    """Seconds and likeness to the published groups (adjusted Rand index) of each conversation."""

    seconds: list[float]
    likeness: list[float]
    votes: int
    peak_mb: float


def main() -> None:
    task = receive(Task)
    prepare = {"stable": stable, "polis": polis, "reddwarf": reddwarf}[sys.argv[1]]
    seconds, likeness, votes = [], [], 0
    for conversation in conversations(task):
        work = prepare(conversation)
        taken = []
        for _ in range(task.repeats):
            began = time.perf_counter()
            groups = work()
            taken.append(time.perf_counter() - began)
        seconds.append(min(taken))
        likeness.append(adjusted_rand(groups, dict(conversation.published)))
        votes += len(conversation.votes)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell(Grouped(seconds, likeness, votes, peak))


def conversations(task: Task) -> list[Conversation]:
    if task.folders:
        return [read_export(Path(folder)) for folder in task.folders]
    return [synthetic(task.people, task.statements, share=task.share)[0]]


def stable(conversation: Conversation) -> Callable[[], Groups]:
    return lambda: analyse(conversation.votes, conversation.statements).letter_of()


def polis(conversation: Conversation) -> Callable[[], Groups]:
    return lambda: analyse(conversation.votes, conversation.statements, Mode.POLIS).letter_of()


def reddwarf(conversation: Conversation) -> Callable[[], Groups]:
    warnings.filterwarnings("ignore")
    last = conversation.votes.latest()
    columns = (last.person.tolist(), last.statement.tolist(), last.value.tolist())
    votes = [
        {
            "participant_id": last.participants[who],
            "statement_id": last.statements[what],
            "vote": value,
            "modified": 0,
        }
        for who, what, value in zip(*columns, strict=True)
    ]
    left_out = [each.id for each in conversation.statements if each.left_out]
    meta = [each.id for each in conversation.statements if each.meta]

    def work() -> Groups:
        found = run_pipeline(
            votes=votes,
            mod_out_statement_ids=left_out,
            meta_statement_ids=meta,
            random_state=0,
        )
        return found.participants_df["cluster_id"].dropna().to_dict()

    return work


def adjusted_rand(found: Groups, published: Groups) -> float:
    """Over people who are in a group in both; 0 where nothing was published."""
    both = [who for who in published if found.get(who) is not None]
    if not both:
        return 0.0
    columns = [np.unique([str(side[who]) for who in both], return_inverse=True)[1] for side in
               (found, published)]  # fmt: skip
    table = np.zeros([int(column.max()) + 1 for column in columns])
    np.add.at(table, tuple(columns), 1)
    pairs = [(x * (x - 1) / 2).sum() for x in (table, table.sum(0), table.sum(1), table.sum())]
    same, rows, columns_, all_ = (float(each) for each in pairs)
    chance, most = rows * columns_ / all_, (rows + columns_) / 2
    return 1.0 if most == chance else (same - chance) / (most - chance)


if __name__ == "__main__":
    main()
