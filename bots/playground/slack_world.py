"""The workspace of the Slack stand-in: its state, and nothing of HTTP."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from typing import Any

from bots.playground.slack_rules import elements_of
from bots.playground.slack_text import called, called_by_blocks, called_loosely, unique
from bots.playground.slack_types import (
    App,
    Call,
    Channel,
    Json,
    Message,
    Ping,
    ResponseUrl,
    SlackError,
    Trigger,
    User,
)

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS, RESPONSE_USES = 1800.0, 5
# Told of every message that all can see: what it is now, and what it was.
Listener = Callable[[Message | None, Message | None], None]


class SlackWorld:
    def __init__(
        self,
        seed: Callable[["SlackWorld"], None],
        app: App | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app, self.clock, self._seed = app or App(), clock, seed
        self.version = 0
        self.on_message: Listener = lambda new, old: None
        self._readers: set[asyncio.Event] = set()
        self._serial = 0
        self._last_ts = 0
        self.reset()

    def reset(self) -> None:
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.ephemerals: dict[str, dict[str, Message]] = {}
        self.homes: dict[str, Json] = {}
        self.modals: dict[str, list[Json]] = {}
        self.notices: dict[str, list[Json]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.pings: list[Ping] = []
        self.calls: deque[Call] = deque(maxlen=10_000)
        self.counts: Counter[tuple[str, str | None]] = Counter()
        self.add_user(User(self.app.user, self.app.name, official=False, bot=True))
        self._seed(self)
        self.touch()

    # --- change notification

    def touch(self) -> None:
        self.version += 1
        for reader in self._readers:
            reader.set()

    async def subscribe(self) -> AsyncIterator[int]:
        """The current version at once, then the newest one after every change."""
        changed = asyncio.Event()
        self._readers.add(changed)
        try:
            while True:
                changed.clear()
                yield self.version
                await changed.wait()
        finally:
            self._readers.discard(changed)

    # --- people and places

    def add_user(self, user: User) -> None:
        self.users[user.id] = user

    def add_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})

    def direct(self, user: str) -> Channel:
        """The direct conversation of a user with the app, made when first needed."""
        name = f"D{user[1:]}"
        if name not in self.channels:
            self.add_channel(Channel(name, "", [user, self.app.user], im=True))
        return self.channels[name]

    def names(self) -> dict[str, str]:
        return {user.name: user.id for user in self.users.values()}

    # --- ids

    def serial(self, prefix: str) -> str:
        self._serial += 1
        return f"{prefix}{self._serial:08X}"

    def new_ts(self) -> str:
        """Slack's id of a message: the time in microseconds, never twice the same."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_trigger(self, user: str, view: str | None = None) -> str:
        key = self.serial("13345224609.738474920.")
        self.triggers[key] = Trigger(user, self.clock(), view)
        return key

    def spend_trigger(self, key: Any) -> Trigger:
        trigger = self.triggers.get(key) if isinstance(key, str) else None
        if trigger is None:
            raise SlackError("invalid_arguments", ["invalid `trigger_id`"])
        if self.clock() - trigger.made > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        key = self.serial("RESPONSE")
        ts, thread = (message.ts, message.thread_ts) if message else (None, None)
        self.response_urls[key] = ResponseUrl(user, channel, self.clock(), ts, thread)
        return key

    def spend_response_url(self, key: str) -> ResponseUrl:
        url = self.response_urls.get(key)
        if url is None or self.clock() - url.made > RESPONSE_SECONDS:
            raise SlackError("expired_url")
        if url.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        url.uses += 1
        return url

    # --- messages

    def find(self, channel: str, ts: str, user: str | None = None) -> Message | None:
        """A message that `user` can see; with None, one that everyone can see."""
        shown = self.messages.get(channel, {}).get(ts)
        private = self.ephemerals.get(user or "", {}).get(ts)
        return shown or (private if private and private.channel == channel else None)

    def put(self, message: Message) -> None:
        """Add or replace a message, and call those whom it mentions."""
        message.blocks = self.with_ids(message.blocks)
        if message.only_for:
            self.ephemerals.setdefault(message.only_for, {})[message.ts] = message
        else:
            old = self.messages[message.channel].get(message.ts)
            self.messages[message.channel][message.ts] = message
            self._ping(message)
            self.on_message(message, old)
        self.touch()

    def remove(self, message: Message) -> None:
        if message.only_for:
            self.ephemerals[message.only_for].pop(message.ts, None)
        else:
            self.messages[message.channel].pop(message.ts, None)
            self.on_message(None, message)
        self.touch()

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Slack names the blocks and elements that have no name."""
        named = []
        for block in blocks:
            block = {**block, "block_id": block.get("block_id") or self.serial("b")}
            for entry in elements_of(block):
                if not entry.get("action_id"):
                    entry["action_id"] = self.serial("a")
            named.append(block)
        return named

    def _ping(self, message: Message) -> None:
        targets = [*called(message.text), *called_by_blocks(message.blocks)]
        if message.loose:
            targets += called_loosely(message.text, self.names())
        members = self.channels[message.channel].members
        for target in unique(targets):
            crowd = target in ("channel", "here", "everyone")
            people = [user for user in members if crowd or user == target]
            reached = tuple(user for user in people if user != message.user)
            self.pings.append(Ping(message.channel, message.ts, message.user, target, reached))

    def notice(self, user: str, what: str, error: str, **more: Any) -> None:
        """What Slack's own client tells a person when the app fails them."""
        entry = {"ts": self.new_ts(), "what": what, "error": error, **more}
        self.notices.setdefault(user, []).append(entry)
        self.touch()

    def log(self, call: Call) -> None:
        self.calls.append(call)
        self.counts[call.method, call.channel] += 1

    def snapshot(self) -> Json:
        """All that a page needs to draw the workspace."""
        return {
            "version": self.version,
            "team": {"id": self.app.team, "name": self.app.team_name},
            "app": {"id": self.app.id, "user": self.app.user, "name": self.app.name,
                    "commands": sorted(self.app.commands)},
            "users": [asdict(user) for user in self.users.values()],
            "channels": [
                {**asdict(channel), "messages": _drawn(self.messages[channel.id])}
                for channel in self.channels.values()
            ],
            "ephemerals": {user: _drawn(kept) for user, kept in self.ephemerals.items()},
            "homes": self.homes,
            "modals": {user: stack for user, stack in self.modals.items() if stack},
            "notices": self.notices,
            "pings": [asdict(ping) for ping in self.pings],
        }  # fmt: skip


def _drawn(messages: Mapping[str, Message]) -> list[Json]:
    return [asdict(message) for message in messages.values()]
