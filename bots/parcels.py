"""What the deliveries of the outbox are when they go out: to whom really, and what is shown there
at this moment."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from core.events import Address
from core.messages import Message
from core.model import REMOVE, RESTRICT, Delivery, Show
from core.people import private_chat
from core.ports import Removal, Restriction, Store

T = TypeVar("T")
ACTS = frozenset({REMOVE, RESTRICT})
"""What a delivery shows where nothing is shown, and something done in the chat."""
NOTHING = Message("")


class Do(Protocol):
    """Work on the store: committed (`bots.intake.Intake.run`), or a look (`Reader.read`)."""

    def __call__(self, work: Callable[[Store], T], /) -> Awaitable[T]: ...


Render = Callable[[Store, Show, str, datetime], Message]
Resolve = Callable[[Store, Address], Address | None]
"""The real address behind an `Address`; None where it is no longer kept."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery ready to go. Without ``to``, there is nobody left to send it to. Deliveries that
    show the same in one language share the message. With ``act``, something is done in the chat,
    and no message sent."""

    to: Address | None
    message: Message
    act: Removal | Restriction | None = None

    @property
    def fingerprint(self) -> str:
        return hashlib.blake2b(msgspec.json.encode(self.message), digest_size=16).hexdigest()


Load = tuple[Delivery, Parcel | Exception]


class Packer:
    def __init__(self, read: Do, render: Render, resolve: Resolve) -> None:
        self._read = read
        self._render = render
        self._resolve = resolve

    async def packed(self, deliveries: list[Delivery], now: datetime) -> list[Load]:
        """What fails to render does not hold up the others."""

        def prepare(store: Store) -> list[Load]:
            made: dict[tuple[str, str, str], Message] = {}
            return [(d, self._parcel(store, d, now, made)) for d in deliveries]

        try:
            if any(delivery.post for delivery in deliveries):
                await self._read(lambda store: store.await_touches())
            return await self._read(prepare)
        except Exception as error:
            return [(d, error) for d in deliveries]

    def _parcel(
        self,
        store: Store,
        delivery: Delivery,
        now: datetime,
        made: dict[tuple[str, str, str], Message],
    ) -> Parcel | Exception:
        """``made``: what was rendered in this look at the store, by what it shows and language."""
        try:
            to, show = self._resolve(store, delivery.to), delivery.show
            if show.view in ACTS:
                act = self._act(store, delivery)
                return Parcel(to if act else None, NOTHING, act)
            key = (show.view, str(show.args), delivery.language)
            if key not in made:
                made[key] = self._render(store, show, delivery.language, now)
            return Parcel(to, made[key])
        except Exception as error:
            return error

    def _act(self, store: Store, delivery: Delivery) -> Removal | Restriction | None:
        """None where whom it is about is not known any more."""
        args = delivery.show.args
        if delivery.show.view == REMOVE:
            return Removal(args["ref"])
        who = self._resolve(store, private_chat(delivery.to.channel, args["who"]))
        return Restriction(who, datetime.fromisoformat(args["until"])) if who else None
