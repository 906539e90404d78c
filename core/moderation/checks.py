"""What machines see in a text before a person looks: each check says what it saw."""

from dataclasses import dataclass

from core import clean, markers
from core.desk import Turn
from core.model import Finding


@dataclass(frozen=True, slots=True)
class Examined:
    """The text as it may be kept, and what the checks found in it."""

    text: str
    found: tuple[Finding, ...]


def examine(turn: Turn, text: str, place: str) -> Examined:
    """Hides personal data, and looks at the rest."""
    text, _ = markers.hide(clean.lines(text))
    return Examined(text, look(turn, text, place))


def look(turn: Turn, text: str, place: str) -> tuple[Finding, ...]:
    """Of a text in which personal data is hidden already."""
    hidden = markers.kinds(text)
    return (Finding("personal", " ".join(hidden)),) if hidden else ()
