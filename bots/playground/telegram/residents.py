"""What people do on their phones, and the updates that the bot gets of it."""

import asyncio
import re

from bots.playground.telegram.messages import mirror, thread_of
from bots.playground.telegram.model import (
    BotStatus,
    CallbackAnswer,
    CallbackQuery,
    Chat,
    Json,
    Message,
    User,
)
from bots.playground.telegram.profile import member_json
from bots.playground.telegram.rules import MAX_CALLBACK_DATA_BYTES, MAX_TEXT
from bots.playground.telegram.text import clean, found_entities, utf16_length, utf16_slice
from bots.playground.telegram.world import TelegramWorld

_ANONYMOUS = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
_AS_CHANNEL = User(136817688, "Channel", username="Channel_Bot", is_bot=True)


class Impossible(Exception):
    """The phone would not let a person do this."""


class Residents:
    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    def send(
        self,
        user: int,
        chat: int,
        text: str,
        reply_to: int | None = None,
        topic: int | None = None,
        as_chat: int | None = None,
    ) -> Message:
        """``as_chat``: an administrator who is anonymous (the group itself), or a person who
        writes in the name of a channel of theirs."""
        text = clean(text).strip()
        if not text:
            raise Impossible("an empty message can't be sent")
        if utf16_length(text) > MAX_TEXT:
            raise Impossible(f"a message holds at most {MAX_TEXT} characters")
        content = {"text": text, "entities": found_entities(text)}
        return self._post(user, chat, content, reply_to, topic, as_chat)

    def share(self, user: int, chat: int, content: Json, reply_to: int | None = None) -> Message:
        """Something else than words: a photo (of an album), a sticker, a voice message, or what
        is forwarded."""
        return self._post(user, chat, content, reply_to)

    def _post(
        self,
        user: int,
        chat: int,
        content: Json,
        reply_to: int | None = None,
        topic: int | None = None,
        as_chat: int | None = None,
    ) -> Message:
        place, person = self._place(chat), self._person(user)
        self._check_may_write(person, place)
        answered = self._message(place, reply_to) if reply_to is not None else None
        place.started = place.started or place.type == "private"
        stands_in = {place.id: _ANONYMOUS}.get(as_chat or 0, _AS_CHANNEL) if as_chat else None
        sender = None if place.type == "channel" else stands_in or person
        thread = topic or (thread_of(place, answered) if answered else None)
        more = {"thread_id": thread, "sender_chat": self._place(as_chat) if as_chat else None}
        message = self._world.post(place, sender, content, reply_to=answered, **more)
        if self._bot_sees(message):
            self._tell_message(message)
        mirror(self._world, message)
        return message

    def delete(self, user: int, chat: int, message_id: int) -> None:
        """Bots are told nothing of it."""
        message = self._message(self._place(chat), message_id)
        if message.sender is not self._person(user):
            raise Impossible("only one's own message can be deleted")
        message.deleted = True
        self._world.touch()

    def edit(self, user: int, chat: int, message_id: int, text: str) -> Message:
        """A person corrects an own message; the bot gets `edited_message`."""
        place = self._place(chat)
        message = self._message(place, message_id)
        text = clean(text).strip()
        if message.sender is not self._person(user) or not text:
            raise Impossible("only one's own message can be edited, and not to nothing")
        message.content = {"text": text, "entities": found_entities(text)}
        message.edited = int(self._world.clock())
        self._world.touch()
        if self._bot_sees(message):
            self._world.updates.add("edited_message", message.as_json(), f"chat {place.id}")
        return message

    def start(self, user: int, payload: str = "") -> Message:
        """The START button, or a `?start=` link; a blocked bot is unblocked by it."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise Impossible("a start payload is up to 64 characters of A-Z a-z 0-9 _ -")
        if self._place(user).blocked:
            self.block(user, blocked=False)
        return self.send(user, user, f"/start {payload}".strip())

    def block(self, user: int, *, blocked: bool = True) -> None:
        chat, person = self._place(user), self._person(user)
        if chat.blocked == blocked:
            return
        before = member_json(self._world, chat, self._world.bot)
        chat.blocked = blocked
        self._tell_membership(chat, person, before)

    async def press(
        self,
        user: int,
        chat: int,
        message_id: int,
        data: str,
        *,
        forged: bool = False,
        wait: float = 5.0,
    ) -> CallbackAnswer | None:
        """What the phone then shows; None when the bot didn't answer within `wait` seconds."""
        query = self.tap(user, chat, message_id, data, forged=forged)
        try:
            await asyncio.wait_for(query.answered.wait(), wait)
        except TimeoutError:
            return None
        return query.answer

    def tap(
        self, user: int, chat: int, message_id: int, data: str, *, forged: bool = False
    ) -> CallbackQuery:
        """A press whose answer nobody waits for. `forged`: as a tampered client would send it."""
        place, person = self._place(chat), self._person(user)
        message = self._message(place, message_id)
        if place.type != "channel" and person.id not in place.members:
            raise Impossible(f"user {user} is not in chat {chat}")
        if not 1 <= len(data.encode("utf-8", "surrogatepass")) <= MAX_CALLBACK_DATA_BYTES:
            raise Impossible("callback data is 1 to 64 bytes")
        offered = [button.get("callback_data") for row in message.inline_keyboard for button in row]
        if not forged and data not in offered:
            raise Impossible("there is no such button on the message")
        return self._world.ask(person, message, data)

    def migrate(self, chat: int) -> Chat:
        """A basic group becomes a supergroup with a new id."""
        old = self._place(chat)
        if old.type != "group" or old.migrated_to is not None:
            raise Impossible("only a basic group can become a supergroup")
        new_id = self._world.new_supergroup_id()
        new = Chat(new_id, "supergroup", old.title, "", set(old.members), set(old.admins), old.bot)
        self._world.add_chat(new)
        actor = self._someone(old)
        self._tell_message(self._world.post(old, actor, {"migrate_to_chat_id": new_id}))
        old.migrated_to = new_id
        self._tell_message(self._world.post(new, actor, {"migrate_from_chat_id": old.id}))
        return new

    def set_bot(self, chat: int, status: BotStatus) -> None:
        """Somebody adds, promotes, demotes or removes the bot."""
        place = self._place(chat)
        if place.type == "private":
            raise Impossible("in a private chat the bot is blocked or unblocked")
        if place.bot == status:
            return
        before, was_in = member_json(self._world, place, self._world.bot), _inside(place)
        place.bot = status
        actor = self._someone(place)
        self._tell_membership(place, actor, before)
        if place.type == "channel" or was_in == _inside(place):
            return
        bot = self._world.bot.as_json()
        content: Json = {"left_chat_member": bot} if was_in else {"new_chat_members": [bot]}
        self._tell_message(self._world.post(place, actor, content))

    def join(self, user: int, chat: int, *, admin: bool = False) -> None:
        place, person = self._place(chat), self._person(user)
        if place.type == "private":
            raise Impossible("nobody joins a private chat")
        fresh = person.id not in place.members
        place.members.add(person.id)
        if admin:
            place.admins.add(person.id)
        else:
            place.admins.discard(person.id)
        self._world.touch()
        if fresh and place.type != "channel" and _inside(place):
            content = {"new_chat_members": [person.as_json()]}
            self._tell_message(self._world.post(place, person, content))

    # What the bot gets to know

    def _bot_sees(self, message: Message) -> bool:
        """In groups with privacy mode: commands for this bot and replies to it."""
        chat, world = message.chat, self._world
        if chat.type == "private":
            return True
        if not _inside(chat):
            return False
        if chat.type == "channel" or chat.bot == "administrator" or not world.privacy:
            return True
        if message.reply_to is not None and world.own(message.reply_to):
            return True
        return self._is_command_here(message)

    def _is_command_here(self, message: Message) -> bool:
        first = next(iter(message.entities), None)
        if first is None or first["type"] != "bot_command" or first["offset"] != 0:
            return False
        name = utf16_slice(message.text, 0, first["length"])
        _, _, addressee = name.partition("@")
        return addressee.lower() in ("", self._world.bot.username.lower())

    def _tell_message(self, message: Message) -> None:
        kind = "channel_post" if message.chat.type == "channel" else "message"
        self._world.updates.add(kind, message.as_json(), f"chat {message.chat.id}")

    def _tell_membership(self, chat: Chat, actor: User, before: Json) -> None:
        changed = {
            "chat": chat.as_json(),
            "from": actor.as_json(),
            "date": int(self._world.clock()),
            "old_chat_member": before,
            "new_chat_member": member_json(self._world, chat, self._world.bot),
        }
        self._world.updates.add("my_chat_member", changed, f"chat {chat.id}")
        self._world.touch()

    # Look-ups

    def _check_may_write(self, user: User, chat: Chat) -> None:
        if chat.migrated_to is not None:
            raise Impossible(f"the group became supergroup {chat.migrated_to}")
        if chat.blocked:
            raise Impossible("the bot is blocked; unblock it first")
        if user.id not in chat.members:
            raise Impossible(f"user {user.id} is not in chat {chat.id}")
        if chat.restricted.get(user.id, 0) > self._world.clock():
            raise Impossible("an administrator has restricted this person")
        if chat.type == "channel" and user.id not in chat.admins:
            raise Impossible("only an administrator writes in a channel")

    def _person(self, user: int) -> User:
        if user not in self._world.users:
            raise Impossible(f"there is no user {user}")
        return self._world.users[user]

    def _place(self, chat: int) -> Chat:
        if chat not in self._world.chats:
            raise Impossible(f"there is no chat {chat}")
        return self._world.chats[chat]

    def _message(self, chat: Chat, message_id: int) -> Message:
        message = self._world.message(chat, message_id)
        if message is None:
            raise Impossible(f"there is no message {message_id} in chat {chat.id}")
        return message

    def _someone(self, chat: Chat) -> User:
        known = sorted(chat.admins or chat.members or self._world.users)
        if not known:
            raise Impossible("there is nobody to do it")
        return self._world.users[known[0]]


def _inside(chat: Chat) -> bool:
    return chat.bot in ("member", "administrator")
