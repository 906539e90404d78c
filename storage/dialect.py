"""The few differences between the engines.

Statements that both speak are written once, with ``:name`` for values and ``{word}`` for what the
engines name differently, and run by the driver as they are: building them anew for every batch of
votes would cost more than running them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from operator import itemgetter
from typing import Any, Protocol

import msgspec
from sqlalchemy import Column, Connection, Table, TableClause, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

BallotKey = tuple[int, bytes]
BallotRow = tuple[int, bytes, int, str, int | None, float | None]
"""poll, voter, answer, channel, order, at"""
CELL = itemgetter(0, 2, 3)
"""poll, answer and channel of a `BallotRow`"""
Delta = tuple[int, int, str, int]
"""poll, answer, channel, change"""


_SQLITE_WORDS = {
    "among": "IN (SELECT value FROM json_each(:{}))",
    "each": "json_each",
    "later": "max",
    "for_share": "",
    "skip_locked": "",
}
_POSTGRES_WORDS = {
    "among": "= ANY (:{})",
    "each": "json_each_text",
    "later": "greatest",
    "for_share": "FOR SHARE",
    "skip_locked": "FOR UPDATE OF d SKIP LOCKED",
}


@cache
def _for_sqlite(template: str) -> str:
    return _translate(template, _SQLITE_WORDS)


@cache
def _for_postgres(template: str) -> str:
    return re.sub(r":(\w+)", r"%(\1)s", _translate(template, _POSTGRES_WORDS))


def _translate(template: str, words: Mapping[str, str]) -> str:
    listed = re.sub(r"\{among\}:(\w+)", lambda m: words["among"].format(m[1]), template)
    return listed.format_map(words)


class Dialect(Protocol):
    """What the store needs to know of an engine."""

    def sql(self, template: str) -> str:
        """The statement in the engine's own words."""
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

    def replace_ballots(self, connection: Connection, rows: Sequence[BallotRow]) -> None: ...
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

    def sql(self, template: str) -> str:
        return _for_sqlite(template)

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

    def replace_ballots(self, connection: Connection, rows: Sequence[BallotRow]) -> None:
        with closing(connection.connection.cursor()) as cursor:
            cursor.executemany(self._update, [(*row[2:], *row[:2]) for row in rows])

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


class Postgres:
    """Many writers, each a round trip away: few statements, and locks taken in one order."""

    _row = "unnest(%s::int[], %s::bytea[], %s::int8[], %s::text[], %s::int8[], %s::float8[])"
    # The lock is taken between the ballots and the tallies, whatever the planner makes of it:
    # what waits for another's ballot has it not yet, and what has counted has it already.
    _insert = (
        f"WITH added AS (INSERT INTO ballots SELECT * FROM {_row} ON CONFLICT DO NOTHING"
        " RETURNING poll, voter, option, channel),"
        " held AS (SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0)), count(*)"
        " FROM added),"
        " counted AS (INSERT INTO tallies"
        " SELECT poll, option, channel, pg_backend_pid() & 15, count(*) FROM held, added"
        " GROUP BY poll, option, channel ORDER BY poll, option, channel"
        " ON CONFLICT (poll, option, channel, shard) DO UPDATE SET n = tallies.n + excluded.n)"
        " SELECT poll, voter FROM held LEFT JOIN added ON true"
    )
    _select = (
        'SELECT poll, voter, option, channel, "order", at FROM ballots'
        " WHERE (poll, voter) IN (SELECT * FROM unnest(%s::int[], %s::bytea[]))"
        " ORDER BY poll, voter FOR UPDATE"
    )
    _update = (
        'UPDATE ballots SET option = r.option, channel = r.channel, "order" = r.nth, at = r.at'
        f" FROM {_row} AS r (poll, voter, option, channel, nth, at)"
        " WHERE ballots.poll = r.poll AND ballots.voter = r.voter"
    )
    # Written anew in the order of the voters: an update would leave them in the order they came.
    _wipe = (
        "WITH wiped AS (DELETE FROM ballots WHERE poll = %s AND voter > %s AND voter <= %s"
        " RETURNING poll, voter, option)"
        " INSERT INTO ballots SELECT poll, voter, option, '' FROM wiped ORDER BY voter"
    )
    _wipe_opinions = (
        "WITH wiped AS (DELETE FROM opinions WHERE conversation = %s RETURNING *)"
        " INSERT INTO opinions SELECT conversation, voter, statement, value, important,"
        " floor(at / 86400) * 86400 FROM wiped ORDER BY voter, statement"
    )
    # Each connection counts in rows of its own: one row a poll would be held by one writer until
    # its commit is on the disk, and all others would wait.
    _count = (
        "INSERT INTO tallies SELECT poll, option, channel, pg_backend_pid() & 15, n"
        " FROM unnest(%s::int[], %s::int8[], %s::text[], %s::int[]) AS d (poll, option, channel, n)"
        " ON CONFLICT (poll, option, channel, shard) DO UPDATE SET n = tallies.n + excluded.n"
    )

    def sql(self, template: str) -> str:
        return _for_postgres(template)

    def insert(self, table: Table) -> postgresql.Insert:
        return postgresql.insert(table)

    def listed(self, values: Collection[Any]) -> Any:
        return _array(values)

    def one_at_a_time(self, connection: Connection, what: str) -> None:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
        connection.exec_driver_sql(lock, (what,))

    def together(self, connection: Connection, what: str) -> None:
        lock = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"
        connection.exec_driver_sql(lock, (what,))

    def hold_votes(self, connection: Connection) -> None:
        """Whoever votes holds the rows of its polls, or its conversation, FOR SHARE, which this is
        at odds with."""
        connection.exec_driver_sql("LOCK TABLE polls, conversations IN EXCLUSIVE MODE")

    def add_ballots(
        self, connection: Connection, rows: Mapping[BallotKey, BallotRow], what: str
    ) -> dict[BallotKey, BallotRow]:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(self._insert, (*_columns(sorted(rows.values())), what))
            added = set(cursor.fetchall())
            rest = [key for key in rows if key not in added]
            if not rest:
                return {}
            cursor.execute(self._select, _columns(rest))
            return {row[:2]: row for row in cursor.fetchall()}

    def replace_ballots(self, connection: Connection, rows: Sequence[BallotRow]) -> None:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(self._update, _columns(rows))

    def count(self, connection: Connection, deltas: Sequence[Delta]) -> None:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(self._count, _columns(sorted(deltas)))

    def wipe_ballots(self, connection: Connection, poll: int, after: bytes, until: bytes) -> int:
        return connection.exec_driver_sql(self._wipe, (poll, after, until)).rowcount

    def wipe_opinions(self, connection: Connection, conversation: int) -> None:
        connection.exec_driver_sql(self._wipe_opinions, (conversation,))

    def fill(
        self, connection: Connection, table: TableClause, rows: Sequence[Sequence[Any]]
    ) -> None:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with (
            closing(connection.connection.cursor()) as cursor,
            cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as written,
        ):
            for row in rows:
                written.write_row(row)

    def last_number(self, connection: Connection, column: Column[Any]) -> int:
        query = (
            "SELECT coalesce(last_value, 0) FROM pg_sequences WHERE"
            " format('%%I.%%I', schemaname, sequencename) = pg_get_serial_sequence(%s, %s)"
        )
        where = (column.table.name, column.name)
        return connection.exec_driver_sql(query, where).scalar() or 0

    def number_after(self, connection: Connection, column: Column[Any], last: int) -> None:
        statement = "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)"
        where = (column.table.name, column.name)
        connection.exec_driver_sql(statement, (*where, max(last, 1), last > 0))


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(map(_array, zip(*rows, strict=True)))


def _array(values: Iterable[Any]) -> str:
    """As PostgreSQL reads one. The driver's own way costs several times as much, as it looks for
    each value's type anew: of a batch of votes, as much as all its statements."""
    return f"{{{','.join([_WRITTEN[type(value)](value) for value in values])}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_WRITTEN: dict[type, Callable[[Any], str]] = {
    int: str,
    float: repr,
    str: _quoted,
    bytes: lambda value: f"\\\\x{value.hex()}",
    type(None): lambda _: "NULL",
}


SQLITE = Sqlite()
POSTGRES = Postgres()
