"""A city moves from one database to another: all of it, or nothing."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from storage import (
    CopyDiffers,
    Database,
    DatabaseUnavailable,
    NotEmpty,
    SchemaMismatch,
    copy,
    open_database,
)
from storage.figures import figures
from storage.tables import metadata
from tests.storage.samples import NOW, ballot, open_poll
from tests.storage.test_database import drop_connections
from tests.storage.whole import VOTERS, contents, fill


@pytest.fixture
def full(database: Database) -> Database:
    """The source, on either engine."""
    fill(database)
    return database


def opened_target(engine: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database that is not the source."""
    if engine == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('tmp_path') / 'target.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    with open_database(url) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def any_target(request: pytest.FixtureRequest) -> Iterator[Database]:
    yield from opened_target(request.param, request)


@pytest.fixture
def target(full: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Of the other engine."""
    yield from opened_target("postgres" if full.engine == "SQLite" else "sqlite", request)


def unheard(table: str, done: int, rows: int) -> None:
    pass


def test_every_table_has_something_to_copy(full: Database) -> None:
    assert [name for name, rows in contents(full).items() if not rows] == []


def test_all_of_it_arrives(full: Database, any_target: Database) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    before = contents(full)
    found = copy(
        full, any_target, lambda t, done, rows: told.setdefault(t, []).append((done, rows))
    )
    assert contents(any_target) == before == contents(full)
    assert {name: len(rows) for name, rows in before.items()} == found.rows
    assert list(told) == [table.name for table in metadata.sorted_tables]
    assert told["ballots"][:3] == [(0, VOTERS + 5), (1000, VOTERS + 5), (2000, VOTERS + 5)]
    assert all(steps[-1] == (found.rows[name], found.rows[name]) for name, steps in told.items())
    assert found.tallies == found.ballots
    with any_target.reading() as store:
        assert figures(store).digest() == found.digest()


def test_numbers_go_on_where_they_were(full: Database, target: Database) -> None:
    """A poll was deleted that had the highest: nothing else ever gets its number."""
    copy(full, target, unheard)
    for database in (full, target):
        with database.begin() as store:
            poll = open_poll(store)
            assert poll.id == 4
            store.put_ballots([ballot(poll.id, 1, 0)])
            for table in metadata.sorted_tables:
                if (column := table.autoincrement_column) is not None:
                    highest = store._run(sa.select(sa.func.max(column))).scalar_one()
                    last = database.dialect.last_number(store._connection, column)
                    assert last >= highest


def test_numbers_of_a_database_that_gave_none(database: Database, any_target: Database) -> None:
    copy(database, any_target, unheard)
    with any_target.begin() as store:
        assert open_poll(store).id == 1


def test_what_is_not_empty_is_refused(full: Database, target: Database) -> None:
    target.upgrade()
    with target.begin() as store:
        store.set_language("a" * 32, "sv")
    before = contents(target)
    with pytest.raises(NotEmpty):
        copy(full, target, unheard)
    assert contents(target) == before
    copy(full, target, unheard, replace=True)
    assert contents(target) == contents(full)


def test_a_copy_onto_itself_is_refused(full: Database) -> None:
    before = contents(full)
    with pytest.raises(NotEmpty):
        copy(full, full, unheard)
    assert contents(full) == before


@pytest.mark.parametrize("which", ["source", "target"])
def test_another_version_is_refused(full: Database, target: Database, which: str) -> None:
    target.upgrade()
    with (full if which == "source" else target).begin() as store:
        store._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match="9999"):
        copy(full, target, unheard)


def test_what_breaks_off_leaves_nothing(full: Database, target: Database) -> None:
    def interrupt(table: str, done: int, rows: int) -> None:
        if table == "ballots" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(full, target, interrupt)
    assert target.schema()[0] is None
    copy(full, target, unheard)
    assert contents(target) == contents(full)


def test_a_target_that_goes_away_has_nothing(sqlite_database: Database, postgres_url: str) -> None:
    fill(sqlite_database)

    def cut(table: str, done: int, rows: int) -> None:
        if table == "ballots" and done:
            drop_connections(postgres_url)

    with open_database(postgres_url) as target:
        with pytest.raises(DatabaseUnavailable):
            copy(sqlite_database, target, cut)
        assert target.schema()[0] is None


def test_a_source_that_takes_its_time_does_not_lose_the_target(
    sqlite_database: Database, postgres_url: str
) -> None:
    """PostgreSQL ends a writer that does nothing for seconds; not this one."""
    limits: list[str] = []
    with open_database(postgres_url) as target:

        class Looked(type(target.dialect)):
            def number_after(self, connection, column, last) -> None:
                query = "SHOW idle_in_transaction_session_timeout"
                limits.append(connection.exec_driver_sql(query).scalar())
                super().number_after(connection, column, last)

        target.dialect = Looked()
        copy(sqlite_database, target, unheard)
        assert set(limits) == {"0"}
        with target.begin() as store:
            query = "SHOW idle_in_transaction_session_timeout"
            assert store._connection.exec_driver_sql(query).scalar() == "5s"


def test_a_copy_that_is_not_the_same_is_not_kept(full: Database, target: Database) -> None:
    """Somebody writes into the target at the last moment."""
    with full.reading() as store:
        wanted = figures(store)
    last = metadata.sorted_tables[-1].name

    class Meddled(type(target.dialect)):
        def number_after(self, connection, column, last) -> None:
            if column.table.name == "polls":
                connection.exec_driver_sql("DELETE FROM residents")
                connection.exec_driver_sql(
                    "INSERT INTO residents (id, language) VALUES ('x', 'fi'), ('y', 'sv')"
                )
            super().number_after(connection, column, last)

    target.dialect = Meddled()
    with pytest.raises(CopyDiffers):
        copy(full, target, unheard)
    assert target.schema()[0] is None
    assert last in wanted.rows


def test_votes_that_come_in_meanwhile_are_left_out(full: Database, target: Database) -> None:
    """What is copied is one moment."""
    before = contents(full)

    def vote(table: str, done: int, rows: int) -> None:
        if table == "polls" and not done:
            with full.begin() as store:
                store.put_ballots([ballot(1, 10**6, 0, at=NOW.second)])

    copy(full, target, vote)
    assert contents(target) == before
    assert len(contents(full)["ballots"]) == len(before["ballots"]) + 1
