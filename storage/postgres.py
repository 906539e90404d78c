"""PostgreSQL: several writers, in as many processes as wanted."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, event

from storage.database import Database
from storage.dialect import POSTGRES
from storage.errors import NotEmpty
from storage.figures import is_empty
from storage.pgtools import Tools
from storage.store import Store

WRITERS = 4


class PostgresDatabase(Database):
    engine = "PostgreSQL"
    dialect = POSTGRES

    def __init__(self, url: sa.URL, readers: int, wait: float) -> None:
        self.tools = Tools(url)
        options: dict[str, Any] = {
            "url": url.set(drivername="postgresql+psycopg"),
            "pool_pre_ping": True,
            "pool_timeout": wait,
            "max_overflow": 0,
            "hide_parameters": True,
            "connect_args": {"connect_timeout": max(2, int(wait))},
        }
        self._writers = sa.create_engine(pool_size=WRITERS, **options)
        self._readers = sa.create_engine(
            pool_size=readers,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            **options,
        )
        self._lock_timeout = f"SET lock_timeout = {wait * 1000:.0f}"
        for engine in (self._writers, self._readers):
            event.listen(engine, "connect", self._settle)

        driver = self._writers.dialect.dbapi
        self.driver_error = driver.Error
        self._passing = (driver.OperationalError, driver.InterfaceError)

    def dump(self, store: Store, file: Path) -> None:
        snapshot = store._connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        self.tools.dump(file, snapshot)

    def load(self, file: Path, *, replace: bool) -> None:
        with self.reading() as store:
            if not replace and not is_empty(store):
                raise NotEmpty
        self.tools.restore(file)

    def close(self) -> None:
        self._readers.dispose()
        self._writers.dispose()

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._writers.begin()

    def _snapshot(self) -> AbstractContextManager[Connection]:
        return self._readers.begin()

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        with self._writers.begin() as connection:
            self.dialect.one_at_a_time(connection, "migrate")
            yield connection

    def _may_pass(self, error: Exception) -> bool:
        return isinstance(error, self._passing)

    def _scrub(self) -> None:
        """Left to VACUUM, which PostgreSQL does by itself."""

    def _settle(self, connection: Any, record: Any) -> None:
        connection.execute(self._lock_timeout)
        connection.commit()
