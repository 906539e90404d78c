"""What goes out, where to, and what came in."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from core.events import Address
from core.model import (
    Delivery,
    Post,
    Priority,
    Show,
)


class OutboxStore(Protocol):
    """Posts and deliveries. Subjects are what a post shows: ``poll:7``, ``question:12``."""

    def publish(
        self,
        to: Address,
        show: Show,
        language: str,
        at: datetime,
        subjects: Collection[str] = (),
        dedupe: str | None = None,
        priority: Priority = Priority.WAITED_FOR,
        thread_of: str | None = None,
    ) -> None:
        """A post, and the delivery that sends it. Nothing happens where ``dedupe`` is known (to
        `publish` or `tell`, until pruned). A chat that moved gets it where it is now.
        ``thread_of``: as of `tell`."""
        ...

    def adopt(self, post: Post, subjects: Collection[str]) -> None:
        """A message that somebody else sent there (``post.id`` is ignored), so that it is found
        again as a post, and threads can hang from it. ``subjects`` must be none that is touched:
        it cannot be edited."""
        ...

    def posts_about(self, subject: str) -> list[Post]: ...
    def disown(self, post: Post) -> None:
        """It is gone from its chat, and no longer known."""
        ...

    def tell(
        self,
        to: Address,
        show: Show,
        language: str,
        at: datetime,
        thread_of: str | None = None,
        dedupe: str | None = None,
        priority: Priority = Priority.WAITED_FOR,
    ) -> None:
        """A message that is not edited later. ``thread_of``: in the thread of the post about that
        subject in the same chat (the newest), where there is one, once it has been sent."""
        ...

    def tell_all(
        self,
        show: Show,
        to: Collection[tuple[Address, str, datetime]],
        dedupe: str | None = None,
        priority: Priority = Priority.ROUND_UP,
        broadcast: int | None = None,
    ) -> None:
        """The same to many: (chat, language, due). ``dedupe`` is completed by the chat."""
        ...

    def touch(
        self, subjects: Collection[str], at: datetime, edit_gaps: Mapping[str, float]
    ) -> None:
        """What posts about ``subjects`` show has changed: one waiting edit a post, due no sooner
        than ``edit_gaps[channel]`` seconds after its last edit. Posts that are not sent yet will
        show the latest anyway."""
        ...

    def claim(self, channel: str, now: datetime, lease: float, limit: int) -> list[Delivery]:
        """Takes due deliveries, by priority, oldest due first, at most one a chat, for ``lease``
        seconds. Edits wait for their post to be sent, as do threads. Render only when this is
        committed and, in a transaction between the two, touches were awaited: what changes
        later gets an edit of its own. ``tries`` counts this one."""
        ...

    def await_touches(self) -> None:
        """Waits until what others touched so far is committed, or is not. Alone in a transaction:
        one that touched something itself may wait for another that waits for it."""
        ...

    def next_due(self, channel: str) -> datetime | None:
        """When `claim` may next find something: a due time, or the end of a lease."""
        ...

    def sent(self, delivery: Delivery, ref: str, shown: str, at: datetime) -> None:
        """Done. Of an edit nothing is kept but what the post now shows."""
        ...

    def put_off(self, delivery: Delivery, due: datetime, error: str) -> None:
        """Once more, later; nothing happens where the lease lapsed and another took it."""
        ...

    def give_up(self, delivery: Delivery, state: str, error: str) -> None:
        """``state`` is a final DeliveryState: dead or uncertain. A post that was never sent goes
        with it; one that cannot be edited (dead) is not followed any more."""
        ...

    def silence(self, address: Address, reason: str, at: datetime) -> bool:
        """Ends what waits for that chat, and takes nothing new for it. False where it was known."""
        ...

    def unsilence(self, address: Address) -> None: ...
    def silenced(self) -> dict[str, str]:
        """Address to reason."""
        ...

    def move_chat(self, address: Address, to: Address) -> None:
        """The chat goes on at another address: posts, deliveries, digests follow."""
        ...

    def moved(self) -> dict[str, str]:
        """Addresses (as text) that the city file may still name → where they are now."""
        ...

    def pending(self) -> dict[str, int]:
        """Deliveries by state."""
        ...


class ChatStore(Protocol):
    """How adapters find chats and posts again."""

    def keep_reference(self, chat: Address, reference: str) -> None:
        """What the chat's adapter needs to write there, in its own words (Teams: the server that
        speaks for the chat). Of shared chats only: private ones are never kept in clear."""
        ...

    def references(self, channel: str) -> dict[str, str]:
        """Chat to reference."""
        ...

    def showing(self, chat: Address, ref: str) -> tuple[Show, str] | None:
        """What the post with that reference shows, and in which language; None for no post."""
        ...


class EventStore(Protocol):
    """Which events were handled, and what was replied."""

    def seen(self, id: str) -> bytes | None:
        """The reply (encoded), b"" where it was erased, or None where the event is new."""
        ...

    def record(self, id: str, who: str, reply: bytes, at: datetime) -> None:
        """Raises where it is recorded already (by another process, meanwhile)."""
        ...

    def prune(self, before: datetime) -> None:
        """Drops events, finished deliveries and drafts that are older, and what the staff's desk
        on the web has kept for long."""
        ...


def subject(kind: str, id: int) -> str:
    return f"{kind}:{id}"
