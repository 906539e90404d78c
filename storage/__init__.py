"""Where everything is kept: SQLite for one process, PostgreSQL for several."""

from pathlib import Path

import sqlalchemy as sa

from core.words import NO_LEMMAS, Lemmas
from storage.copying import copy
from storage.database import Database
from storage.errors import (
    BackupFault,
    CopyDiffers,
    DatabaseInUse,
    DatabaseUnavailable,
    NotEmpty,
    OtherKey,
    SchemaMismatch,
    StorageError,
    TooOld,
    UnsuitablePool,
)
from storage.sqlite import SqliteDatabase
from storage.store import Store

__all__ = [
    "BackupFault",
    "CopyDiffers",
    "Database",
    "DatabaseInUse",
    "DatabaseUnavailable",
    "NotEmpty",
    "OtherKey",
    "SchemaMismatch",
    "StorageError",
    "Store",
    "TooOld",
    "UnsuitablePool",
    "copy",
    "open_database",
]


def open_database(
    url: str,
    *,
    readers: int = 4,
    writers: int = 2,
    wait: float = 5.0,
    read_only: bool = False,
    lemmas: Lemmas = NO_LEMMAS,
) -> Database:
    """``sqlite:///var/kuulolla.db`` or ``postgresql://…``.

    An SQLite file is made where there is none, and is ours alone until it is closed:
    DatabaseInUse where another process writes to it. ``read_only`` looks at it beside its owner.
    ``wait``: seconds to wait for a lock or a free connection. ``writers``: SQLite has one; with
    PostgreSQL two were measured to take a third more votes/s, and four fewer than two.
    ``lemmas``: the dictionaries that words are kept by.
    """
    database = _opened(url, readers, writers, wait, read_only)
    database.lemmas = lemmas
    return database


def _opened(url: str, readers: int, writers: int, wait: float, read_only: bool) -> Database:
    parsed = sa.make_url(url)
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return SqliteDatabase(Path(parsed.database), readers, wait, read_only)
        case "postgresql":
            from storage.postgres import PostgresDatabase  # with its driver

            return PostgresDatabase(parsed, readers, wait, writers)
    raise ValueError("a database is sqlite:///path/to/file or postgresql://user@host/name")
