"""A correction where the department wants a second pair of eyes: forged, stale and twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.city import Look, Moderation
from core.messages import as_text
from core.questions import reminders
from tests.dialogs.script import play
from tests.stage import CITY, GAPS, START, Stage, three, words

STREETS = replace(
    CITY.departments[0], approval=True, duty=("slack:U0SECOND",), head="slack:U0BOSS"
)
BOSS = replace(
    CITY.officials[1], account="U0BOSS", title=three("Johtaja", "Chef", "Head of Streets")
)
TOWN = replace(
    CITY, departments=(STREETS, CITY.departments[1]), officials=(*CITY.officials, BOSS)
)
FIRST = Moderation(look={"question": Look.BEFORE})
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


# --- while it waits --------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["mine", "unassigned", "home"])
def test_it_stands_in_the_lists_of_those_who_may_approve_it(town: Stage, command: str) -> None:
    place = corrects(town, "Perjantaina.")
    shown = words(town.commands("second", f"/kuulolla {command}"))
    assert "Odottaa hyväksyntää (1)" in shown and "Perjantaina." in shown
    assert "Perjantaina." not in words(town.commands("official", f"/kuulolla {command}"))
    assert "Perjantaina." not in words(town.commands("editor", f"/kuulolla {command}"))
    town.forges("second", f"amend_yes:1:{place}")
    assert "(1)" not in words(town.commands("second", f"/kuulolla {command}"))


def test_an_answer_that_waits_for_approval_is_everybodys_but_its_authors(town: Stage) -> None:
    play(town, """
        neighbour: When is the snow on Hill Street ploughed?
        neighbour: [Send]
        official: [Vastaa]
        official: {answer_en=Tomorrow.}
        official: {}
        second: /kuulolla vapaat
        city: Odottaa hyväksyntää (1)
        second: /kuulolla home
        city: Odottaa hyväksyntää (1)
        official: /kuulolla vapaat
        city: Mikään ei odota
        wait: days=20
        second: /kuulolla myöhässä
        city: Myöhässä (1)
        second: /kuulolla home
        city: Myöhässä (1)
        city: !Odottaa hyväksyntää (1)
    """)  # fmt: skip


def ticked(town: Stage, **span: float) -> str:
    """What the clock says in the thread, after that time."""
    before = len(town.sent)
    town.now += timedelta(**span)
    with town.database.reading() as store:
        due = reminders.any_due(store, TOWN, town.now)
    if due:
        with town.database.begin() as store:
            reminders.tick(store, TOWN, town.now, GAPS)
    town.deliver()
    return "\n".join(as_text(m) for to, m in town.sent[before:] if to.endswith("thread"))


def test_who_may_approve_it_is_reminded_and_then_their_head(town: Stage) -> None:
    assert town.now == START  # a Monday
    ticked(town)
    corrects(town, "Perjantaina.")
    assert ticked(town, hours=2) == ""
    assert "Katumestari: kysymyksen K-1 vastauksen korjaus on odottanut hyväksyntää 1 ty" in ticked(
        town, days=1
    )
    assert ticked(town, hours=1) == ""
    assert "3 työpäivää" in ticked(town, days=2)
    assert ticked(town, days=2) == "", "a Saturday"
    last = ticked(town, days=2)
    assert "Johtaja: kysymyksen K-1" in last and "5 työpäivää" in last
    assert "Myöhässä (1)" in words(town.commands("second", "/kuulolla myöhässä"))
    assert ticked(town, days=7) == ""


def test_after_downtime_one_reminder_of_it_is_sent(town: Stage) -> None:
    ticked(town)
    place = corrects(town, "Perjantaina.")
    assert ticked(town, days=14).count("hyväksyntää") == 1
    newer = corrects(town, "Lauantaina.")
    assert "1 työpäivän" in ticked(town, days=1)
    town.forges("second", f"amend_no:1:{newer}")
    assert ticked(town, days=7) == "" and place


def test_what_is_looked_through_stands_in_the_moderators_lists(stage: Stage) -> None:
    town = Stage(stage.database, city=replace(TOWN, moderation=FIRST))
    play(town, """
        resident: Milloin Rantatie aurataan lumesta?
        resident: [Lähetä]
        editor: /kuulolla omat
        city: Tarkistettavat (1)
        second: /kuulolla omat
        city: Mikään ei odota
        wait: days=20
        editor: /kuulolla myöhässä
        city: Myöhässä (1)
    """)  # fmt: skip
