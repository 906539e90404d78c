"""What the desk asks of each kind of item: how it is shown, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.desk import Desk
from core.model import Item, ItemKind
from core.ports import Store
from core.scene import Scene


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as moderators read it. ``about`` is its theme, poll or discussion; ``path`` its
    public page, where it has one."""

    text: str
    about: str
    path: str = ""


class Source(Protocol):
    """One kind of item. The texts stay where they were written; the desk keeps none of them."""

    kind: ItemKind
    cards: bool
    """Whether each waiting item gets a card of its own (while few wait)."""
    rewords: bool
    """Whether its author can be asked to say it otherwise."""
    recalls: bool
    """Whether what was let through can be hidden later."""

    secret: bool
    """Whether nobody may ever learn who wrote it: its times are not kept, and of approval, which
    would tell whose it is, nothing is told."""

    def seen(self, scene: Scene, item: Item) -> Seen | None:
        """None where it is gone."""
        ...

    def texts(self, store: Store, refs: Sequence[str]) -> Sequence[str]:
        """Of many at once, for comparing; those that are gone are left out."""
        ...

    def release(self, desk: Desk, item: Item) -> None:
        """It may be read by others from now on."""
        ...

    def stop(self, desk: Desk, item: Item, final: bool) -> None:
        """It may not, or no longer; ``final``: it was rejected (`Item.rule`, `Item.reason`).
        Refusal where it is too late."""
        ...

    def rewrite(self, desk: Desk, item: Item, text: str) -> None:
        """Its author said it otherwise, or personal data was taken out. Personal data is hidden
        in the text already."""
        ...

    def muted(self, desk: Desk, item: Item, until: datetime) -> None:
        """Its author may not write in its place before then, which the desk sees to; where others
        keep a door there, they are told."""
        ...
