"""The city file: the example, and every way a file can be wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.city import load_city, warnings
from config.faults import ConfigFault
from config.fields import EXAMPLE_CITY
from core import routing
from core.city import City, Part, Role
from core.events import Address

TEMPLATE = {
    "id": "kiitos",
    "name": {"fi": "Kiitos", "sv": "Tack", "en": "Thanks"},
    "text": {"fi": "Kiitos.", "sv": "Tack.", "en": "Thank you."},
}
Change = Callable[[dict[str, Any]], object]


def small() -> dict[str, Any]:
    """A city that is as small as one can be, without faults and warnings."""

    def words(name: str) -> dict[str, str]:
        return {"fi": name, "sv": name, "en": name}

    return {
        "name": words("Kaupunki"),
        "timezone": "Europe/Helsinki",
        "language": "fi",
        "parts": ["polls", "questions", "digests", "web_voting"],
        "telegram_bot": "kaupunki_bot",
        "general_desk": "neuvonta",
        "departments": [
            {"id": "neuvonta", "name": words("Neuvonta"), "home": "slack:C01",
             "contact": words("Soita 09 123.")},
            {"id": "kadut", "name": words("Kadut"), "home": "slack:C02"},
        ],
        "themes": [
            {
                "id": "kadut",
                "name": words("Kadut"),
                "department": "kadut",
                "keywords": {"fi": ["katu"]},
            }
        ],
        "officials": [
            {
                "account": "slack:U01",
                "title": words("Neuvoja"),
                "departments": ["neuvonta", "kadut"],
            },
            {"account": "slack:U02", "title": words("Toimittaja"), "roles": ["editor"]},
        ],
        "chats": [
            {
                "address": "telegram:-1001",
                "name": "Ryhmä",
                "language": "fi",
                "digest": "0 9 * * 1-5",
            }
        ],
        "privacy": words("Tietosuoja"),
    }


def load(folder: Path, change: Change = lambda city: None) -> City:
    content = small()
    change(content)
    file = folder / "city.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    return load_city(file)


def faults(folder: Path, change: Change) -> list[str]:
    """Faults as place (without file and line), what, and remedy."""
    with pytest.raises(ConfigFault) as caught:
        load(folder, change)
    return [
        f"{f.place.split(', ', 1)[1].split(' (line')[0]}: {f.what} {f.remedy}"
        for f in caught.value.faults
    ]


# --- the example -----------------------------------------------------------------------------


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
def test_the_examples_themes_find_the_department(question: str, department: str) -> None:
    assert routing.guess(load_city(EXAMPLE_CITY), question).department == department


def test_the_small_city_is_in_order(tmp_path: Path) -> None:
    city = load(tmp_path)
    assert warnings(city) == []
    assert city.general_desk == "neuvonta"
    assert city.departments[1].home == Address("slack", "C02")
    assert city.themes[0].keywords == {"fi": ("katu",)}
    assert city.public_url == ""


# --- faults in what the file says ------------------------------------------------------------


def put(*path: str | int, value: object) -> Change:
    def change(city: dict[str, Any]) -> None:
        entry: Any = city
        for key in path[:-1]:
            entry = entry[key]
        entry[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            put("general_desk", value="neuvota"),
            "general_desk: “neuvota” is not a department. Did you mean neuvonta?",
        ),
        (
            put("themes", 0, "department", value="puistot"),
            "themes[0].department: “puistot” is not a department. There are: neuvonta, kadut.",
        ),
        (
            lambda city: city["themes"][0].pop("department"),
            "themes[0].department: is missing. config/espoo.yaml shows how it is written.",
        ),
        (
            put("officials", 0, "departments", value=["kadut", "kaudt"]),
            "officials[0].departments[1]: “kaudt” is not a department. Did you mean kadut?",
        ),
        (
            put("departments", 1, "home", value="telegram:-1001"),
            "departments[1].home: “telegram:-1001” is not an address that fits here. "
            "Write it as slack:C0123456789 or teams:19:0123456789abcdef@thread.tacv2 or "
            "desk:streets.",
        ),
        (
            put("chats", 0, "address", value="telegram:@kaupunki"),
            "chats[0].address: “telegram:@kaupunki” is not an address that fits here. "
            "Write it as telegram:-1001234567890 or slack:C0123456789 or "
            "teams:19:0123456789abcdef@thread.tacv2.",
        ),
        (
            put("chats", 0, "threads", value="slack:C01"),
            "chats[0].threads: “slack:C01” is no place for threads. Write true; or, of a Telegram "
            "channel, its linked group: telegram:-1001234567890.",
        ),
        (
            put("officials", 1, "account", value="U02"),
            "officials[1].account: “U02” is not an address that fits here. "
            "Write it as slack:U0123456789 or teams:00000000-0000-0000-0000-000000000000 or "
            "desk:0123456789abcdef0123456789abcdef.",
        ),
        (
            put("themes", 0, "id", value="Neuvonta ja muut"),
            "themes[0].id: “Neuvonta ja muut” is not an id. Use 1 to 24 of a-z, 0-9, _ and -.",
        ),
        (
            put("timezone", value="Europe/Espoo"),
            "timezone: “Europe/Espoo” is not a time zone. Write it as Europe/Helsinki.",
        ),
        (
            put("timezone", value="../etc/passwd"),
            "timezone: “../etc/passwd” is not a time zone. Write it as Europe/Helsinki.",
        ),
        (put("language", value="et"), "language: “et” is not known. Choose fi, sv or en."),
        (
            put("chats", 0, "language", value=False),
            "chats[0].language: “False” is not known. Choose fi, sv or en.",
        ),
        (
            put("name", "ee", value="Linn"),
            "name: “ee” is not one of the languages. They are fi, sv and en.",
        ),
        (
            put("departments", 1, "head", value="slack:U02X"),
            "departments[1].head: “slack:U02X” is not an official. Did you mean slack:U02?",
        ),
        (
            put("departments", 1, "duty", value=["slack:U01", "slack:" + "W" * 30]),
            "departments[1].duty[1]: “slack:" + "W" * 30 + "” is not an official. "
            "Add the person to officials.",
        ),
        (
            put("departments", 1, "days", value=[20, 10]),
            "departments[1].days: “20, 10” are not working days to answer in. "
            "Write days to an answer, and days to long overdue, as [10, 20].",
        ),
        (
            put("country", value="Finland"),
            "country: “Finland” is not a country. Write its two letters, as FI.",
        ),
        (
            put("country", value="XX"),
            "country: “XX” is not a country. Write its two letters, as FI.",
        ),
        (
            put("office_hours", value="8-16"),
            "office_hours: “8-16” are not hours. Write them as 08:00-16:00.",
        ),
        (
            put("office_hours", value="24:00-25:00"),
            "office_hours: “24:00-25:00” are not hours. Write them as 08:00-16:00.",
        ),
        (
            put("office_hours", value="16:00-08:00"),
            "office_hours: “16:00-08:00” end before they begin. Write them as 08:00-16:00.",
        ),
        (
            put("escalation", value="telegram:-1"),
            "escalation: “telegram:-1” is not an address that fits here. "
            "Write it as slack:C0123456789 or teams:19:0123456789abcdef@thread.tacv2 or "
            "desk:streets.",
        ),
        (
            put("templates", value=[{**TEMPLATE, "departments": ["kaudt"]}]),
            "templates[0].departments[0]: “kaudt” is not a department. Did you mean kadut?",
        ),
        (
            put("departments", 1, "name", value={"en": "Streets"}),
            "departments[1].name: has no text in suomi. "
            "Write fi: under it; it is the city's own language.",
        ),
        (
            put("name", value="Kaupunki"),
            "name: is not one text per language. Write fi:, sv: and en: under it.",
        ),
        (
            put("name", "fi", value=1),
            "name.fi: is not text. Put it in quotes.",
        ),
        (
            put("parts", value=["polls", "surveys"]),
            "parts[1]: “surveys” is not known. Choose polls, questions, digests, web_voting, "
            "statements, discussions, subscriptions or broadcasts.",
        ),
        (
            put("officials", 1, "roles", value=["boss"]),
            "officials[1].roles[0]: “boss” is not known. Choose editor, moderator or admin.",
        ),
        (
            put("departments", value={}),
            "departments: is not a list. Write one line for each, starting with a dash.",
        ),
        (
            put("themes", 0, value="kadut"),
            "themes[0]: is not a set of named values. config/espoo.yaml shows how it is written.",
        ),
        (
            put("chats", 0, "digets", value="0 9 * * mon"),
            "chats[0].digets: is not a setting of the city. Did you mean digest?",
        ),
        (
            put("timezon", value="x"),
            "timezon: is not a setting of the city. Did you mean timezone?",
        ),
        (put("zzz", value="x"), "zzz: is not a setting of the city. Take it away."),
        (
            put("reference_prefix", value="esp-"),
            "reference_prefix: cannot be written so. See config/espoo.yaml.",
        ),
        (
            put("telegram_bot", value="@kaupunki_bot"),
            "telegram_bot: cannot be written so. See config/espoo.yaml.",
        ),
        (
            put("themes", 0, "keywords", value={"fi": ["katu", "kevyen liikenteen"]}),
            "themes[0].keywords.fi[1]: “kevyen liikenteen” is not the beginning of a word. "
            "Use letters only, two or more.",
        ),
    ],
)
def test_a_fault_has_a_place_and_a_remedy(tmp_path: Path, change: Change, fault: str) -> None:
    assert faults(tmp_path, change) == [fault]


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "0 9 * *",
        "0 25 * * mon",
        "every monday at nine !",
        "0 9 * * 5-1",
        "0 9 * * 8",
        "0 9 * * mon,3",
    ],
)
def test_a_bad_cron_line(tmp_path: Path, cron: str) -> None:
    assert faults(tmp_path, put("chats", 0, "digest", value=cron)) == [
        f"chats[0].digest: “{cron}” is not a cron line. "
        "Five fields: minute hour day month weekday, as in 0 9 * * mon-fri."
    ]


def test_a_cron_line_that_never_comes(tmp_path: Path) -> None:
    found = faults(tmp_path, put("chats", 0, "digest", value="0 9 30 2 *"))
    assert found[0].startswith("chats[0].digest: “0 9 30 2 *” never comes.")


@pytest.mark.parametrize("cron", ["0 9 * * 0,6", "*/15 8-16 * * */2", "0 9 1 jan *", "5 4 * * 7"])
def test_a_good_cron_line(tmp_path: Path, cron: str) -> None:
    assert load(tmp_path, put("chats", 0, "digest", value=cron)).chats[0].digest == cron


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("departments", "id", "neuvonta"),
        ("themes", "id", "kadut"),
        ("officials", "account", "slack:U01"),
        ("chats", "address", "telegram:-1001"),
    ],
)
def test_what_must_be_unique(tmp_path: Path, kind: str, key: str, value: str) -> None:
    [fault] = faults(tmp_path, lambda city: city[kind].append(dict(small()[kind][0])))
    last = len(small()[kind])
    assert fault.startswith(f"{kind}[{last}].{key}: “{value}” is there twice.")
    assert f"the first is {kind}[0].{key} (line " in fault


def test_all_faults_are_told_together_in_the_files_order(tmp_path: Path) -> None:
    def change(city: dict[str, Any]) -> None:
        city["timezone"] = "Mars/Olympus"
        city["general_desk"] = "nowhere"
        city["departments"][0]["home"] = "slack"
        city["themes"][0]["department"] = "nowhere"
        city["chats"][0]["digest"] = "never"
        del city["privacy"]["fi"]
        city["officials"].append("somebody")

    places = [fault.split(": ")[0] for fault in faults(tmp_path, change)]
    assert places == [
        "timezone",
        "general_desk",
        "departments[0].home",
        "themes[0].department",
        "officials[2]",
        "chats[0].digest",
    ]


def test_a_fault_tells_the_file_and_the_line(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    text = yaml.safe_dump(small(), allow_unicode=True, sort_keys=False)
    file.write_text(text.replace("slack:C02", "slack:?"), "utf-8")
    with pytest.raises(ConfigFault) as caught:
        load_city(file)
    [fault] = caught.value.faults
    line = text.splitlines().index("  home: slack:C02") + 1
    assert fault.place == f"{file}, departments[1].home (line {line})"


# --- files that are no city ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not hold a city. Start from a copy of config/espoo.yaml."),
        (b"- a\n- b\n", "does not hold a city."),
        (b"name: 'x\n", "is not YAML, line 2: found unexpected end of stream."),
        (b"a: b: c\n", "is not YAML, line 1: mapping values are not allowed"),
        (b"a: !!python/object:os.system x\n", "is not YAML, line 1: could not determine a constru"),
        (b"a: \x00\n", "is not YAML. It has characters that YAML does not allow."),
        (b"a: \xff\n", "is not text in UTF-8. Save it as UTF-8."),
        (b"a: &x [1]\nb: *x\n", "is not YAML, line 2: aliases (*) are not taken."),
        (b"a: " + b"[" * 5000, "is not YAML, line 1: it is nested too deep."),
        (b"a: 2026-99-99\n", "cannot be read as YAML. Check indents and quotes."),
        (b"#" * 1_000_001, "is larger than 1 MB."),
    ],
)
def test_a_file_that_holds_no_city(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "city.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigFault) as caught:
        load_city(file)
    [fault] = caught.value.faults
    assert str(fault).startswith(f"{file}: {says}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigFault, match=r"is not there\. Name the file with KUULOLLA_CITY_FILE\."
    ):
        load_city(tmp_path / "no.yaml")
    with pytest.raises(ConfigFault, match=r"cannot be read\. It is a file that the service may"):
        load_city(tmp_path)


def test_what_is_written_twice(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(yaml.safe_dump(small(), sort_keys=False) + "language: sv\n", "utf-8")
    with pytest.raises(ConfigFault, match=r"language .* is written twice, here and on line"):
        load_city(file)


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


# --- warnings --------------------------------------------------------------------------------


def only_an_admin_for_streets(city: dict[str, Any]) -> None:
    city["officials"][0]["departments"] = ["neuvonta"]
    city["officials"][1]["roles"] = ["admin"]


def without_editors(city: dict[str, Any]) -> None:
    city["officials"].pop(1)


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


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (
            put("officials", 0, "departments", value=["kadut"]),
            "Department neuvonta has no official: nobody can answer there.",
        ),
        (
            put("departments", 0, "contact", value={}),
            "No contact for neuvonta, kadut: who asks about their own case is not told whom to "
            "turn to. Give the general desk one.",
        ),
        (
            only_an_admin_for_streets,
            "Department kadut has no official: nobody can answer there.",
        ),
        (
            put("departments", 1, "approval", value=True),
            "Department kadut has approval on and one official: "
            "nobody can approve what they write.",
        ),
        (
            put("departments", 1, "duty", value=["slack:U02"]),
            "Department kadut has slack:U02 on duty, who is not one of its officials.",
        ),
        (without_editors, "No official is an editor or an admin: nobody can create polls."),
        (
            put("officials", 1, "roles", value=[]),
            "Official slack:U02 has no department and no role.",
        ),
        (
            put("chats", 0, "digest", value=None),
            "The part digests is on, and no chat has a digest.",
        ),
        (
            put("parts", value=["polls", "questions"]),
            "Chat telegram:-1001 has a digest, and the part digests is off.",
        ),
        (
            put("parts", value=["questions", "digests", "web_voting"]),
            "The part web_voting is on, and polls and statements are off.",
        ),
        (
            lambda city: city.pop("telegram_bot"),
            "telegram_bot is not set: pages and posts have no link to the bot's private chat.",
        ),
        (
            put("departments", 1, "name", value={"fi": "Kadut"}),
            "Not translated (svenska, English): department kadut.",
        ),
        (
            put("themes", 0, "keywords", value={"fi": []}),
            "Theme kadut has no keywords: no question is ever recognised as its.",
        ),
    ],
)
def test_a_warning(tmp_path: Path, change: Change, warning: str) -> None:
    assert warning in warnings(load(tmp_path, change))


def test_a_keyword_of_three_themes(tmp_path: Path) -> None:
    def change(city: dict[str, Any]) -> None:
        for id in ("toinen", "kolmas"):
            city["themes"].append({**small()["themes"][0], "id": id, "keywords": {"fi": ["Katu"]}})

    assert warnings(load(tmp_path, change)) == [
        "The keyword katu is in 3 themes: it decides little."
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


@pytest.mark.parametrize("value", ["perhaps", 2, None, [], {}])
def test_neither_is_anything_between(tmp_path: Path, value: object) -> None:
    told = faults(tmp_path, put("staff_sees_hidden_results", value=value))
    assert told and told[0].startswith("staff_sees_hidden_results")
    told = faults(tmp_path, put("chats", 0, "closed", value=value))
    assert told and told[0].startswith("chats[0].closed")


@pytest.mark.parametrize("hours", [0, 337, -1, "soon"])
def test_a_reminder_in_no_time(tmp_path: Path, hours: object) -> None:
    assert faults(tmp_path, put("poll_reminder_hours", value=hours))


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
        city["broadcast_previews"] = ["telegram:-100777", "slack:C02"]
        city["quiet_hours"] = "22:00-06:30"
        city["subscriptions"] = {"at": "08:15", "weekday": "mon"}

    chosen = load(tmp_path, choose)
    assert chosen.digests.preview == timedelta(hours=3) and chosen.digests.hold
    assert chosen.digests.line and chosen.preview_home == Address("slack", "C02")
    own = (Address("telegram", "-100777"), Address("slack", "C02"))
    assert (usual.broadcast_previews, chosen.broadcast_previews) == ((), own)
    assert chosen.quiet_hours == (time(22), time(6, 30))
    assert (chosen.subscriptions.at, chosen.subscriptions.weekday) == (time(8, 15), 0)
    assert chosen.chats[0].themes == ("kadut",)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (put("digests", value={"preview_hours": 73}), "digests.preview_hours"),
        (put("broadcast_previews", value=["everybody"]), "broadcast_previews"),
        (put("broadcast_previews", value="telegram:-1"), "broadcast_previews"),
        (put("broadcast_previews", value=["slack:C02"] * 11), "broadcast_previews"),
        (put("digests", value={"unless_released": "wait"}), "Choose send or hold"),
        (put("digests", value={"preview": 2}), "is not a setting of the city"),
        (put("quiet_hours", value="at night"), "Write them as 21:00-07:00"),
        (put("quiet_hours", value="25:00-07:00"), "Write them as 21:00-07:00"),
        (put("subscriptions", value={"at": "8"}), "Write it as 16:00"),
        (put("chats", 0, "themes", value=["puistot"]), "“puistot” is not one of the themes"),
        (put("chats", 0, "areas", value=["x"]), "“x” is not one of the areas"),
    ],
)
def test_a_fault_in_round_ups(tmp_path: Path, change: Change, fault: str) -> None:
    assert fault in faults(tmp_path, change)[0]


# --- the desk on the web ---------------------------------------------------------------------


def desk(**more: Any) -> Change:
    title = {"fi": "Neuvoja", "sv": "Rådgivare", "en": "Adviser"}

    def change(city: dict[str, Any]) -> None:
        city["departments"][1]["home"] = "desk:kadut"
        grant = {"value": "streets", "title": title, "departments": ["kadut"], **more}
        city["desk"] = {"claim": "realm_access.roles", "grants": [grant]}

    return change


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


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"departments": ["katu"]}, "“katu” is not a department"),
        ({"roles": ["king"]}, "“king” is not known"),
        ({"title": {"en": "Adviser"}}, "has no text in suomi"),
        ({"value": ""}, "desk.grants[0].value"),
        ({"name": "x"}, "is not a setting of the city"),
    ],
)
def test_grants_that_cannot_be_used(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    [fault] = faults(tmp_path, desk(**more))
    assert said in fault
    assert fault.startswith("desk.grants[0]")


def test_a_grant_of_nothing_is_warned_of(tmp_path: Path) -> None:
    said = warnings(load(tmp_path, desk(departments=[])))
    assert any("“streets” grants no department and no role" in line for line in said)
