"""Surveys in own words, and those that are not for everybody."""

import pytest

from storage import Database
from tests.dialogs.script import play
from tests.dialogs.surveys import OWN_WORDS, made
from tests.dialogs.test_receipts import recount
from tests.dialogs.test_voters import BOARD, SMALL_CITY, give
from tests.stage import GROUP, Stage, words


def test_words_are_written_next_read_by_editors_and_shown_at_closing(stage: Stage) -> None:
    made(stage, OWN_WORDS)
    play(
        stage,
        """
        resident: /start survey_1
        city: Mitä rantaan?
        resident: [Kirjoita vastauksesi]
        city: Kirjoita vastauksesi seuraavaan viestiin.
        resident: Laituri!
        city: Vastauksesi on laskettu: ”Laituri!
        city: Arvosana
        resident: [Takaisin]
        city: Laituri!
        resident: [Seuraava]
        resident: [4]
        city: Kiitos!
    """,
    )
    assert stage.tally(2) == (0, 0, 0, 1, 0)
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 1 == store.recount(1).total
    stage.forges("resident", "forget_yes")
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 0 == store.recount(1).total


def test_what_is_no_answer_in_words_is_asked_again(stage: Stage) -> None:
    made(stage, OWN_WORDS)
    stage.commands("resident", "/start survey_1")
    stage.presses("resident", "Kirjoita vastauksesi")
    assert "141" in words(stage.says("resident", "x" * 141))
    assert "Nothing" not in words(stage.says("resident", "Laituri"))
    told = stage.fills("browser", "survey", {"text": " "}, "1")
    assert told.errors["text"]
    assert stage.fills("browser", "survey", {"answer": "0"}, "1").errors["text"]
    assert "Grade" in words(stage.fills("neighbour", "survey", {"text": "Pier"}, "1"))
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 2


@pytest.fixture
def town(database: Database) -> Stage:
    return Stage(database, SMALL_CITY)


def test_one_code_lets_into_all_of_a_survey(town: Stage) -> None:
    made(town, "voters: code\n" + OWN_WORDS)
    (code,) = give(town, 1)
    play(
        town,
        f"""
        resident: /start survey_1
        city: Tarvitset äänestämiseen koodin
        city: ![Kirjoita vastauksesi]
        resident: [Anna koodisi]
        resident: AAAAA-AAAA0
        city: ei ole
        resident: {code}
        city: [Kirjoita vastauksesi]
        resident: [Ohita]
        city: Arvosana
        resident: [5]
        city: Kiitos!
        neighbour: /start survey_1
        neighbour: [Enter your code]
        neighbour: {code}
        city: This code has been used
    """,
    )
    for action in ("survey_take:2:3", "ballot:1", "ballot:2"):
        town.forges("neighbour", action)
    assert "A" not in words(town.fills("neighbour", "survey", {"text": "A"}, "1"))
    assert town.tally(2) == (0, 0, 0, 0, 1)
    with town.database.reading() as store:
        assert store.tallies({1})[1].total == 0


def test_residents_of_its_areas_say_so_once(town: Stage) -> None:
    made(town, "voters: areas\nareas: [north]\n" + OWN_WORDS)
    play(
        town,
        """
        resident: /start survey_1
        city: Pohjoinen
        resident: [Pohjoinen]
        city: Mitä rantaan?
        city: [Kirjoita vastauksesi]
        resident: [Ohita]
        resident: [5]
        city: Kiitos!
        neighbour: /start survey_1
        neighbour: [South]
        city: ![Write your answer]
        city: [Change my area]
    """,
    )
    assert town.forges("neighbour", "survey_take:2:3").notice
    assert town.tally(2) == (0, 0, 0, 0, 1)


def test_members_of_a_closed_chat_begin_there(town: Stage) -> None:
    made(town, f"voters: chats\nchats: ['{BOARD}']\n" + OWN_WORDS)
    play(
        town,
        f"""
        {BOARD}< Aloita ryhmässä: Kylätoimikunta.
        resident: /start survey_1
        city: Vain kyselyn omien ryhmien jäsenet voivat äänestää
        city: ![Kirjoita vastauksesi]
    """,
    )
    assert town.forges("resident", "survey_take:2:3").notice
    assert town.forges("resident", "survey:1", private=False, where=GROUP).notice
    assert town.forges("resident", "survey_take:2:3").notice
    assert "linkistä" in town.forges("resident", "survey:1", private=False, where=BOARD).notice
    assert "Kirjoita vastauksesi" in words(town.commands("resident", "/start survey_1"))
    town.forges("resident", "survey_take:2:3")
    assert sum(town.tally(2)) == 1


@pytest.mark.parametrize("kind", ["words", "points", "ranking"])
def test_polls_with_a_ballot_of_ones_own_in_a_closed_chat(town: Stage, kind: str) -> None:
    """Who pressed there is let in, where nobody sees their answer."""
    town.commands("editor", "/kuulolla kysely")
    told = town.submits("editor", kind=kind, question_fi="Mitä?", voters="chats", chats=str(BOARD),
                        options_fi="" if kind == "words" else "Yksi\nKaksi")  # fmt: skip
    assert not told.errors
    filled = {"text": "Laituri", "points_0": "1", "place_0": "0"}
    assert town.fills("resident", "ballot", filled, "1").notice
    for chat in (GROUP, BOARD):
        with town.database.reading() as store:
            assert store.tallies({1})[1].total == 0
        town.forges("resident", "ballot:1", private=False, where=chat)
        assert town.fills("resident", "ballot", filled, "1").notice
    with town.database.reading() as store:
        assert store.tallies({1})[1].total == 1


def test_who_answers_is_checked_when_it_is_written(town: Stage) -> None:
    for more, fault in (("voters: areas", "Rivi 1"), ("voters: who", "Rivi 1"),
                        (f"voters: chats\nchats: ['{GROUP}']", "Rivi 2"),
                        ("voters: areas\nareas: [east]", "Rivi 2")):  # fmt: skip
        town.commands("editor", "/kuulolla lomake")
        told = town.submits("editor", text=f"{more}\n{OWN_WORDS}")
        assert fault in told.errors["text"], told.errors


def test_receipts_of_all_that_one_answered_with_a_way_back(stage: Stage) -> None:
    made(stage)
    play(
        stage,
        """
        resident: /start survey_1
        resident: [Ohita]
        resident: [Ohita]
        resident: [Ohita]
        city: Kiitos!
        city: ![Kuittisi]
        resident: [Takaisin]
        resident: [alle 30]
        resident: [Kuittisi]
        city: Ikäsi?
        city: !Pyöräiletkö?
        city: Pidä kuitti
        resident: [Takaisin]
        city: Kiitos!
        city: [Kuittisi]
    """,
    )
    told = words(stage.forges("resident", "survey_receipts:1"))
    assert words(stage.commands("resident", "/kuitit")) in told
    mine = told.split("Ikäsi?: ")[1].split()[0]
    stage.forges("editor", "survey_close:1")
    assert recount(stage, mine, 4).mine == [0]
    assert "sulkeutunut" in stage.forges("resident", "survey_receipts:1").notice
    shared = stage.forges("resident", "survey_receipts:1", private=False)
    assert shared.notice and not shared.message


def test_receipts_are_everybodys_own(stage: Stage) -> None:
    made(stage)
    stage.forges("resident", "survey_take:1:0")
    assert "Cyklar" not in words(stage.forges("invånare", "survey_receipts:1"))
    told = stage.forges("resident", "survey_receipts:1", private=False)
    assert told.notice and not told.message
    for action in ("survey_receipts:9", "survey_receipts:x", "survey_back:9"):
        assert stage.forges("resident", action).notice
