"""What many people wrote, in few words: who wrote the same, and the words that most of them used.

Words count as one that have a lemma in common, or the root that is left without their endings
(`core.stems`): no dictionary has all compounds, and it takes some forms for another word's. Shown
is the form that most people wrote.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from core.stems import root
from core.words import NO_LEMMAS, STOP, Lemmas

MOST_WORDS = 10
SHORTEST, LONGEST = 3, 40
"""Letters of a word that says something by itself."""
PLAIN = STOP | frozenset(
    "joka jotka josta jossa johon jonka jolla lisää enemmän kaikki sekä kuten mer fler också eller"
    " men alla more all but also as so if they".split()
)
"""Words that many write and that say nothing by themselves."""
_PARTS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


class Summary(msgspec.Struct, frozen=True):
    """``total`` answers; each different one, and each word, with how many answers have it, the
    most frequent first; words that two have at least."""

    total: int
    answers: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, int], ...]


def summary(written: tuple[tuple[str, int], ...], lemmas: Lemmas = NO_LEMMAS) -> Summary:
    """Of texts and how often each was written. Kept, for every chat is shown the same."""
    return _summary(written, lemmas, lemmas.name)


@lru_cache(16)
def _summary(written: tuple[tuple[str, int], ...], lemmas: Lemmas, _: str) -> Summary:
    """For as long as the dictionaries are of that name."""
    same = defaultdict[tuple[str, ...], Counter[str]](Counter)
    forms = defaultdict[str, Counter[str]](Counter)
    answers = Counter[str]()
    split = [(text, n, _PARTS.findall(text.casefold())) for text, n in written]
    key = _keys({part for *_, parts in split for part in parts if part.isalpha()}, lemmas)
    for text, n, parts in split:
        kept = tuple(key.get(part, part) for part in parts if _says(part))
        same[kept or (text,)][text] += n
        for name, word in {key[word]: word for word in parts if _counts(word)}.items():
            answers[name] += n
            forms[name][word] += n
    return Summary(
        sum(n for _, n in written),
        _most((shown(texts), texts.total()) for texts in same.values()),
        _most((shown(forms[name]), n) for name, n in answers.items() if n > 1)[:MOST_WORDS],
    )


def telling(text: str) -> dict[str, str]:
    """The words of a text that say something: root → the word as it stands there."""
    parts = _PARTS.findall(text.casefold())
    return {root(word): word for word in parts if _counts(word)}


def _keys(words: set[str], lemmas: Lemmas) -> dict[str, str]:
    """Of each word a name that all forms of it have."""
    known = lemmas.of(words)
    joined: dict[str, str] = {}

    def found(name: str) -> str:
        while (further := joined.get(name, name)) != name:
            name = further
        return name

    for word in sorted(words):
        for lemma in known.get(word, ()):
            if (other := found(root(lemma))) != (own := found(root(word))):
                joined[other] = own
    return {word: found(root(word)) for word in words}


def _says(part: str) -> bool:
    """Punctuation does not, but for what turns a number or a mood: signs and pictures."""
    return not unicodedata.category(part[0]).startswith("P") or part == "-"


def _counts(part: str) -> bool:
    return part.isalpha() and SHORTEST <= len(part) <= LONGEST and part not in PLAIN


def shown(forms: Mapping[str, int]) -> str:
    """The form that is used most."""
    return min(forms, key=lambda form: (-forms[form], len(form), form))


def _most(found: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(found, key=lambda one: (-one[1], one[0].casefold(), one[0])))
