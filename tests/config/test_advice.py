"""What works in a city file, and is probably not meant."""

from pathlib import Path
from typing import Any

import pytest

from config.advice import warnings
from tests.config.cities import Change, desk, load, put, small


def only_an_admin_for_streets(city: dict[str, Any]) -> None:
    city["officials"][0]["departments"] = ["neuvonta"]
    city["officials"][1]["roles"] = ["admin"]


def without_editors(city: dict[str, Any]) -> None:
    city["officials"].pop(1)


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


def test_a_grant_of_nothing_is_warned_of(tmp_path: Path) -> None:
    said = warnings(load(tmp_path, desk(departments=[])))
    assert any("“streets” grants no department and no role" in line for line in said)
