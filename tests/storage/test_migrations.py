"""The migrations make the tables that the store expects, and nobody works with other ones."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.model import Profile
from storage import Database, SchemaMismatch, open_database, schema
from storage.tables import metadata


def test_a_new_database_has_no_version(database_url: str) -> None:
    with open_database(database_url) as database:
        found, wanted = database.schema()
        assert found is None
        with pytest.raises(SchemaMismatch, match="kuulolla migrate") as caught:
            database.check()
        assert (caught.value.found, caught.value.wanted) == (None, wanted)


def test_upgrading_makes_the_tables(database_url: str) -> None:
    with open_database(database_url) as database:
        database.upgrade()
        database.check()
        found, wanted = database.schema()
        assert found == wanted
        with database.reading() as store:
            names = set(sa.inspect(store._connection).get_table_names())
    assert names == {*metadata.tables, "alembic_version"}


def test_files_are_numbered_as_alembic_runs_them() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    assert scripts.get_heads() == [schema.wanted()]
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_upgrading_again_changes_nothing(database: Database) -> None:
    with database.begin() as store:
        store.set_language("a" * 32, "sv")
    database.upgrade()
    database.check()
    with database.reading() as store:
        assert store.profiles(["a" * 32]) == {"a" * 32: Profile("sv")}


def test_tables_and_migrations_agree(database: Database) -> None:
    with database.reading() as store:
        context = MigrationContext.configure(store._connection)
        assert compare_metadata(context, metadata) == []


def test_tables_and_migrations_agree_to_the_letter(sqlite_url: str, postgres_url: str) -> None:
    """What autogenerate does not look at: keys, conditions of indexes, tables without rowid."""
    for url in (sqlite_url, postgres_url):
        with open_database(url) as database:
            database.upgrade()
            with database.reading() as store:
                migrated = described(store._connection)
            with database._migrating() as connection:
                metadata.drop_all(connection)
                metadata.create_all(connection)
                assert described(connection) == migrated


def described(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql > ''"
    else:
        query = (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' UNION ALL"
            " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text <> 'alembic_version'"
        )
    rows = connection.exec_driver_sql(query).scalars()
    return sorted(map(_in_order, rows))


def _in_order(text: str) -> str:
    """An added column stands after the table's keys, and the table's name in quotes."""
    head, bracket, body = " ".join(text.split()).replace('"', "").partition(" (")
    parts = (part.strip(" )") for part in body.split(","))
    return f"{head}{bracket}{', '.join(sorted(parts))}"


@pytest.mark.parametrize(
    ("version", "remedy"), [("9999", "install the newer"), ("", "kuulolla migrate")]
)
def test_other_versions_are_refused(database: Database, version: str, remedy: str) -> None:
    """A version that this program does not know is a newer one's."""
    with database.begin() as store:
        statement = f"UPDATE alembic_version SET version_num = '{version}'"
        if not version:
            statement = "DELETE FROM alembic_version"
        store._connection.exec_driver_sql(statement)
    with pytest.raises(SchemaMismatch, match=remedy):
        database.check()


def test_foreign_keys_hold_again_after_an_upgrade(sqlite_url: str) -> None:
    with open_database(sqlite_url) as database:
        database.upgrade()
        with database.begin() as store:
            assert store._connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
