"""What a text says: its words, the dictionary forms that they may be of, and the character n-grams
that alike words share.

A dictionary knows inflected words; n-grams find what is in no dictionary: a word inside a compound,
a slip of the finger, a name. Dictionaries are handed in, for they are files; without them n-grams
do alone.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

ALIKE = 0.75
"""Share of a word's n-grams from which another word has it in it, or is a slip of it."""
STOP = frozenset(
    "ja tai on ei ovat oli olla ole että jos kun kuin mikä mitä missä mistä mihin milloin"
    " koska miksi miten kuka kenelle minä minun me meidän te hän se sen siellä siitä tämä"
    " tämän nyt vain myös mutta niin noin voi voiko voisi voisiko saa saako pitää pitäisi aina"
    " taas vielä hei moi kiitos tuo joku jokin ihan och att det är en ett som på av för med"
    " till den har inte om när var vad hur vem varför kan man får jag vi ni de han hon från"
    " vid hej tack ska the is are and or of to in at for with it this that what when where who"
    " why how can do does did my our your we you an be has have not there from hi".split()
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"[^\W\d_]{2,}|\d{2,4}")


class Lemmas(Protocol):
    """Dictionaries of Finnish, Swedish and English. ``name`` tells which, and of which version:
    what was kept by others is made anew."""

    @property
    def name(self) -> str: ...
    def of(self, words: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Of each word, in small letters, the dictionary forms that it may be of; what no
        dictionary has is not among them."""
        ...


class NoLemmas:
    """Before there are dictionaries."""

    name = ""

    def of(self, words: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        return {}


NO_LEMMAS = NoLemmas()


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return _WORD.findall(text.casefold())


def said(
    texts: Sequence[str], lemmas: Lemmas, unknown: Callable[[str], str] = str
) -> list[list[str]]:
    """Of each text the words that say something, in all the dictionary forms that they may be of;
    of those that no dictionary has, what ``unknown`` makes of them."""
    found = [[w for w in _TOKEN.findall(text.casefold()) if w not in STOP] for text in texts]
    known = lemmas.of({word for text in found for word in text})
    return [
        [form for word in text for form in known.get(word) or (unknown(word),)] for text in found
    ]


# --- n-grams -------------------------------------------------------------------------------------


@lru_cache(2048)
def grams(word: str) -> frozenset[str]:
    """Three letters each; a word's first and last ones with a blank."""
    padded = f" {word} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def alike(word: str, other: str) -> bool:
    """Whether one is part of the other, or a slip of it."""
    ours, theirs = grams(word), grams(other)
    return len(ours & theirs) >= ALIKE * min(len(ours), len(theirs))
