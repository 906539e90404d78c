"""A database with something in every table, those that were added later included."""

from typing import Any

import sqlalchemy as sa

from core.events import Address
from core.ports import Store
from storage import Database
from storage.tables import metadata
from tests.storage.samples import (
    GAPS,
    HOSTILE,
    NOW,
    after,
    ballot,
    draft,
    open_poll,
    question,
    show,
)

VOTERS = 2500
"""More than one batch of a copy."""


def fill(database: Database) -> None:
    with database.begin() as store:
        _polls(store)
        number = store.add_question(question(text=HOSTILE)).number
        store.save_question(question(number=number, text=HOSTILE, asker=None))
        store.publish(Address("telegram", "-1"), show(), "fi", NOW, ["poll:1"], dedupe="x")
        store.touch(["poll:1"], after(5), GAPS)
    with database.begin() as store:
        for table in metadata.sorted_tables:
            if store._run(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0:
                store._run(sa.insert(table).values(_row(store, table)))


def _polls(store: Store) -> None:
    hot, closed, last = (open_poll(store, created_by=f"slack:U{n}") for n in range(3))
    store.put_ballots([ballot(hot.id, n, n % 3) for n in range(VOTERS)])
    store.put_ballots([ballot(hot.id, n, 2, at=1, channel="web") for n in range(100)])
    store.put_ballots([ballot(closed.id, n, 1) for n in range(5)])
    store.close_poll(closed.id, after(60))
    store._run(sa.delete(metadata.tables["polls"]).where(metadata.tables["polls"].c.id == last.id))


def _row(store: Store, table: sa.Table) -> dict[str, Any]:
    """A value for each column; numbers that are given by the engine are left to it."""
    return {
        column.name: _value(store, column)
        for column in table.columns
        if column is not table.autoincrement_column
    }


def _value(store: Store, column: sa.Column[Any]) -> Any:
    for key in column.foreign_keys:
        return store._run(sa.select(key.column).limit(1)).scalar_one()
    match column.type.__class__.__name__:
        case "Instant":
            return NOW
        case "Json":
            return {"fi": HOSTILE}
        case "Addresses":
            return draft().chats
        case "LargeBinary":
            return bytes(range(16))
        case "Boolean":
            return True
        case "Double" | "Float":
            return 0.1
        case "Integer" | "BigInteger" | "SmallInteger":
            return 1
    return HOSTILE


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as the engine keeps it."""
    with database.reading() as store:
        return {table.name: _rows(store, table) for table in metadata.sorted_tables}


def _rows(store: Store, table: sa.Table) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = store._connection.exec_driver_sql(f"SELECT {names} FROM {table.name}")
    return sorted((tuple(row) for row in rows), key=repr)
