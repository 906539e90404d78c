"""What machines see in a text before a person looks. Each check says what it saw; none rejects,
unless the city file lets it (`desk.decides`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from rapidfuzz import fuzz

from core import clean, markers
from core.desk import Turn
from core.model import Finding, ItemKind, ItemState
from core.moderation import reading
from core.moderation.sources import SOURCES

FLOOD = 5
"""Texts of one author in `WINDOW` from which it is a flood."""
WINDOW = timedelta(minutes=10)
COMPARED = 25
"""How many of the newest texts in each state a new one is compared with, wherever they are."""
ALIKE = 90.0
SHORTEST = 20
"""Shorter texts are alike by chance."""


@dataclass(frozen=True, slots=True)
class Examined:
    """The text as it may be kept, and what the checks found in it."""

    text: str
    found: tuple[Finding, ...]


def examine(turn: Turn, text: str, place: str, but: str = "") -> Examined:
    """Hides personal data, and looks at the rest."""
    text, _ = markers.hide(clean.lines(text))
    return Examined(text, look(turn, text, place, but))


def look(turn: Turn, text: str, place: str, but: str = "") -> tuple[Finding, ...]:
    """Of a text in which personal data is hidden already. ``but``: the item (its subject) whose
    new wording this is."""
    given = turn.city.moderation
    allowed = (*given.links, *reading.hosts(turn.city.public_url))
    found = (
        *reading.look(text, turn.language, given.words, allowed),
        *_flood(turn, place),
        *_repeated(turn, text, but),
    )
    return found


def _flood(turn: Turn, place: str) -> Iterator[Finding]:
    n = 1 + turn.store.written_since(turn.accounts, turn.now - WINDOW)
    if n >= FLOOD:
        yield Finding("flood", str(n))


def _repeated(turn: Turn, text: str, but: str) -> Iterator[Finding]:
    """By whomever, in whichever chat."""
    plain = reading.plain(text)
    if len(plain) < SHORTEST:
        return
    others = [reading.plain(text) for text in _newest(turn, but)]
    n = sum(fuzz.ratio(plain, other, score_cutoff=ALIKE) > 0 for other in others)
    if n:
        yield Finding("repeated", str(n))


def _newest(turn: Turn, but: str) -> Iterator[str]:
    refs: dict[ItemKind, list[str]] = {}
    for state in (ItemState.WAITING, ItemState.APPROVED, ItemState.REJECTED):
        for kind, ref in turn.store.newest_refs(state, COMPARED):
            if f"item:{kind}.{ref}" != but:
                refs.setdefault(kind, []).append(ref)
    for kind, named in refs.items():
        yield from SOURCES[kind].texts(turn.store, named)
