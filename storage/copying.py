"""From one database into another, whichever the engines: every table there is, all or nothing."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.database import Database
from storage.errors import CopyDiffers, NotEmpty
from storage.figures import Figures, figures, is_empty
from storage.store import Store
from storage.tables import metadata

BATCH = 1000

Progress = Callable[[str, int, int], None]
"""Told again and again: a table's name, its rows done, its rows in all."""


def copy(
    source: Database, target: Database, progress: Progress, *, replace: bool = False
) -> Figures:
    """One moment's view of ``source``, written in one transaction; tables are made where there
    are none. SchemaMismatch where either side has another version's; NotEmpty where ``target``
    holds something, unless it is to be replaced; CopyDiffers where the two are not the same in
    the end. After an error ``target`` is as it was."""
    source.check()
    with source.reading() as taken, target.filling() as given:
        if replace:
            _clear(given)
        elif not is_empty(given):
            raise NotEmpty
        wanted = figures(taken)
        for table in metadata.sorted_tables:
            _copy(table, taken, given, wanted.rows[table.name], progress)
        if figures(given) != wanted:
            raise CopyDiffers
    return wanted


def _clear(store: Store) -> None:
    for table in reversed(metadata.sorted_tables):
        store._run(sa.delete(table))
    store.erased = True


def _copy(table: sa.Table, taken: Store, given: Store, rows: int, progress: Progress) -> None:
    plain, done = _plain(table), 0
    query = sa.select(plain).order_by(*[plain.c[column.name] for column in table.primary_key])
    progress(table.name, 0, rows)
    with taken._run(query.execution_options(yield_per=BATCH)) as found:
        for batch in found.partitions():
            given._dialect.fill(given._connection, plain, batch)
            done += len(batch)
            progress(table.name, done, rows)
    if (column := table.autoincrement_column) is not None:
        last = taken._dialect.last_number(taken._connection, column)
        given._dialect.number_after(given._connection, column, last)


def _plain(table: sa.Table) -> sa.TableClause:
    """Its values as they lie there: what is not understood can't be changed on the way."""
    return sa.table(table.name, *[sa.column(c.name, _stored(c.type)) for c in table.columns])


def _stored(kind: TypeEngine) -> TypeEngine:
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return kind
