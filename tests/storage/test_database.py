"""Transactions, locks, and what is said when the database cannot."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from core.events import Address
from core.model import DigestClock, Profile, Show
from storage import Database, DatabaseInUse, DatabaseUnavailable, open_database
from tests.storage.samples import GROUP, NOW, after, open_poll

ROOT = Path(__file__).resolve().parents[2]
ANNA = "a" * 32


def choose(database: Database, language: str) -> None:
    with database.begin() as store:
        store.set_language(ANNA, language)


def language(database: Database) -> str | None:
    with database.reading() as store:
        return store.profiles([ANNA]).get(ANNA, Profile()).language


def path_of(url: str) -> Path:
    return Path(sa.make_url(url).database or "")


def test_what_is_committed_is_there_after_opening_again(database_url: str) -> None:
    with open_database(database_url) as database:
        database.upgrade()
        choose(database, "sv")
    with open_database(database_url) as database:
        assert language(database) == "sv"


def test_an_error_rolls_everything_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as store:
        store.set_language(ANNA, "sv")
        store.set_digest_clock(GROUP, DigestClock(NOW, after(1)))
        raise ZeroDivisionError
    assert language(database) is None


def test_readers_see_one_moment(database: Database) -> None:
    choose(database, "fi")
    with database.reading() as store:
        assert store.profiles([ANNA]) == {ANNA: Profile("fi")}
        choose(database, "sv")
        assert store.profiles([ANNA]) == {ANNA: Profile("fi")}
    assert language(database) == "sv"


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"read.?only"), database.reading() as store:
        store.set_language(ANNA, "sv")
    assert language(database) is None


def test_readers_are_bounded(database_url: str) -> None:
    with open_database(database_url, readers=1, wait=0.05) as database:
        database.upgrade()
        with database.reading(), pytest.raises(DatabaseUnavailable), database.reading():
            pass
        assert language(database) is None


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path/to/file or postgresql://"):
        open_database(url)


def test_errors_do_not_show_what_people_wrote(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as caught, database.begin() as store:
        for _ in range(2):
            store.record("telegram:1", "somebody", b"secret words", NOW)
    assert "secret" not in str(caught.value)


# --- SQLite --------------------------------------------------------------------------------------


def test_a_second_process_is_refused(sqlite_url: str) -> None:
    with open_database(sqlite_url) as database:
        database.upgrade()
        script = "import sys, storage; storage.open_database(sys.argv[1])"
        second = subprocess.run(
            [sys.executable, "-c", script, sqlite_url], cwd=ROOT, capture_output=True, text=True
        )
        assert second.returncode != 0
        assert "DatabaseInUse" in second.stderr
        assert "stop it first" in second.stderr
        choose(database, "sv")


def test_the_file_is_free_once_closed(sqlite_url: str) -> None:
    with open_database(sqlite_url), pytest.raises(DatabaseInUse):
        open_database(sqlite_url)
    open_database(sqlite_url).close()


def test_one_may_look_beside_the_owner(sqlite_url: str) -> None:
    with open_database(sqlite_url) as owner:
        owner.upgrade()
        choose(owner, "sv")
        with open_database(sqlite_url, read_only=True) as guest:
            guest.check()
            assert language(guest) == "sv"
            with pytest.raises(RuntimeError, match="read only"):
                choose(guest, "fi")


def test_looking_makes_no_file(sqlite_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="no database"):
        open_database(sqlite_url, read_only=True)
    assert not path_of(sqlite_url).exists()


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "50%.db"
    with open_database(f"sqlite:///{path}") as database:
        database.upgrade()
        choose(database, "sv")
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert {"50%.db", "50%.db.lock", "50%.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_every_commit_reaches_the_disk(sqlite_url: str) -> None:
    """FULL, in the log, with foreign keys; erased content is overwritten."""
    with open_database(sqlite_url) as database, database.begin() as store:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        assert {
            name: store._connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted
        } == wanted


def test_what_is_erased_is_in_no_file(sqlite_url: str) -> None:
    secret, key = "sealed-address-of-anna", b"key-of-the-poll-key-of-the-poll-"
    with open_database(sqlite_url) as database:
        database.upgrade()
        with database.begin() as store:
            store.keep_contact(ANNA, secret)
            store.tell(Address("telegram", f"~{ANNA}"), _show(secret), "fi", NOW)
            poll = open_poll(store, created_by="slack:U1")
            store._connection.exec_driver_sql("UPDATE polls SET key = ?", (key,))
        assert holds(sqlite_url, secret.encode())
        assert holds(sqlite_url, key)
        with database.begin() as store:
            store.forget(ANNA)
        assert not holds(sqlite_url, secret.encode())
        assert not holds(sqlite_url, ANNA.encode())
        with database.begin() as store:
            store.close_poll(poll.id, NOW)
        assert not holds(sqlite_url, key)


def test_a_reader_in_the_way_of_an_erasure_delays_it_only(sqlite_url: str) -> None:
    with open_database(sqlite_url) as database:
        database.upgrade()
        with database.begin() as store:
            store.keep_contact(ANNA, "sealed-address")
        with database.reading() as old:
            assert old.contact(ANNA) == "sealed-address"
            with database.begin() as store:
                store.forget(ANNA)
        with database.reading() as store:
            assert store.contact(ANNA) is None
    assert not holds(sqlite_url, b"sealed-address")


def _show(text: str):

    return Show("note", {"text": text})


def holds(url: str, content: bytes) -> bool:
    path = path_of(url)
    return any(content in file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_a_locked_file_is_said_to_be(sqlite_url: str) -> None:
    with open_database(sqlite_url, wait=0.05) as database:
        database.upgrade()
        other = sqlite3.connect(path_of(sqlite_url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="locked"):
            choose(database, "sv")
        other.close()
        choose(database, "fi")
        assert language(database) == "fi"


def test_who_is_not_patient_waits_for_no_lock(sqlite_url: str) -> None:
    with open_database(sqlite_url, wait=600) as database:
        database.upgrade()
        other = sqlite3.connect(path_of(sqlite_url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="locked"), database.begin(patient=False):
            pass
        other.close()
        with (
            database.begin(),
            pytest.raises(DatabaseUnavailable, match="takes too long"),
            database.begin(patient=False),
        ):
            pass


def test_a_transaction_has_the_file_from_its_first_moment(sqlite_url: str) -> None:
    """Reading first and writing later would lose what another wrote in between."""
    with open_database(sqlite_url) as database:
        database.upgrade()
        other = sqlite3.connect(path_of(sqlite_url), isolation_level=None, timeout=0)
        with database.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_full_disk_is_said_to_be_and_keeps_nothing(sqlite_url: str) -> None:
    with open_database(sqlite_url) as database:
        database.upgrade()
        with database.begin() as store:
            pages = store._connection.exec_driver_sql("PRAGMA page_count").scalar()
            store._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(DatabaseUnavailable, match="full"), database.begin() as store:
            store.set_language(ANNA, "sv")
            store.put_draft(ANNA, "question", {"text": "x" * 100_000}, NOW)
        assert language(database) is None
        choose(database, "fi")
        assert language(database) == "fi"


def test_a_file_that_cannot_be_made_is_said_to_be(tmp_path: Path) -> None:
    os.mkdir(tmp_path / "folder.db")
    with pytest.raises(DatabaseUnavailable, match="cannot write"):
        open_database(f"sqlite:///{tmp_path / 'folder.db'}")


# --- PostgreSQL ----------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with (
        open_database(f"postgresql://postgres@/x?host={tmp_path}") as database,
        pytest.raises(DatabaseUnavailable),
    ):
        database.check()


def test_a_lost_connection_is_said_to_be_and_found_again(postgres_url: str) -> None:
    with open_database(postgres_url) as database:
        database.upgrade()
        with pytest.raises(DatabaseUnavailable), database.begin() as store:
            store.set_language(ANNA, "sv")
            drop_connections(postgres_url)
            store.profiles([ANNA])
        assert language(database) is None
        drop_connections(postgres_url)
        choose(database, "fi")
        assert language(database) == "fi"


def drop_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_locked_row_is_said_to_be(postgres_url: str) -> None:
    with open_database(postgres_url, wait=0.05) as database:
        database.upgrade()
        choose(database, "fi")
        with database.begin() as store:
            store.set_language(ANNA, "sv")
            with pytest.raises(DatabaseUnavailable):
                choose(database, "en")
        assert language(database) == "sv"
