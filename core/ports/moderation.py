"""What is stored of moderation."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from core.model import Item, ItemKind, ItemState, Judgement, Mute, Outcome, Waiting


class ModerationStore(Protocol):
    """The desk's items, the log of what was decided, who is muted, and reports."""

    def put_item(self, item: Item) -> None:
        """In the place of the one with its kind and ref, where there is one."""
        ...

    def item(self, kind: ItemKind, ref: str) -> Item | None:
        """In a writing transaction nobody else changes it before that ends."""
        ...

    def drop_item(self, kind: ItemKind, ref: str) -> None:
        """With its reports."""
        ...

    def items(
        self,
        states: Collection[ItemState],
        place: str | None = None,
        limit: int = 10,
        skip: int = 0,
        kind: ItemKind | None = None,
    ) -> list[Item]:
        """Those that are there longest first."""
        ...

    def own_items(
        self, authors: Collection[str], states: Collection[ItemState], limit: int = 50
    ) -> list[Item]:
        """What these accounts wrote, the newest first."""
        ...

    def newest_refs(self, state: ItemState, limit: int) -> list[tuple[ItemKind, str]]:
        """Kind and ref of the newest."""
        ...

    def written_since(self, authors: Collection[str], since: datetime) -> int:
        """How many items of these accounts came, or were decided on, since then."""
        ...

    def waits(self, n: int) -> bool:
        """Whether so many wait at the desk; it costs the same however many do."""
        ...

    def waiting(self, place: str | None = None) -> Waiting: ...
    def written_by(self, authors: Collection[str], place: str) -> dict[ItemState, int]:
        """How many items in each state these accounts have there; states without any are 0."""
        ...

    def add_judgement(self, judgement: Judgement) -> int:
        """Its number."""
        ...

    def settle_appeal(self, judgement: int, outcome: Outcome) -> None: ...
    def judgements(
        self,
        since: datetime,
        until: datetime,
        outcomes: Collection[Outcome] = (),
        limit: int | None = None,
    ) -> list[Judgement]:
        """since <= at < until, newest first; all outcomes where none is given."""
        ...

    def mute(self, mute: Mute) -> None:
        """In the place of an earlier one there."""
        ...

    def muted(self, authors: Collection[str], place: str, now: datetime) -> Mute | None: ...
    def add_report(self, kind: ItemKind, ref: str, person: str, at: datetime) -> bool:
        """False where this person has reported it already."""
        ...

    def reports_by(self, persons: Collection[str], since: datetime) -> int:
        """How much they reported since then."""
        ...
