"""What is stored of broadcasts, and how they go into the outbox."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from core.events import Address
from core.model import Broadcast, BroadcastState, Show


class BroadcastStore(Protocol):
    def add_broadcast(self, broadcast: Broadcast) -> Broadcast:
        """``id`` of the argument is ignored; the returned one has its own."""
        ...

    def broadcast(self, id: int) -> Broadcast | None:
        """In a writing transaction nobody else changes it before that ends."""
        ...

    def broadcasts(self, *states: BroadcastState, limit: int = 20) -> list[Broadcast]:
        """Newest first; all states where none is given."""
        ...

    def save_broadcast(self, broadcast: Broadcast) -> None: ...
    def queue_broadcast(
        self, id: int, show: Show, to: Collection[tuple[Address, str, datetime]]
    ) -> None:
        """A delivery for each (chat, language, due), after whatever else there is to send. Who
        has one of this broadcast already, or is silenced, gets none."""
        ...

    def withdraw_broadcast(self, id: int) -> str | None:
        """Takes back what is not on its way yet; the first chat in order that got nothing so, or
        None."""
        ...

    def broadcast_figures(self, id: int) -> dict[str, int]:
        """Deliveries by state; those that failed by their reason as well (``dead: reason``)."""
        ...
