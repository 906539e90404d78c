"""Surveys in Slack and Teams, by whoever is there: answered in place, seen by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.city import Chat, Part
from core.events import Address
from core.model import Voters
from tests.dialogs.surveys import SURVEY, made
from tests.dialogs.test_voters import SMALL_CITY, give
from tests.stage import CITY, PEOPLE, Stage, words

CANTEEN = Address("slack", "C0CANTEEN")
YARD = Address("teams", "19:yard@thread.tacv2")
CHATS = tuple(
    Chat(place, name, "fi", reminders=True, closed=True)
    for place, name in ((CANTEEN, "Ruokala"), (YARD, "Piha"))
)
TOWN = replace(CITY, chats=(*CITY.chats, *CHATS))
EVERY = f"""
title: {{fi: Piha}}
chats: ["{CANTEEN}", "{YARD}", "telegram:-100"]
closes: 2026-03-31 16:00
questions:
  - name: uses
    question: Käytkö pihalla?
    kind: yes_no
  - question: Milloin?
    kind: several
    options: [Aamulla, Illalla]
    when: {{uses: 1}}
  - question: Jaa kolme pistettä
    kind: points
    most: 3
    options: [Penkit, Puut]
  - question: Mitä ensin?
    kind: ranking
    options: [Keinut, Kiipeily]
  - question: Sana pihasta
    kind: words
  - background: true
    question: Ikäsi?
    options: [alle 30, 30 tai yli]
"""
AT_WORK = pytest.mark.parametrize(
    ("who", "where", "then"), [("stranger", CANTEEN, True), ("principal", YARD, False)]
)
"""``then``: whether what they see is a message of their own, as in Slack, or the post as they see
it, as in Teams."""


@pytest.fixture
def town(stage: Stage) -> Stage:
    return Stage(stage.database, TOWN)


@AT_WORK
def test_every_kind_is_answered_from_the_post(
    town: Stage, who: str, where: Address, then: bool
) -> None:
    made(town, EVERY)
    assert "t.me" not in town.chat(str(where)) and "t.me" in town.chat("telegram:-100")

    def press(label: str, private: bool = then) -> str:
        return words(town.presses(who, label, private=private, where=where))

    first = press("Vastaa kyselyyn", private=False)
    assert "Kysymys 1/6" in first and "Vastaukset ovat salaisia" in first
    assert "Milloin?" in press("Kyllä")
    assert "✓ Illalla" in press("Illalla")
    assert "Kysymys 3/6" in press("Seuraava")
    for label in ("+ Penkit: 0", "+ Penkit: 1", "+ Puut: 0"):
        shown = press(label)
    assert "Penkit: 2" in shown
    assert "Mitä ensin?" in press("Seuraava")
    press("Kiipeily")
    assert "1. Kiipeily" in press("Keinut")
    assert "Sana pihasta" in press("Seuraava")
    assert "140" in press("Kirjoita vastauksesi")
    assert town.submits(who, text="").errors["text"]
    told = words(town.submits(who, text="Vehreä"))
    assert "Vastauksesi on laskettu: ”Vehreä”" in told and "Kysymys 6/6" in told
    assert "Vehreä" in press("Takaisin")
    assert "Ikäsi?" in press("Seuraava")
    assert "Kiitos!" in press("En halua sanoa")
    assert "Kysymys 6/6" in press("Takaisin")
    assert town.tally(1) == (1, 0, 0) and town.tally(3) == (2, 1) and town.tally(6) == (0, 0, 1)
    with town.database.reading() as store:
        assert [store.tallies({n})[n].total for n in range(1, 7)] == [1] * 6
        assert store.tallies({4})[4] == store.recount(4)


@AT_WORK
def test_one_goes_on_where_one_left_after_days_and_changes_the_way(
    town: Stage, who: str, where: Address, then: bool
) -> None:
    made(town, EVERY)
    town.forges(who, "survey:1", private=False, where=where)
    town.presses(who, "Kyllä", private=then, where=where)
    town.presses(who, "Ohita", private=then, where=where)
    town.passes(days=9)
    again = town.forges(who, "survey:1", private=False, where=where)
    assert "Kysymys 3/6" in words(again) and not again.replaces
    town.presses(who, "Takaisin", private=then, where=where)
    town.presses(who, "Takaisin", private=then, where=where)
    changed = town.presses(who, "Ei", private=then, where=where)
    assert "Kysymys 2/5" in words(changed) and changed.replaces


def test_in_the_list_and_on_the_page_of_the_app(town: Stage) -> None:
    """By who is no official; officials find it in their own list."""
    made(town, EVERY)
    for who, way in (("stranger", "/kuulolla kyselyt"), ("stranger", "/kuulolla lomakkeet"),
                     ("stranger", "/kuulolla home"), ("principal", "/kyselyt")):  # fmt: skip
        town.commands(who, way)
        assert "Kysymys 1/6" in words(town.presses(who, "Kyselylomake: Piha"))
    assert "työntekijöille" in town.commands("stranger", "/kuulolla kysely").notice
    town.commands("official", "/kuulolla lomakkeet")
    assert "Kysymys 1/6" in words(town.presses("official", "Vastaa kyselyyn"))
    town.inbox.city = replace(TOWN, parts=frozenset({Part.QUESTIONS}))
    for way in ("/kuulolla kyselyt", "/kuulolla home"):
        assert "työntekijöille" in town.commands("stranger", way).notice


def test_the_home_page_has_polls_and_conversations(town: Stage) -> None:
    home = words(town.commands("stranger", "/kuulolla home"))
    assert "Nyt ei ole avoimia kyselyjä" in home and "väittämiä" in home


@AT_WORK
def test_only_members_of_its_chats_where_it_is_for_them(
    town: Stage, who: str, where: Address, then: bool
) -> None:
    made(town, EVERY.replace(', "telegram:-100"]', "]\nvoters: chats"))
    elsewhere = Address(where.channel, "C0STREETS")
    told = words(town.forges(who, "survey:1", private=False, where=elsewhere))
    assert "Aloita ryhmässä" in told and "Kyllä" not in told
    assert town.forges(who, "survey_take:1:0", private=then, where=elsewhere).notice
    assert "Kyllä" in words(town.forges(who, "survey:1", private=False, where=where))
    town.presses(who, "Kyllä", private=then, where=where)
    assert town.tally(1) == (1, 0, 0)


@AT_WORK
def test_areas_and_codes_are_asked_in_place(
    stage: Stage, who: str, where: Address, then: bool
) -> None:
    town = Stage(stage.database, replace(SMALL_CITY, chats=(*SMALL_CITY.chats, *CHATS)))
    made(town, EVERY.replace(', "telegram:-100"]', "]\nvoters: areas\nareas: [north]"))
    made(town, EVERY.replace(', "telegram:-100"]', "]\nvoters: code"))
    town.forges(who, "survey:1", private=False, where=where)
    assert "Käytkö" in words(town.presses(who, "Pohjoinen", private=then, where=where))
    town.presses(who, "Kyllä", private=then, where=where)
    (code,) = give(town, 1, 7)
    town.forges(who, "survey:2", private=False, where=where)
    town.presses(who, "Anna koodisi", private=then, where=where)
    assert town.submits(who, code="AAAAA-AAAA0").errors["code"]
    assert "Kysymys 1/6" in words(town.submits(who, code=code))
    town.forges(who, "survey_take:7:1", private=then, where=where)
    assert town.tally(1) == (1, 0, 0) and town.tally(7) == (0, 1, 0)
    with town.database.reading() as store:
        assert store.poll(7).voters is Voters.CODE


@AT_WORK
def test_the_end_is_told_in_place(town: Stage, who: str, where: Address, then: bool) -> None:
    """A reminder with the same way in; then results, each opened by its button."""
    made(town, EVERY)
    town.now = town.now.replace(day=30, hour=14)
    town.ticks()
    reminded = town.last(str(where))
    assert "Oletko jo vastannut?" in reminded and "[Vastaa kyselyyn]" in reminded
    assert "Kysymys 1/6" in words(town.presses(who, "Vastaa kyselyyn", private=False, where=where))
    town.presses(who, "Kyllä", private=then, where=where)
    town.now += timedelta(days=2)
    town.ticks()
    assert "t.me" not in town.chat(str(where))
    assert town.presses(who, "Ohita", private=then, where=where).notice
    town.presses(who, "Tulokset", private=False, where=where)
    shown = town.presses(who, "1. Käytkö pihalla?", private=then, where=where)
    assert "Kyllä: 1 (100" in words(shown)


@AT_WORK
def test_who_asks_for_the_results_does_so_where_they_can_be_told(
    town: Stage, who: str, where: Address, then: bool
) -> None:
    made(town, SURVEY.replace("telegram:-100", str(where)))
    for _ in range(4):
        town.forges(who, "survey:1", private=False, where=where)
        shown = words(town.presses(who, "Ohita", private=then, where=where))
        if "Kiitos!" in shown:
            break
    assert ("Kerro minulle tulokset" in shown) is then
    told = town.forges(who, "survey_follow:1", private=False, where=where).notice
    assert "yksityis" in told
    if then:
        town.presses(who, "Kerro minulle tulokset", where=where)
        town.forges("editor", "survey_close:1")
        assert "Kyselylomakkeen tulokset" in town.chat(who)
    assert PEOPLE[who].channel == where.channel
