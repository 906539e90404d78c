"""Every way in which what a city file says can be wrong."""

from pathlib import Path
from typing import Any

import pytest

from tests.config.cities import TEMPLATE, Change, desk, faults, put, small


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
            put("moderation", value={"rules": 5}),
            "moderation.rules: is not a list. Write one line for each, starting with a dash.",
        ),
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


@pytest.mark.parametrize("value", ["perhaps", 2, None, [], {}])
def test_neither_is_anything_between(tmp_path: Path, value: object) -> None:
    told = faults(tmp_path, put("staff_sees_hidden_results", value=value))
    assert told and told[0].startswith("staff_sees_hidden_results")
    told = faults(tmp_path, put("chats", 0, "closed", value=value))
    assert told and told[0].startswith("chats[0].closed")


@pytest.mark.parametrize("hours", [0, 337, -1, "soon"])
def test_a_reminder_in_no_time(tmp_path: Path, hours: object) -> None:
    assert faults(tmp_path, put("poll_reminder_hours", value=hours))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (put("digests", value={"preview_hours": 73}), "digests.preview_hours"),
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


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"departments": ["katu"]}, "“katu” is not a department"),
        ({"roles": ["king"]}, "“king” is not known"),
        ({"title": {"en": "Adviser"}}, "has no text in suomi"),
        ({"value": ""}, "desk.grants[0].value"),
        ({"name": "x"}, "is not a setting of the city"),
        ({"role": ["editor"]}, "Did you mean roles?"),
    ],
)
def test_grants_that_cannot_be_used(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    [fault] = faults(tmp_path, desk(**more))
    assert said in fault
    assert fault.startswith("desk.grants[0]")
