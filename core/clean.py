"""Text from outside, made fit to keep: what was written stays, what only harms goes.

Gone are control characters, NUL, characters that override the direction of text (they can make a
sentence read as another), and piles of combining marks beyond what any living language uses.
"""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*(\n\s*)*")


def lines(text: str) -> str:
    """Several lines: blanks and empty lines folded, ends trimmed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _MARKS.sub(r"\1", _CONTROL.sub("", text))
    text = _BLANKS.sub(" ", text)
    return _EMPTY_LINES.sub("\n\n", text).strip()


def line(text: str) -> str:
    """One line."""
    return " ".join(lines(text).split())


def short(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters, cut at a word, with an ellipsis."""
    text = line(text)
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    word = head.rsplit(" ", 1)[0]
    return (word if len(word) > limit // 2 else head).rstrip(" ,.;:") + "…"
