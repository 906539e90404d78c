"""What the pages name is there: commands, settings, metrics, and where links lead."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bots.__main__ import app
from bots.metrics import Metrics
from config import shape
from config.settings import variables

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", "docs/operating.md", "docs/configuration.md"]
COMMANDS = set(get_command(app).commands)
HANDWRITTEN = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md")]
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


@pytest.mark.parametrize("page", sorted(x.relative_to(ROOT).as_posix() for x in HANDWRITTEN))
def test_every_link_leads_somewhere(page: str) -> None:
    """To a file that is there, and to a heading in it."""
    here = ROOT / page
    for link in re.findall(r"\]\(([^)\s]+)\)", here.read_text("utf-8")):
        path, _, heading = link.partition("#")
        if ":" in path:
            continue  # another site
        there = (here.parent / path) if path else here
        assert there.exists(), link
        assert not heading or heading in headings(there), link


def headings(page: Path) -> list[str]:
    found = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-") for words in found]


def test_the_city_files_fields_are_all_told() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    told = re.findall(r"^\| `([a-z_]+)` \|", text.partition("## The city file")[2], re.MULTILINE)
    assert sorted(told) == sorted(shape.File.model_fields)


def test_every_picture_is_shown_with_words_for_those_who_do_not_see_it() -> None:
    """And is small enough to be read over a phone."""
    told = "".join(page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md"))
    shown = re.findall(r"!\[([^\]]*)\]\((pictures/[\w-]+\.webp)\)", told)
    named = {path: words for words, path in shown}
    for picture in (ROOT / "docs" / "pictures").glob("*.webp"):
        assert len(named[f"pictures/{picture.name}"]) > 40
        assert picture.stat().st_size < 200_000
