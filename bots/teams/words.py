"""Words, made fit for cards."""

from core.clean import harmless

NOTHING = "–"


def cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: max(0, most - 1)] + "…"[:most]


def line(words: str, most: int) -> str:
    """One line that is never empty."""
    return cut(" ".join(harmless(words).split()), most) or NOTHING
