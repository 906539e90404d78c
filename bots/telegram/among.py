"""What people write among others → `Written`, `Edited` and `Mirrored`. Pure.

An ordinary reply tells what it answers and, in a supergroup, the first message of its thread; in a
forum's topic, all is under the topic. Comments to a channel's post are replies to the copy of it
that Telegram itself puts into the linked group."""

from datetime import datetime
from typing import Any

from telegram import Message, MessageOriginChannel

from core.events import Address, Edited, Mirrored, Person, Spot, Written

NAME = "telegram"
NOBODY = frozenset({777000, 1087968824, 136817688})
"""Telegram itself, anonymous administrators, and channels that write as themselves: accounts that
stand for no person."""
MAX_TEXT = 10_000


def place(message: Message) -> Address:
    """A topic is a chat of its own."""
    chat = message.chat.id
    return Address(NAME, f"{chat}/{message.message_thread_id}" if _topic(message) else str(chat))


def ref(message: Message) -> str:
    return f"{message.chat.id}:{message.message_id}"


def written(message: Message, about: dict[str, Any]) -> Written | None:
    """None where it answers nothing. ``about``: who, and when."""
    under = _under(message)
    if not under:
        return None
    return Written(
        **about,
        ref=ref(message),
        under=under,
        text=(message.text or "")[:MAX_TEXT],
        foreign=message.forward_origin is not None,
    )


def edited(message: Message, about: dict[str, Any]) -> Edited | None:
    """Nothing of pictures' captions, which are not read."""
    if not message.text:
        return None
    return Edited(**about, ref=ref(message), text=message.text[:MAX_TEXT])


def mirrored(id: str, message: Message, at: datetime) -> Mirrored | None:
    of = _channel_post(message)
    if of is None:
        return None
    who = Person(NAME, str(message.sender_chat.id) if message.sender_chat else "")
    return Mirrored(
        id=id, who=who, where=place(message), at=at, private=False, ref=ref(message), of=of
    )


def _under(message: Message) -> tuple[Spot, ...]:
    here, found = place(message), list[Spot]()
    above = message.reply_to_message
    if above and not above.forum_topic_created:
        if above.is_automatic_forward and (post := _channel_post(above)):
            found.append(post)
        found.append(Spot(here, ref(above)))
    if _topic(message):
        found.append(Spot(here))
    elif message.message_thread_id:
        found.append(Spot(here, f"{message.chat.id}:{message.message_thread_id}"))
    return tuple(dict.fromkeys(found))


def _channel_post(message: Message) -> Spot | None:
    origin = message.forward_origin
    if not isinstance(origin, MessageOriginChannel):
        return None
    chat = origin.chat.id
    return Spot(Address(NAME, str(chat)), f"{chat}:{origin.message_id}")


def _topic(message: Message) -> bool:
    return bool(message.is_topic_message and message.message_thread_id)
