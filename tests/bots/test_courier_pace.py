"""How fast the courier goes, and what it takes first."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.events import Address
from core.model import Priority, Show
from core.pace import Pace
from core.ports import Limits, SendFailed
from tests.bots.posting import PUISTO, TORI, Post
from tests.fakes import START, FakeChannel

LIMITS = Limits(per_second=30, chat_gap=1, edit_gap=3)


@pytest.fixture
async def post(records) -> AsyncIterator[Post]:
    post = Post(records, FakeChannel(limits=LIMITS))
    yield post
    post.channel.gate.set()
    await post.courier.stop()


def chat(n: int) -> Address:
    return Address("telegram", str(1000 + n))


async def tell_all(post: Post, n: int, priority: Priority) -> None:
    def tell(store) -> None:
        for i in range(n):
            show = Show("words", {"words": priority.name})
            store.tell(chat(i), show, "fi", post.clock(), priority=priority)

    await post.records.write(tell)


async def test_the_allowed_pace_is_used_and_kept(post: Post) -> None:
    await tell_all(post, 400, Priority.BROADCAST)
    seen: list[int] = []
    for _ in range(100):  # ten seconds, with a look ten times a second
        await post.carry(1)
        seen.append(len(post.channel.calls))
        post.clock.advance(0.1)
    assert 0.95 * 300 <= seen[-1] <= 300
    assert all(later - now <= 30 for now, later in zip(seen, seen[10:], strict=False))


async def test_who_waits_for_an_answer_does_not_wait_for_a_broadcast(post: Post) -> None:
    await tell_all(post, 200, Priority.BROADCAST)
    for _ in range(10):
        await post.carry(1)
        post.clock.advance(0.1)
    await post.tell("Vastaus", TORI)
    await post.publish(PUISTO)
    before = len(post.channel.calls)
    await post.carry(1)
    assert "Vastaus" in post.channel.summaries("-1")
    assert post.channel.summaries("-2") == ["1 vote"]
    assert len(post.channel.calls) - before <= 6


async def test_in_one_chat_the_answer_goes_first_too(post: Post) -> None:
    show = Show("words", {"words": "Tiedote"})
    await post.records.write(
        lambda store: store.tell(TORI, show, "fi", post.clock(), priority=Priority.BROADCAST)
    )
    await post.tell("Vastaus", TORI)
    for _ in range(3):
        await post.carry(1)
        post.clock.advance(1)
    assert post.channel.summaries("-1") == ["Vastaus", "Tiedote"]


async def test_a_storm_of_429_halts_those_chats_alone(post: Post) -> None:
    for i in range(5):
        post.channel.failing(str(1000 + i), SendFailed("slow down", retry_after=30))
    await tell_all(post, 10, Priority.BROADCAST)
    for _ in range(10):
        await post.carry(1)
        post.clock.advance(0.2)
    assert sorted(post.channel.chats) == [str(1000 + i) for i in range(5, 10)]
    post.clock.advance(30)
    for _ in range(5):
        await post.carry(1)
        post.clock.advance(0.2)
    assert len(post.channel.chats) == 10


def test_a_pause_for_everybody_holds_all() -> None:
    pace = Pace(LIMITS)
    assert pace.room(START) > 0
    pace.stop(START + timedelta(seconds=30))
    assert pace.room(START + timedelta(seconds=29)) == 0
    assert pace.room(START + timedelta(seconds=30)) > 0


async def test_a_platform_that_shuts_us_out_is_left_alone_for_all_chats(post: Post) -> None:
    post.channel.failing("1000", SendFailed("refused", retry_after=30, everybody=True))
    await tell_all(post, 4, Priority.BROADCAST)
    for _ in range(10):
        await post.carry(1)
        post.clock.advance(1)
    begun = set(post.channel.chats)
    assert len(begun) < 4, "only what was on its way already"
    calls = len(post.channel.calls)
    await post.tell("Vastaus", TORI)
    for _ in range(10):
        await post.carry(1)
        post.clock.advance(1)
    assert len(post.channel.calls) == calls
    post.clock.advance(20)
    for _ in range(10):
        await post.carry(1)
        post.clock.advance(1)
    assert len(post.channel.chats) == 5


async def test_what_all_get_is_rendered_once(post: Post) -> None:
    made: list[str] = []
    rendered = post._render

    def count(store, show, language, now):
        made.append(language)
        return rendered(store, show, language, now)

    post._render = count
    courier = post.hire(post.records.intake.run)
    await tell_all(post, 5, Priority.BROADCAST)
    await courier.round()
    await courier.landed()
    assert len(post.channel.calls) == 5 and made == ["fi"]
