"""Checks that look at more than one text: floods, and the same written again and again."""

from dataclasses import replace

import pytest

from core.city import Look, Moderation
from core.model import ItemKind
from tests.stage import CITY, Stage

TOWN = replace(
    CITY,
    moderation=Moderation(look={"question": Look.BEFORE}, words={"fi": ("perkele",)}),
    question_limits=replace(CITY.question_limits, a_day=100, open=50),
)
SAME = "Rantatien valaistus on rikki, korjatkaa se pikaisesti kuntoon"


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.__init__(stage.database, TOWN)
    return stage


def ask(town: Stage, text: str, who: str = "resident") -> dict[str, str]:
    """What the checks found in the question that was asked now."""
    town.says(who, text)
    town.presses(who, "Lähetä" if who == "resident" else "Skicka")
    with town.database.reading() as store:
        number = max(q.number for q in store.questions_numbered(range(100)))
        return {one.check: one.saw for one in store.item(ItemKind.QUESTION, str(number)).found}


def test_the_same_by_two_accounts(town: Stage) -> None:
    assert ask(town, SAME) == {}
    assert ask(town, f"{SAME}!!", "invånare") == {"repeated": "1"}
    assert ask(town, "Milloin uimahalli aukeaa remontin jälkeen yleisölle?") == {}


def test_a_flood_of_one_author(town: Stage) -> None:
    about = ("valot", "penkit", "roskikset", "keinut", "ojat", "sillat")
    found = [ask(town, f"Missä ovat puiston {x * 3} nyt, kysyn vain?") for x in about]
    assert [one.get("flood") for one in found] == [None, None, None, None, "5", "6"]
    town.passes(minutes=11)
    assert "flood" not in ask(town, "Milloin uimahalli aukeaa remontin jälkeen yleisölle?")


def test_listed_words_are_shown_to_moderators_and_decide_nothing(town: Stage) -> None:
    assert ask(town, "Milloin se p3rk3leen Rantatie aurataan?") == {"words": "p3rk3leen"}
    assert "Kaupungin listalla olevia sanoja: p3rk3leen" in town.chat("slack:C0DESK")
