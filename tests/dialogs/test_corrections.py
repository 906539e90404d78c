"""A correction where the department wants a second pair of eyes: forged, stale and twice."""

from dataclasses import replace

import pytest

from tests.dialogs.script import play
from tests.stage import CITY, Stage

STREETS = replace(CITY.departments[0], approval=True)
TOWN = replace(CITY, departments=(STREETS, CITY.departments[1]))
GONE = "Tämä korjaus ei enää odota hyväksyntää."


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.__init__(stage.database, TOWN)
    play(
        stage,
        """
        resident: Milloin Rantatie aurataan lumesta?
        resident: [Lähetä]
        official: [Vastaa]
        official: {answer_fi=Huomenna.}
        official: {}
        second: [Hyväksy]
    """,
    )
    return stage


def corrects(town: Stage, words: str) -> int:
    """The place of the correction in the history."""
    town.forges("official", "correct:1")
    town.submits("official", answer_fi=words)
    with town.database.reading() as store:
        return len(store.steps(1)) - 1


def answer(town: Stage) -> str:
    with town.database.reading() as store:
        return store.question(1).answer["fi"]


def test_what_was_read_is_approved_not_a_newer_one(town: Stage) -> None:
    first = corrects(town, "Perjantaina.")
    second = corrects(town, "Lauantaina.")
    assert town.forges("second", f"amend_yes:1:{first}").notice == GONE
    assert answer(town) == "Huomenna."
    town.forges("second", f"amend_yes:1:{second}")
    assert answer(town) == "Lauantaina."
    assert town.forges("second", f"amend_yes:1:{second}").notice == GONE


def test_nothing_else_of_the_history_can_be_approved(town: Stage) -> None:
    place = corrects(town, "Perjantaina.")
    for step in range(place):
        assert town.forges("second", f"amend_yes:1:{step}").notice == GONE
        assert town.forges("second", f"amend_no:1:{step}").notice == GONE
    for forged in ("amend_yes:1:99", "amend_yes:99:1", "amend_yes:1:-1", "amend_yes:1"):
        town.forges("second", forged)
    assert answer(town) == "Huomenna."


def test_strangers_and_residents_approve_nothing(town: Stage) -> None:
    place = corrects(town, "Perjantaina.")
    for who in ("editor", "stranger", "resident"):
        for verb in ("amend_yes", "amend_no"):
            town.forges(who, f"{verb}:1:{place}")
    assert answer(town) == "Huomenna."
    assert "Perjantaina." in town.chat("slack:C0STREETS")


def test_a_question_that_was_opened_again_has_no_correction_waiting(town: Stage) -> None:
    place = corrects(town, "Perjantaina.")
    town.forges("resident", "reopen:1")
    town.says("resident", "Ei aurattu.")
    town.forges("second", f"amend_yes:1:{place}")
    assert "Perjantaina." not in town.chat("slack:C0STREETS")
    with town.database.reading() as store:
        assert store.question(1).answer == {}
