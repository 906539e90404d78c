"""The courier, over a real store and a channel that fails as told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bots.courier import GONE, IN_FLIGHT, MOST_TRIES, Courier, Do
from core.errors import TryAgain
from core.events import Address
from core.messages import Message, text
from core.model import REMOVE, RESTRICT, Delivery, Show
from core.ports import Limits, Removal, Restriction, SendFailed, Store
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


@pytest.fixture
async def post(records) -> AsyncIterator[Post]:
    post = Post(records)
    yield post
    post.channel.gate.set()
    await post.courier.stop()


# --- several processes ------------------------------------------------------------------------


async def test_another_process_carries(post: Post) -> None:
    post.duty.held = False
    await post.tell("Hei")
    await post.carry()
    assert post.channel.calls == [] and post.pending() == {"waiting": 1}
    post.duty.held = True
    await post.carry()
    assert post.channel.summaries("-1") == ["Hei"]


async def test_what_was_claimed_when_the_duty_was_lost_is_not_sent(post: Post) -> None:
    """Whoever has the duty now sends it, and need not wait for the lease."""
    await post.tell("Hei")
    await post.tell("Hei", PUISTO)
    rendered = post._render

    def lose(*args) -> Message:
        post.duty.held = False
        return rendered(*args)

    post._render = lose
    courier = post.hire(post.records.intake.run)
    await courier.round()
    await courier.landed()
    assert post.channel.calls == [] and post.pending() == {"waiting": 2}


# --- what goes well --------------------------------------------------------------------------


async def test_a_message_arrives_once(post: Post) -> None:
    await post.tell("Hei")
    await post.carry()
    assert post.channel.summaries("-1") == ["Hei"]
    assert post.pending() == {"done": 1}


async def test_a_chat_gets_its_messages_in_order(post: Post) -> None:
    for n in range(20):
        await post.tell(str(n))
    await post.carry(25)
    assert post.channel.summaries("-1") == [str(n) for n in range(20)]


async def test_a_thousand_changes_are_one_edit(post: Post) -> None:
    await post.publish()
    await post.carry()
    for n in range(1000):
        post.news["poll:1"] = f"{n} votes"
    await post.change("1000 votes")
    await post.change("1001 votes")
    post.clock.advance(GAPS["telegram"])
    await post.carry()
    assert post.channel.calls == [("send", "-1"), ("edit", "-1/1")]
    assert post.channel.summaries("-1") == ["1001 votes"]


async def test_an_edit_waits_for_its_gap(post: Post) -> None:
    await post.publish()
    await post.carry()
    await post.change("2 votes")
    post.clock.advance(GAPS["telegram"] - 0.5)
    await post.carry()
    assert post.channel.summaries("-1") == ["1 vote"]
    post.clock.advance(0.5)
    await post.carry()
    assert post.channel.summaries("-1") == ["2 votes"]


async def test_what_shows_the_same_already_is_not_edited(post: Post) -> None:
    await post.publish()
    await post.carry()
    await post.change("2 votes")
    post.news["poll:1"] = "1 vote"
    post.clock.advance(60)
    await post.carry()
    assert post.channel.calls == [("send", "-1")]
    assert "waiting" not in post.pending() and "sending" not in post.pending()


async def test_a_change_during_an_edit_is_shown_next(post: Post) -> None:
    await post.publish()
    await post.carry()
    await post.change("2 votes")
    post.clock.advance(3)
    post.channel.gate.clear()
    await post.courier.round()
    await post.change("3 votes")
    post.channel.gate.set()
    await post.courier.landed()
    post.clock.advance(3)
    await post.carry()
    assert post.channel.summaries("-1") == ["3 votes"]


async def test_a_resident_is_reached_where_they_are(post: Post) -> None:
    post.contacts["~abc"] = Address("telegram", "42")
    await post.tell("An answer", Address("telegram", "~abc"))
    await post.carry()
    assert post.channel.summaries("42") == ["An answer"]


async def test_a_forgotten_resident_is_let_be(post: Post) -> None:
    await post.tell("An answer", Address("telegram", "~abc"))
    await post.carry()
    assert post.channel.calls == [] and post.troubles == []
    assert post.pending() == {"dead": 1}


# --- fairness and pace -----------------------------------------------------------------------


async def test_a_long_queue_for_one_chat_does_not_hold_up_another(post: Post) -> None:
    for n in range(30):
        await post.tell(f"tori {n}")
    await post.tell("puisto", PUISTO)
    await post.carry(1)
    assert post.channel.summaries("-2") == ["puisto"]


async def test_what_many_sends_came_to_is_kept_however_they_end(post: Post) -> None:
    """Outcomes that come while others are committed are in the next transaction."""
    chats = [Address("telegram", str(n)) for n in range(3 * IN_FLIGHT)]
    for chat in chats:
        await post.tell("Hei", chat)
    await post.carry(rounds=12)
    assert len(post.channel.calls) == len(chats)
    assert post.pending() == {"done": len(chats)}


async def test_one_outcome_that_can_not_be_kept_spoils_no_other(post: Post) -> None:
    for chat in (TORI, PUISTO):
        await post.tell("Hei", chat)
    refused = []

    def run(work):
        def spoiled(store: Store) -> object:
            kept = store.sent

            def sent(delivery: Delivery, *rest: object) -> None:
                if delivery.to == TORI:
                    refused.append(delivery)
                    raise ValueError("not this one")
                kept(delivery, *rest)

            store.sent = sent  # type: ignore[method-assign]
            return work(store)

        return post.records.intake.run(spoiled)

    post.courier = post.hire(run)
    await post.carry()
    assert refused and post.pending() == {"uncertain": 1, "done": 1}


async def test_a_chat_that_hangs_does_not_hold_up_another(post: Post) -> None:
    post.channel.gate.clear()
    await post.tell("slow")
    await post.courier.round()
    await post.tell("quick", PUISTO)
    await post.courier.round()
    await asyncio.sleep(0)
    assert sorted(post.channel.calls) == [("send", "-1"), ("send", "-2")]


async def test_only_so_many_are_in_flight(post: Post) -> None:
    for n in range(60):
        await post.tell("Hei", Address("telegram", f"-{n + 10}"))
    post.channel.gate.clear()
    for _ in range(5):
        await post.courier.round()
    await asyncio.sleep(0)
    post.channel.gate.set()
    await post.courier.landed()
    await post.carry()
    assert post.channel.most_in_flight == IN_FLIGHT
    assert post.pending() == {"done": 60}


async def test_the_platform_gets_so_many_a_second(records) -> None:
    post = Post(records, FakeChannel(limits=Limits(per_second=5, chat_gap=0, edit_gap=3)))
    for n in range(20):
        await post.tell("Hei", Address("telegram", f"-{n + 10}"))
    sent = []
    for _ in range(4):
        await post.carry(5)
        sent.append(len(post.channel.calls))
        post.clock.advance(1)
    assert sent == [5, 10, 15, 20]


async def test_a_chat_gets_so_many_a_second_in_order(records) -> None:
    post = Post(records, FakeChannel(limits=Limits(per_second=30, chat_gap=1, edit_gap=3)))
    for n in range(5):
        await post.tell(str(n))
    shown = []
    for _ in range(5):
        await post.carry(6)
        shown.append(post.channel.summaries("-1"))
        post.clock.advance(1)
    assert shown == [[str(n) for n in range(count)] for count in range(1, 6)]


async def test_after_a_delay_the_gap_still_holds(records) -> None:
    post = Post(records, FakeChannel(limits=Limits(per_second=30, chat_gap=1, edit_gap=3)))
    for n in range(3):
        await post.tell(str(n))
    await post.carry(4)  # the first goes, the others get their turns
    post.clock.advance(60)
    await post.carry(4)
    assert post.channel.summaries("-1") == ["0", "1"]
    post.clock.advance(1)
    await post.carry(4)
    assert post.channel.summaries("-1") == ["0", "1", "2"]


# --- what goes wrong -------------------------------------------------------------------------


async def test_asked_to_wait_only_that_chat_waits(post: Post) -> None:
    post.channel.failing("-1", SendFailed("flood", retry_after=10))
    await post.tell("first")
    await post.tell("second")
    await post.tell("other", PUISTO)
    await post.carry(5)
    assert post.channel.calls.count(("send", "-1")) == 1
    assert post.channel.summaries("-2") == ["other"]
    post.clock.advance(9.9)
    await post.carry()
    assert post.channel.summaries("-1") == []
    post.clock.advance(0.1)
    await post.carry()
    assert post.channel.summaries("-1") == ["first", "second"]
    assert post.troubles == []


async def test_a_passing_failure_is_tried_again_later_and_later(post: Post) -> None:
    post.channel.failing("-1", *[SendFailed("502") for _ in range(4)])
    await post.tell("Hei")
    waits = []
    while not post.channel.summaries("-1"):
        before = post.clock()
        await post.carry(1)
        due = post.records.read(lambda store: store.next_due("telegram"))
        if due:
            waits.append((due - before).total_seconds())
            post.clock.now = due
    assert waits == [2, 4, 8, 16]
    assert post.channel.summaries("-1") == ["Hei"]


async def test_after_a_day_of_failures_it_is_given_up_and_told(post: Post) -> None:
    post.channel.failing("-1", *[SendFailed("502") for _ in range(MOST_TRIES)])
    await post.tell("Hei")
    start = post.clock()
    while due := post.records.read(lambda store: store.next_due("telegram")):
        post.clock.now = max(due, post.clock())
        await post.carry(1)
    assert post.pending() == {"dead": 1}
    assert post.troubles == [("telegram:-1", "502")]
    assert 20 < (post.clock() - start).total_seconds() / 3600 < 28


async def test_a_chat_that_shut_us_out_is_silenced_and_told_once(post: Post) -> None:
    post.channel.failing("-1", SendFailed("blocked", permanent=True))
    await post.tell("first")
    await post.tell("second")
    await post.carry(5)
    await post.tell("third")
    await post.carry(5)
    assert post.channel.calls == [("send", "-1")]
    assert post.troubles == [("telegram:-1", "blocked")]
    assert post.records.read(lambda store: store.silenced()) == {"telegram:-1": "blocked"}
    assert post.pending() == {"dead": 2}


async def test_a_message_that_was_deleted_does_not_silence_its_chat(post: Post) -> None:
    await post.publish()
    await post.carry()
    post.channel.failing("-1/1", SendFailed(GONE, permanent=True))
    await post.change("2 votes")
    post.clock.advance(3)
    await post.carry()
    assert post.troubles == []
    await post.change("3 votes")
    await post.tell("Hei")
    post.clock.advance(60)
    await post.carry()
    assert post.channel.calls == [("send", "-1"), ("edit", "-1/1"), ("send", "-1")]


async def test_an_edit_shut_out_of_the_chat_silences_it(post: Post) -> None:
    await post.publish()
    await post.carry()
    post.channel.failing("-1/1", SendFailed("kicked", permanent=True))
    await post.change("2 votes")
    post.clock.advance(3)
    await post.carry()
    assert post.troubles == [("telegram:-1", "kicked")]


async def test_a_chat_that_moved_is_followed(post: Post) -> None:
    post.channel.failing("-1", SendFailed("moved", moved_to=Address("telegram", "-100")))
    await post.tell("first")
    await post.tell("second")
    await post.carry(5)
    assert post.channel.summaries("-100") == ["first", "second"]
    await post.tell("third")  # the city file still says -1
    await post.carry(5)
    assert post.channel.summaries("-100") == ["first", "second", "third"]


async def test_a_message_left_behind_by_a_move_is_not_edited_any_more(post: Post) -> None:
    await post.publish()
    await post.carry()
    there = Address("telegram", "-100")
    post.channel.failing("-1/1", SendFailed(GONE, permanent=True, moved_to=there))
    await post.change("2 votes")
    post.clock.advance(3)
    await post.carry()
    await post.tell("Hei")
    await post.carry()
    assert post.channel.calls == [("send", "-1"), ("edit", "-1/1"), ("send", "-100")]
    assert post.troubles == []


async def test_what_may_have_arrived_is_not_sent_again(post: Post) -> None:
    post.channel.failing("-1", SendFailed("timed out", uncertain=True))
    await post.tell("Hei")
    await post.carry()
    post.clock.advance(3600)
    await post.carry()
    assert post.channel.calls == [("send", "-1")]
    assert post.pending() == {"uncertain": 1}
    assert post.troubles == [("telegram:-1", "timed out")]


async def test_an_edit_that_may_have_arrived_is_simply_repeated(post: Post) -> None:
    await post.publish()
    await post.carry()
    post.channel.failing("-1/1", SendFailed("timed out", uncertain=True))
    await post.change("2 votes")
    post.clock.advance(3)
    await post.carry()
    post.clock.advance(60)
    await post.carry()
    assert post.channel.summaries("-1") == ["2 votes"]
    assert post.troubles == []


async def test_an_adapter_that_breaks_does_not_spam(post: Post) -> None:
    post.channel.failing("-1", RuntimeError("after it was sent, perhaps"))
    await post.tell("Hei")
    await post.carry()
    post.clock.advance(3600)
    await post.carry()
    assert post.channel.calls == [("send", "-1")]
    assert post.pending() == {"uncertain": 1}


async def test_one_that_fails_to_render_does_not_hold_up_others(post: Post) -> None:
    await post.publish(about="poll:404")
    await post.tell("Hei", PUISTO)
    await post.carry()
    assert post.channel.summaries("-2") == ["Hei"]
    post.news["poll:404"] = "Mended"
    post.clock.advance(60)
    await post.carry()
    assert post.channel.summaries("-1") == ["Mended"]


# --- crashes and leases ----------------------------------------------------------------------


async def test_what_a_dead_courier_held_goes_out_once_its_lease_lapsed(post: Post) -> None:
    await post.tell("Hei")
    claimed = await post.records.write(
        lambda store: store.claim("telegram", post.clock(), LEASE, 8)  # and then it dies
    )
    assert len(claimed) == 1
    await post.carry()
    assert post.channel.calls == []
    post.clock.advance(LEASE)
    await post.carry()
    assert post.channel.summaries("-1") == ["Hei"]


async def test_a_slow_send_is_not_repeated_by_the_same_courier(post: Post) -> None:
    post.channel.gate.clear()
    await post.tell("Hei")
    await post.courier.round()
    post.clock.advance(LEASE + 1)
    await post.courier.round()
    post.channel.gate.set()
    await post.courier.landed()
    await post.carry()
    assert post.channel.summaries("-1") == ["Hei"]


async def test_the_outcome_is_kept_however_long_the_database_is_away(records) -> None:
    post = Post(records)
    away = [TryAgain("locked")] * 5

    async def run(work):
        if post.channel.calls and away:
            raise away.pop()
        return await records.intake.run(work)

    post.courier = post.hire(run)
    await post.tell("Hei")
    await post.carry()
    assert post.channel.summaries("-1") == ["Hei"]
    assert post.pending() == {"done": 1}
    assert post.naps == sorted(post.naps) and len(post.naps) == 5


# --- the loop --------------------------------------------------------------------------------


async def test_a_commit_wakes_it(post: Post) -> None:
    post.records.woken.append(post.courier.wake)
    post.courier.start()
    await post.tell("Hei")
    async with asyncio.timeout(5):
        await post.channel.arrived.wait()
    assert post.channel.summaries("-1") == ["Hei"]


async def test_stopping_waits_for_what_is_on_its_way(post: Post) -> None:
    post.channel.gate.clear()
    await post.tell("Hei")
    await post.courier.round()
    stopping = asyncio.create_task(post.courier.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    post.channel.gate.set()
    await stopping
    assert post.pending() == {"done": 1}


# --- order in a chat ---------------------------------------------------------------------------


async def enforce(post: Post, view: str, **args: str) -> None:
    show = Show(view, args)
    await post.records.write(lambda store: store.tell(TORI, show, "fi", post.clock()))


async def test_a_message_of_somebody_else_is_taken_away(post: Post) -> None:
    await enforce(post, REMOVE, ref="-1/9")
    await post.carry()
    assert post.channel.enforced == [Removal("-1/9")]
    assert post.pending() == {"done": 1} and post.channel.chats == {}


async def test_a_person_is_kept_out_by_the_chat_that_we_know_of_them(post: Post) -> None:
    until = post.clock() + timedelta(days=1)
    post.contacts["~anna"] = Address("telegram", "11")
    for who in ("anna", "nobody any more"):
        await enforce(post, RESTRICT, who=who, until=until.isoformat())
    await post.carry(5)
    assert post.channel.enforced == [Restriction(Address("telegram", "11"), until)]
    assert post.pending() == {"done": 1, "dead": 1} and post.troubles == []


async def test_a_right_that_we_lack_is_told_and_silences_nobody(post: Post) -> None:
    post.channel.failing("-1", SendFailed("not enough rights", permanent=True))
    await enforce(post, REMOVE, ref="-1/9")
    await post.carry()
    assert post.troubles == [("telegram:-1", "not enough rights")]
    await post.tell("Hei")
    await post.carry()
    assert post.channel.summaries("-1") == ["Hei"]


async def test_what_may_have_been_done_is_done_again(post: Post) -> None:
    post.channel.failing("-1", SendFailed("timed out", uncertain=True))
    await enforce(post, REMOVE, ref="-1/9")
    await post.carry()
    post.clock.advance(10)
    await post.carry()
    assert post.channel.enforced == [Removal("-1/9")] and post.troubles == []
