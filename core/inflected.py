"""From a word as it stands to the words that it may be a form of, and on to the forms of these.

Guessed from endings, for a dictionary of lemmas says one thing of each form, and often another
than was meant: *kadut* are forms of "katu" (a street) and of "katua" (to regret). Too much is
guessed rather than too little, for what is no word is in no text either; the tests count both with
simplemma's forms.
"""

import re
from functools import lru_cache

from core.beginnings import STRENGTHENED, WEAKENED, beginnings, grade
from core.stems import stem

_VOWELS = "aeiouyäöå"
_CLITIC = re.compile("(?:kin|kaan|kään|han|hän|ko|kö|pa|pä)$")
_OWNER = re.compile("(?:ni|si|nsa|nsä|mme|nne)$")
_CASE = re.compile(
    "(?:n|t|a|ä|ta|tä|tta|ttä|na|nä|ksi|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|en|in|an|än|on|ön|un|yn"
    "|hin|han|hän|hen|hon|hön|hun|hyn|seen|siin|den|ten|tten|ien|jen|ja|jä|ia|iä|ita|itä|neen|een"
    "|iin)$"
)
_STEMS = (
    ("ude", ("uus", "us")), ("yde", ("yys", "ys")), ("ute", ("uusi", "uus", "us")),
    ("yte", ("yys", "ys")), ("uute", ("uus",)), ("yyte", ("yys",)), ("uut", ("uus",)),
    ("de", ("si",)), ("te", ("si",)), ("t", ("si", "s")), ("nte", ("nsi",)), ("nne", ("nsi",)),
    ("kse", ("s", "ksi")), ("ks", ("s", "ksi")), ("se", ("nen", "si")), ("s", ("nen", "si")),
    ("he", ("s",)), ("h", ("s",)), ("ime", ("in",)), ("im", ("in",)), ("ee", ("e",)),
    ("aa", ("as", "a", "ata")), ("ää", ("äs", "ä")), ("a", ("as",)), ("ä", ("äs",)),
    ("ii", ("is", "i")), ("e", ("i",)), ("o", ("a",)), ("ö", ("ä",)), ("ei", ("ie",)),
    ("öi", ("yö",)), ("oi", ("uo",)), ("ai", ("aa",)), ("ui", ("uu",)), ("äi", ("ää",)),
    ("aj", ("aika",)), ("oj", ("oika", "aika")),
)  # fmt: skip
"""Of Finnish words: how a stem ends, and how its word does in the dictionary."""
_PLURALS = (("aa", "ai"), ("uu", "ui"), ("ää", "äi"), ("uo", "oi"), ("yö", "öi"), ("ie", "ei"))
"""How short Finnish words end, alone and in the plural."""
_SWEDISH = re.compile("(?:arnas?|ornas?|ernas?|ens?|ets?|nas?|ars?|ors?|ers?|ns?|ts?|s|de|ade|at)$")
_UMLAUT = (
    ("städ", "stad"), ("böck", "bok"), ("händ", "hand"), ("tänd", "tand"), ("stränd", "strand"),
    ("fött", "fot"), ("nätt", "natt"), ("döttr", "dotter"), ("bröd", "broder"),
    ("mödr", "moder"), ("fädern", "fader"), ("söner", "son"), ("rött", "rot"), ("länd", "land"),
    ("ögon", "öga"), ("öron", "öra"), ("män", "man"), ("bönd", "bonde"),
)  # fmt: skip
"""Swedish words whose plural has another vowel, alone or at the end of a compound."""
_ENDINGS = ("", "n", "t", "a", "ä", "en", "ssa", "lla", "ar", "or", "s")
"""What long beginnings go on with: what is cut off a word is cut off these as well."""
_FINNISH_ENDINGS = (
    *_ENDINGS, *"in ta tä tta ttä na nä ksi sta stä ssä lta ltä llä lle han hin hon hun".split(),
    *"hän hön den ten tten ien ia iä ita itä itta ittä issa issä ista istä illa illä".split(),
    *"ilta iltä ille".split(),
    *"iksi ina inä ihin iin isiin jen ja jä oja öjä ojen öjen oissa öissä oista öistä".split(),
    *"oilla öillä oihin öihin neen ni si nsa mme esta estä essa essä ella ellä elle".split(),
)  # fmt: skip
_SWEDISH_ENDINGS = (
    *_ENDINGS, *"et ens ets er arna erna orna arnas ernas na nas ns ade".split(),
)  # fmt: skip


@lru_cache(2048)
def stems(word: str) -> frozenset[str]:
    """As `core.stems.stem` has them: of a word in small letters, and of all its forms."""
    found = {stem(word), *(stem(start) for start in beginnings(word, "en"))}
    for bare in _finnish(word):
        for start in {*beginnings(bare, "fi"), *_plural(bare)}:
            found |= {stem(start + x) for x in (_FINNISH_ENDINGS if len(start) < 5 else _ENDINGS)}
    for bare in _swedish(word):
        for start in beginnings(bare, "sv"):
            found |= {stem(start + x) for x in (_SWEDISH_ENDINGS if len(start) < 6 else _ENDINGS)}
    return frozenset(found)


def _finnish(word: str) -> set[str]:
    return {word}.union(*map(_nominatives, _bared(word)))


def _bared(word: str) -> set[str]:
    """Without what hangs on a word: clitic, owner, case; each may be a part of it."""
    found = {word}
    for ending in (_CLITIC, _OWNER, _CASE, _CASE):
        found |= {x for one in found if len(x := ending.sub("", one)) > 1}
    return found


def _nominatives(stem: str) -> set[str]:
    found = {stem, stem[:-1]} if stem[-1] in "ij" else {stem}
    found |= {one + x for one in found if one[-1:] not in _VOWELS for x in "aäie"}
    for end, words in _STEMS:
        found |= {one[: -len(end)] + x for one in list(found) if one.endswith(end) for x in words}
    found |= {grade(one, STRENGTHENED) for one in found if one[-1:] and one[-1] in _VOWELS}
    weak = {one.removesuffix("s") for one in found if one.endswith(("e", "as", "äs"))}
    found |= {grade(one, WEAKENED) for one in weak if one}
    return {one for one in found if len(one) > 1}


def _plural(word: str) -> set[str]:
    if len(word) > 4:
        return set()
    return {word[: -len(end)] + x for end, x in _PLURALS if word.endswith(end)}


def _swedish(word: str) -> set[str]:
    found = {word, _SWEDISH.sub("", word)}
    for plural, single in _UMLAUT:
        found |= {one.replace(plural, single) for one in list(found) if plural in one}
        found |= {one[: -len(single)] + plural for one in list(found) if one.endswith(single)}
    found |= {one + x for one in list(found) if len(one) > 1 for x in "ae"}
    return {one for one in found if len(one) > 1}
