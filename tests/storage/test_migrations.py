"""The migrations make the tables that the store expects, and nobody works with other ones."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.events import Address
from core.model import Profile
from storage import Database, SchemaMismatch, open_database, schema
from storage.figures import differences
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


def test_tables_and_migrations_agree(database_url: str) -> None:
    with open_database(database_url) as database, database._migrating() as connection:
        schema.migrate(connection)
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_tables_and_migrations_agree_to_the_letter(sqlite_url: str, postgres_url: str) -> None:
    """What autogenerate does not look at: keys, conditions of indexes, tables without rowid."""
    for url in (sqlite_url, postgres_url):
        with open_database(url) as database, database._migrating() as connection:
            schema.migrate(connection)
            migrated = described(connection)
            metadata.drop_all(connection)
            schema.VERSION.drop(connection)
            schema.upgrade(connection)
            assert described(connection) == migrated


def described(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE sql > ''"
    else:
        query = (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
            " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid <> 0 UNION ALL"
            " SELECT concat(table_name, column_name, data_type, is_nullable, column_default) FROM"
            " information_schema.columns WHERE table_schema = 'public'"
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


FIRST = (
    "INSERT INTO polls (id, question, options, option_count, shows, state, opens_at, chats,"
    ' created_by, key) VALUES (7, \'{"fi": "Mihin?"}\', \'[{"fi": "A"}, {"fi": "B"}]\', 2,'
    " 'always', 'open', 1700000000.5, '[\"telegram:-1\"]', 'slack:U1', NULL)",
    'INSERT INTO ballots (poll, voter, option, channel, "order", at) VALUES'
    " (7, {a}, 0, 'telegram', 1, 1700000001.5), (7, {b}, 1, 'web', 2, 1700000002.5)",
    "INSERT INTO tallies (poll, option, channel, n) VALUES (7, 0, 'telegram', 1), (7, 1, 'web', 1)",
    "INSERT INTO questions (number, text, language, department, state, asker, asker_channel,"
    " received_at, answer, reason) VALUES (12, 'Milloin aurataan?', 'fi', 'streets', 'waiting',"
    " 'anna', 'telegram', 1700000003.5, '{}', '')",
    'INSERT INTO steps (id, question, at, kind, "by", text)'
    " VALUES (3, 12, 1700000003.5, 'received', 'resident', '')",
    "INSERT INTO residents (id, language, contact) VALUES ('anna', 'sv', 'sealed')",
    "INSERT INTO posts (id, channel, chat, show, language, ref, shown) VALUES (5, 'telegram', '-1',"
    " '{\"view\": \"poll\", \"args\": {\"poll\": 7}}', 'fi', 'm1', 'x')",
    "INSERT INTO watches (subject, post) VALUES ('poll:7', 5)",
    "INSERT INTO events (id, who, reply, at) VALUES ('telegram:1', 'anna', {a}, 1700000004.5)",
)
"""What the first release's tables held, in the first release's columns."""


def test_what_the_first_version_held_is_there_in_the_last(database_url: str) -> None:
    """And not touched more than it had to be: ballots still count, people are still known."""
    with open_database(database_url) as database:
        with database._migrating() as connection:
            schema.migrate(connection, to="0001")
            postgres = connection.dialect.name == "postgresql"
            shape = "'\\x{}'" if postgres else "x'{}'"
            voters = {name: shape.format(name.encode().hex() * 16) for name in "ab"}
            for statement in FIRST:
                for name, value in voters.items():
                    statement = statement.replace(f"{{{name}}}", value)
                connection.exec_driver_sql(statement.replace("%", "%%"))
        assert database.schema()[0] == "0001"
        database.upgrade()
        database.check()
        with database.begin() as store:
            poll = store.poll(7)
            assert poll and poll.question == {"fi": "Mihin?"} and len(poll.options) == 2
            assert store.tallies([7])[7] == store.recount(7)
            assert store.tallies([7])[7].total == 2
            question = store.question(12)
            assert question and question.text == "Milloin aurataan?" and question.asker == "anna"
            assert [step.kind for step in store.steps(12)] == ["received"]
            assert store.profiles(["anna"])["anna"].language == "sv"
            assert store.contact("anna") == "sealed"
            assert store.seen("telegram:1") == b"a" * 16
            shown = store.showing(Address("telegram", "-1"), "m1")
            assert shown and shown[0].args == {"poll": 7}
            assert list(differences(store)) == []
