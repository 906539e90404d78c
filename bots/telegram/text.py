"""Text as Telegram takes it: made harmless, and measured in UTF-16 units."""

import re
import unicodedata
from functools import cache

_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
# Control characters, direction overrides and isolates, which could turn the words around them.
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_BROKEN = re.compile("[\ud800-\udfff]")
_ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ACCENT_RUN = re.compile(f"([{_ACCENTS}]{{2}})[{_ACCENTS}]+")
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})
_JOINERS = "\u200d\ufe0f"  # a cut text must not end in half of a joined emoji
ELLIPSIS = "…"


@cache
def _mark_run() -> re.Pattern[str]:
    """Over four marks on a letter. Hebrew with points and accents, Thai, Tibetan need up to four;
    accents that belong to no script get two, as in Vietnamese."""
    codes = (chr(code) for code in range(0x300, 0x10000))
    marks = "".join(char for char in codes if unicodedata.category(char) in ("Mn", "Me"))
    return re.compile(f"([{marks}]{{4}})[{marks}]+")


def clean(text: str) -> str:
    """Without what could hide, reverse or cover other text on the reader's screen."""
    text = _DROPPED.sub("", _BREAKS.sub("\n", text))
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", _BROKEN.sub("\ufffd", text))
    return _mark_run().sub(r"\1", _ACCENT_RUN.sub(r"\1", text))


def visible(text: str) -> bool:
    return any(unicodedata.category(char) not in _UNSEEN and char != "\n" for char in text)


def units(text: str) -> int:
    """Length as Telegram counts it; of clean text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> str:
    """At most ``limit`` (1 or more) units of clean text; what was cut ends in "…", after a word
    where one ends nearby."""
    if units(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    head, space, tail = kept.rpartition(" ")
    if space and head and len(tail) < 30:
        kept = head
    return kept.rstrip().rstrip(_JOINERS) + ELLIPSIS


def line(text: str, limit: int) -> str:
    """Clean text in one line, for a label or a notice."""
    return cut(" ".join(clean(text).split()), limit)
