"""Words, made fit for cards."""

import re

NOTHING = "–"

_HARM = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(words: str) -> str:
    """Without what could break a request, or turn the direction of what follows."""
    return _HARM.sub("", words)


def cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: max(0, most - 1)] + "…"[:most]


def line(words: str, most: int) -> str:
    """One line that is never empty."""
    return cut(" ".join(clean(words).split()), most) or NOTHING
