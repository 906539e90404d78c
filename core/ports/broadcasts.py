"""What is stored of broadcasts, and what became of their deliveries."""

from datetime import datetime
from typing import Protocol

from core.model import Broadcast, BroadcastState


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
    def withdraw_broadcast(self, id: int) -> str | None:
        """Takes back what is not on its way yet; the first chat in order that got nothing so, or
        None."""
        ...

    def broadcast_figures(self, id: int) -> dict[str, int]:
        """Deliveries by state; those that failed by their reason as well (``dead: reason``)."""
        ...

    def broadcast_held(self, id: int, now: datetime) -> int:
        """How many wait for a later time."""
        ...
