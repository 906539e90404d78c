"""What the operator's pages name is there: commands, settings, metrics."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bots.__main__ import app
from bots.metrics import Metrics
from config.settings import variables

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "docs/operating.md", "docs/configuration.md"]
COMMANDS = set(get_command(app).commands)
FOR_TESTS = {"KUULOLLA_CHROMIUM", "KUULOLLA_POLIS_DATA"}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_is_one(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"(?:`|bin/|^\$ |-[12] )kuulolla ([a-z][a-z-]+)", text, re.MULTILINE))
    assert named <= COMMANDS
    assert page != "README.md" or named == COMMANDS


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_is_named_is_one(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"KUULOLLA_[A-Z_]*[A-Z]\b(?!…)", text)) - FOR_TESTS
    known = set(variables())
    assert named
    assert {name for name in named if name not in known} <= {f"{name}_FILE" for name in known}


def test_every_metric_that_is_named_is_one() -> None:
    families = {family.name for family in Metrics("t" * 32, "1").registry.collect()}
    text = (ROOT / "docs" / "operating.md").read_text("utf-8")
    named = {
        name.removesuffix("_total")
        for name in re.findall(r"^\| `((?:kuulolla|process)_\w+)", text, re.MULTILINE)
    }
    assert named <= families
    assert {name for name in families if name.startswith("kuulolla")} - named == {
        "kuulolla_build_info"
    }
