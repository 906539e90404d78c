"""Opinion groups against red-dwarf, the Python library for Polis's mathematics.

Every measurement is a process of its own on one core, with one thread for linear algebra. Ours is
the default, stable mode, which tries twenty beginnings where red-dwarf tries one; the Polis mode
is told beside it."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bench import machine
from bench.grouping import Grouped, Task
from bench.process import ROOT, BenchmarkError
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import spread
from core.opinions.analysis import analyse
from core.opinions.routing import Agenda, priorities
from core.opinions.synthetic import synthetic

DATA = "KUULOLLA_POLIS_DATA"
ENGINES = ("stable", "polis", "reddwarf")
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PATIENCE_S = 600.0
MOST_SYNTHETIC_ROUNDS = 3
SYNTHETIC = Task(people=10_000, statements=1_000, share=0.106, repeats=1)
ASKED = 2_000

Round = Mapping[str, Grouped]


@benchmark(
    opinions_vs_reddwarf_time=Goal(">=", 10),
    opinions_ari_mean=Goal(">=", 0.93, "ARI"),
)
def real_opinions(plan: Plan) -> Mapping[str, Spread]:
    folders = real_folders()
    task = Task(folders=[str(each) for each in folders], repeats=5)
    rounds = [run_round(task, number, plan) for number in range(plan.rounds)]
    for engine in ENGINES:
        best = [min(each[engine].seconds[n] for each in rounds) for n in range(len(folders))]
        told = zip(folders, best, rounds[0][engine].likeness, strict=True)
        each = ", ".join(f"{f.name} {1000 * s:.0f} ms ARI {a:.2f}" for f, s, a in told)
        plan.note(f"  {engine:<9} {each}; {rounds[0][engine].peak_mb:.0f} MB")
    plan.note(
        f"  ARI, mean: {', '.join(f'{e} {mean(rounds[0][e].likeness):.3f}' for e in ENGINES)}"
    )
    plan.note(f"  Polis mode: {spread(times_faster(each, 'polis') for each in rounds).median:.1f}x")
    return {
        "opinions_vs_reddwarf_time": spread(times_faster(each, "stable") for each in rounds),
        "opinions_ari_mean": spread(mean(each["stable"].likeness) for each in rounds),
    }


@benchmark(
    opinions_synthetic_vs_reddwarf=Goal(">=", 15),
    opinions_vs_reddwarf_memory=Goal(">=", 4),
)
def synthetic_opinions(plan: Plan) -> Mapping[str, Spread]:
    """10,000 people, 1,000 statements, about a million votes. Memory is the peak of the whole
    process, libraries and votes included."""
    rounds = [run_round(SYNTHETIC, n, plan) for n in range(min(plan.rounds, MOST_SYNTHETIC_ROUNDS))]
    for engine in ENGINES:
        found = [each[engine] for each in rounds]
        plan.note(
            f"  {engine:<9} {min(each.seconds[0] for each in found):.2f} s, "
            f"{found[0].peak_mb:.0f} MB, {found[0].votes} votes"
        )
    return {
        "opinions_synthetic_vs_reddwarf": spread(times_faster(each, "stable") for each in rounds),
        "opinions_vs_reddwarf_memory": spread(
            each["reddwarf"].peak_mb / each["stable"].peak_mb for each in rounds
        ),
    }


@benchmark(statement_next_ms=Goal("<=", 2, "ms"))
def next_statement(plan: Plan) -> Mapping[str, Spread]:
    """The next statement for one person among 10,000 and 1,000 statements; the whole choice, with
    what this person has voted on."""
    conversation, _ = synthetic(SYNTHETIC.people, SYNTHETIC.statements, share=SYNTHETIC.share)
    analysis = analyse(conversation.votes, conversation.statements)
    agenda = Agenda(conversation.statements, priorities(analysis))
    ballots, chance = analysis.ballots, random.Random(0)

    def once() -> float:
        began = time.perf_counter()
        for _ in range(ASKED):
            who = chance.randrange(len(ballots.participants))
            voted = ballots.statement[ballots.indptr[who] : ballots.indptr[who + 1]].tolist()
            if agenda.next(voted, chance.random()) in (None, *voted):
                raise BenchmarkError("no statement, or one that this person has voted on")
        return 1000 * (time.perf_counter() - began) / ASKED

    return {"statement_next_ms": spread(once() for _ in range(plan.rounds))}


def real_folders() -> list[Path]:
    place = os.environ.get(DATA)
    if not place:
        raise BenchmarkError(f"{DATA} is not set: docs/opinions.md tells where the data is")
    return sorted(each.parent for each in Path(place).glob("*/votes.csv"))


def run_round(task: Task, number: int, plan: Plan) -> Round:
    """Every engine once, in turning order."""
    plan.patience.wait_for_idle()
    return {engine: run(engine, task) for engine in ENGINES[:: 1 if number % 2 == 0 else -1]}


def run(engine: str, task: Task) -> Grouped:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.grouping", engine],
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    machine.pin(process.pid, 0)
    answer, _ = process.communicate(msgspec.json.encode(task), timeout=PATIENCE_S)
    if process.returncode:
        raise BenchmarkError(f"bench.grouping {engine} ended with {process.returncode}")
    return msgspec.json.decode(answer, type=Grouped)


def times_faster(each: Round, engine: str) -> float:
    """The geometric mean over the conversations."""
    pairs = zip(each["reddwarf"].seconds, each[engine].seconds, strict=True)
    return math.exp(mean([math.log(theirs / ours) for theirs, ours in pairs]))


def mean(values: list[float]) -> float:
    return sum(values) / len(values)
