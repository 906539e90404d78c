"""Text from outside, made fit to keep and to show: what was written stays, what only harms goes."""

import re
import unicodedata
from functools import cache

_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
# Control characters, direction overrides and isolates, which could turn the words around them.
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_BROKEN = re.compile("[\ud800-\udfff]")
_ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ACCENT_RUN = re.compile(f"([{_ACCENTS}]{{2}})[{_ACCENTS}]+")
_MARKLESS = re.compile("[\x00-\u02ff\u2000-\u20cf\u2100-\u2bff]*")
"""Latin letters, punctuation, symbols: what most texts are of."""
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*(\n\s*)*")


@cache
def _mark_run() -> re.Pattern[str]:
    """Over four marks on a letter. Hebrew with points and accents, Thai, Tibetan need up to four;
    accents that belong to no script get two, as in Vietnamese."""
    codes = (chr(code) for code in range(0x300, 0x10000))
    marks = "".join(char for char in codes if unicodedata.category(char) in ("Mn", "Me"))
    return re.compile(f"([{marks}]{{4}})[{marks}]+")


def harmless(text: str) -> str:
    """Without what could hide, reverse or cover other text on the reader's screen, or break a
    request: control characters, NUL, direction overrides, piles of marks, half characters."""
    if text.isprintable() and len(text.encode("latin-1", "ignore")) == len(text):
        return text  # nothing of all that: most of what we write ourselves
    text = _DROPPED.sub("", _BREAKS.sub("\n", text))
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", _BROKEN.sub("\ufffd", text))
    if _MARKLESS.fullmatch(text):
        return text
    return _mark_run().sub(r"\1", _ACCENT_RUN.sub(r"\1", text))


def lines(text: str) -> str:
    """Several lines: harmless, blanks and empty lines folded, ends trimmed."""
    return _EMPTY_LINES.sub("\n\n", _BLANKS.sub(" ", harmless(text))).strip()


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
