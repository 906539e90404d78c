"""Inflection, judged by simplemma: all the forms that it knows of what the example city names."""

from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from simplemma.strategies.dictionaries import dictionary_factory, frontcode

from config.city import load_city
from core.beginnings import beginnings
from core.inflected import stems
from core.stems import stem
from core.words import words

ESPOO = Path(__file__).parents[2] / "config" / "espoo.yaml"
IRREGULAR = {
    "fi": "vesi käsi mies lapsi yö tie työ koe sade rengas ihminen nainen katu puu talo huone kone "
    "kieli pää maa suo venäläinen silta ranta aika poika valmis eläin avain puhelin",
    "sv": "barn bok stad man fot hand natt tand land öga vatten cykel väg skola kvinna dotter hus "
    "träd park bro strand is",
    "en": "",
}


def keywords(language: str) -> set[str]:
    city = load_city(ESPOO)
    return {word for each in (*city.themes, *city.others) for word in each.keywords[language]}


@cache
def forms(language: str) -> dict[str, set[str]]:
    """Lemma → the forms that the dictionary has of it, abbreviations left out. Read as a stream,
    and once: as a dict it would take 350 MB."""
    lemmas = keywords(language) | set(IRREGULAR[language].split())
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
    found = forms(language)
    known = missed = 0
    for lemma in keywords(language) & set(found):
        words_ = found[lemma]
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



@pytest.mark.parametrize(("language", "least"), [("fi", 0.87), ("sv", 0.78)])
def test_any_form_finds_any_other_and_little_else(language, least):
    """Each form is sought among all of its word (of which Swedish has many that nobody has written
    for centuries), and among those of the next word."""
    listed = IRREGULAR[language].split()
    found = {lemma: sorted(forms(language)[lemma]) for lemma in listed}
    known = missed = others = wrong = 0
    for lemma, following in pairwise([*listed, listed[0]]):
        for form in found[lemma][:: 5 if language == "fi" else 1]:
            if len(form) < 3:
                continue
            sought = stems(form)
            for one in found[lemma]:
                known, missed = known + 1, missed + (stem(one) not in sought)
            for one in found[following][:20]:
                others, wrong = others + 1, wrong + (stem(one) in sought)
    assert known > 1500 and (known - missed) / known >= least
    assert wrong / others < 0.01
