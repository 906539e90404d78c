"""The state behind the Telegram stand-in, and who may write where. No I/O."""

import asyncio
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from bots.playground.faults import Faults
from bots.playground.telegram.errors import bad_request, forbidden, too_many_requests
from bots.playground.telegram.model import (
    Call,
    CallbackAnswer,
    CallbackQuery,
    Chat,
    ChatType,
    Json,
    Message,
    User,
    Webhook,
)
from bots.playground.telegram.rates import Rates
from bots.playground.telegram.updates import Updates

TOKEN = "4242:playground-stand-in-0000-not-secret"
BOT_USERNAME = "kuulolla_playground_bot"
_MAX_CALLS = 100_000


class TelegramWorld:
    """`clock` is seconds since 1970; every message, expiry and rate is counted by it."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: Callable[[], float] = time.time,
        privacy: bool = True,
        callback_seconds: float = 15.0,
        enforce_rates: bool = False,
    ) -> None:
        self.token = token
        self.clock = clock
        self.privacy = privacy
        self.callback_seconds = callback_seconds
        self.enforce_rates = enforce_rates
        self.bot = User(int(token.split(":")[0]), "Kuulolla", username=BOT_USERNAME, is_bot=True)
        self.faults = Faults()
        self.updates = Updates()
        self.webhook = Webhook()
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.version = 0
        self._wake = asyncio.Event()
        self._numbers: dict[int, int] = {}
        self._next_user = 5_000_000_001
        self._next_query = 4_382_000_000_000_000_001
        self._forget()

    def _forget(self) -> None:
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.photos: dict[str, bytes] = {}
        self.calls: deque[Call] = deque(maxlen=_MAX_CALLS)
        self.rates = Rates()

    def reset(self) -> None:
        """Forget people, chats and messages. What the bot has registered (webhook, commands)
        stays, and ids go on, so that a bot which runs on never meets an old id again."""
        self._forget()
        self.faults.clear()
        self.updates.clear()
        self.touch()

    # Change notification

    def touch(self) -> None:
        self.version += 1
        wake, self._wake = self._wake, asyncio.Event()
        wake.set()

    async def subscribe(self) -> AsyncIterator[int]:
        """The version now, and again after every change (changes in between are one)."""
        seen = self.version
        yield seen
        while True:
            while self.version == seen:
                await self._wake.wait()
            seen = self.version
            yield seen

    # People and places

    def add_user(self, first_name: str, language_code: str = "", user_id: int = 0) -> User:
        user = User(user_id or self._next_user, first_name, language_code)
        if user.id in self.users or user.id == self.bot.id:
            raise ValueError(f"there is a user {user.id} already")
        self._next_user = max(self._next_user, user.id) + 1
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", first_name, members={user.id})
        self.touch()
        return user

    def add_chat(self, chat: Chat) -> Chat:
        if chat.id in self.chats:
            raise ValueError(f"there is a chat {chat.id} already")
        self.chats[chat.id] = chat
        self.touch()
        return chat

    def new_supergroup_id(self) -> int:
        taken = [-chat for chat in self.chats if chat < -1_000_000_000_000]
        return -(max([1_003_000_000_000, *taken]) + 1)

    def chat(self, reference: str) -> Chat:
        """The chat of a `chat_id` parameter, or "chat not found"."""
        if not reference:
            raise bad_request("chat_id is empty")
        if reference.startswith("@"):
            named = reference[1:].lower()
            found = (chat for chat in self.chats.values() if chat.username.lower() == named)
            chat = next((chat for chat in found if chat.type != "private"), None)
        else:
            known = re.fullmatch("-?[0-9]{1,19}", reference)
            chat = self.chats.get(int(reference)) if known else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        return chat

    def open_chat(self, reference: str) -> Chat:
        """A chat that the bot is in."""
        chat = self.chat(reference)
        if chat.type == "private":
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
        elif chat.bot == "kicked":
            raise forbidden(f"bot was kicked from the {_named(chat.type)} chat")
        elif chat.bot == "left":
            raise forbidden(f"bot is not a member of the {_named(chat.type)} chat")
        return chat

    def writable(self, reference: str) -> Chat:
        chat = self.open_chat(reference)
        if chat.type == "channel" and chat.bot != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def count_send(self, chat: Chat) -> None:
        """One more send or edit; refused with 429 where limits are enforced."""
        if not self.enforce_rates:
            return
        group = chat.type in ("group", "supergroup")
        wait = self.rates.wait(self.clock(), chat.id, group=group)
        if wait is not None:
            raise too_many_requests(wait)

    # Messages

    def post(self, chat: Chat, sender: User | None, content: Json, **more: Any) -> Message:
        # Private chats and basic groups count together, as they do for an account.
        counter = chat.id if chat.type in ("supergroup", "channel") else 0
        number = self._numbers[counter] = self._numbers.get(counter, 0) + 1
        message = Message(chat, number, sender, int(self.clock()), content, **more)
        self.messages.setdefault(chat.id, {})[number] = message
        self.touch()
        return message

    def message(self, chat: Chat, message_id: int | None) -> Message | None:
        found = self.messages.get(chat.id, {}).get(message_id or 0)
        return None if found is None or found.deleted else found

    def own(self, message: Message) -> bool:
        """Whether the bot wrote it (what it posts in a channel is the channel's)."""
        return message.sender is self.bot

    # Button presses

    def ask(self, user: User, message: Message, data: str) -> CallbackQuery:
        now = self.clock()
        while self.queries and now - next(iter(self.queries.values())).at > self.callback_seconds:
            del self.queries[next(iter(self.queries))]
        query = CallbackQuery(str(self._next_query), user, message, data, now)
        self._next_query += 1
        self.queries[query.id] = query
        self.updates.add("callback_query", query.as_json(), f"user {user.id}")
        return query

    def answer(self, query_id: str, answer: CallbackAnswer) -> None:
        query = self.queries.pop(query_id, None)
        if query is None or self.clock() - query.at > self.callback_seconds:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        query.answer = answer
        query.answered.set()
        self.touch()

    # The menu of commands, found as Telegram finds it: the narrowest scope, then the language

    def menu(self, chat: Chat, user: User) -> list[dict[str, str]]:
        for scope in _scopes(chat, user):
            for language in dict.fromkeys((user.language_code, "")):
                if commands := self.commands.get((scope, language)):
                    return commands
        return []

    def description(self, kind: str, language: str) -> str:
        own = self.descriptions.get((kind, language))
        return own or self.descriptions.get((kind, ""), "")


def _scopes(chat: Chat, user: User) -> list[str]:
    if chat.type == "private":
        return [f"chat {chat.id}", "all_private_chats", "default"]
    scopes = [f"chat_member {chat.id} {user.id}"]
    admin = user.id in chat.admins
    scopes += [f"chat_administrators {chat.id}"] if admin else []
    scopes += [f"chat {chat.id}"]
    scopes += ["all_chat_administrators"] if admin else []
    return [*scopes, "all_group_chats", "default"]


def _named(kind: ChatType) -> str:
    return {"channel": "channel", "supergroup": "supergroup"}.get(kind, "group")
