"""What the courier takes when: nobody waits for another chat, and in a chat all is in order."""

import asyncio
from datetime import timedelta

from bots.courier import IN_FLIGHT
from core.events import Address
from core.model import REMOVE, RESTRICT, Delivery, Show
from core.ports import Limits, Removal, Restriction, SendFailed, Store
from tests.bots.posting import PUISTO, TORI, Post
from tests.fakes import FakeChannel


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
