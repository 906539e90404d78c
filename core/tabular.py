"""Tables for everybody: what their columns mean, and files in which no cell is a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.city import City, Part
from core.ports import Store
from core.texts import LANGUAGES

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` is one of Frictionless's: string, integer, number, date, datetime."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    meaning: str
    columns: tuple[Column, ...]
    rows: Callable[[Store, City, datetime], Iterable[Row]]
    part: Part | None
    """Whose it is; None for what every part has."""


_IN = {"fi": "in Finnish", "sv": "in Swedish", "en": "in English"}


def words(name: str, meaning: str) -> tuple[Column, ...]:
    return tuple(Column(f"{name}_{x}", "string", f"{meaning}, {_IN[x]}") for x in LANGUAGES)


def in_languages(name: str, words: Mapping[str, str]) -> Row:
    return {f"{name}_{language}": words.get(language, "") for language in LANGUAGES}


def time(when: datetime | None) -> str | None:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def as_csv(names: list[str], rows: Iterable[Row]) -> bytes:
    """RFC 4180, UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    writer.writerows([safe(row[name]) for name in names] for row in rows)
    return written.getvalue().encode()


def safe(value: Any) -> Any:
    """What a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def described(columns: Iterable[Column]) -> list[dict[str, str]]:
    return [{"name": c.name, "type": c.kind, "description": c.meaning} for c in columns]


def resource(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "description": table.meaning,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": described(table.columns), "missingValues": [""]},
    }
