"""Who may vote: by code, in closed chats, by area; forged, replayed and flooded."""

from dataclasses import replace

import pytest

from core import codes
from core.city import Area, Chat
from core.events import Address
from core.people import voter
from core.polls import entrance
from storage import Database
from tests.dialogs.script import play
from tests.dialogs.test_links import link
from tests.stage import CITY, GROUP, NEWS, Stage, three, words

BOARD = Address("telegram", "-300")
AREAS = (
    Area("north", three("Pohjoinen", "Norra", "North"), ("pohjoinen",)),
    Area("south", three("Etelä", "Södra", "South"), ("etelä",)),
)
SMALL_CITY = replace(
    CITY, chats=(*CITY.chats, Chat(BOARD, "Kylätoimikunta", "fi", closed=True)), areas=AREAS
)


@pytest.fixture
def town(database: Database) -> Stage:
    return Stage(database, SMALL_CITY)


def poll(town: Stage, more: str) -> None:
    play(
        town,
        f"""
        editor: /kuulolla kysely
        editor: {{question_fi=Mihin penkki? | options_fi=Torille\\nRantaan | {more}}}
    """,
    )


def give(town: Stage, n: int, id: int = 1) -> list[str]:
    made = entrance.make_codes(n)
    with town.database.begin() as store:
        store.add_codes(id, entrance.digests(town.keyring, id, made))
    return made


# --- codes -----------------------------------------------------------------------------------


def test_a_code_is_asked_once_and_lets_one_person_vote(town: Stage) -> None:
    poll(town, f"voters=code | chats={GROUP}")
    (code,) = give(town, 1)
    play(
        town,
        f"""
        telegram:-100< Tarvitset äänestämiseen koodin
        telegram:-100< [Vastaa kyselyyn]
        resident: /start poll_1
        city: Tarvitset äänestämiseen koodin
        city: ![Torille]
        resident: [Anna koodisi]
        city: Kirjoita koodisi tähän
        resident: {code.lower()}
        city: [Torille]
        resident: [Torille]
        city: Äänesi on laskettu: Torille.
        resident: /start poll_1
        city: ![Anna koodisi]
        resident: [Rantaan]
        city: Äänesi on laskettu: Rantaan.
        neighbour: /start poll_1
        neighbour: [Enter your code]
        neighbour: {code}
        city: This code has been used
        neighbour: AAAAA-AAAA0
        city: This is no code of this poll.
    """,
    )
    assert "needs a code" in words(town.forges("neighbour", "vote:1:0"))
    assert town.tally(1) == (0, 1)


@pytest.mark.parametrize("code", ["abcdefghjk", "abcde-fghjk", "ABCDE FGHJK", "1234567890"])
def test_a_code_without_digits_or_capitals_is_one_all_the_same(town: Stage, code: str) -> None:
    poll(town, "voters=code")
    written = codes.read(code, entrance.LENGTH)
    with town.database.begin() as store:
        store.add_codes(1, entrance.digests(town.keyring, 1, [written]))
    play(
        town,
        f"""
        resident: /start poll_1
        resident: [Anna koodisi]
        resident: {code}
        city: [Torille]
    """,
    )


def test_other_words_than_a_code_end_the_asking(town: Stage) -> None:
    poll(town, "voters=code")
    play(
        town,
        """
        resident: /start poll_1
        resident: [Anna koodisi]
        resident: Milloin meidän katumme aurataan tänä talvena?
        city: !koodi
    """,
    )


def test_tries_are_limited_and_the_right_code_is_not_lost(town: Stage) -> None:
    poll(town, "voters=code")
    (code,) = give(town, 1)
    town.commands("resident", "/start poll_1")
    town.presses("resident", "Anna koodisi")
    for _ in range(5):
        assert "ei ole tämän kyselyn koodi" in words(town.says("resident", "AAAAA-AAAA0"))
    assert "liian monta" in words(town.says("resident", code)).lower()
    town.passes(minutes=16)
    assert "[Torille]" in words(town.says("resident", code))


def test_a_code_of_another_poll_is_none(town: Stage) -> None:
    poll(town, "voters=code")
    poll(town, "voters=code")
    (code,) = give(town, 1)
    town.commands("resident", "/start poll_2")
    town.presses("resident", "Anna koodisi")
    assert "ei ole tämän kyselyn koodi" in words(town.says("resident", code))


def test_two_accounts_of_one_person_have_one_vote(town: Stage) -> None:
    poll(town, "voters=code")
    first, second = give(town, 2)
    for who, code in (("resident", first), ("browser", second)):
        town.fills(who, "entrance", {"code": code}, "1")
        town.forges(who, "vote:1:0")
    assert town.tally(1) == (2, 0)
    link(town, "resident", "browser")
    assert town.tally(1) == (1, 0)
    assert "laskettu" in words(town.forges("browser", "vote:1:1"))
    assert "laskettu" in words(town.forges("resident", "vote:1:1"))
    assert town.tally(1) == (0, 1)


def test_in_teams_a_form_asks_for_the_code_and_then_for_the_vote(town: Stage) -> None:
    poll(town, "voters=code")
    (code,) = give(town, 1)
    assert town.forges("pupil", "ballot:1").form.name == "entrance"
    assert "tarkista" in town.submits("pupil", code="AAAAA-AAAA0").errors["code"].lower()
    assert town.submits("pupil", code="").errors
    assert town.submits("pupil", code=code).form.name == "ballot"
    town.submits("pupil", answer="1")
    assert town.tally(1) == (0, 1)


def test_nothing_links_a_code_to_its_voter(town: Stage) -> None:
    poll(town, "voters=code")
    made = give(town, 3)
    town.fills("resident", "entrance", {"code": made[0]}, "1")
    name = town.keyring.resident("telegram", "11")
    with town.database.reading() as store:
        assert store.holds_code(1, voter(store.ballot_boxes({1})[1].key, name))
    town.commands("editor", "/kuulolla sulje 1")
    town.presses("editor", "Sulje lopullisesti")
    with town.database.reading() as store:
        assert store.codes(1) == 0
    late = words(town.fills("resident", "entrance", {"code": made[1]}, "1"))
    assert "suljettu" in late or "sulkeutunut" in late, late


@pytest.mark.parametrize("action", ["code:1", "area:1:north", "area_ask:1", "code:99", "area:1:x"])
def test_forged_presses_on_a_poll_for_everybody(town: Stage, action: str) -> None:
    poll(town, "voters=anyone")
    town.forges("resident", action)
    with town.database.reading() as store:
        assert store.area(town.keyring.resident("telegram", "11")) is None
    assert "ei käytetä koodeja" in words(town.fills("resident", "entrance", {"code": "x1"}, "1"))


# --- members of closed chats -----------------------------------------------------------------


def test_only_presses_in_the_closed_chats_count(town: Stage) -> None:
    poll(town, f"voters=chats | chats={BOARD}")
    play(town, "telegram:-300< Vain näiden ryhmien jäsenet äänestävät, ja vain niissä: Kylä")
    assert "laskettu" in words(town.forges("resident", "vote:1:0", where=BOARD, private=False))
    for where in (GROUP, NEWS, Address("telegram", "12")):
        assert "Bara medlemmar" in words(town.forges("invånare", "vote:1:1", where=where))
    assert "Vain kyselyn omien" in words(town.forges("browser", "vote:1:1"))
    assert town.tally(1) == (1, 0)
    private = words(town.commands("resident", "/start poll_1"))
    assert "Vain kyselyn omien" in private and "[Torille]" not in private


@pytest.mark.parametrize("chats", [f"chats={GROUP}", f"chats={BOARD} {GROUP}", "chats="])
def test_open_chats_are_refused(town: Stage, chats: str) -> None:
    poll(town, f"voters=chats | {chats}")
    assert "suljettuja" in words(town.replies["editor"][-1])


def test_several_ticks_count_in_closed_chats_only(town: Stage) -> None:
    poll(town, f"voters=chats | kind=several | chats={BOARD}")
    town.forges("resident", "tick:1:0", where=BOARD, private=False)
    assert "Bara" in words(town.forges("invånare", "tick:1:0", where=GROUP, private=False))
    assert town.tally(1) == (1, 0)


# --- areas -----------------------------------------------------------------------------------


def test_the_area_is_asked_once_and_kept_until_forgotten(town: Stage) -> None:
    poll(town, "voters=areas | areas=north")
    play(
        town,
        """
        resident: /start poll_1
        city: Näiden alueiden asukkaat äänestävät oman ilmoituksensa mukaan: Pohjoinen.
        city: Missä asut?
        city: ![Torille]
        resident: [Pohjoinen]
        resident: [Torille]
        city: Äänesi on laskettu
        neighbour: /start poll_1
        neighbour: [Rather not say]
        city: not counted: the poll is for residents of other areas
        city: ![Torille]
        neighbour: [Change my area]
        neighbour: [South]
        city: not counted
    """,
    )
    assert "not counted" in words(town.forges("neighbour", "vote:1:0"))
    assert "missä asut" in words(town.forges("browser", "vote:1:0"))
    poll(town, "voters=areas | areas=north south")
    assert "Missä asut" not in words(town.commands("resident", "/start poll_2"))
    town.forges("resident", "forget_yes")
    assert "Missä asut" in words(town.commands("resident", "/start poll_2"))
    assert town.tally(1) == (1, 0)


def test_the_area_is_the_persons_in_whatever_channel(town: Stage) -> None:
    poll(town, "voters=areas | areas=north")
    town.forges("resident", "area:1:north")
    assert "missä asut" in words(town.forges("browser", "vote:1:0"))
    link(town, "resident", "browser")
    assert "laskettu" in words(town.forges("browser", "vote:1:0"))
    town.forges("browser", "area:1:south")  # they have moved
    assert "muiden alueiden" in words(town.forges("resident", "vote:1:1"))
    assert town.tally(1) == (1, 0)
    town.forges("resident", "forget_yes")
    assert "missä asut" in words(town.forges("resident", "vote:1:1"))


def test_who_said_two_places_is_asked_again(town: Stage) -> None:
    poll(town, "voters=areas | areas=north south")
    town.forges("resident", "area:1:north")
    town.forges("browser", "area:1:south")
    link(town, "resident", "browser")
    for who in ("resident", "browser"):
        assert "missä asut" in words(town.forges(who, "vote:1:0"))


def test_areas_that_are_none(town: Stage) -> None:
    for areas in ("areas=", "areas=west", "areas=north west"):
        poll(town, f"voters=areas | {areas}")
        assert "Valitse alueet" in words(town.replies["editor"][-1])
    poll(town, "voters=areas | areas=north")
    town.forges("resident", "area:1:west")
    assert "missä asut" in words(town.forges("resident", "vote:1:0"))
    assert town.fills("browser", "entrance", {"area": ""}, "1").errors


# --- when results show -----------------------------------------------------------------------


@pytest.mark.parametrize("shows", ["after_close", "after_vote"])
@pytest.mark.parametrize("switch", [True, False])
def test_what_is_hidden_is_hidden_from_officials(
    database: Database, shows: str, switch: bool
) -> None:
    town = Stage(database, replace(SMALL_CITY, staff_sees_hidden_results=switch))
    poll(town, f"shows={shows} | chats={GROUP}")
    town.forges("resident", "vote:1:0")
    seen = words(town.commands("editor", "/kuulolla tulokset 1"))
    assert ("Torille: 1 (100" in seen) == switch
    assert ("viranhaltijat näkevät" in town.chat("telegram:-100")) == switch


def test_few_ballots_are_not_told_by_channel(town: Stage) -> None:
    poll(town, "shows=always")
    for who in ("resident", "invånare", "neighbour", "browser"):
        town.forges(who, "vote:1:0")
    assert "Telegram 3" not in words(town.commands("editor", "/kuulolla tulokset 1"))
    town.forges("pupil", "vote:1:0")
    assert "Telegram 3" in words(town.commands("editor", "/kuulolla tulokset 1"))
