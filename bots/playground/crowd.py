"""Simulated residents who vote through the Telegram stand-in, as people on their phones would."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from bots.playground.telegram.model import Chat, Json, Message
from bots.playground.telegram.residents import Impossible, Residents
from bots.playground.telegram.world import TelegramWorld

MOST = 1000
PAUSE = 0.1
_VOTE = re.compile(r"vote:(\w+):\w+")


@dataclass(frozen=True)
class Post:
    """One message with one poll's buttons."""

    poll: str
    message: Message
    buttons: list[Json]


class Crowd:
    """Who comes and what they choose follows from ``seed``, the poll and who has voted before."""

    def __init__(
        self,
        world: TelegramWorld,
        residents: Residents,
        *,
        seed: str = "",
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._world, self._residents = world, residents
        self._seed, self._pause = seed, pause
        self.clear()

    def clear(self) -> None:
        self.people: list[int] = []
        self.voted: dict[str, int] = {}
        self.busy: Json | None = None

    def polls(self) -> list[Json]:
        """What can be voted on, the newest first."""
        shown: dict[str, Post] = {}
        for post in self._posts():
            shown.setdefault(post.poll, post)
        return [
            {
                "poll": poll,
                "title": post.message.text.strip().partition("\n")[0],
                "options": [button["text"] for button in post.buttons],
            }
            for poll, post in reversed(shown.items())
        ]

    async def vote(self, poll: str, people: int, seconds: float = 5.0) -> int:
        """So many more residents vote, in every chat that shows the poll, spread over about so
        many seconds. Returns how many could; raises `Impossible` where nobody could begin."""
        if not 1 <= people <= MOST:
            raise Impossible(f"a crowd is 1 to {MOST} people")
        if self.busy:
            raise Impossible("the crowd is voting already")
        if not any(post.poll == poll for post in self._posts()):
            raise Impossible(f"no chat shows the buttons of a poll {poll}")
        self.busy = {"poll": poll, "done": 0, "of": people}
        try:
            return await self._pass_by(poll, people, seconds)
        finally:
            self.busy = None
            self._world.touch()

    async def _pass_by(self, poll: str, people: int, seconds: float) -> int:
        first, done = self.voted.get(poll, 0), 0
        voters = self._members(first, people)
        likes, chances = Random(f"{self._seed} {poll}"), Random(f"{self._seed} {poll} {first}")
        weights = [0.2 + likes.expovariate(1.0) for _ in range(100)]
        steps = max(1, min(people, round(seconds / PAUSE)))
        for step in range(steps):
            posts = [post for post in self._posts() if post.poll == poll]
            if not posts:
                break
            for voter in voters[people * step // steps : people * (step + 1) // steps]:
                self._tap(voter, posts, weights, chances)
                done += 1
            self.voted[poll] = first + done
            self.busy = {"poll": poll, "done": done, "of": people}
            if step + 1 < steps:
                await self._pause(seconds / steps)
        return done

    def _members(self, first: int, people: int) -> list[int]:
        """So many people from number ``first`` on; who is missing is made."""
        for number in range(len(self.people), first + people):
            self.people.append(self._world.add_user(f"Asukas {number + 3}", "fi").id)
        return self.people[first : first + people]

    def _tap(self, voter: int, posts: list[Post], weights: list[float], chances: Random) -> None:
        post = chances.choice(posts)
        data = [button["callback_data"] for button in post.buttons]
        choice = chances.choices(data, weights[: len(data)])[0]
        chat = post.message.chat
        chat.members.add(voter)
        self._residents.tap(voter, chat.id, post.message.id, choice)

    def _posts(self) -> list[Post]:
        """Messages in shared chats whose buttons vote on one poll."""
        return [
            found
            for chat in self._world.chats.values()
            if chat.type != "private" and chat.migrated_to is None
            for message in self._messages(chat)
            if (found := post_of(message))
        ]

    def _messages(self, chat: Chat) -> list[Message]:
        return [m for m in self._world.messages.get(chat.id, {}).values() if not m.deleted]


def post_of(message: Message) -> Post | None:
    buttons = [
        (found[1], button)
        for row in message.inline_keyboard
        for button in row
        if (found := _VOTE.fullmatch(button.get("callback_data", "")))
    ]
    polls = {poll for poll, _ in buttons}
    if len(polls) != 1:
        return None
    return Post(polls.pop(), message, [button for _, button in buttons])
