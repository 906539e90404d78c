"""Free answers, summed up: forms of a word are one, what means another thing stays apart."""

import pytest

from core.polls.wordcount import MOST_WORDS, summary
from core.words import NO_LEMMAS, Lemmas


def counted(*texts: str, lemmas: Lemmas = NO_LEMMAS) -> tuple[tuple[str, int], ...]:
    return summary(tuple((text, 1) for text in texts), lemmas).answers


@pytest.mark.parametrize(
    "forms",
    [
        ("puisto", "Puistot", "puistoon", "puistossa!"),
        ("penkki", "penkit", "penkkejä", "Penkkejä."),
        ("laituri", "laiturit", "laiturille"),
        ("Lisää penkkejä", "lisää penkki"),
        ("bänk", "bänkar", "bänken"),
        ("bench", "benches", "Bench"),
    ],
)
def test_forms_of_one_word_are_one(forms: tuple[str, ...], dictionaries: Lemmas) -> None:
    for lemmas in (NO_LEMMAS, dictionaries):
        assert [n for _, n in counted(*forms, lemmas=lemmas)] == [len(forms)]


@pytest.mark.parametrize(
    "forms",
    [
        ("puu", "puut", "puita", "puiden"),
        ("valo", "valot", "valoja", "valoista"),
        ("katu", "kadut", "kadun", "katuja"),
        ("käsi", "kädet", "käsiä"),
        ("roskis", "roskikset"),
        ("hus", "husen", "huset"),
        ("mouse", "mice"),
    ],
)
def test_dictionaries_know_forms_that_endings_do_not_tell(
    forms: tuple[str, ...], dictionaries: Lemmas
) -> None:
    assert len(counted(*forms, lemmas=dictionaries)) == 1
    assert len(counted(*forms)) > 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hyvä", "ei hyvä"),
        ("5 euroa", "10 euroa"),
        ("👍", "👎"),
        ("puisto", "puistotie"),
        ("kirjasto", "kirjanpito"),
        ("?", "!"),
        ("penkki", "pankki"),
        ("+1", "-1"),
    ],
)
def test_what_differs_stays_apart(one: str, other: str, dictionaries: Lemmas) -> None:
    for lemmas in (NO_LEMMAS, dictionaries):
        assert len(counted(one, other, lemmas=lemmas)) == 2


def test_the_form_that_most_wrote_is_shown() -> None:
    found = summary((("Penkki", 1), ("penkkejä", 3), ("Lisää penkkejä", 1), ("sauna", 1)))
    assert found.total == 6
    assert found.answers == (("penkkejä", 4), ("Lisää penkkejä", 1), ("sauna", 1))
    assert found.words == (("penkkejä", 5),)


def test_a_word_counts_once_an_answer_and_empty_words_never() -> None:
    found = summary((("sauna, sauna ja sauna", 2), ("ja että on", 9)))
    assert found.words == (("sauna", 2),)


def test_only_so_many_words() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    found = summary(tuple((f"{x}{y}rk{x}o", 2) for x in letters for y in letters[:2]))
    assert len(found.words) == MOST_WORDS


def test_nothing_written_is_nothing() -> None:
    assert summary(()) == summary(()) and summary(()).total == 0
