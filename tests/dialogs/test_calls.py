"""Officials are called by name to what is theirs: in office hours, and only while it is theirs."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bots.slack import render as slack
from bots.teams import render as teams
from core.messages import Message, Text
from tests.stage import CITY, START, Stage

RESIDENT = "Milloin Rantatie aurataan lumesta?"
STREETS = replace(CITY.departments[0], duty=("slack:U0STREETS",), head="slack:U0SECOND")
TOWN = replace(CITY, departments=(STREETS, CITY.departments[1]))
THREAD = "slack:C0STREETS thread"
ENGINEER, FOREMAN = "slack:U0STREETS", "slack:U0SECOND"


@pytest.fixture
def town(stage: Stage) -> Stage:
    stage.__init__(stage.database, TOWN)
    return stage


def asks(town: Stage, words: str = RESIDENT) -> None:
    town.says("resident", words)
    town.presses("resident", "Lähetä")


def calls(town: Stage) -> list[str]:
    """Whom the messages in the thread call, in their order."""
    shown = [message for to, message in town.sent if to == THREAD]
    return [one for message in shown for one in mentions(message)]


def mentions(message: Message) -> list[str]:
    texts = (block for block in message.blocks if isinstance(block, Text))
    return [span.mention for block in texts for span in block.spans if span.mention]


def test_a_new_question_calls_whoever_is_on_duty(town: Stage) -> None:
    asks(town)
    assert calls(town) == [ENGINEER]
    assert "on päivystysviikkosi" in town.last(THREAD)


def test_at_night_nobody_is_called_before_the_office_opens(town: Stage) -> None:
    town.now = START + timedelta(hours=12)  # midnight in the city
    asks(town)
    assert calls(town) == []
    town.passes(hours=7)
    assert calls(town) == []
    town.passes(hours=5)
    assert calls(town) == [ENGINEER]


def test_what_was_taken_in_the_night_calls_nobody_in_the_morning(town: Stage) -> None:
    town.now = START + timedelta(hours=12)
    asks(town)
    town.presses("second", "Ota käsittelyyn")
    town.passes(hours=12)
    assert calls(town) == []
    assert "Asia on jo hoidossa." in town.chat(THREAD)


def test_a_call_that_was_late_itself_is_mere_text(town: Stage) -> None:
    """As after downtime: it is sent at night, and makes no sound."""
    town.now = START + timedelta(hours=12)
    asks(town)
    town.passes(hours=24)
    assert "on päivystysviikkosi" in town.chat(THREAD) and calls(town) == []


def test_a_colleague_hears_of_what_they_were_handed(town: Stage) -> None:
    asks(town)
    town.presses("official", "Ota käsittelyyn")
    town.forges("official", "hand:1")
    town.submits("official", official=FOREMAN)
    assert calls(town) == [ENGINEER, FOREMAN]
    assert "K-1 on nyt sinun vastattavanasi." in town.last(THREAD)


def test_nobody_is_called_by_their_own_act(town: Stage) -> None:
    asks(town)
    town.presses("official", "Ota käsittelyyn")
    town.forges("second", "hand:1")
    town.submits("second", official=FOREMAN)
    assert calls(town) == [ENGINEER]


def test_one_call_for_all_that_was_reassigned(town: Stage) -> None:
    asks(town)
    asks(town, "Miksi Kuusikujan hiekoitus jäi lumen alle?")
    for number in (1, 2):
        town.forges("official", f"take:{number}")
    town.fills("second", "reassign", {"old": ENGINEER, "new": FOREMAN})
    assert FOREMAN not in calls(town)  # by their own act
    town.fills("second", "reassign", {"old": FOREMAN, "new": ENGINEER})
    home = [message for to, message in town.sent if to == "slack:C0STREETS"]
    assert [one for message in home for one in mentions(message)] == [ENGINEER]
    assert "nämä ovat nyt sinun vastattavanasi: K-1, K-2." in town.chat("slack:C0STREETS")


def test_a_reply_and_a_second_thought_call_the_one_who_has_it(town: Stage) -> None:
    asks(town)
    town.presses("official", "Ota käsittelyyn")
    town.forges("official", "more:1")
    town.submits("official", text="Kumpi pää?")
    town.says("resident", "Pohjoinen.")
    assert "asukas vastasi kysymykseen K-1." in town.last(THREAD)
    town.forges("official", "decline:1")
    town.submits("official", grounds="other", reason="Ei tiedossa.")
    town.forges("resident", "reopen:1")
    town.says("resident", "Kyllä sen pitäisi olla.")
    assert "K-1 avattiin uudelleen ja odottaa sinua." in town.last(THREAD)
    assert calls(town) == [ENGINEER] * 3


def test_a_workplace_calls_its_own_people_only(town: Stage) -> None:
    asks(town)
    shown = next(message for to, message in town.sent if to == THREAD and mentions(message))
    elements = slack.message(shown)["blocks"][0]["elements"][0]["elements"]
    assert elements[0] == {"type": "user", "user_id": "U0STREETS"}
    assert "U0STREETS" not in str(teams.card(shown))


def test_the_hour_of_the_morning_is_the_offices(town: Stage) -> None:
    friday = datetime.fromisoformat("2026-04-02T20:00:00+00:00")  # before Good Friday
    town.now = friday
    asks(town)
    for _ in range(4 * 24 + 8):
        town.passes(hours=1)
        if calls(town):
            break
    assert town.now.date().isoformat() == "2026-04-07"  # after Easter Monday
