"""Text as Telegram measures it: in UTF-16 units."""

import unicodedata

from core.clean import harmless

_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})
_JOINERS = "\u200d\ufe0f"  # a cut text must not end in half of a joined emoji
ELLIPSIS = "…"


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
    return cut(" ".join(harmless(text).split()), limit)
