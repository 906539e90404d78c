"""A process's standing connection to PostgreSQL: which duties it has, and what others commit.

A duty is an advisory lock of this connection's session. Each look asks the database itself which
locks the session holds, and the server ends a session that was silent for `SILENCE`, so that
nobody has a duty for longer than that without knowing it. TCP's own keepalives would not do: they
end at the nearest proxy.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from secrets import token_hex

import psycopg

from core.ports import News
from storage.errors import DatabaseUnavailable, OtherKey, UnsuitablePool

CHANNEL = "kuulolla"
LARGEST = 7_000  # characters of ASCII; a notification takes 8,000 bytes
SILENCE = 5.0
"""Seconds. Whoever listens counts on a duty for less than that; see `bots.duties`."""

_SETTLE = (f"SET idle_session_timeout = {SILENCE * 1000:.0f}", f"LISTEN {CHANNEL}")
_BACKEND = "SELECT pg_backend_pid()"
_LOOK = """
WITH held AS (
  SELECT (classid::bigint << 32) | objid::bigint AS key FROM pg_locks
  WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid = pg_backend_pid()
), wanted AS (
  SELECT name, hashtextextended('duty:' || name, 0) AS key FROM unnest(%s::text[]) AS w (name)
)
SELECT pg_backend_pid(), array_agg(name) FILTER (
  WHERE CASE WHEN key IN (SELECT key FROM held) THEN true ELSE pg_try_advisory_lock(key) END)
FROM wanted
"""
_SAME_KEY = "SELECT pg_advisory_lock_shared(%s, %s)"
_OTHER_KEYS = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s
  AND objid <> %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
KEYS = 1_802_000_000  # what advisory locks of two numbers begin with, for marks of keys
SAY = f"SELECT pg_notify('{CHANNEL}', %s)"


class PostgresLine:
    """Implements `core.ports.Line`. ``connect`` gives an autocommitting connection, ``say`` sends
    notifications over another; ``on_cut`` hears that the database does not answer, ``on_made``
    that it does again. ``mark``: of the secret key, the same for all (hexadecimal)."""

    def __init__(
        self,
        mark: str,
        connect: Callable[[], psycopg.Connection],
        say: Callable[[Iterable[str]], None],
        on_cut: Callable[[], None],
        on_made: Callable[[], None],
    ) -> None:
        self._mark = int(mark, 16) & 0x7FFFFFFF
        self._connect, self._say = connect, say
        self._on_cut, self._on_made = on_cut, on_made
        self._connection: psycopg.Connection | None = None
        self._backend = 0
        self._me = token_hex(8)

    def listen(self, duties: Collection[str], seconds: float) -> News:
        try:
            if anew := self._connection is None:
                connection, heard = self._begin(), None
            else:
                connection, heard = self._connection, self._wait(self._connection, seconds)
            as_of = time.monotonic()
            return News(self._look(connection, duties), heard, anew, as_of)
        except BaseException as error:
            self.close()
            if isinstance(error, psycopg.Error):
                raise DatabaseUnavailable(str(error).strip()) from error
            raise

    def tell(self, subjects: Collection[str]) -> None:
        self._say(_payloads(self._me, sorted(subjects)))

    def cut(self) -> None:
        self._on_cut()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(psycopg.Error):
                connection.close()

    def _begin(self) -> psycopg.Connection:
        connection = self._connection = self._connect()
        for statement in _SETTLE:
            connection.execute(statement)
        self._backend = connection.execute(_BACKEND).fetchone()[0]
        key = (KEYS, self._mark)
        connection.execute(_SAME_KEY, key)
        if connection.execute(_OTHER_KEYS, key).fetchone()[0]:
            raise OtherKey
        self._on_made()
        return connection

    def _wait(self, connection: psycopg.Connection, seconds: float) -> frozenset[str] | None:
        """What others said: nothing for a while, or all that came at once."""
        said = [n.payload.split() for n in connection.notifies(timeout=seconds, stop_after=1)]
        others = [subjects for me, *subjects in said if me != self._me]
        return frozenset().union(*others) if others else None

    def _look(self, connection: psycopg.Connection, duties: Collection[str]) -> frozenset[str]:
        backend, held = connection.execute(_LOOK, (list(duties),)).fetchone()
        if backend != self._backend:
            raise UnsuitablePool
        return frozenset(held or ())


def _payloads(me: str, subjects: Iterable[str]) -> Iterator[str]:
    """One for few subjects, also where there is none; none too long."""
    said = me
    for subject in subjects:
        if len(said) + len(subject) >= LARGEST:
            yield said
            said = me
        said += f" {subject}"
    yield said
