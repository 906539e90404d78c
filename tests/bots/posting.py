"""A courier at work, for tests."""

import asyncio
from datetime import datetime

from bots.courier import Courier
from bots.parcels import Do
from core.events import Address
from core.messages import Message, text
from core.model import Delivery, Show
from core.ports import Store
from tests.fakes import Clock, FakeChannel, FakeDuty

GAPS = {"telegram": 3.0}
LEASE = 60.0
TORI = Address("telegram", "-1")
PUISTO = Address("telegram", "-2")


class Post:
    """A courier at work, and what went wrong."""

    def __init__(self, records, channel: FakeChannel | None = None) -> None:
        self.records = records
        self.clock: Clock = records.clock
        self.channel = channel or FakeChannel()
        self.news = {"poll:1": "1 vote"}
        self.contacts: dict[str, Address] = {}
        self.troubles: list[tuple[str, str]] = []
        self.naps: list[float] = []
        self.duty = FakeDuty()
        self.courier = self.hire(records.intake.run)

    def hire(self, run: Do) -> Courier:
        return Courier(
            self.channel,
            run,
            self.records.reader.read,
            self._render,
            self._resolve,
            self.clock,
            self._trouble,
            lease=LEASE,
            duty=self.duty,
            sleep=self._nap,
            jitter=lambda: 1.0,
        )

    def _render(self, store: Store, show: Show, language: str, now: datetime) -> Message:
        words = self.news[show.args["about"]] if show.view == "live" else show.args["words"]
        return Message(words, (text(words),))

    def _resolve(self, store: Store, address: Address) -> Address | None:
        return self.contacts.get(address.chat) if address.chat.startswith("~") else address

    def _trouble(self, store: Store, delivery: Delivery, reason: str, now: datetime) -> None:
        self.troubles.append((str(delivery.to), reason))

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        await asyncio.sleep(0)

    async def tell(self, words: str, to: Address = TORI) -> None:
        show = Show("words", {"words": words})
        await self.records.write(lambda store: store.tell(to, show, "fi", self.clock()))

    async def publish(self, to: Address = TORI, about: str = "poll:1") -> None:
        show = Show("live", {"about": about})
        await self.records.write(lambda s: s.publish(to, show, "fi", self.clock(), [about]))

    async def change(self, news: str, about: str = "poll:1") -> None:
        self.news[about] = news
        await self.records.write(lambda store: store.touch([about], self.clock(), GAPS))

    async def carry(self, rounds: int = 3) -> None:
        """As many looks at the outbox, at one moment."""
        for _ in range(rounds):
            await self.courier.round()
            await self.courier.landed()

    def pending(self) -> dict[str, int]:
        return self.records.read(lambda store: store.pending())
