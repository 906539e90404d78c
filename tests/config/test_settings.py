"""Settings: where they come from, and every way they can be wrong."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.faults import ConfigFault
from config.settings import (
    EXAMPLE_CITY,
    Settings,
    load_settings,
    read_settings,
    secret_key,
    variables,
)
from config.settings import secret_variables as secrets

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AA-secret_part"
BOT, APP = "xoxb-secret-bot", "xapp-secret-app"
KEY = "k" * 32
APP_ID, TENANT = "11111111-2222-3333-4444-555555555555", "99999999-8888-7777-6666-555555555555"


def faults(**given: str) -> dict[str, str]:
    """Faults of these settings, by the variable's name without its prefix."""
    with pytest.raises(ConfigFault) as caught:
        load_settings(variables_of(given))
    return {f.place.removeprefix("KUULOLLA_"): f"{f.what} {f.remedy}" for f in caught.value.faults}


def variables_of(given: dict[str, str]) -> dict[str, str]:
    return {f"KUULOLLA_{name.upper()}": value for name, value in given.items()}


def load(**given: str) -> Settings:
    return load_settings(variables_of(given))


def test_nothing_is_needed() -> None:
    settings = load()
    assert settings.database_url == "sqlite:///var/kuulolla.db"
    assert settings.city_file == EXAMPLE_CITY
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.playground_on
    assert settings.samples_wanted
    assert settings.page_url == "http://127.0.0.1:8080"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("KUULOLLA_PORT=1\nKUULOLLA_HOST=::1\nOTHER=x\n", "utf-8")
    settings = load_settings({"KUULOLLA_PORT": "2", "PATH": "/bin"}, file)
    assert (settings.host, settings.port) == ("::1", 2)


def test_the_working_directory_and_the_process_are_read_when_asked(tmp_path: Path) -> None:
    """In a process of its own: the environment and the directory are the process's."""
    (tmp_path / ".env").write_text("KUULOLLA_PORT=1\nKUULOLLA_HOST=::1\n", "utf-8")
    script = (
        "from config.settings import Settings, load_settings as load\n"
        "print(load().host, load().port, Settings().host, Settings().port, load({}).port)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "KUULOLLA_PORT": "2"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert shown.stdout.split() == ["::1", "2", "127.0.0.1", "8080", "8080"]


def test_an_empty_variable_is_not_set() -> None:
    assert load(telegram__token="", port=" ").telegram.token is None


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"KUULOLLA_HOST=\xff\xfe\n")
    with pytest.raises(ConfigFault, match=r"cannot be read\. It is a text file, in UTF-8\."):
        load_settings({}, file)


def test_postgresql_has_several_names() -> None:
    wanted = "postgresql+psycopg://u:p@host/name"
    assert load(database_url="postgres://u:p@host/name").database_url == wanted
    assert load(database_url="postgresql://u:p@host/name").database_url == wanted
    assert load(database_url=wanted).database_url == wanted


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("port", "eighty", "“eighty” cannot be used. The port it listens at"),
        ("port", "65536", "“65536” cannot be used."),
        ("playground_port", "-1", "“-1” cannot be used. The playground's port"),
        ("log_format", "xml", "“xml” cannot be used. console or json."),
        ("log_level", "loud", "debug, info, warning or error."),
        ("playground", "maybe", "auto (on while no platform has a token), on or off."),
        ("database_url", "mysql://host/name", "no address of a SQLite file or a PostgreSQL"),
        ("database_url", "sqlite://", "no address of a SQLite file or a PostgreSQL"),
        ("database_url", "sqlite:///:memory:", "no address of a SQLite file or a PostgreSQL"),
        ("public_url", "espoo.fi", "is not a web address. Write it as https://host"),
        ("public_url", "https://[::1", "is not a web address."),
        ("public_url", "https://user:word@espoo.fi", "is not a web address."),
        ("public_url", "http://espoo.fi", "is not https. Write https://…; http is for localhost"),
        ("public_url", "https://espoo.fi/kuulolla", "has a path. Give the service a host name"),
        ("secret_key", "short-secret", "is too short. Make one: openssl rand -hex 32"),
        ("telegram__token", "secret", "is not a bot token. It looks like 123456:ABC-DEF."),
        ("telegram__api_url", "localhost:8081", "is not a web address."),
        ("telegram__webhook_secret", "secret å", "is not 1 to 256 of A-Z, a-z, 0-9, _ and -."),
        ("telegram__webhook_secret", "s" * 257, "is not 1 to 256 of"),
        ("slack__bot_token", "xapp-secret", "is not a bot token. It starts with xoxb-"),
        ("slack__app_token", "xoxb-secret", "is not an app-level token. It starts with xapp-"),
        ("slack__api_url", "ftp://slack.com", "is not a web address."),
        ("teams__app_id", "kuulolla", "is not an id of Microsoft Entra. It looks like 00000000-"),
        ("teams__tenant_id", "espoo.fi", "is not an id of Microsoft Entra."),
        ("teams__service_hosts", "https://smba.example.com", "is no list of hosts. Write them as"),
        ("teams__development_url", "https://localhost:1", "is not an http address on loopback."),
        ("teams__development_url", "http://espoo.fi:1", "taken from this machine alone."),
        ("teams__development_url", "http://localhost:1/bot", "is not an http address on loopback."),
    ],
)
def test_a_value_that_cannot_be_used(name: str, value: str, says: str) -> None:
    found = faults(**{name: value})
    assert says in found[name.upper()]
    assert "secret" not in found[name.upper()]


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:1"])
def test_http_is_for_this_machine(url: str) -> None:
    assert load(public_url=url + "/").public_url == url


@pytest.mark.parametrize(
    ("given", "place", "says"),
    [
        (
            {"telegram__token": TOKEN, "playground": "on"},
            "PLAYGROUND",
            "a platform has its real token. Take the tokens away to play, or set it to off",
        ),
        (
            {"port": "9000", "playground_port": "9000"},
            "PLAYGROUND_PORT",
            "is the server's own port. Choose another than 9000.",
        ),
        (
            {"telegram__token": TOKEN, "public_url": "https://espoo.fi"},
            "TELEGRAM__WEBHOOK_SECRET",
            "is missing: with KUULOLLA_PUBLIC_URL set, Telegram sends webhooks",
        ),
        (
            {"slack__bot_token": BOT},
            "SLACK__BOT_TOKEN",
            "neither KUULOLLA_SLACK__APP_TOKEN (Socket Mode) nor KUULOLLA_SLACK__SIGNING_SECRET",
        ),
        (
            {"slack__bot_token": BOT, "public_url": "https://espoo.fi"},
            "SLACK__BOT_TOKEN",
            "neither KUULOLLA_SLACK__APP_TOKEN",
        ),
        (
            {"slack__bot_token": BOT, "slack__signing_secret": "x"},
            "SLACK__BOT_TOKEN",
            "without KUULOLLA_PUBLIC_URL. Set KUULOLLA_PUBLIC_URL or KUULOLLA_SLACK__APP_TOKEN.",
        ),
        (
            {"slack__app_token": APP},
            "SLACK__BOT_TOKEN",
            "is missing, and KUULOLLA_SLACK__APP_TOKEN is set. It starts with xoxb-.",
        ),
        (
            {"slack__signing_secret": "x"},
            "SLACK__BOT_TOKEN",
            "is missing, and KUULOLLA_SLACK__SIGNING_SECRET is set.",
        ),
        (
            {"teams__app_id": APP_ID, "teams__tenant_id": TENANT, "public_url": "https://espoo.fi"},
            "TEAMS__APP_SECRET",
            "is missing, beside KUULOLLA_TEAMS__APP_ID and KUULOLLA_TEAMS__TENANT_ID.",
        ),
        (
            {"teams__app_secret": "x", "teams__tenant_id": TENANT},
            "TEAMS__APP_ID",
            "is missing, beside KUULOLLA_TEAMS__APP_SECRET and KUULOLLA_TEAMS__TENANT_ID.",
        ),
        (
            {"teams__app_id": APP_ID, "teams__app_secret": "x", "teams__tenant_id": TENANT},
            "PUBLIC_URL",
            "is missing: Teams sends webhooks to it.",
        ),
        (
            {
                "teams__development_url": "http://localhost:56150",
                "teams__app_id": APP_ID,
                "teams__app_secret": "x",
                "teams__tenant_id": TENANT,
                "public_url": "http://localhost:8080",
            },
            "TEAMS__DEVELOPMENT_URL",
            "is set beside an app of Teams.",
        ),
        (
            {"teams__development_url": "http://localhost:56150", "host": "0.0.0.0"},
            "TEAMS__DEVELOPMENT_URL",
            "others than this machine may reach the service: anybody could act in anybody's name.",
        ),
        (
            {"teams__development_url": "http://127.0.0.1:1", "public_url": "https://espoo.fi"},
            "TEAMS__DEVELOPMENT_URL",
            "others than this machine may reach the service",
        ),
    ],
)
def test_settings_that_do_not_go_together(given: dict[str, str], place: str, says: str) -> None:
    found = faults(**given)
    assert list(found) == [place]
    assert says in found[place]


def test_settings_of_both_platforms_by_both_ways() -> None:
    polling = load(telegram__token=TOKEN, slack__bot_token=BOT, slack__app_token=APP)
    assert not polling.slack_by_http
    served = load(
        telegram__token=TOKEN,
        telegram__webhook_secret="w",
        slack__bot_token=BOT,
        slack__signing_secret="s",
        public_url="https://espoo.fi",
    )
    assert served.slack_by_http


def test_the_playground_is_never_beside_real_tokens() -> None:
    assert not load(telegram__token=TOKEN).playground_on
    assert not load(telegram__token=TOKEN).samples_wanted
    assert not load(playground="off").playground_on
    assert load(playground="on").playground_on


def test_samples_are_for_the_example_city_only(tmp_path: Path) -> None:
    assert load(playground="off").samples_wanted
    assert not load(city_file=str(tmp_path / "own.yaml")).samples_wanted


def test_all_faults_are_told_together() -> None:
    found = faults(
        port="x",
        playground="on",
        telegram__token=TOKEN,
        telegram__tokn="x",
        slack__bot_token="wrong",
        slack__signing_secret="s",
        wholly_unknown="1",
    )
    assert set(found) == {
        "PORT",
        "PLAYGROUND",
        "TELEGRAM__TOKN",
        "SLACK__BOT_TOKEN",
        "WHOLLY_UNKNOWN",
    }
    assert "is not a setting. Did you mean KUULOLLA_TELEGRAM__TOKEN?" in found["TELEGRAM__TOKN"]
    assert "docs/configuration.md lists them all." in found["WHOLLY_UNKNOWN"]
    assert "is not a bot token" in found["SLACK__BOT_TOKEN"]


def test_no_secret_is_ever_shown() -> None:
    every = {
        "KUULOLLA_SECRET_KEY": "hush-secret-key",
        "KUULOLLA_DATABASE_URL": "mysql://u:hush-database@host/name",
        "KUULOLLA_TELEGRAM__TOKEN": "hush-telegram-token",
        "KUULOLLA_TELEGRAM__WEBHOOK_SECRET": "hush webhook",
        "KUULOLLA_SLACK__BOT_TOKEN": "hush-slack",
        "KUULOLLA_SLACK__APP_TOKEN": "hush-slack-app",
        "KUULOLLA_SLACK__SIGNING_SECRET": "hush-signing",
        "KUULOLLA_TEAMS__APP_SECRET": "hush-teams",
        "KUULOLLA_METRICS_TOKEN": "hush-metrics",
        "KUULOLLA_WEBHOOK_SECRETS": "crm=hush",
        "KUULOLLA_DESK__CLIENT_SECRET": "hush-desk",
    }
    assert set(every) == secrets()
    with pytest.raises(ConfigFault) as caught:
        load_settings(every)
    assert len(caught.value.faults) == 11  # Teams lacks two ids, the desk its provider
    assert "hush" not in str(caught.value)
    good = load(
        secret_key=f"hush{KEY}",
        database_url="postgresql://u:hush@host/name",
        telegram__token="1:hush",
        telegram__webhook_secret="hush",
        slack__bot_token="xoxb-hush",
        slack__app_token="xapp-hush",
        slack__signing_secret="hush",
        teams__app_id=APP_ID,
        teams__app_secret="hush",
        teams__tenant_id=TENANT,
        desk__issuer="https://login.espoo.fi",
        desk__client_id="kuulolla",
        desk__client_secret="hush",
        public_url="https://espoo.fi",
    )
    assert "hush" not in repr(good) + str(good)


# --- settings in files -----------------------------------------------------------------------


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n", "utf-8")
    token = load(telegram__token_file=str(tmp_path / "token")).telegram.token
    assert token
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize("name", sorted(variables()))
def test_every_setting_may_be_in_a_file(tmp_path: Path, name: str) -> None:
    """And what a file holds is never shown: it may be another file than was meant."""
    value = tmp_path / "value"
    value.write_text("hush \0 hush", "utf-8")
    _, found = read_settings({f"{name}_FILE": str(value)})
    assert f"{name}_FILE" not in {fault.place for fault in found}
    assert "hush" not in " ".join(map(str, found))
    value.unlink()
    assert [fault.place for fault in read_settings({f"{name}_FILE": str(value)})[1]] == [
        f"{name}_FILE"
    ]


def test_files_and_variables_go_together(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("  9\n", "utf-8")
    (tmp_path / "city").write_text("my-city.yaml", "utf-8")
    given = {"port_file": str(tmp_path / "port"), "city_file_file": str(tmp_path / "city")}
    settings = load(host="::1", **given)
    assert (settings.host, settings.port, str(settings.city_file)) == ("::1", 9, "my-city.yaml")


def test_a_setting_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, "utf-8")
    found = faults(telegram__token=TOKEN, telegram__token_file=str(tmp_path / "token"))
    assert found == {
        "TELEGRAM__TOKEN_FILE": "is set together with KUULOLLA_TELEGRAM__TOKEN. Set one of the two."
    }


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n", "utf-8")
    (tmp_path / "large").write_text("x" * (64 * 1024 + 1), "utf-8")
    (tmp_path / "picture").write_bytes(b"\xff\xfe")
    os.mkfifo(tmp_path / "pipe")
    told = {
        "nowhere": "names a file that is not there. Check the path.",
        "empty": "names an empty file. Write the value into it.",
        "large": "names a file of more than 64 KiB. Name the right one.",
        "picture": "names a file that is no text. It holds the value, in UTF-8.",
        ".": "names what is no file. Name the file itself.",
        "pipe": "names what is no file. Name the file itself.",
        "empty/file": "names a file that cannot be read. Check its rights.",
        "x\0": "names a file that cannot be read. Check its rights.",
    }
    for name, says in told.items():
        assert faults(port_file=f"{tmp_path}/{name}") == {"PORT_FILE": says}, name


# --- the secret key --------------------------------------------------------------------------


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = load(database_url=f"sqlite:///{tmp_path}/new/kuulolla.db?x=1")
    key = secret_key(settings)
    file = tmp_path / "new" / "secret.key"
    assert len(key) >= 32
    assert secret_key(settings) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]


def test_the_key_of_the_file_can_be_given_as_a_setting(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kuulolla.db"
    key = secret_key(load(database_url=url))
    given = (tmp_path / "secret.key").read_text("utf-8")
    assert secret_key(load(secret_key=given)) == key


def test_another_city_has_another_key(tmp_path: Path) -> None:
    keys = {secret_key(load(database_url=f"sqlite:///{tmp_path}/{x}/k.db")) for x in "ab"}
    assert len(keys) == 2


def test_a_key_that_was_cut_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short", "utf-8")
    with pytest.raises(ConfigFault, match=r"fewer than 32 bytes\. Bring it back from a backup"):
        secret_key(load(database_url=f"sqlite:///{tmp_path}/kuulolla.db"))


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigFault, match="or set KUULOLLA_SECRET_KEY"):
        secret_key(load(database_url=f"sqlite:///{tmp_path}/file/kuulolla.db"))


def test_the_desk_needs_all_that_belongs_to_a_provider() -> None:
    issuer = "https://login.espoo.fi/realms/city/"
    whole = {"desk__issuer": issuer, "desk__client_id": "k", "public_url": "https://espoo.fi"}
    settings = load(**whole)
    assert settings.desk.issuer == issuer, "letter by letter"
    assert not settings.playground_on
    for lacking in whole:
        given = {name: value for name, value in whole.items() if name != lacking}
        assert [place.lower() for place in faults(**given)] == [lacking], lacking
    assert "DESK__ISSUER" in faults(desk__client_secret="x")
    for wrong in ("login.espoo.fi", "http://login.espoo.fi", "https://a.fi?x=1", "ftp://a.fi"):
        assert "DESK__ISSUER" in faults(**whole | {"desk__issuer": wrong}), wrong
    assert load(**whole | {"desk__issuer": "http://localhost:9000"}).desk.issuer
    assert "DESK__SCOPE" in faults(**whole, desk__scope="profile email")


def test_the_page_of_the_settings_names_them_all() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `KUULOLLA_")]
    written = {cells[1].strip().strip("`"): cells[2].strip().strip("`") for cells in rows}
    assert set(written) == set(variables())
    settings = Settings().model_dump()
    for name, path in variables().items():
        default = settings
        for key in path:
            default = default[key]
        shown = "config/espoo.yaml" if path == ("city_file",) else str(default or "–")
        assert written[name] == shown, name


def test_the_sample_of_env_names_real_settings() -> None:
    lines = (ROOT / ".env.sample").read_text("utf-8").splitlines()
    names = [line.lstrip("#").partition("=")[0] for line in lines if "KUULOLLA_" in line]
    assert len(names) > 5
    assert set(names) <= set(variables())


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"host": "0.0.0.0", "port": "9"}, "http://localhost:9"),
        ({"host": "::1"}, "http://[::1]:8080"),
        ({"port": "0"}, ""),
        ({"telegram__token": TOKEN}, ""),
        ({"public_url": "https://espoo.fi"}, "https://espoo.fi"),
    ],
)
def test_where_the_page_is(given: dict[str, str], url: str) -> None:
    assert load(**given).page_url == url


def test_a_development_host_of_teams_is_a_platform() -> None:
    settings = load(teams__development_url="http://localhost:56150/")
    assert settings.teams.development_url == "http://localhost:56150"
    assert settings.has_tokens and not settings.playground_on and not settings.samples_wanted


def test_ids_and_hosts_of_teams_are_kept_in_one_shape() -> None:
    settings = load(
        teams__app_id=APP_ID.replace("1", "A"),
        teams__app_secret="x",
        teams__tenant_id=TENANT,
        teams__service_hosts=" SMBA.example.com, b.example.com ,",
        public_url="https://espoo.fi",
    )
    assert settings.teams.app_id == APP_ID.replace("1", "a")
    assert settings.teams.service_hosts == "smba.example.com,b.example.com"


def test_dictionaries_lie_beside_the_database_or_where_told_or_nowhere() -> None:
    assert load(database_url="sqlite:///here/k.db").dictionaries_folder == Path("here/dictionaries")
    assert load(dictionaries="/srv/words").dictionaries_folder == Path("/srv/words")
    assert load(dictionaries="off").dictionaries_folder is None
