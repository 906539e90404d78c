"""From votes to everything that is told about a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.opinions import polis, stable
from core.opinions.conversation import Statement
from core.opinions.letters import kept_letters
from core.opinions.space import Space, opinion_space
from core.opinions.statements import (
    Consensus,
    Representative,
    consensus,
    group_informed_consensus,
    priority,
    representative,
)
from core.opinions.votes import Ballots, Flags, Floats, Id, Ints, Tallies, Votes


class Mode(StrEnum):
    STABLE = "stable"
    POLIS = "polis"


@dataclass(frozen=True)
class Analysis:
    """Per participant and per statement in the order of `ballots`, which knows only statements
    with votes; the others are `unvoted`. `group` numbers `letters`; -1 is in no group."""

    mode: Mode
    ballots: Ballots
    left_out: Flags
    unvoted: tuple[Id, ...]
    space: Space
    group: Ints
    letters: tuple[str, ...]
    moved: int
    silhouettes: Mapping[int, float]
    everyone: Tallies
    by_group: Tallies
    group_informed_consensus: Floats
    priority: Floats
    representative: tuple[tuple[Representative, ...], ...]
    consensus: Consensus
    memory: polis.Memory | None = None

    def letter_of(self) -> dict[Id, str | None]:
        names = (*self.letters, None)
        people = zip(self.ballots.participants, self.group.tolist(), strict=True)
        return {who: names[group] for who, group in people}

    def members(self) -> dict[str, int]:
        counts = np.bincount(self.group[self.group >= 0], minlength=len(self.letters))
        return dict(zip(self.letters, counts.tolist(), strict=True))


def analyse(
    votes: Votes,
    statements: Sequence[Statement] = (),
    mode: Mode = Mode.STABLE,
    previous: Mapping[Id, str | None] | None = None,
    memory: polis.Memory | None = None,
) -> Analysis:
    """`statements` tell which are removed or meta; others are taken as accepted. With the letters
    of the `previous` computation, groups keep theirs; `memory` is for Polis's mode only."""
    ballots = votes.latest()
    voted = set(ballots.statements)
    left_out = _flags(ballots, {each.id for each in statements if each.left_out})
    meta = _flags(ballots, {each.id for each in statements if each.meta})
    space = opinion_space(ballots, left_out)
    group, silhouettes, memory = _groups(votes, ballots, space, mode, memory)
    letters, moved = kept_letters(group, ballots.participants, previous or {})
    everyone = ballots.tallies()
    by_group = ballots.tallies(group, len(letters)) if letters else everyone
    return Analysis(
        mode,
        ballots,
        left_out,
        tuple(each.id for each in statements if each.id not in voted),
        space,
        group,
        letters,
        moved,
        silhouettes,
        everyone,
        by_group,
        group_informed_consensus(by_group),
        priority(by_group, space.extremity, meta),
        representative(by_group, left_out) if letters else (),
        consensus(everyone, left_out),
        memory,
    )


def _flags(ballots: Ballots, chosen: set[Id]) -> Flags:
    return np.fromiter((each in chosen for each in ballots.statements), bool, ballots.shape[1])


def _groups(
    votes: Votes, ballots: Ballots, space: Space, mode: Mode, memory: polis.Memory | None
) -> tuple[Ints, Mapping[int, float], polis.Memory | None]:
    group = np.full(len(ballots.participants), -1)
    if mode is Mode.STABLE:
        people = polis.included(ballots, with_ties=True)
        group[people], silhouettes = stable.stable_groups(space.people[people])
        return group, silhouettes, None
    people = polis.included(ballots, memory.included if memory else frozenset())
    first = votes.arrivals()
    # By seconds, for some exports have no more; who came in the same one is in order of id.
    came = sorted(people.tolist(), key=lambda n: first[ballots.participants[n]] // 1000)
    names = [ballots.participants[n] for n in came]
    group[came], silhouettes, memory = polis.polis_groups(space.people[came], names, memory)
    return group, silhouettes, memory
