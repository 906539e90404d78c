"""The city file: the example, and what the rules see of what it says."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.dictionaries import Dictionaries
from config.advice import warnings
from config.city import load_city
from config.fields import EXAMPLE_CITY
from core import routing
from core.city import Part, Role
from core.events import Address
from tests.config.cities import TEMPLATE, desk, load, put


def test_the_example_is_in_order() -> None:
    city = load_city(EXAMPLE_CITY, "https://kuulolla.example.fi")
    assert warnings(city) == []
    assert city.parts == frozenset(Part)
    assert len(city.departments) >= 8
    assert city.page("/polls/1") == "https://kuulolla.example.fi/polls/1"
    assert city.chat(Address("telegram", "-4000000001"))
    assert [chat.closed for chat in city.chats].count(True) == 1
    assert not city.staff_sees_hidden_results
    editor = city.official_by_key("slack:U0TOIMITTAJA")
    assert editor
    assert editor.roles == {Role.EDITOR}


@pytest.mark.parametrize(
    ("question", "department"),
    [
        ("Milloin Kivenlahden kevyen liikenteen väylä aurataan?", "kaupunkitekniikka"),
        ("Lumenauraus Mankkaalla on myöhässä", "kaupunkitekniikka"),
        ("Katuvalo ei pala Soukanpolulla", "kaupunkitekniikka"),
        ("Päiväkodin hakuaika syksyksi", "kasvatus"),
        ("Bussipysäkin katos on rikki", "liikkuminen"),
        ("Asemakaavan muutos Keilaniemessä", "kaupunkisuunnittelu"),
        ("Tarvitsenko rakennusluvan terassille?", "rakennusvalvonta"),
        ("När öppnar simhallen i Hagalund?", "liikunta"),
        ("Hur lämnar jag ett invånarinitiativ?", "osallisuus"),
        ("Is there a library open on Sundays?", "kulttuuri"),
        ("The playground in our park has no bench", "kaupunkitekniikka"),
        ("Mitä kuuluu?", "asiakaspalvelu"),
    ],
)
def test_the_examples_themes_find_the_department(
    dictionaries: Dictionaries, question: str, department: str
) -> None:
    found = routing.guess(load_city(EXAMPLE_CITY), question, lemmas=dictionaries)
    assert found.department == department


def test_the_small_city_is_in_order(tmp_path: Path) -> None:
    city = load(tmp_path)
    assert warnings(city) == []
    assert city.general_desk == "neuvonta"
    assert city.departments[1].home == Address("slack", "C02")
    assert city.themes[0].keywords == {"fi": ("katu",)}
    assert city.public_url == ""


@pytest.mark.parametrize("cron", ["0 9 * * 0,6", "*/15 8-16 * * */2", "0 9 1 jan *", "5 4 * * 7"])
def test_a_good_cron_line(tmp_path: Path, cron: str) -> None:
    assert load(tmp_path, put("chats", 0, "digest", value=cron)).chats[0].digest == cron


@pytest.mark.parametrize(
    ("given", "threads"),
    [
        (None, None),
        (False, None),
        (True, Address("telegram", "-1001/45")),
        ("telegram:-1002", Address("telegram", "-1002")),
    ],
)
def test_where_threads_are(tmp_path: Path, given: object, threads: Address | None) -> None:
    def change(city: dict) -> None:
        city["parts"].append("discussions")
        city["chats"][0] |= {"address": "telegram:-1001/45", "threads": given, "restrict": True}

    city = load(tmp_path, change)
    assert city.chats[0].threads == threads and city.chats[0].restrict
    assert city.threads == ({threads: city.chats[0]} if threads else {})
    off = replace(city, parts=frozenset({Part.POLLS}))
    assert off.threads == {}
    told = [line for line in warnings(city) if "restrict" in line]
    assert bool(told) == (threads is None)
    assert any("has threads" in line for line in warnings(off)) == (threads is not None)


def test_how_questions_are_answered_is_the_citys_to_say(tmp_path: Path) -> None:
    def change(file: dict[str, Any]) -> None:
        file["departments"][1] |= {
            "days": [5, 15], "approval": True, "duty": ["slack:U01"], "head": "slack:U02",
            "contact": {"fi": "Soita.", "sv": "Ring.", "en": "Call."},
        }  # fmt: skip
        file |= {
            "country": "SE", "office_hours": "07:30-15:45", "escalation": "slack:C09",
            "templates": [{**TEMPLATE, "departments": ["kadut"]}],
        }  # fmt: skip

    city = load(tmp_path, change)
    plain, streets = city.departments
    assert (plain.days, plain.approval, plain.duty, plain.head) == ((10, 20), False, (), None)
    assert (streets.days, streets.approval) == ((5, 15), True)
    assert (streets.duty, streets.head) == (("slack:U01",), "slack:U02")
    assert streets.contact["sv"] == "Ring."
    assert (city.country, city.office_hours) == ("SE", (time(7, 30), time(15, 45)))
    assert city.escalation == Address("slack", "C09")
    assert [(x.id, x.text["en"], x.departments) for x in city.templates] == [
        ("kiitos", "Thank you.", ("kadut",))
    ]


def test_reminders_and_approval_of_polls(tmp_path: Path) -> None:
    usual = load(tmp_path, lambda city: None)
    assert not usual.reminds and not usual.poll_approval
    assert usual.poll_reminder == timedelta(hours=24)

    def choose(city: dict) -> None:
        city["chats"][0]["reminders"] = True
        city |= {"poll_approval": True, "poll_reminder_hours": 6}

    chosen = load(tmp_path, choose)
    assert chosen.reminds and chosen.poll_approval
    assert chosen.poll_reminder == timedelta(hours=6)


def test_who_votes_and_who_sees_is_the_citys_to_say(tmp_path: Path) -> None:
    """Unless it says so, no chat counts as closed, and nobody sees what is hidden."""
    usual = load(tmp_path, lambda city: None)
    assert not usual.staff_sees_hidden_results and not any(chat.closed for chat in usual.chats)

    def choose(city: dict) -> None:
        city["chats"][0]["closed"] = True
        city["staff_sees_hidden_results"] = True

    chosen = load(tmp_path, choose)
    assert chosen.staff_sees_hidden_results
    assert [chat.closed for chat in chosen.chats] == [True, *[False] * (len(usual.chats) - 1)]


def test_round_ups(tmp_path: Path) -> None:
    usual = load(tmp_path, lambda city: None)
    assert usual.digests.preview is None and not usual.digests.hold and not usual.digests.line
    assert usual.preview_home == Address("slack", "C01")
    assert usual.quiet_hours == (time(21), time(7))

    def choose(city: dict[str, Any]) -> None:
        city["chats"][0]["themes"] = ["kadut"]
        city["digests"] = {
            "preview_hours": 3, "preview_to": "slack:C02", "unless_released": "hold",
            "nothing_new": "line",
        }  # fmt: skip
        city["quiet_hours"] = "22:00-06:30"
        city["subscriptions"] = {"at": "08:15", "weekday": "mon"}

    chosen = load(tmp_path, choose)
    assert chosen.digests.preview == timedelta(hours=3) and chosen.digests.hold
    assert chosen.digests.line and chosen.preview_home == Address("slack", "C02")
    assert chosen.quiet_hours == (time(22), time(6, 30))
    assert (chosen.subscriptions.at, chosen.subscriptions.weekday) == (time(8, 15), 0)
    assert chosen.chats[0].themes == ("kadut",)


def test_who_signs_in_may_do_what_the_city_file_grants(tmp_path: Path) -> None:
    city = load(tmp_path, desk(roles=["editor"]))
    assert city.departments[1].home == Address("desk", "kadut")
    assert (city.sign_in.claim, city.sign_in.idle_minutes) == ("realm_access.roles", 30)
    someone = city.signed_in("a1", ["other", "streets"])
    assert someone
    assert (someone.key, someone.departments) == ("desk:a1", ("kadut",))
    assert someone.may_edit()
    assert city.signed_in("a1", ["other"]) is None
    assert warnings(city) == []
