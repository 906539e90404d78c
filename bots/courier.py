"""Carries what the outbox holds to one channel, at the pace that the platform takes.

Messages are delivered at least once: a message that was sent just before a crash is sent again
once its lease lapses. One that may have arrived (`SendFailed.uncertain`) is not repeated blindly.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from bots.parcels import ACTS, Do, Load, Packer, Parcel, Render, Resolve
from core.duty import ALONE, Duty
from core.errors import TryAgain, kind_and_place
from core.events import Address
from core.model import Delivery, DeliveryState
from core.pace import Pace
from core.ports import Channel, SendFailed, Store

Work = Callable[[Store], object]
Clock = Callable[[], datetime]

log = structlog.get_logger(__name__)

IN_FLIGHT = 48  # messages on their way, one a chat
AT_HAND = 1024  # claimed and not done with at most, where the platform takes so many a second
LEASE = 60.0  # longer than any adapter waits for its platform
LINGER = 0.1  # between two looks, so that a burst of commits is not a burst of claims
BUSY = 0.005  # while enough is at hand
POLL = 2.0  # without being woken
STANDBY = 0.5  # while another process carries
LONGEST_PAUSE = 600.0
MOST_TRIES = 150  # at that pause: about a day
GONE = "gone"
"""What a `SendFailed` says where an edit's message was deleted, while the chat itself is well."""

OnTrouble = Callable[[Store, Delivery, str, datetime], None]
"""Told, in the same transaction, of what was given up and why."""
Note = tuple[Delivery, Work]
"""What the store is to be told of a delivery."""


class Courier:
    """``round`` is one look at the outbox; ``start`` looks again and again until ``stop``. Without
    the duty it claims nothing, and sends nothing of what it has claimed."""

    def __init__(
        self,
        channel: Channel,
        run: Do,
        read: Do,
        render: Render,
        resolve: Resolve,
        clock: Clock,
        on_trouble: OnTrouble,
        lease: float = LEASE,
        duty: Duty = ALONE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._channel = channel
        self._run = run
        self._packer = Packer(read, render, resolve)
        self._clock = clock
        self._on_trouble = on_trouble
        self._lease = lease
        self._duty = duty
        self._sleep = sleep
        self._jitter = jitter
        self._pace = Pace(channel.limits)
        self._most = max(8, min(AT_HAND, int(channel.limits.per_second)))
        self._aboard: set[int] = set()  # claimed, and their outcome not kept yet
        self._loads: deque[Load] = deque()
        self._notes: list[Note] = []
        self._carriers: set[asyncio.Task[None]] = set()
        self._writer: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        self._loop = asyncio.create_task(self._work(), name=f"courier {self._channel.name}")

    async def stop(self, grace: float = 10.0) -> None:
        """Claims nothing more, and waits for what is on its way."""
        self._stopping = True
        self.wake()
        if self._loop:
            await self._loop
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self.landed()
        left = self._at_work()
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def wake(self) -> None:
        """Something may have become due."""
        self._woken.set()

    async def landed(self) -> None:
        """Waits until nothing is on its way, and all outcomes are kept."""
        while tasks := self._at_work():
            await asyncio.wait(tasks)

    def _at_work(self) -> list[asyncio.Task[None]]:
        return [*self._carriers, *([self._writer] if self._writer else [])]

    async def round(self) -> float:
        """Sends off what is due, and returns after how many seconds it pays to look again."""
        if not self._duty.held:
            return STANDBY
        now = self._clock()
        room = min(self._most - len(self._aboard), self._pace.room(now))
        if room <= 0:
            return LINGER
        if len(self._loads) > self._most // 4:
            return BUSY
        claimed, due = await self._run(partial(self._claim, now=now, limit=room))
        ready = await self._in_turn([d for d in claimed if d.id not in self._aboard], now)
        if ready:
            self._take_aboard(await self._packer.packed(ready, now))
        if claimed:
            return 0.0 if len(claimed) == room else LINGER  # there is more, or what came since
        return POLL if due is None else min(POLL, max(LINGER, (due - now).total_seconds()))

    async def _work(self) -> None:
        while not self._stopping:
            self._woken.clear()
            pause = POLL
            try:
                pause = await self.round()
            except TryAgain:
                pass
            except Exception as error:
                log.error("round failed", channel=self._channel.name, **kind_and_place(error))
            if pause and not self._stopping:
                await self._sleep(min(pause, LINGER))
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, pause - LINGER)):
                    await self._woken.wait()

    def _claim(
        self, store: Store, now: datetime, limit: int
    ) -> tuple[list[Delivery], datetime | None]:
        name = self._channel.name
        claimed = store.claim(name, now, self._lease, limit)
        return claimed, None if claimed else store.next_due(name)

    async def _in_turn(self, claimed: list[Delivery], now: datetime) -> list[Delivery]:
        """Those whose turn it is; the others are put off until theirs."""
        turns = [(delivery, self._pace.turn(delivery, now)) for delivery in claimed]
        later = [(delivery, turn) for delivery, turn in turns if turn > now]

        def put_off(store: Store) -> None:
            for delivery, turn in later:
                store.put_off(delivery, turn, "")

        if later:
            await self._run(put_off)
        return [delivery for delivery, turn in turns if turn <= now]

    def _take_aboard(self, loads: list[Load]) -> None:
        self._aboard.update(delivery.id for delivery, _ in loads)
        self._loads.extend(loads)
        for _ in range(min(IN_FLIGHT - len(self._carriers), len(loads))):
            carrier = asyncio.create_task(self._carry())
            self._carriers.add(carrier)
            carrier.add_done_callback(self._carriers.discard)

    async def _carry(self) -> None:
        """One after another, beside other carriers, until nothing is left."""
        while self._loads:
            delivery, parcel = self._loads.popleft()
            outcome = await self._attempt(delivery, parcel)
            self._notes.append((delivery, outcome))
            if self._writer is None:
                self._writer = asyncio.create_task(self._keep_notes())

    async def _keep_notes(self) -> None:
        """Those that came while others were committed go into one transaction."""
        try:
            while self._notes:
                notes, self._notes = self._notes, []
                await self._keep(notes)
                self._aboard.difference_update(delivery.id for delivery, _ in notes)
                self.wake()
        finally:
            self._writer = None

    async def _keep(self, notes: list[Note]) -> None:
        def keep(store: Store) -> None:
            for _, work in notes:
                work(store)

        try:
            await self._settle(keep)
        except Exception as error:
            if len(notes) > 1:  # one of them spoiled it for the others
                for note in notes:
                    await self._keep([note])
            else:
                await self._let_be(notes[0][0], error)

    async def _let_be(self, delivery: Delivery, error: Exception) -> None:
        """The store refused the outcome: not to send the same again and again, no more of it."""
        self._log("outcome not kept", delivery, **kind_and_place(error))
        try:
            await self._settle(lambda s: s.give_up(delivery, DeliveryState.UNCERTAIN, "not kept"))
        except Exception as worse:
            self._log("outcome lost", delivery, **kind_and_place(worse))

    async def _settle(self, work: Work) -> None:
        """Commits, however long the database is away: the messages themselves are out already."""
        pause = LINGER
        while True:
            try:
                await self._run(work)
                return
            except TryAgain:
                await self._sleep(pause)
                pause = min(2 * pause, POLL)

    async def _attempt(self, delivery: Delivery, parcel: Parcel | Exception) -> Work:
        """What the store is to be told once it was tried."""
        if not self._duty.held:
            now = self._clock()
            return lambda store: store.put_off(delivery, now, "another process carries")
        if isinstance(parcel, Exception):
            self._log("not rendered", delivery, **kind_and_place(parcel))
            return self._again(delivery, f"not rendered: {type(parcel).__name__}")
        if parcel.to is None:
            return lambda store: store.give_up(delivery, DeliveryState.DEAD, "nobody there")
        try:
            async with asyncio.timeout(self._lease):
                ref = await self._send(delivery, parcel, parcel.to)
        except SendFailed as failure:
            self._log("not sent", delivery, reason=str(failure))
            return self._failed(delivery, failure)
        except Exception as error:
            self._log("adapter failed", delivery, **kind_and_place(error))
            if _edits(delivery):
                return self._again(delivery, type(error).__name__)
            return self._lost(delivery, DeliveryState.UNCERTAIN, type(error).__name__)
        at, shown = self._clock(), parcel.fingerprint if delivery.post else ""
        return lambda store: store.sent(delivery, ref, shown, at)

    async def _send(self, delivery: Delivery, parcel: Parcel, to: Address) -> str:
        ref = _edits(delivery)
        if parcel.act:
            await self._channel.enforce(to, parcel.act)
            return ""
        if ref is None:
            return await self._channel.send(to, parcel.message, delivery.thread_ref)
        if delivery.post and delivery.post.shown != parcel.fingerprint:
            await self._channel.edit(ref, parcel.message)
        return ref

    def _failed(self, delivery: Delivery, failure: SendFailed) -> Work:
        now, to = self._clock(), failure.moved_to
        if to not in (None, delivery.to):
            return partial(_move, delivery=delivery, to=to, now=now, again=not failure.permanent)
        if failure.retry_after is not None:
            due = now + timedelta(seconds=failure.retry_after)
            if failure.everybody:
                self._pace.stop(due)
            self._pace.hold(delivery, due)
            return lambda store: store.put_off(delivery, due, str(failure))
        acts = delivery.show.view in ACTS
        if failure.permanent and acts:  # a right that we lack says nothing of the chat
            return self._lost(delivery, DeliveryState.DEAD, str(failure))
        if failure.permanent:
            return self._refused(delivery, str(failure))
        if failure.uncertain and _edits(delivery) is None and not acts:
            return self._lost(delivery, DeliveryState.UNCERTAIN, str(failure))
        return self._again(delivery, str(failure))

    def _again(self, delivery: Delivery, reason: str) -> Work:
        if delivery.tries >= MOST_TRIES:
            return self._lost(delivery, DeliveryState.DEAD, reason)
        pause = min(LONGEST_PAUSE, 2.0 ** min(delivery.tries, 16)) * (0.5 + self._jitter() / 2)
        due = self._clock() + timedelta(seconds=pause)
        return lambda store: store.put_off(delivery, due, reason)

    def _lost(self, delivery: Delivery, state: DeliveryState, reason: str) -> Work:
        now = self._clock()

        def settle(store: Store) -> None:
            store.give_up(delivery, state, reason)
            self._on_trouble(store, delivery, reason, now)

        return settle

    def _refused(self, delivery: Delivery, reason: str) -> Work:
        """For good. The chat is silenced, and the staff told once."""
        now = self._clock()

        def settle(store: Store) -> None:
            store.give_up(delivery, DeliveryState.DEAD, reason)
            if reason == GONE:
                tell = _edits(delivery) is None
            else:
                tell = store.silence(delivery.to, reason, now)
            if tell:
                self._on_trouble(store, delivery, reason, now)

        return settle

    def _log(self, what: str, delivery: Delivery, **more: object) -> None:
        log.warning(what, channel=self._channel.name, delivery=delivery.id, **more)


def _edits(delivery: Delivery) -> str | None:
    """The message that is edited, where it is an edit."""
    return delivery.post.ref if delivery.post else None


def _move(store: Store, delivery: Delivery, to: Address, now: datetime, again: bool) -> None:
    """A message that stayed behind in the old chat is not edited any more."""
    store.move_chat(delivery.to, to)
    if again:
        store.put_off(delivery, now, f"moved to {to}")
    else:
        store.give_up(delivery, DeliveryState.DEAD, f"moved to {to}")
