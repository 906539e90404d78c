"""Opening a database, and its transactions."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from sqlalchemy import Connection

from core.ports import Line
from core.words import NO_LEMMAS, Lemmas
from storage import schema
from storage.dialect import Dialect
from storage.errors import DatabaseUnavailable
from storage.store import Store


class Database(ABC):
    """Transactions, from any thread. What may pass is raised as DatabaseUnavailable, and then
    nothing was kept."""

    engine: str
    writers_at_once: int
    """How many of one process's transactions that write are best begun side by side."""
    near: bool
    """Whether statements are mere function calls, so that nothing waits but the commit."""
    dialect: Dialect
    lemmas: Lemmas = NO_LEMMAS
    driver_error: type[Exception]

    @contextmanager
    def begin(self, *, patient: bool = True) -> Iterator[Store]:
        """Writes: commits at the end, or rolls back where an error leaves the block. Who is not
        ``patient`` waits for no lock, where that is ours to say."""
        with self._translating(), self._writing(patient) as connection:
            store = Store(connection, self.dialect, writing=True, lemmas=self.lemmas)
            yield store
        if store.erased:
            self._scrub(store)

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """One moment's view of everything; writes are refused."""
        with self._translating(), self._snapshot() as connection:
            yield Store(connection, self.dialect, writing=False, lemmas=self.lemmas)

    def schema(self) -> tuple[str | None, str]:
        """(version of the tables, or None where there are none; this program's)"""
        with self._translating(), self._snapshot() as connection:
            return schema.found(connection), schema.wanted()

    def check(self) -> None:
        """SchemaMismatch or DatabaseUnavailable unless it can be worked with."""
        found, _ = self.schema()
        schema.require(found)

    def upgrade(self) -> None:
        """Makes the tables, or brings them up to date: all of it or nothing."""
        with self._translating(), self._migrating() as connection:
            schema.upgrade(connection)

    @contextmanager
    def filling(self) -> Iterator[Store]:
        """One transaction, foreign keys perhaps unwatched, for what fills the whole database;
        tables are made where there are none."""
        with self._translating(), self._migrating() as connection:
            if schema.found(connection) is None:
                schema.upgrade(connection)
            schema.require(schema.found(connection))
            store = Store(connection, self.dialect, writing=True, lemmas=self.lemmas)
            yield store
        if store.erased:
            self._scrub(store)

    @abstractmethod
    def dump(self, store: Store, file: Path) -> None:
        """Writes what ``store`` sees, a transaction of `reading`, into a file that is not there
        yet, in the engine's own way and beside whoever writes. BackupFault where that fails."""

    @abstractmethod
    def load(self, file: Path, *, replace: bool) -> None:
        """Puts in what `dump` wrote: all of it or nothing. NotEmpty where something is there
        already and not to be replaced."""

    def line(self, mark: str) -> Line | None:
        """To the other processes on this database; None where there can be none. ``mark``: of the
        secret key, for all must have the same (`config.key.key_mark`)."""
        return None

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def _writing(self, patient: bool = True) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def _snapshot(self) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def _migrating(self) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def _may_pass(self, error: Exception) -> bool:
        """Whether the driver's error is one that trying again may help."""

    @abstractmethod
    def _scrub(self, store: Store) -> None:
        """Wipes what it erased from wherever the engine still has it."""

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Both sorts of errors: what runs past SQLAlchemy is not wrapped in its errors."""
        try:
            yield
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, self.driver_error) as error:
            cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
            if isinstance(cause, sa.exc.TimeoutError) or self._may_pass(cause):
                raise DatabaseUnavailable(str(cause).strip()) from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
