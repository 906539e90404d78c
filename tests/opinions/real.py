"""Real conversations with values computed by others; they stay outside the repository."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.opinions.conversation import Conversation, Statement
from core.opinions.reading import read_export
from core.opinions.space import Space, opinion_space
from core.opinions.votes import Ballots, Flags, Ints, Tallies

VARIABLE = "KUULOLLA_POLIS_DATA"
NAMES = ("bg2050-volunteers", "scoop-biodiversity", "scoop-taxes", "brexit-consensus")


def folder() -> Path:
    place = os.environ.get(VARIABLE)
    if not place:
        pytest.skip(f"{VARIABLE} is not set: docs/opinions.md tells where Polis publishes the data")
    return Path(place)


@dataclass(frozen=True)
class Real:
    """What golden.json leaves out, we leave out: older exports do not tell what is meta."""

    place: Path
    conversation: Conversation
    golden: dict[str, Any]
    ballots: Ballots
    left_out: Flags
    space: Space

    @property
    def statements(self) -> tuple[Statement, ...]:
        return self.conversation.statements

    @property
    def given(self) -> dict[str, Any]:
        return self.golden["given_published_groups"]

    @property
    def published(self) -> Ints:
        """Group numbers in the order of the golden values; -1 is none."""
        letters = {chr(ord("A") + group): n for n, group in enumerate(self.given["group_ids"])}
        told = self.conversation.published
        return np.array([letters.get(told.get(who, ""), -1) for who in self.ballots.participants])

    def tallies(self) -> Tallies:
        return self.ballots.tallies(self.published, len(self.given["group_ids"]))


@cache
def load(place: Path) -> Real:
    conversation = read_export(place)
    golden = json.loads((place / "golden.json").read_text("utf-8"))
    ballots = conversation.votes.latest()
    left_out = np.isin(ballots.statements, golden["mod_out"])
    space = opinion_space(ballots, left_out)
    return Real(place, conversation, golden, ballots, left_out, space)


def adjusted_rand(a: Ints, b: Ints) -> float:
    """The textbook formula, kept apart from the code under test."""
    table = np.zeros((int(a.max()) + 1, int(b.max()) + 1))
    np.add.at(table, (a, b), 1)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    rows, columns = pairs(table.sum(axis=0)), pairs(table.sum(axis=1))
    chance = rows * columns / pairs(np.array([len(a)]))
    most = (rows + columns) / 2
    return 1.0 if most == chance else (pairs(table) - chance) / (most - chance)
