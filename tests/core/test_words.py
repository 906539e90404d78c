"""Inflection, judged by simplemma: all the forms that it knows of what the example city names."""

from collections import defaultdict
from pathlib import Path

import pytest
from simplemma.strategies.dictionaries import dictionary_factory, frontcode

from config.city import load_city
from core.words import beginnings, words

ESPOO = Path(__file__).parents[2] / "config" / "espoo.yaml"


def keywords(language: str) -> set[str]:
    city = load_city(ESPOO)
    return {word for each in (*city.themes, *city.others) for word in each.keywords[language]}


def forms(language: str, lemmas: set[str]) -> dict[str, set[str]]:
    """Lemma → the forms that the dictionary has of it, abbreviations left out. Read as a stream:
    as a dict it would take 350 MB."""
    data = dictionary_factory._read_decompressed(language)
    turned, _, start = frontcode._read_header(data)
    step = -1 if turned else 1
    wanted = {lemma.encode()[::step] for lemma in lemmas}
    found = defaultdict(set)
    for _, form, lemma in frontcode._iter_records(data, start):
        if lemma in wanted and (word := form[::step].decode()).isalpha() and not word.isupper():
            found[lemma[::step].decode()].add(word.casefold())
    return found


@pytest.mark.parametrize(("language", "least"), [("fi", 0.98), ("sv", 0.97), ("en", 0.97)])
def test_forms_of_a_word_begin_as_foretold(language, least):
    found = forms(language, keywords(language))
    known = missed = 0
    for lemma, words_ in found.items():
        starts = tuple(beginnings(lemma, language))
        known += len(words_)
        missed += sum(not word.startswith(starts) for word in words_)
    assert known > 600
    assert (known - missed) / known >= least


@pytest.mark.parametrize(
    ("word", "language", "form"),
    [
        ("katu", "fi", "kaduilla"),
        ("kuoppa", "fi", "kuopissa"),
        ("hakemus", "fi", "hakemuksestani"),
        ("oppilas", "fi", "oppilaalle"),
        ("vesi", "fi", "vedestä"),
        ("päiväkoti", "fi", "päiväkotien"),
        ("työtön", "fi", "työttömän"),
        ("museum", "sv", "museet"),
        ("gata", "sv", "gatorna"),
        ("library", "en", "libraries"),
    ],
)
def test_inflection(word, language, form):
    assert form.startswith(tuple(beginnings(word, language)))


def test_words_of_a_text():
    assert words("Äiti-Ämpäri, 5 € & iPhone15 😀 o") == ["äiti", "ämpäri", "iphone"]
    assert beginnings("aa", "fi") == {"aa"}
