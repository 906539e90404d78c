"""What a round-up is made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.city import Part
from core.events import Address
from core.messages import AnyBlock
from core.scene import Scene
from core.texts import Texts

MOST = 5
"""How many items of a kind a round-up shows; the page has the rest."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell. ``at``: when it became news; None for what is never news by itself.
    ``standing``: it is shown again in each round-up, not only when it is new. Without ``theme``
    or ``areas`` it concerns everybody; with ``chats`` it is told in those alone."""

    section: str
    id: int
    at: datetime | None
    standing: bool = False
    theme: str | None = None
    areas: tuple[str, ...] = ()
    chats: tuple[Address, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.section}-{self.id}"


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of item.

    ``gather``: all items of the kind that are new since then, or standing, in the order in which
    they are shown. ``show``: one item, [] where it is gone meanwhile; its text may begin with
    the given number. ``line``: the item in a line, for the editor; "" where it is gone.
    ``path``: the page that has the rest. ``verbs``: buttons whose presses in a chat say that
    this kind is liked there. ``subject``: what a post that shows it is touched by.
    """

    name: str
    part: Part
    title: Callable[[Texts], str]
    gather: Callable[[Scene, datetime, datetime], Iterable[Item]]
    show: Callable[[Scene, int, str], list[AnyBlock]]
    line: Callable[[Scene, int], str]
    path: str
    verbs: frozenset[str] = frozenset()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a round-up is for: a chat, or a subscriber. No themes or areas: all of them."""

    themes: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    chat: Address | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a round-up, in its order, and how many more there are by section."""

    items: tuple[Item, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict)
    news: bool = False
