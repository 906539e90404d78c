"""The courier, over a real store and a channel that fails as told."""

import asyncio

from core.events import Address
from core.messages import Message
from tests.bots.posting import GAPS, PUISTO, Post


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
