"""The few differences between the engines: PostgreSQL's side. See `storage.dialect`."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Connection, Table, TableClause
from sqlalchemy.dialects import postgresql

from storage.dialect import BallotKey, BallotRow, Delta, Question, Rows, translate
from storage.pipeline import COMMIT, Statement, ask

_WORDS = {
    "among": "= ANY (:{})",
    "each": "json_each_text",
    "later": "greatest",
    "for_share": "FOR SHARE",
    "skip_locked": "FOR UPDATE OF d SKIP LOCKED",
}


@cache
def _in_words(template: str) -> str:
    return re.sub(r":(\w+)", r"%(\1)s", translate(template, _WORDS))


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
    )
    _hold = f"{_select} ORDER BY poll, voter FOR UPDATE"
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

    def __init__(self) -> None:
        self._later: WeakKeyDictionary[Connection, list[Statement]] = WeakKeyDictionary()

    def ask(self, connection: Connection, *questions: Question) -> list[Rows]:
        return self._sent(connection, *((_in_words(text), values) for text, values in questions))

    def later(self, connection: Connection, order: Question) -> None:
        text, values = order
        self._later.setdefault(connection, []).append((_in_words(text), values))

    def settle(self, connection: Connection) -> None:
        if connection in self._later:
            self._sent(connection)

    def commit(self, connection: Connection) -> None:
        self._sent(connection, COMMIT)

    def _sent(self, connection: Connection, *statements: Statement) -> list[Rows]:
        """With what was to be done later."""
        before = self._later.pop(connection, ())
        return ask(connection, *before, *statements)[len(before) :]

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
        given = (*_columns(sorted(rows.values())), what)
        added = set(self._sent(connection, (self._insert, given))[0])
        rest = [key for key in rows if key not in added]
        if not rest:
            return {}
        [found] = self._sent(connection, (self._hold, _columns(rest)))
        return {row[:2]: row for row in found}

    def ballots_of(self, connection: Connection, keys: Collection[BallotKey]) -> list[BallotRow]:
        return self._sent(connection, (self._select, _columns(list(keys))))[0] if keys else []

    def replace_ballots(
        self, connection: Connection, rows: Sequence[BallotRow], deltas: Sequence[Delta]
    ) -> None:
        change = self._update, _columns(rows)
        counts = [(self._count, _columns(sorted(deltas)))] if deltas else []
        self._sent(connection, change, *counts)

    def count(self, connection: Connection, deltas: Sequence[Delta]) -> None:
        self._sent(connection, (self._count, _columns(sorted(deltas))))

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


POSTGRES = Postgres()
