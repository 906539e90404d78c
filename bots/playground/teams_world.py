"""What there is in the stand-in's tenant: people, conversations, messages."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["personal", "groupChat", "channel"]


class Refused(Exception):
    """The Connector's answer to a call that it does not take."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message = status, code, message


@dataclass
class User:
    id: str
    directory_id: str
    name: str
    locale: str = "fi-FI"


@dataclass
class Conversation:
    """``installed``: whether the bot is in its roster. A channel holds threads. ``reads``: its
    owner agreed that the bot reads what does not mention it."""

    id: str
    kind: Kind
    name: str = ""
    installed: bool = True
    reads: bool = False


@dataclass
class Message:
    """``conversation`` has the thread that it is in; ``views`` is what single people see instead,
    until the message is edited."""

    id: str
    conversation: str
    card: Json
    summary: str
    edits: int = 0
    views: dict[str, Json] = field(default_factory=dict)


class TeamsWorld:
    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.messages: dict[str, Message] = {}
        self.written: dict[str, Json] = {}  # by people, as it was told
        self.toasts: list[tuple[str, str]] = []
        self._numbers = itertools.count(1_700_000_000_001)
        self._bells: set[asyncio.Event] = set()

    def number(self) -> str:
        """As Teams names messages: by the milliseconds of their time."""
        return str(next(self._numbers))

    def timestamp(self) -> str:
        """Grows with every look, as the service's own time does."""
        moment = datetime.fromtimestamp(int(self.number()) / 1000, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add(self, conversation: Conversation) -> Conversation:
        self.conversations[conversation.id] = conversation
        return conversation

    def own(self, user: str) -> Conversation:
        """The chat of a person with the bot."""
        id = f"a:{user.removeprefix('29:')}"
        return self.conversations.get(id) or self.add(Conversation(id, "personal"))

    def reached(self, id: str) -> Conversation:
        """The conversation, where the bot may write to it."""
        found = self.conversations.get(id.partition(";")[0])
        if found is None:
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        if not found.installed:
            raise Refused(
                403, "BotNotInConversationRoster", "The bot is not part of the conversation roster."
            )
        return found

    def put(self, conversation: str, card: Json, summary: str, id: str = "") -> Message:
        message = Message(id or self.number(), conversation, card, summary)
        self.messages[message.id] = message
        self.changed()
        return message

    def found(self, conversation: str, id: str) -> Message:
        message = self.messages.get(id)
        if message is None or message.conversation != conversation:
            raise Refused(404, "ActivityNotFoundInConversation", "Activity not found.")
        return message

    def shown(self, chat: str) -> list[Message]:
        """All messages of a chat, those of its threads among them."""
        return [m for m in self.messages.values() if m.conversation.partition(";")[0] == chat]

    def changed(self) -> None:
        for bell in self._bells:
            bell.set()

    async def subscribe(self) -> AsyncIterator[None]:
        """Now, and whenever something changed."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            while True:
                bell.clear()
                yield
                await bell.wait()
        finally:
            self._bells.discard(bell)
