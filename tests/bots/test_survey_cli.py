"""``kuulolla survey``: a file becomes a draft, or all that is wrong with it is told."""

from pathlib import Path

import pytest

import storage
from core.model import Plan, PlanState
from tests.bots.test_upkeep import Kuulolla, kuulolla
from tests.dialogs.surveys import OWN_WORDS

__all__ = ["kuulolla"]


@pytest.fixture
def ready(database_url: str) -> str:
    with storage.open_database(database_url) as database:
        database.upgrade()
    return database_url


def kept(url: str) -> list[Plan]:
    with storage.open_database(url, read_only=True) as database, database.reading() as store:
        return store.plans(limit=9)


def test_a_file_becomes_a_draft(ready: str, kuulolla: Kuulolla, tmp_path: Path) -> None:
    file = tmp_path / "shore.yaml"
    file.write_text(OWN_WORDS, "utf-8")
    told = kuulolla("survey", str(file), "--check")
    assert told.exit_code == 0 and kept(ready) == []
    told = kuulolla("survey", str(file))
    assert told.exit_code == 0, told.output
    assert "2 questions. It is among the editors' drafts." in told.output
    (plan,) = kept(ready)
    assert plan.state is PlanState.DRAFT and plan.fields["question_fi"] == "Ranta"
    assert plan.fields["survey"] == OWN_WORDS


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (b"title: x\nquestion: y\n", [":2: Unknown here: question", ":1: Give 1 to 30"]),
        (b"title: [", [":"]),
        (b"\xff\xfe\x00", ["not UTF-8"]),
        (b"", [":1: Write the survey here."]),
        (b"title: " + b"x" * 30_000, [":1: At most 20000 characters."]),
        (b"x" * 300_000, ["too large"]),
    ],
)
def test_all_that_is_wrong_is_told(
    ready: str, kuulolla: Kuulolla, tmp_path: Path, written: bytes, lines: list[str]
) -> None:
    file = tmp_path / "survey.yaml"
    file.write_bytes(written)
    told = kuulolla("survey", str(file))
    assert told.exit_code == 1 and all(line in told.output for line in lines), told.output
    assert kept(ready) == []
    assert kuulolla("survey", str(tmp_path / "none")).exit_code == 2
