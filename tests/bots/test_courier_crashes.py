"""A process that dies at each step of a delivery, and the next one that goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bots.courier import Courier
from core.ports import Store
from tests.bots.posting import LEASE, Post
from tests.fakes import FakeChannel


class Dying:
    """A courier whose process dies once it has got to the ``step``."""

    def __init__(self, post: Post, step: str) -> None:
        self._post, self._step, self._runs = post, step, 0
        self.dead = asyncio.Event()
        if step == "while it is sent":
            post.channel.gate.clear()
        self.courier = Courier(
            post.channel, self._run, self._read, post._render, post._resolve, post.clock,
            post._trouble, lease=LEASE, sleep=post._nap,
        )  # fmt: skip

    async def _run(self, work: Callable[[Store], Any]) -> Any:
        self._runs += 1
        if self._step == "before it is claimed" or (
            self._step == "sent, before that is noted" and self._runs > 1
        ):
            await self._die()
        return await self._post.records.intake.run(work)

    async def _read(self, look: Callable[[Store], Any]) -> Any:
        if self._step == "claimed, before it is rendered":
            await self._die()
        return await self._post.records.reader.read(look)

    async def _die(self) -> None:
        self.dead.set()
        await asyncio.Event().wait()

    async def live(self) -> None:
        """Until it is dead, or all is done."""
        ways = [self.courier.round(), self.dead.wait()]
        if self._step == "while it is sent":
            ways.append(self._post.channel.begun.wait())
        tasks = [asyncio.ensure_future(_both(ways[0], self.courier.landed))]
        tasks += [asyncio.ensure_future(way) for way in ways[1:]]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.courier.stop(grace=0)
        self._post.channel.gate.set()


async def _both(first: Awaitable[object], then: Callable[[], Awaitable[None]]) -> None:
    await first
    await then()


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ("before it is claimed", 1),
        ("claimed, before it is rendered", 1),
        ("while it is sent", 1),
        ("sent, before that is noted", 2),  # the one case that docs/digests.md tells of
        ("noted", 1),
    ],
)
@pytest.mark.parametrize("posted", [False, True], ids=["told", "posted"])
async def test_the_next_process_goes_on(records: Any, step: str, sent: int, posted: bool) -> None:
    post = Post(records, Begun())
    await (post.publish() if posted else post.tell("Hei"))
    await Dying(post, step).live()
    post.courier = post.hire(records.intake.run)
    await post.carry()
    before = len(post.channel.chats.get("-1", []))
    assert before == (step != "while it is sent" and not step.startswith("claimed"))
    post.clock.advance(LEASE + 1)
    await post.carry()
    assert len(post.channel.chats["-1"]) == sent
    assert post.pending() == {"done": 1}
    post.clock.advance(LEASE + 1)
    await post.carry()
    assert len(post.channel.chats["-1"]) == sent
    await post.courier.stop()


class Begun(FakeChannel):
    """Tells when a call has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    async def _call(self, kind: str, where: str) -> None:
        self.begun.set()
        await super()._call(kind, where)
