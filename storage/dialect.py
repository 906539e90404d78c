"""The few differences between the engines.

Statements that both speak are written once, with ``:name`` for values and ``{word}`` for what the
engines name differently, and run by the driver as they are: building them anew for every batch of
votes would cost more than running them. PostgreSQL's side is in `storage.postgres_dialect`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from operator import itemgetter
from typing import Any, Protocol

import msgspec
from sqlalchemy import Column, Connection, Table, TableClause, func, insert, select
from sqlalchemy.dialects import sqlite

BallotKey = tuple[int, bytes]
BallotRow = tuple[int, bytes, int, str, int | None, float | None]
"""poll, voter, answer, channel, order, at"""
CELL = itemgetter(0, 2, 3)
"""poll, answer and channel of a `BallotRow`"""
Delta = tuple[int, int, str, int]
"""poll, answer, channel, change"""
Question = tuple[str, Mapping[str, Any]]
"""A template, and the values for its names."""
Rows = list[tuple[Any, ...]]


_SQLITE_WORDS = {
    "among": "IN (SELECT value FROM json_each(:{}))",
    "each": "json_each",
    "later": "max",
    "for_share": "",
    "skip_locked": "",
}


@cache
def in_words(template: str) -> str:
    return translate(template, _SQLITE_WORDS)


def translate(template: str, words: Mapping[str, str]) -> str:
    listed = re.sub(r"\{among\}:(\w+)", lambda m: words["among"].format(m[1]), template)
    return listed.format_map(words)


class Dialect(Protocol):
    """What the store needs to know of an engine."""

    def ask(self, connection: Connection, *questions: Question) -> list[Rows]:
        """The rows of each, in the fewest trips to the engine."""
        ...

    def later(self, connection: Connection, order: Question) -> None:
        """By the commit at the latest, and before anything that is asked or run after `settle`."""
        ...

    def settle(self, connection: Connection) -> None:
        """Does what was to be done `later`."""
        ...

    def insert(self, table: Table) -> Any:
        """An insert that knows ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
        ...

    def listed(self, values: Collection[Any]) -> Any:
        """A value for ``column {among}:name``; integers or texts."""
        ...

    def one_at_a_time(self, connection: Connection, what: str) -> None:
        """Until the transaction ends, nobody else does ``what``, not even `together`."""
        ...

    def together(self, connection: Connection, what: str) -> None:
        """Until the transaction ends, others do ``what`` only together as well."""
        ...

    def hold_votes(self, connection: Connection) -> None:
        """Until the transaction ends, nobody else casts a ballot."""
        ...

    def add_ballots(
        self, connection: Connection, rows: Mapping[BallotKey, BallotRow], what: str
    ) -> dict[BallotKey, BallotRow]:
        """Adds those of new voters and counts them, and returns what the others have, locked;
        ``what`` is done `together` from then on."""
        ...

    def ballots_of(self, connection: Connection, keys: Collection[BallotKey]) -> list[BallotRow]:
        """Of those who have voted."""
        ...

    def replace_ballots(
        self, connection: Connection, rows: Sequence[BallotRow], deltas: Sequence[Delta]
    ) -> None:
        """And counts what that changes."""
        ...

    def count(self, connection: Connection, deltas: Sequence[Delta]) -> None: ...

    def wipe_ballots(self, connection: Connection, poll: int, after: bytes, until: bytes) -> int:
        """Takes order, time and channel off those of the voters from ``after`` (without it) to
        ``until``, and out of how the rows lie; how many there are."""
        ...

    def wipe_opinions(self, connection: Connection, conversation: int) -> None:
        """Leaves no more than the day of when each was given, nor how the rows lie."""
        ...

    def fill(
        self, connection: Connection, table: TableClause, rows: Sequence[Sequence[Any]]
    ) -> None:
        """Adds rows of all the table's columns, the quickest way."""
        ...

    def last_number(self, connection: Connection, column: Column[Any]) -> int:
        """The highest that the column, which numbers its rows, ever gave; 0 for none."""
        ...

    def number_after(self, connection: Connection, column: Column[Any], last: int) -> None:
        """The next row gets a higher one."""
        ...


_SIZES = (8, 16, 32, 64)


class Sqlite:
    """One writer, so nothing needs a lock. Every call lets another thread have the interpreter,
    so that few calls are worth more than short ones."""

    _select = (
        'SELECT poll, voter, option, channel, "order", at FROM ballots WHERE poll=? AND voter IN'
    )
    _insert = "INSERT INTO ballots VALUES (?, ?, ?, ?, ?, ?)"
    _update = 'UPDATE ballots SET option=?, channel=?, "order"=?, at=? WHERE poll=? AND voter=?'
    _wipe = (
        "UPDATE ballots SET channel = '', \"order\" = NULL, at = NULL"
        " WHERE poll = ? AND voter > ? AND voter <= ?"
    )
    _wipe_opinions = (
        "UPDATE opinions SET at = CAST(at / 86400 AS INTEGER) * 86400.0 WHERE conversation = ?"
    )
    _count = (
        "INSERT INTO tallies VALUES (?, ?, ?, 0, ?)"
        " ON CONFLICT (poll, option, channel, shard) DO UPDATE SET n = n + excluded.n"
    )

    def ask(self, connection: Connection, *questions: Question) -> list[Rows]:
        with closing(connection.connection.cursor()) as cursor:
            return [
                cursor.execute(in_words(template), values).fetchall()
                for template, values in questions
            ]

    def later(self, connection: Connection, order: Question) -> None:
        self.ask(connection, order)

    def settle(self, connection: Connection) -> None:
        pass

    def insert(self, table: Table) -> sqlite.Insert:
        return sqlite.insert(table)

    def listed(self, values: Collection[Any]) -> Any:
        return msgspec.json.encode(list(values)).decode()

    def one_at_a_time(self, connection: Connection, what: str) -> None:
        pass

    def together(self, connection: Connection, what: str) -> None:
        pass

    def hold_votes(self, connection: Connection) -> None:
        pass

    def add_ballots(
        self, connection: Connection, rows: Mapping[BallotKey, BallotRow], what: str
    ) -> dict[BallotKey, BallotRow]:
        with closing(connection.connection.cursor()) as cursor:
            known = {row[:2]: row for row in self._found(cursor, rows)}
            new = [row for key, row in rows.items() if key not in known] if known else rows.values()
            if new:
                cursor.executemany(self._insert, new)
                counted = Counter(map(CELL, new)).items()
                cursor.executemany(self._count, [(*cell, n) for cell, n in counted])
        return known

    def ballots_of(self, connection: Connection, keys: Collection[BallotKey]) -> list[BallotRow]:
        with closing(connection.connection.cursor()) as cursor:
            return list(self._found(cursor, keys))

    def _found(self, cursor: Any, keys: Iterable[BallotKey]) -> Iterator[BallotRow]:
        """One statement for many voters, of few lengths, so that each is prepared once: the list
        is filled up with its last voter."""
        voters_of: dict[int, list[bytes]] = defaultdict(list)
        for poll, voter in keys:
            voters_of[poll].append(voter)
        for poll, voters in voters_of.items():
            for i in range(0, len(voters), 64):
                some = voters[i : i + 64]
                size = next(size for size in _SIZES if size >= len(some))
                some += some[-1:] * (size - len(some))
                query = f"{self._select} ({', '.join('?' * size)})"
                yield from cursor.execute(query, (poll, *some)).fetchall()

    def replace_ballots(
        self, connection: Connection, rows: Sequence[BallotRow], deltas: Sequence[Delta]
    ) -> None:
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(self._update, [(*row[2:], *row[:2]) for row in rows])
            cursor.executemany(self._count, deltas)

    def count(self, connection: Connection, deltas: Sequence[Delta]) -> None:
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(self._count, deltas)

    def wipe_ballots(self, connection: Connection, poll: int, after: bytes, until: bytes) -> int:
        return connection.exec_driver_sql(self._wipe, (poll, after, until)).rowcount

    def wipe_opinions(self, connection: Connection, conversation: int) -> None:
        connection.exec_driver_sql(self._wipe_opinions, (conversation,))

    def fill(
        self, connection: Connection, table: TableClause, rows: Sequence[Sequence[Any]]
    ) -> None:
        names = [column.name for column in table.columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])

    def last_number(self, connection: Connection, column: Column[Any]) -> int:
        query = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?"
        given = connection.exec_driver_sql(query, (column.table.name,)).scalar() or 0
        highest = connection.execute(select(func.max(column))).scalar() or 0
        return max(given, highest)

    def number_after(self, connection: Connection, column: Column[Any], last: int) -> None:
        name = column.table.name
        if column.table.dialect_options["sqlite"]["autoincrement"]:
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, last))


SQLITE = Sqlite()
