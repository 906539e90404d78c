"""What the checks of moderation see: the whole corpus, and what each says."""

import time
from collections import Counter

import pytest

from bench.moderated import PERSONAL, cases, recall_and_precision, seen
from core.model import Finding
from core.moderation import reading
from core.moderation.words import CHECKS, found
from core.texts import LANGUAGES, texts

WORDS = {"fi": ("perkele", "idiootti"), "sv": ("fan", "skit"), "en": ("fuck",)}


def test_the_corpus_is_large_and_in_three_languages() -> None:
    both = [case for half in cases() for case in half]
    assert len(both) >= 200 and len({case.text for case in both}) == len(both)
    assert min(Counter(case.language for case in both).values()) >= 50
    assert sum(not case.wanted for case in both) >= 60


@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "held out"])
def test_personal_data(half: int) -> None:
    recall, precision = recall_and_precision(cases()[half], PERSONAL)
    assert recall >= 0.98 and precision >= 0.95


@pytest.mark.parametrize("check", ["links", "words", "shouting", "language"])
@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "held out"])
def test_each_check(half: int, check: str) -> None:
    recall, precision = recall_and_precision(cases()[half], frozenset({check}))
    assert recall >= 0.95 and precision >= 0.95


def test_false_alarms_are_few() -> None:
    fine = [case for half in cases() for case in half if not case.wanted]
    assert sum(bool(saw) for saw in seen(fine)) <= 0.02 * len(fine)


def saw(text: str, language: str = "fi") -> dict[str, str]:
    looked = reading.look(text, language, WORDS, ("espoo.fi",))
    return {one.check: one.saw for one in looked}


def test_what_was_seen_is_said() -> None:
    assert saw("p3rk3l3 ja P E R K E L E") == {"words": "P E R K E L E, p3rk3l3"}
    assert saw("Katso paha.xyz ja x.paha.xyz/a") == {"links": "paha.xyz, x.paha.xyz"}
    assert saw("TÄMÄ ON AIVAN VÄÄRIN") == {"shouting": "TÄMÄ AIVAN VÄÄRIN"}
    assert saw("Soita ⟦4⟧ tai ⟦3⟧") == {"personal": "phone email"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("fanit tulivat, fantastista", "fi"),
        ("det fanns en fantastisk park", "sv"),
        ("fan", "fi"),
        ("espoo.fi ja www.espoo.fi/a", "fi"),
        ("klo 12.30.fi", "fi"),
        ("", "fi"),
        ("⟦", "sv"),
        ("?" * 3, "en"),
        ("a" * 2000, "en"),
    ],
)
def test_what_is_let_be(text: str, language: str) -> None:
    assert not set(saw(text, language)) & {"words", "shouting", "language"}
    assert "espoo.fi" not in saw(text, language).get("links", "")


@pytest.mark.parametrize("text", ["*", "a.-", "p e ", "http://[", "x.x", "a-", "A!", "1 "])
def test_hostile_texts_take_no_time(text: str) -> None:
    began = time.process_time()
    saw((text * 5000)[:5000])
    assert time.process_time() - began < 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("check", [*CHECKS, "gone"])
def test_every_finding_has_words(check: str, language: str) -> None:
    assert found(texts(language), Finding(check, "3")).strip()
