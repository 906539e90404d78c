"""telegram.Update → Event, or None for what is not for us. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

import msgspec
from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update, User

from bots.telegram import among
from core.events import Address, Command, Event, Joined, Left, Moved, Person, Pressed, Said
from core.texts import known

NAME = among.NAME
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that `to_event` reads; Telegram is asked for no others."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot, to tell its commands from those of other bots in a group. ``reads``: whether what
    people write under its messages there is for it. ``topics``: of forums, as the city file names
    them (``-1001/45``)."""

    username: str
    commands: frozenset[str]
    reads: bool = False
    topics: tuple[str, ...] = ()

    def places(self, event: Event) -> list[Event]:
        """Of a forum that it came into or left, its topics are told of, each as the chat it is."""
        begins = f"{event.where.chat}/"
        topics = [topic for topic in self.topics if topic.startswith(begins)]
        if not isinstance(event, Joined | Left) or not topics:
            return [event]
        return [
            msgspec.structs.replace(event, id=f"{event.id} {topic}", where=address(topic))
            for topic in topics
        ]

    def hears(self, name: str, to: str, private: bool) -> bool:
        if to:
            return to.lower() == self.username.lower()
        return private or name in self.commands


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer goes: the message that was written or pressed, and the press."""

    chat: int
    message: int | None
    query: str | None = None


def event_id(update_id: int) -> str:
    return f"{NAME}:{update_id}"


def address(chat: int | str) -> Address:
    return Address(NAME, str(chat))


def person(id: int, language: str | None) -> Person:
    return Person(NAME, str(id), known(language))


def to_event(update: Update, me: Me, at: datetime) -> Event | None:
    if update.callback_query:
        return _pressed(update.update_id, update.callback_query, at)
    if update.message:
        return _written(update.update_id, update.message, me, at)
    if update.edited_message:
        return _edited(update.update_id, update.edited_message, me, at)
    if update.my_chat_member:
        return _membership(update.update_id, update.my_chat_member, at)
    return None


def origin(update: Update) -> Origin | None:
    if query := update.callback_query:
        if query.message is None:
            return Origin(query.from_user.id, None, query.id)
        return Origin(query.message.chat.id, query.message.message_id, query.id)
    if message := update.message or update.edited_message:
        return Origin(message.chat.id, message.message_id)
    if update.my_chat_member:
        return Origin(update.my_chat_member.chat.id, None)
    return None


def buttons(query: CallbackQuery) -> list[str]:
    """The actions of all buttons of the message that was pressed, as far as it can be seen."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    rows = markup.inline_keyboard if markup else ()
    return [button.callback_data for row in rows for button in row if button.callback_data]


def _pressed(update_id: int, query: CallbackQuery, at: datetime) -> Event | None:
    user, chat = query.from_user, query.message.chat if query.message else None
    where = among.place(query.message) if isinstance(query.message, Message) else None
    if user.is_bot or not query.data:
        return None
    return Pressed(
        id=event_id(update_id),
        who=person(user.id, user.language_code),
        where=where or address(chat.id if chat else user.id),
        at=at,
        private=chat is not None and chat.type == Chat.PRIVATE,
        action=query.data,
        order=update_id,
    )


def _written(update_id: int, message: Message, me: Me, at: datetime) -> Event | None:
    if message.migrate_to_chat_id:
        return _moved(update_id, message, message.migrate_to_chat_id, at)
    if message.is_automatic_forward:
        return among.mirrored(event_id(update_id), message, at) if me.reads else None
    user, private = message.from_user, message.chat.type == Chat.PRIVATE
    if user is None or not _is_person(message):
        return None
    id, who = event_id(update_id), person(user.id, user.language_code)
    where = among.place(message)
    text = (message.text or "")[:among.MAX_TEXT]
    if command := _COMMAND.fullmatch(text):
        name, to, args = command.groups(default="")
        if not me.hears(name.lower(), to, private):
            return None
        return Command(
            id=id,
            who=who,
            where=where,
            at=at,
            private=private,
            name=name.lower(),
            args=args.strip(),
        )
    # An empty text stands for a picture, a voice message…: the rules say what is read.
    if private and (text or _has_content(message)):
        return Said(id=id, who=who, where=where, at=at, private=True, text=text)
    if not private and me.reads and (text or _has_content(message)):
        about = {"id": id, "who": who, "where": where, "at": at, "private": False}
        return among.written(message, about)
    return None


def _edited(update_id: int, message: Message, me: Me, at: datetime) -> Event | None:
    """What was said to us alone stays as it was said first."""
    user = message.from_user
    if user is None or not (me.reads and _is_person(message)) or message.chat.type == Chat.PRIVATE:
        return None
    who = person(user.id, user.language_code)
    about = {"id": event_id(update_id), "who": who, "where": among.place(message), "at": at,
             "private": False}  # fmt: skip
    return among.edited(message, about)


def _is_person(message: Message) -> bool:
    """Anonymous administrators and channels write without an identity that could be answered."""
    user = message.from_user
    known = user is not None and not user.is_bot and user.id not in among.NOBODY
    return known and message.sender_chat is None


def _has_content(message: Message) -> bool:
    """Not so with service messages: pins, payments, shared users…"""
    return message.effective_attachment is not None and message.successful_payment is None


def _moved(update_id: int, message: Message, to: int, at: datetime) -> Moved:
    return Moved(
        id=event_id(update_id),
        who=_actor(message.from_user, message.chat),
        where=address(message.chat.id),
        at=at,
        private=False,
        to=address(to),
    )


def _membership(update_id: int, change: ChatMemberUpdated, at: datetime) -> Event | None:
    was, now = _inside(change.old_chat_member), _inside(change.new_chat_member)
    private = change.chat.type == Chat.PRIVATE
    if was == now or (private and now):  # an unblocked bot waits to be spoken to
        return None
    id, where = event_id(update_id), address(change.chat.id)
    who = _actor(change.from_user, change.chat)
    if now:
        title = (change.chat.title or "")[:among.MAX_TEXT]
        return Joined(id=id, who=who, where=where, at=at, private=False, title=title)
    return Left(id=id, who=who, where=where, at=at, private=private)


def _inside(member: ChatMember) -> bool:
    if member.status == ChatMember.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


def _actor(user: User | None, chat: Chat) -> Person:
    return person(user.id, user.language_code) if user else person(chat.id, None)
