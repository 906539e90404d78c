"""The app package: what Teams demands of a manifest, and what a city's IT gets from one command."""

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots.__main__ import app
from bots.teams.package import listed, package
from config.city import load_city
from config.settings import EXAMPLE_CITY
from core.city import Chat, City, Part
from core.events import Address
from core.texts import LANGUAGES
from tests.stage import CITY

APP_ID = "11111111-2222-3333-4444-555555555555"
TOWN = replace(CITY, public_url="https://kuulolla.example.fi")
ROOT = Path(__file__).parents[2]


def opened(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_keeps_to_the_limits_of_teams(language: str) -> None:
    city = replace(load_city(EXAMPLE_CITY, "https://kuulolla.example.fi"), language=language)
    files = opened(package(city, APP_ID, "1.2.3"))
    manifest = json.loads(files["manifest.json"])
    assert manifest["id"] == manifest["bots"][0]["botId"] == APP_ID
    assert manifest["version"] == "1.2.3"
    assert manifest["validDomains"] == ["kuulolla.example.fi"]
    assert 0 < len(manifest["name"]["short"]) <= 30 and 0 < len(manifest["name"]["full"]) <= 100
    assert 0 < len(manifest["description"]["short"]) <= 80
    assert 0 < len(manifest["description"]["full"]) <= 4000
    assert 0 < len(manifest["developer"]["name"]) <= 32
    urls = [v for name, v in manifest["developer"].items() if name.endswith("Url")]
    assert all(url.startswith(f"https://kuulolla.example.fi/{language}/") for url in urls)
    commands = manifest["bots"][0]["commandLists"][0]["commands"]
    assert 0 < len(commands) <= 10
    for command in commands:
        assert 0 < len(command["title"]) <= 32 and 0 < len(command["description"]) <= 128


def test_messages_are_read_only_where_the_city_has_threads_in_teams() -> None:
    yard = Address("teams", "19:piha@thread.tacv2")
    square = Address("telegram", "-1")
    for chats, asks in (
        ((), False),
        ((Chat(yard, "Piha", "fi"), Chat(square, "Tori", "fi", threads=square)), False),
        ((Chat(yard, "Piha", "fi", threads=yard),), True),
    ):
        made = package(replace(TOWN, chats=chats), APP_ID, "1.0.0")
        manifest = json.loads(opened(made)["manifest.json"])
        asked = manifest.get("authorization", {}).get("permissions", {}).get("resourceSpecific", [])
        assert bool(asked) == asks
        assert all(one["type"] == "Application" for one in asked)


def test_every_place_that_is_translated_is_there() -> None:
    files = opened(package(TOWN, APP_ID, "1.0.0"))
    manifest = json.loads(files["manifest.json"])
    named = manifest["localizationInfo"]
    assert named["defaultLanguageTag"] == "fi-fi"
    assert {x["languageTag"] for x in named["additionalLanguages"]} == {"sv-fi", "en-gb"}
    for language in named["additionalLanguages"]:
        words = json.loads(files[language["file"]])
        places = [place for place in words if place != "$schema"]
        assert len(places) == 4 + 2 * len(listed(TOWN, "fi"))
        for place in places:
            found = manifest
            for step in re.findall(r"[a-zA-Z]+|\d+", place):
                found = found[int(step) if step.isdigit() else step]
            assert isinstance(found, str)


@pytest.mark.parametrize(("name", "size"), [("color.png", 192), ("outline.png", 32)])
def test_icons_have_the_sizes_that_teams_wants(name: str, size: int) -> None:
    png = opened(package(TOWN, APP_ID, "1.0.0"))[name]
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (size, size)


def test_what_is_off_is_no_command() -> None:
    city = replace(TOWN, parts=frozenset({Part.POLLS}))
    manifest = json.loads(opened(package(city, APP_ID, "1.0.0"))["manifest.json"])
    titles = [c["title"] for c in manifest["bots"][0]["commandLists"][0]["commands"]]
    assert "kyselyt" in titles and "kysy" not in titles


def test_the_same_city_makes_the_same_file() -> None:
    assert package(TOWN, APP_ID, "1.0.0") == package(TOWN, APP_ID, "1.0.0")


@pytest.mark.parametrize(
    ("city", "version", "says"),
    [
        (replace(CITY, public_url=""), "1.0.0", "public https address"),
        (replace(CITY, public_url="http://localhost"), "1.0.0", "public https address"),
        (TOWN, "1.0", "no version like"),
        (TOWN, "v1.0.0", "no version like"),
        (TOWN, "1.0.0-beta", "no version like"),
    ],
)
def test_what_no_package_can_be_made_of(city: City, version: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        package(city, APP_ID, version)


# --- the command


def command(folder: Path, *args: str, **settings: str) -> tuple[int, str]:
    lines = [f"KUULOLLA_{name}={value}" for name, value in settings.items()]
    env_file = folder / "settings.env"
    env_file.write_text("\n".join([f"KUULOLLA_DATABASE_URL=sqlite:///{folder}/k.db", *lines]))
    done = CliRunner().invoke(app, ["--env-file", str(env_file), "teams-package", *args])
    return done.exit_code, done.output


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "app.zip"
    code, told = command(
        tmp_path, "--to", str(file), "--version", "2.0.0", PUBLIC_URL="https://k.example.fi",
        TEAMS__APP_ID=APP_ID, TEAMS__APP_SECRET="x", TEAMS__TENANT_ID=APP_ID,
    )  # fmt: skip
    assert code == 0 and "ready" in told
    manifest = json.loads(opened(file.read_bytes())["manifest.json"])
    assert (manifest["version"], manifest["bots"][0]["botId"]) == ("2.0.0", APP_ID)


def test_without_an_app_the_command_says_what_is_missing(tmp_path: Path) -> None:
    code, told = command(tmp_path, "--to", str(tmp_path / "app.zip"))
    assert code == 2 and "KUULOLLA_TEAMS__APP_ID" in told
    assert not (tmp_path / "app.zip").exists()


def test_the_sdk_is_loaded_only_where_teams_is_configured() -> None:
    """In a process of its own."""
    script = (
        "import sys, bots.app, bots.__main__, bots.teams.package\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('microsoft_agents', 'msal', 'jwt')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
