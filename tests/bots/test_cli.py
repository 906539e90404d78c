"""The command line, as an operator meets it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

import storage
from bots.__main__ import app
from bots.dictionaries import Dictionaries
from bots.samples import load_samples
from config.city import load_city
from config.fields import EXAMPLE_CITY
from core.model import DeliveryState, PollState
from tests.fakes import Clock

ROOT = Path(__file__).parents[2]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""Before any time that this machine may tell: the command line asks the clock."""
Kuulolla = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The lines of the settings file that `kuulolla` is run with."""
    yield {"KUULOLLA_DATABASE_URL": f"sqlite:///{tmp_path}/var/kuulolla.db"}


@pytest.fixture
def kuulolla(tmp_path: Path, settings: dict[str, str]) -> Kuulolla:
    def run(*args: str) -> Result:
        file = tmp_path / "settings.env"
        file.write_text("".join(f"{k}={v}\n" for k, v in settings.items()), "utf-8")
        return CliRunner().invoke(app, ["--env-file", str(file), *args], env={"COLUMNS": "500"})

    return run


def changed_city(folder: Path, **changes: object) -> str:
    city = yaml.safe_load(EXAMPLE_CITY.read_text("utf-8"))
    file = folder / "city.yaml"
    file.write_text(yaml.safe_dump(city | changes, allow_unicode=True), "utf-8")
    return str(file)


# --- help ------------------------------------------------------------------------------------


def test_help_teaches(kuulolla: Kuulolla) -> None:
    shown = kuulolla("--help")
    assert shown.exit_code == 0
    for word in ("kuulolla run", "KUULOLLA_CITY_FILE", "KUULOLLA_TELEGRAM__TOKEN", "migrate"):
        assert word in shown.output


@pytest.mark.parametrize("command", ["run", "check", "migrate", "digest"])
def test_every_command_has_help(kuulolla: Kuulolla, command: str) -> None:
    shown = kuulolla(command, "--help")
    assert shown.exit_code == 0
    assert "Usage" in shown.output


def test_help_and_check_load_no_sdk() -> None:
    """In a process of its own, as what is loaded there stays loaded."""
    script = (
        "import sys, bots.__main__, bots.check\n"
        "sdks = {'telegram', 'slack_bolt', 'slack_sdk'}\n"
        "print(sorted(sdks & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert shown.stdout.strip() == "[]"


def test_the_service_loads_what_it_needs_only() -> None:
    script = (
        "import sys, bots.app\n"
        "others = {'telegram', 'slack_bolt', 'slack_sdk', 'jwt', 'alembic', 'psycopg', 'numpy',"
        "          'prometheus_client'}\n"
        "print(sorted(others & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert shown.stdout.strip() == "[]"


def test_version(kuulolla: Kuulolla) -> None:
    shown = kuulolla("--version")
    assert shown.exit_code == 0
    assert shown.output.startswith("kuulolla ")


# --- faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "migrate", "digest"])
def test_faults_of_settings_and_city_are_told_together(
    kuulolla: Kuulolla, settings: dict[str, str], tmp_path: Path, command: str
) -> None:
    settings["KUULOLLA_PORT"] = "eighty"
    settings["KUULOLLA_TELEGRAM__TOKEN"] = "hush-hush"
    settings["KUULOLLA_CITY_FILE"] = changed_city(tmp_path, timezone="Espoo", language="et")
    shown = kuulolla(command)
    assert shown.exit_code == 2
    assert shown.stdout == ""
    for fault in (
        "KUULOLLA_PORT: “eighty” cannot be used.",
        "KUULOLLA_TELEGRAM__TOKEN: is not a bot token.",
        "“Espoo” is not a time zone. Write it as Europe/Helsinki.",
        "“et” is not known. Choose fi, sv or en.",
    ):
        assert fault in shown.stderr
    assert "hush" not in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_settings_file_that_is_not_there() -> None:
    shown = CliRunner().invoke(app, ["--env-file", "/no/such/file", "check"])
    assert shown.exit_code == 2


# --- check -----------------------------------------------------------------------------------


def test_check_of_the_example(kuulolla: Kuulolla, tmp_path: Path) -> None:
    shown = kuulolla("check")
    assert shown.exit_code == 0
    assert "Espoon kaupunki: 12 departments" in shown.output
    assert "is made on the first start." in shown.output
    assert "warning" not in shown.output
    assert not (tmp_path / "var").exists(), "check changes nothing"


def test_check_tells_of_the_dictionaries(
    kuulolla: Kuulolla, settings: dict[str, str], dictionaries: Dictionaries
) -> None:
    assert "are made when the service has started." in kuulolla("check").output
    settings["KUULOLLA_DICTIONARIES"] = str(dictionaries.folder)
    assert dictionaries.name in kuulolla("check").output
    settings["KUULOLLA_DICTIONARIES"] = "off"
    assert "off: words are compared" in kuulolla("check").output


def test_check_tells_everything_and_fails(
    kuulolla: Kuulolla, settings: dict[str, str], tmp_path: Path
) -> None:
    settings["KUULOLLA_PORTT"] = "1"
    settings["KUULOLLA_CITY_FILE"] = changed_city(tmp_path, general_desk="nowhere")
    shown = kuulolla("check")
    assert shown.exit_code == 1
    assert "is not a setting. Did you mean KUULOLLA_PORT?" in shown.stdout
    assert "“nowhere” is not a department." in shown.stdout
    assert "2 to put right." in shown.stderr


def test_warnings_are_no_faults(
    kuulolla: Kuulolla, settings: dict[str, str], tmp_path: Path
) -> None:
    settings["KUULOLLA_CITY_FILE"] = changed_city(tmp_path, telegram_bot="")
    shown = kuulolla("check")
    assert shown.exit_code == 0
    assert "telegram_bot is not set" in shown.output


def test_check_of_a_database_that_is_none(kuulolla: Kuulolla, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "kuulolla.db").touch()
    shown = kuulolla("check")
    assert shown.exit_code == 0
    assert "empty: tables are made on the first start." in shown.output


def test_check_warns_of_samples_beside_tokens(kuulolla: Kuulolla, settings: dict[str, str]) -> None:
    """The token is good, the server is not there: that is a fault of its own."""
    with storage.open_database(settings["KUULOLLA_DATABASE_URL"]) as database:
        database.upgrade()
        with database.begin() as store:
            load_samples(store, load_city(EXAMPLE_CITY), LONG_AGO)
    assert "sample polls" not in kuulolla("check").output
    settings["KUULOLLA_TELEGRAM__TOKEN"] = "1:hush"
    settings["KUULOLLA_TELEGRAM__API_URL"] = "http://127.0.0.1:1"
    shown = kuulolla("check")
    assert shown.exit_code == 1
    assert "has the playground's sample polls in it." in shown.output
    assert "it cannot be asked" in shown.output
    assert "hush" not in shown.output


# --- migrate, digest -------------------------------------------------------------------------


def test_migrate_makes_the_tables_once(kuulolla: Kuulolla, settings: dict[str, str]) -> None:
    first = kuulolla("migrate")
    assert first.exit_code == 0
    assert "went from version none to" in first.output
    assert "is up to date already" in kuulolla("migrate").output
    assert "version 0" in kuulolla("check").output


def test_a_database_that_is_in_use(kuulolla: Kuulolla, settings: dict[str, str]) -> None:
    with storage.open_database(settings["KUULOLLA_DATABASE_URL"]):
        shown = kuulolla("migrate")
    assert shown.exit_code == 2
    assert "is in use by another process" in shown.stderr


def test_digest_before_the_tables_are_made(kuulolla: Kuulolla) -> None:
    shown = kuulolla("digest")
    assert shown.exit_code == 2
    assert "kuulolla migrate" in shown.stderr


def test_digest_of_a_chat_that_is_none(kuulolla: Kuulolla) -> None:
    shown = kuulolla("digest", "telegram:1")
    assert shown.exit_code == 2
    assert "no digest for telegram:1. There are: telegram:-4000" in shown.stderr


def test_digest_where_the_part_is_off(
    kuulolla: Kuulolla, settings: dict[str, str], tmp_path: Path
) -> None:
    settings["KUULOLLA_CITY_FILE"] = changed_city(tmp_path, parts=["polls"])
    shown = kuulolla("digest")
    assert shown.exit_code == 2
    assert "The part digests is off" in shown.stderr


def test_digest_of_one_chat_and_of_all(kuulolla: Kuulolla, settings: dict[str, str]) -> None:
    assert kuulolla("migrate").exit_code == 0
    with storage.open_database(settings["KUULOLLA_DATABASE_URL"]) as database:
        with database.begin() as store:
            load_samples(store, load_city(EXAMPLE_CITY), datetime.now(UTC))
        with database.reading() as store:
            before = store.pending()[DeliveryState.WAITING]
    assert "Queued for 1 of 1 chats" in kuulolla("digest", "telegram:-4000000001").output
    assert "Queued for 1 of 2 chats" in kuulolla("digest").output, "one has it already"
    with (
        storage.open_database(settings["KUULOLLA_DATABASE_URL"]) as database,
        database.reading() as store,
    ):
        assert store.pending()[DeliveryState.WAITING] == before + 2


# --- samples ---------------------------------------------------------------------------------


def test_samples_fill_an_empty_database_only(database: storage.Database) -> None:
    city, clock = load_city(EXAMPLE_CITY), Clock()
    with database.begin() as store:
        assert load_samples(store, city, clock())
        assert not load_samples(store, city, clock())
    with database.reading() as store:
        polls = store.polls()
        assert sorted(poll.state for poll in polls) == [
            PollState.CLOSED,
            PollState.OPEN,
            PollState.OPEN,
        ]
        tallies = store.tallies({poll.id for poll in polls})
        for poll in polls:
            assert len(tallies[poll.id].counts) == len(poll.options)
            assert min(tallies[poll.id].counts) > 0
            assert store.recount(poll.id) == tallies[poll.id]
        questions = store.public_questions()
        assert [q.theme for q in questions if city.theme(q.theme)] == [q.theme for q in questions]
        assert len(questions) == 4
        assert {q.language for q in questions} == {"fi", "sv", "en"}
        assert all(city.official_by_key(q.official) for q in questions)
