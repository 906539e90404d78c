"""The catalogues say everything that the code says, and say it with the same placeholders."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from core.texts import LOCALE, known, pick, plain, texts

ROOT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("web/**.html", "jinja2")]
KEYWORDS = {"t": None, "plural": (1, 2), "_mark": None}
PLACEHOLDER = re.compile(r"\{(\w*)\}")


def placeholders(words: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(words))


def said() -> set[str | tuple[str, str]]:
    found = set()
    for folder in ("core", "bots"):
        for _, _, message, _, _ in extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS, comment_tags=()
        ):
            found.add(message if isinstance(message, str) else tuple(message[:2]))
    return found


def catalogue(language: str):
    with (LOCALE / language / "LC_MESSAGES" / "kuulolla.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_everything_said_is_translated_and_nothing_else(language):
    there = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue(language) if m.id}
    assert there == said()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_translations_are_whole_and_keep_their_placeholders(language):
    for message in catalogue(language):
        if not message.id:
            continue
        sources = (message.id,) if isinstance(message.id, str) else message.id
        targets = (message.string,) if isinstance(message.string, str) else message.string
        for source, target in zip(sources, targets, strict=True):
            assert target.strip(), f"{language}: {source!r} is not translated"
            assert sorted(PLACEHOLDER.findall(target)) == sorted(PLACEHOLDER.findall(source)), (
                source
            )


def test_numbers_times_and_plurals_follow_the_language():
    when = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # summer time began half an hour ago
    fi, sv, en = texts("fi"), texts("sv"), texts("en")
    assert fi.time(when, "Europe/Helsinki") == "29.3.2026 klo 4.30"
    assert sv.time(when, "Europe/Helsinki") == "29.3.2026 kl. 4.30"
    assert en.time(when, "Europe/Helsinki") == "29 Mar 2026, 04:30"
    assert fi.plural("{n} vote", "{n} votes", 1) == "1 ääni"
    assert fi.plural("{n} vote", "{n} votes", 1200) == "1\N{NO-BREAK SPACE}200 ääntä"
    assert fi.percent(0.624) == "62\N{NO-BREAK SPACE}%"


def test_placeholders_in_what_people_wrote_are_not_read():
    said = texts("fi")("Your vote: {option}", option="{option.__class__} {0}")
    assert said == "Äänesi: {option.__class__} {0}"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("sv-FI", "sv"), ("EN", "en"), ("fi_FI", "fi"), ("de", None), ("", None), (None, None)],
)
def test_a_clients_language_tag(tag, language):
    assert known(tag) == language


def test_a_missing_language_says_which_one_is_shown():
    assert pick({"sv": "Ja"}, "en") == "Ja (svenska)"
    assert pick({"sv": "Ja", "en": "Yes"}, "en") == "Yes"
    assert plain({"sv": "Ja"}, "en") == "Ja"
    assert pick({}, "en") == plain({}, "en") == ""
