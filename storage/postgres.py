"""PostgreSQL: several writers, in as many processes as wanted."""

import os
import select
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psycopg
import sqlalchemy as sa
from psycopg.pq import ExecStatus
from sqlalchemy import Connection, event
from sqlalchemy.pool import ConnectionPoolEntry

from storage.database import Database
from storage.errors import BackupFault, DatabaseUnavailable, NotEmpty, TooOld, UnsuitablePool
from storage.figures import is_empty
from storage.line import SAY, PostgresLine
from storage.pgtools import Tools
from storage.postgres_dialect import POSTGRES
from storage.store import Store

OLDEST = 14
_TCP = {
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,  # milliseconds
}
"""How soon a dead peer is noticed, where nothing between answers in its name."""
_BACKEND = "SELECT pg_backend_pid()"
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'kuulolla' AND pid <> ALL (%s)"
)


SCRUB_WAIT = "200ms"
"""Votes wait behind it."""


class PostgresDatabase(Database):
    """Takes at most ``readers + writers + 2`` connections: one tells the others, one listens to
    them; and two more for a moment at start."""

    engine = "PostgreSQL"
    near = False
    dialect = POSTGRES
    driver_error = psycopg.Error

    def __init__(self, url: sa.URL, readers: int, wait: float, writers: int) -> None:
        self.tools = Tools(url)
        self.writers_at_once = writers
        given = url.set(drivername="postgresql+psycopg")
        usual = _TCP | {"connect_timeout": max(2, int(wait)), "application_name": "kuulolla"}
        options: dict[str, Any] = {
            "url": given,
            "hide_parameters": True,
            "connect_args": {name: x for name, x in usual.items() if name not in given.query},
        }
        pool = {"pool_timeout": wait, "max_overflow": 0}
        own = {"connect_args": options["connect_args"] | {"prepare_threshold": None}}  # `pipeline`
        self._writers = sa.create_engine(pool_size=writers + 1, **pool, **options | own)
        self._readers = sa.create_engine(
            pool_size=readers,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            **pool,
            **options,
        )
        self._sessions = sa.create_engine(
            poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", **options
        )
        self._wait = wait
        self._away = False
        self._connections: WeakSet[psycopg.Connection] = WeakSet()
        self._settle(self._readers, lock_timeout=wait)
        # A process that was cut off in the middle of writing must not hold up the others.
        self._settle(self._writers, lock_timeout=wait, idle_in_transaction_session_timeout=5)
        self._settle(self._sessions)
        event.listen(self._writers, "checkout", _make_sure)

    def check(self) -> None:
        super().check()
        with self._translating():
            self._check_server()

    def dump(self, store: Store, file: Path) -> None:
        snapshot = store._connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        self.tools.dump(file, snapshot)

    def load(self, file: Path, *, replace: bool) -> None:
        with self.reading() as store:
            if not replace and not is_empty(store):
                raise NotEmpty
        self._require_alone()
        self.tools.restore(file)

    def line(self, mark: str) -> PostgresLine:
        return PostgresLine(mark, self._session, self._say, self._cut, self._made)

    def close(self) -> None:
        for engine in (self._readers, self._writers, self._sessions):
            engine.dispose()

    @contextmanager
    def _writing(self, patient: bool = True) -> Iterator[Connection]:
        """Begun and committed past SQLAlchemy where nothing was run through it: that costs as much
        as a few votes."""
        self._require_line()
        with self._writers.connect() as connection:
            try:
                yield connection
                if connection.get_transaction():
                    self.dialect.settle(connection)
                    connection.commit()
                else:
                    self.dialect.commit(connection)
            except BaseException:
                if not connection.get_transaction():
                    connection.begin()
                connection.rollback()
                raise

    def _snapshot(self) -> AbstractContextManager[Connection]:
        self._require_line()
        return self._readers.begin()

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        with self._writers.begin() as connection:
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            self.dialect.one_at_a_time(connection, "migrate")
            yield connection

    def _require_line(self) -> None:
        if self._away:
            raise DatabaseUnavailable("the database does not answer")

    def _may_pass(self, error: Exception) -> bool:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)

    def _scrub(self, store: Store) -> None:
        """PostgreSQL keeps what was erased until it is vacuumed, which it does by itself in time.
        Keys of polls are not left to that: their small tables are written anew. Votes are vacuumed
        once all of a poll's are: while it is being wiped, the places of rows that went before
        would be taken by those that come. Never fails, and waits for nobody: where a reader is in
        the way, the next closing does it."""
        wanted = ["(FULL) polls", "(FULL) conversations"] if store.keys_erased else []
        wanted += ["ballots", "poll_words", "opinions"] if store.votes_erased else []
        passing = suppress(sa.exc.DBAPIError, sa.exc.TimeoutError, psycopg.Error)
        if not wanted:
            return
        with passing, self._sessions.connect() as connection:
            connection.exec_driver_sql(f"SET lock_timeout = '{SCRUB_WAIT}'")
            for tables in wanted:
                with passing:
                    connection.exec_driver_sql(f"VACUUM {tables}")

    def _settle(self, engine: sa.Engine, **seconds: float) -> None:
        @event.listens_for(engine, "connect")
        def settle(connection: psycopg.Connection, record: Any) -> None:
            self._connections.add(connection)
            for name, value in seconds.items():
                connection.execute(f"SET {name} = {value * 1000:.0f}")
            connection.commit()

    # --- what stands outside of transactions

    def _session(self) -> psycopg.Connection:
        """A connection of its own; whoever asked closes it."""
        with self._translating():
            pooled = self._sessions.raw_connection()
            connection = pooled.driver_connection
            pooled.detach()
            return connection

    def _check_server(self) -> None:
        """Two clients, one of which is in a transaction: a pool in transaction mode cannot but
        show that the other one's session is not its own."""
        with self._session() as one, self._session() as other:
            if one.info.server_version < OLDEST * 10_000:
                raise TooOld(f"the PostgreSQL server is older than version {OLDEST}: upgrade it")
            before = _backend(one)
            with other.transaction():
                others, after = _backend(other), _backend(one)
        if before == others or before != after:
            raise UnsuitablePool

    def _require_alone(self) -> None:
        """BackupFault where another process works here, even after a while: the tables would be
        dropped under its feet."""
        until = time.monotonic() + self._wait
        with self._translating(), self._session() as connection:
            while True:
                ours = [each.info.backend_pid for each in self._connections if not each.closed]
                if not connection.execute(_OTHERS, (ours,)).fetchone()[0]:
                    return
                if time.monotonic() > until:
                    raise BackupFault(
                        "other processes of Kuulolla are connected to this database: stop them all"
                    )
                time.sleep(0.05)

    def _say(self, payloads: Iterable[str]) -> None:
        with self._translating(), self._writing() as connection:
            for payload in payloads:
                connection.exec_driver_sql(SAY, (payload,))

    def _cut(self) -> None:
        self._away = True
        for connection in list(self._connections):
            _hang_up(connection)

    def _made(self) -> None:
        self._away = False


def _make_sure(connection: psycopg.Connection, record: ConnectionPoolEntry, _: Any) -> None:
    """That the connection still stands: where one that was used before does not, the pool makes
    another. A server that is gone has hung up, so only where there is something to read it is
    worth asking; and that begins, which the driver itself does only where it must."""
    if not _speaks(connection):
        record.info["used"] = True
        return
    with suppress(psycopg.OperationalError):
        if connection.pgconn.exec_(b"BEGIN").status == ExecStatus.COMMAND_OK:
            record.info["used"] = True
            return
    if "used" in record.info:
        raise sa.exc.InvalidatePoolError
    raise psycopg.OperationalError("the connection was lost")


def _speaks(connection: psycopg.Connection) -> bool:
    """Whether the server has said something unasked, its farewell perhaps."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _backend(connection: psycopg.Connection) -> int:
    return connection.execute(_BACKEND).fetchone()[0]


def _hang_up(connection: psycopg.Connection) -> None:
    """Whoever waits for an answer on it learns at once that there will be none."""
    with (
        suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(connection.fileno())) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)
