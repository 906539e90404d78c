"""Votes as columns, and the matrix of what everyone says now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

AGREE, PASS, DISAGREE = 1, 0, -1

Id = int | str
Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Votes:
    """A log of votes: vote n is `value[n]` by `participants[person[n]]` on
    `statements[statement[n]]`, cast at `at[n]`, in milliseconds. Later votes replace earlier.
    `important`: whether the voter marked the statement so; None where that was never asked."""

    participants: Sequence[Id]
    statements: Sequence[Id]
    person: Ints
    statement: Ints
    value: Ints
    at: Ints
    important: Flags | None = None

    @classmethod
    def of(cls, rows: Iterable[tuple[Id, Id, int, int]]) -> Votes:
        """From rows of participant, statement, vote and time."""
        people: dict[Id, int] = {}
        statements: dict[Id, int] = {}
        table = [
            (
                people.setdefault(who, len(people)),
                statements.setdefault(what, len(statements)),
                value,
                at,
            )
            for who, what, value, at in rows
        ]
        columns = np.array(table, dtype=np.int64).reshape(-1, 4)
        return cls(
            tuple(people),
            tuple(statements),
            columns[:, 0].astype(np.int32),
            columns[:, 1].astype(np.int32),
            columns[:, 2].astype(np.int8),
            columns[:, 3].copy(),
        )

    def __len__(self) -> int:
        return len(self.value)

    def latest(self) -> Ballots:
        """Each person's last vote on each statement; of two at the same moment, the greater.
        Whatever order the votes came in, the answer is the same to the last bit."""
        if (np.abs(self.value) > AGREE).any():
            raise ValueError("A vote is 1 (agree), 0 (pass) or -1 (disagree).")
        people, person_rank = _ranked(self.participants)
        statements, statement_rank = _ranked(self.statements)
        person, statement = person_rank[self.person], statement_rank[self.statement]
        rows = self._last(person, statement)
        important = None if self.important is None else self.important[rows]
        return Ballots(
            people, statements, person[rows], statement[rows], self.value[rows], important
        )

    def last(self) -> Ints:
        """The rows that `latest` is made of, each person's together."""
        return self._last(self.person, self.statement)

    def _last(self, person: Ints, statement: Ints) -> Ints:
        """Sorted by these ranks of people and statements."""
        order = np.lexsort((statement, person))
        again = (np.diff(person[order]) == 0) & (np.diff(statement[order]) == 0)
        if again.any():  # changed votes are few: they alone are sorted by time
            several = np.append(again, False) | np.append(False, again)
            rows = order[several]
            keys = (self.value[rows], self.at[rows], statement[rows], person[rows])
            marks = () if self.important is None else (self.important[rows],)
            order[several] = rows[np.lexsort((*marks, *keys))]
        return order[np.append(~again, np.ones(min(len(order), 1), dtype=bool))]

    def arrivals(self) -> dict[Id, int]:
        """When each participant voted first."""
        first = np.full(len(self.participants), np.iinfo(np.int64).max)
        np.minimum.at(first, self.person, self.at)
        return dict(zip(self.participants, first.tolist(), strict=True))


def _ranked(ids: Sequence[Id]) -> tuple[tuple[Id, ...], Ints]:
    """The ids in order (numbers by size, then texts), and each one's place in that order."""
    order = sorted(range(len(ids)), key=lambda n: (isinstance(ids[n], str), ids[n]))
    small = np.uint16 if len(ids) < 2**16 else np.int32  # numpy sorts 16 bits in linear time
    rank = np.empty(len(ids), dtype=small)
    rank[order] = np.arange(len(ids), dtype=small)
    return tuple(ids[n] for n in order), rank


@dataclass(frozen=True)
class Ballots:
    """At most one vote a person and statement, sorted by person, then by statement."""

    participants: tuple[Id, ...]
    statements: tuple[Id, ...]
    person: Ints
    statement: Ints
    value: Ints
    important: Flags | None = None

    def __len__(self) -> int:
        return len(self.value)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.participants), len(self.statements)

    @cached_property
    def indptr(self) -> Ints:
        """Where each person's votes begin."""
        counts = np.bincount(self.person, minlength=self.shape[0])
        return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)

    @cached_property
    def votes_of(self) -> Ints:
        """How many votes each person has cast."""
        return np.diff(self.indptr)

    def matrix(self, values: NDArray[np.generic]) -> csr_array:
        """These values in the places of the votes."""
        return csr_array((values, self.statement.astype(np.int32), self.indptr), shape=self.shape)

    def tallies(self, group: Ints | None = None, groups: int = 1) -> Tallies:
        """By group; people of group -1 are left out. Without `group`, everyone is in one."""
        people, statements = self.shape
        if group is None:
            group = np.zeros(people, dtype=np.int64)
        member = group[self.person]
        cell = (member * statements + self.statement) * 3 + (self.value + 1)
        if len(cell) and member.min() < 0:
            cell = cell[member >= 0]
        counts = np.bincount(cell, minlength=groups * statements * 3)
        disagrees, passes, agrees = counts.reshape(groups, statements, 3).transpose(2, 0, 1)
        return Tallies(agrees, disagrees, agrees + disagrees + passes)


@dataclass(frozen=True)
class Tallies:
    """Groups × statements."""

    agrees: Ints
    disagrees: Ints
    seen: Ints

    @property
    def passes(self) -> Ints:
        return self.seen - self.agrees - self.disagrees
