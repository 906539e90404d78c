"""Words without their endings, guessed: crude, and the same for most forms of a word."""

import re
from collections.abc import Collection
from functools import lru_cache

from core.words import STOP

_WORD = re.compile(r"[^\W\d_]{2,}|\d{2,4}")
_ENDINGS = re.compile(
    "(?:kin|kaan|kään|han|hän|ko|kö|ni|si|nsa|nsä|mme|nne)?"
    "(?:issa|issä|ista|istä|illa|illä|ilta|iltä|ille|iksi|ina|inä|iden|itten|ien|jen|ssa|ssä|sta|stä|lla"
    "|llä|lta|ltä|lle|ksi|tta|ttä|taan|tään|daan|dään|vat|vät|nut|nyt|ttu|tty|tava|minen|misen|uksen"
    "|yksen|ukset|ykset|uksia|yksiä|us|ys|nen|sen|set|sia|siä|een|iin|aan|ään|oon|öön|uun|yyn|ja|jä|ia|iä"
    "|ta|tä|tu|ty|an|än|en|in|on|ön|un|yn|at|ät|et|it|ot|ut|yt|arna|orna|erna|ning|ade"
    "|(?<![aeiouyäö])(?:ar|or|er|ad)|ing|ies|ed|es|s|n|a|ä)$"
)


def stems(text: str, but: Collection[str] = STOP) -> list[str]:
    """The words that say something, without endings and cut to six letters. Crude, and the same
    for every form: "aurataan", "auraus" and "aurattu" all begin as aura-."""
    return [stem(word) for word in _WORD.findall(text.casefold()) if word not in but]


@lru_cache(4096)
def stem(word: str) -> str:
    return word if word[0].isdigit() else root(word)[:6]


def root(word: str) -> str:
    """A word in small letters without its endings, the same for most of its forms."""
    for _ in range(2):
        shorter = _ENDINGS.sub("", word)
        if len(shorter) < 4:
            break
        word = shorter
    if len(word) > 4:
        word = word.rstrip("aeiouyäöå") if len(word.rstrip("aeiouyäöå")) >= 4 else word
    word = re.sub(r"([kpt])\1", r"\1", word).replace("d", "t")
    return word
