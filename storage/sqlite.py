"""SQLite: one writer, in one process; readers see it as it was when they began.

Only the writer's connection checkpoints: before SQLite 3.51.3 two connections that write or
checkpoint at once can corrupt the log.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import QueuePool

from storage.copying import copy
from storage.database import Database
from storage.dialect import SQLITE
from storage.errors import DatabaseInUse, DatabaseUnavailable
from storage.store import Store

_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PROTOCOL,
}
_SETTINGS = ("foreign_keys = ON", "secure_delete = ON")
# Votes lie by pseudonym, so each falls on a page of its own, and the log takes whole pages: small
# ones halve what a commit costs. Only a file that is new takes the size.
# The cache (64 MB at most) holds a poll of a million ballots, so that a vote there costs the same.
# The log is moved into the file every 131,072 pages (128 MB): the more votes have met on a page by
# then, the less there is to move, and the shorter everybody waits for it in all. Measured with
# 300,000 ballots: 36 ms after 8,000 votes, 80 ms after 32,000, 70-110 ms after 100,000.
_WRITER = (
    *("page_size = 1024", "cache_size = -65536", *_SETTINGS),
    *("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 131072"),
    "busy_timeout = 0",  # `_begin` waits, as long as each transaction may
)
_BEGIN = "BEGIN IMMEDIATE"
BUSY_PAUSE = 0.005  # seconds between two tries
_READER = (*_SETTINGS, "query_only = ON", "wal_autocheckpoint = 0")


class SqliteDatabase(Database):
    engine = "SQLite"
    writers_at_once = 1
    near = True
    dialect = SQLITE
    driver_error = sqlite3.Error

    def __init__(self, path: Path, readers: int, wait: float, read_only: bool) -> None:
        self._wait = wait
        if read_only and not path.exists():
            raise DatabaseUnavailable(f"there is no database at {path} yet; the service makes it")
        with self._translating():
            self._writer = None if read_only else _Writer(path, wait)
        self._readers = _engine(path, _READER, "BEGIN", wait, readers)

    def dump(self, store: Store, file: Path) -> None:
        """By the online backup, over a connection that only reads and never checkpoints."""
        taken: Any = store._connection.connection.driver_connection
        with closing(sqlite3.connect(file)) as made:
            taken.backup(made, pages=4096)
            made.execute("PRAGMA journal_mode = DELETE").close()  # one file, and no log beside it

    def load(self, file: Path, *, replace: bool) -> None:
        with SqliteDatabase(file, readers=1, wait=self._wait, read_only=True) as source:
            copy(source, self, _untold, replace=replace)

    def close(self) -> None:
        self._readers.dispose()
        if self._writer:
            self._writer.close()

    def _writing(self, patient: bool = True) -> AbstractContextManager[Connection]:
        return self._the_writer().transaction(self._wait if patient else 0.0)

    def _migrating(self) -> AbstractContextManager[Connection]:
        return self._the_writer().migration()

    def _snapshot(self) -> AbstractContextManager[Connection]:
        return self._readers.begin()

    def _may_pass(self, error: Exception) -> bool:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING

    def _scrub(self, store: Store) -> None:
        self._the_writer().scrub()

    def _the_writer(self) -> "_Writer":
        if self._writer is None:
            raise RuntimeError("this database was opened to be read only")
        return self._writer


class _Writer:
    """The one connection that writes, and the lock that makes it the one."""

    def __init__(self, path: Path, wait: float) -> None:
        self._wait = wait
        self._turn = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _lock(path)
        except OSError as error:
            raise DatabaseUnavailable(f"cannot write to {path}: {error.strerror}") from error
        self._engine = _engine(path, _WRITER, _BEGIN, wait, 1)
        try:
            self._connection = self._engine.connect()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()
        self._file.close()

    @contextmanager
    def transaction(self, wait: float) -> Iterator[Connection]:
        """Begun and committed by the driver: SQLAlchemy's own bookkeeping costs as much as a few
        votes. It joins in where something is run through it."""
        with self._taking_turns(wait):
            driver = self._driver()
            _begin(driver, _BEGIN, wait)
            try:
                yield self._connection
                self._end(self._connection.commit, driver.commit)
            except BaseException:
                self._end(self._connection.rollback, driver.rollback)
                raise

    def _driver(self) -> sqlite3.Connection:
        found: Any = self._connection.connection.driver_connection
        return found

    def _end(self, joined: Callable[[], None], alone: Callable[[], None]) -> None:
        joined() if self._connection.get_transaction() else alone()  # one that failed counts

    @contextmanager
    def migration(self) -> Iterator[Connection]:
        """Without foreign keys: a table is altered by copying it, and dropping the old one must
        not take along what refers to it."""
        with self._taking_turns(self._wait):
            self._set("foreign_keys = OFF")
            try:
                with self._connection.begin():
                    yield self._connection
            finally:
                self._set("foreign_keys = ON")

    def scrub(self) -> None:
        """Moves the log into the database and cuts it. Never fails, for the erasure itself is
        committed: where a reader is in the way, the next erasure or the close does it."""
        with suppress(sqlite3.Error, DatabaseUnavailable), self._taking_turns(self._wait):
            self._set("wal_checkpoint(TRUNCATE)")

    def _set(self, pragma: str) -> None:
        self._driver().execute(f"PRAGMA {pragma}").fetchall()

    @contextmanager
    def _taking_turns(self, wait: float) -> Iterator[None]:
        if not self._turn.acquire(timeout=wait):
            raise DatabaseUnavailable("another transaction takes too long")
        try:
            yield
        finally:
            self._turn.release()


def _engine(path: Path, pragmas: tuple[str, ...], begin: str, wait: float, size: int) -> Engine:
    mode = "rw" if "query_only = ON" in pragmas else "rwc"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
        return connection

    engine = sa.create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def joined(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if not driver.in_transaction:
            _begin(driver, begin, wait)

    return engine


def _begin(driver: sqlite3.Connection, begin: str, wait: float) -> None:
    """Waits that long for whoever else writes to the file."""
    until = time.monotonic() + wait
    while True:
        try:
            driver.execute(begin).close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        time.sleep(BUSY_PAUSE)


def _untold(table: str, done: int, rows: int) -> None:
    pass


def _lock(path: Path) -> TextIO:
    """Held until closed, or until the process is gone, however it went."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    file = open(f"{path}.lock", "a+", opener=_private)  # noqa: SIM115 - kept open on purpose
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise DatabaseInUse(
            f"{path} is in use by another process: stop it first, or give this one its own"
            " KUULOLLA_DATABASE_URL (PostgreSQL takes several processes on one database)"
        ) from None
    return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
