"""What the courier does when sending, or keeping what came of it, fails."""

from bots.courier import GONE, MOST_TRIES
from core.errors import TryAgain
from core.events import Address
from core.ports import SendFailed
from tests.bots.posting import LEASE, PUISTO, Post


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
