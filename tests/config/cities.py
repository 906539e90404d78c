"""A city file as small as one can be, changed one way or another."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.city import load_city
from config.faults import ConfigFault
from core.city import City

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


def put(*path: str | int, value: object) -> Change:
    def change(city: dict[str, Any]) -> None:
        entry: Any = city
        for key in path[:-1]:
            entry = entry[key]
        entry[path[-1]] = value

    return change


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


def desk(**more: Any) -> Change:
    title = {"fi": "Neuvoja", "sv": "Rådgivare", "en": "Adviser"}

    def change(city: dict[str, Any]) -> None:
        city["departments"][1]["home"] = "desk:kadut"
        grant = {"value": "streets", "title": title, "departments": ["kadut"], **more}
        city["desk"] = {"claim": "realm_access.roles", "grants": [grant]}

    return change
