"""Simulated residents: who votes, where, how often, and what is refused."""

from collections import Counter

import pytest

from bots.playground.crowd import Crowd
from bots.playground.telegram import CHANNEL, GROUP, Impossible, Residents, TelegramWorld, seed
from bots.playground.telegram.model import Message


class Pauses:
    """Time that passes at once; `meanwhile` is done in each pause."""

    def __init__(self, meanwhile=lambda: None) -> None:
        self.taken: list[float] = []
        self.meanwhile = meanwhile

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.meanwhile()


@pytest.fixture
def world() -> TelegramWorld:
    made = TelegramWorld()
    seed(made)
    return made


def post(world: TelegramWorld, chat: int, *polls: int, text: str = "Where?\nmore") -> Message:
    rows = [
        [{"text": f"Option {n}", "callback_data": f"vote:{poll}:{n}"}]
        for poll in polls
        for n in range(3)
    ]
    content = {"text": text}
    return world.post(world.chats[chat], world.bot, content, markup={"inline_keyboard": rows})


def crowd_of(world: TelegramWorld, pauses: Pauses, seed: str = "") -> Crowd:
    return Crowd(world, Residents(world), seed=seed, pause=pauses)


def votes(world: TelegramWorld) -> list[tuple[int, int, str]]:
    return [(q.user.id, q.message.chat.id, q.data) for q in world.queries.values()]


async def test_everybody_votes_once_in_every_chat_that_shows_the_poll(world) -> None:
    post(world, GROUP, 1)
    post(world, CHANNEL, 1)
    post(world, GROUP, 2)
    pauses = Pauses()
    crowd = crowd_of(world, pauses)
    assert await crowd.vote("1", 60, seconds=3) == 60
    cast = votes(world)
    assert len({user for user, _, _ in cast}) == len(cast) == 60
    assert {chat for _, chat, _ in cast} == {GROUP, CHANNEL}
    assert {data for _, _, data in cast} <= {"vote:1:0", "vote:1:1", "vote:1:2"}
    assert 2.5 < sum(pauses.taken) <= 3
    assert crowd.busy is None


async def test_who_comes_later_is_somebody_else(world) -> None:
    post(world, CHANNEL, 1)
    post(world, CHANNEL, 2)
    crowd = crowd_of(world, Pauses())
    await crowd.vote("1", 20, 0)
    await crowd.vote("1", 10, 0)
    assert len({user for user, _, _ in votes(world)}) == 30
    assert len(crowd.people) == 30
    await crowd.vote("2", 25, 0)  # but the same people may vote on another poll
    assert len(crowd.people) == 30


async def test_the_seed_decides(world) -> None:
    async def choices(seed_of_crowd: str) -> Counter[str]:
        fresh = TelegramWorld()
        seed(fresh)
        post(fresh, GROUP, 1)
        await crowd_of(fresh, Pauses(), seed_of_crowd).vote("1", 100, 0)
        return Counter(data for _, _, data in votes(fresh))

    assert await choices("a") == await choices("a")
    assert await choices("a") != await choices("b")


async def test_progress_can_be_watched(world) -> None:
    post(world, CHANNEL, 7)
    seen: list[dict] = []
    pauses = Pauses(lambda: seen.append(crowd.busy))
    crowd = crowd_of(world, pauses)
    await crowd.vote("7", 10, seconds=0.5)
    assert [busy["done"] for busy in seen] == [2, 4, 6, 8]
    assert all(busy["of"] == 10 and busy["poll"] == "7" for busy in seen)


async def test_it_ends_where_the_post_goes_away(world) -> None:
    message = post(world, CHANNEL, 1)

    def take_away() -> None:
        message.deleted = True

    crowd = crowd_of(world, Pauses(take_away))
    assert await crowd.vote("1", 100, seconds=1) == 10
    assert crowd.busy is None
    with pytest.raises(Impossible):
        await crowd.vote("1", 1)


@pytest.mark.parametrize(("poll", "people"), [("2", 5), ("1", 0), ("1", -1), ("1", 1001)])
async def test_what_cannot_be_is_refused(world, poll: str, people: int) -> None:
    post(world, GROUP, 1)
    with pytest.raises(Impossible):
        await crowd_of(world, Pauses()).vote(poll, people)
    assert not world.queries


def test_polls_are_named_by_their_own_posts(world) -> None:
    post(world, GROUP, 1, text="Missä?\nlisää")
    post(world, CHANNEL, 1, text="Var?")
    post(world, GROUP, 1, 2, text="A round-up of several")
    post(world, GROUP, 2, text="Milloin?")
    found = crowd_of(world, Pauses()).polls()
    assert [(poll["poll"], poll["title"]) for poll in found] == [("2", "Milloin?"), ("1", "Missä?")]
    assert found[0]["options"] == ["Option 0", "Option 1", "Option 2"]
