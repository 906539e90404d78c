"""What many people wrote, in few words: who wrote the same, and the words that most of them used.

Forms of a word count as one by the root that is left without its endings (`core.stems`): no
dictionary has all compounds. Shown is the form that most people wrote.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from core.stems import root
from core.words import STOP

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


@lru_cache(16)
def summary(written: tuple[tuple[str, int], ...]) -> Summary:
    """Of texts and how often each was written. Kept, for every chat is shown the same."""
    same = defaultdict[tuple[str, ...], Counter[str]](Counter)
    forms = defaultdict[str, Counter[str]](Counter)
    answers = Counter[str]()
    for text, n in written:
        parts = _PARTS.findall(text.casefold())
        same[tuple(map(_key, filter(_says, parts))) or (text,)][text] += n
        for name, word in _used(parts).items():
            answers[name] += n
            forms[name][word] += n
    return Summary(
        sum(n for _, n in written),
        _most((shown(texts), texts.total()) for texts in same.values()),
        _most((shown(forms[name]), n) for name, n in answers.items() if n > 1)[:MOST_WORDS],
    )


def telling(text: str) -> dict[str, str]:
    """The words of a text that say something: root → the word as it stands there."""
    return _used(_PARTS.findall(text.casefold()))


def _used(parts: Iterable[str]) -> dict[str, str]:
    return {_key(word): word for word in parts if _counts(word)}


def _key(part: str) -> str:
    return root(part) if part.isalpha() and len(part) > 1 else part


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
