"""Licences as REUSE has them, and what publiccode.yml says of us."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_every_licence_that_is_named_is_there_and_no_other() -> None:
    told = tomllib.loads((ROOT / "REUSE.toml").read_text("utf-8"))
    named = {one["SPDX-License-Identifier"] for one in told["annotations"]}
    assert {file.stem for file in (ROOT / "LICENSES").iterdir()} == named
    assert (ROOT / "LICENSES/EUPL-1.2.txt").read_text("utf-8") == (ROOT / "LICENSE").read_text(
        "utf-8"
    )
    others = [one["path"].removesuffix("/**") for one in told["annotations"][1:]]
    assert all((ROOT / path).is_dir() for path in others)


def test_reuse_itself_finds_nothing() -> None:
    """Without the system's libmagic, which not every machine has."""
    env = {**os.environ, "REUSE_ENCODING_MODULE": "charset_normalizer"}
    command = [sys.executable, "-m", "reuse", "--root", str(ROOT), "lint", "--quiet"]
    lint = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_publiccode_says_what_is_so() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert told["legal"]["license"] == project["license"]
    assert set(told["localisation"]["availableLanguages"]) == {"fi", "sv", "en"}
    for words in told["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
