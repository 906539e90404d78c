"""What reaches us from a channel, with no type of any platform in it.

``id`` is the platform's own name for the event, prefixed by the channel, so that a redelivered
event is known again. ``at`` is when our server received it, in UTC: it decides what was in time.
"""

from datetime import datetime

import msgspec


class Address(msgspec.Struct, frozen=True):
    """A chat inside a channel. ``chat`` is opaque to everyone but the channel's adapter.

    A chat that starts with ``~`` is not the platform's: it stands for a resident's private chat
    (``~`` and the resident's pseudonym), whose real address is kept sealed, until it is sent to.
    """

    channel: str
    chat: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """``telegram:-1001`` → Address. ValueError where either half is missing."""
        channel, _, chat = text.partition(":")
        if not channel or not chat:
            raise ValueError(f"not an address (channel:chat): {text!r}")
        return cls(channel, chat)


class Person(msgspec.Struct, frozen=True):
    """Who acted: the account inside the channel, and the language their client speaks, if told."""

    channel: str
    account: str
    language: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """``private`` tells whether only the person and the city see the chat."""

    id: str
    who: Person
    where: Address
    at: datetime
    private: bool = True


class Said(Event, frozen=True, kw_only=True):
    """Free text."""

    text: str


class Pressed(Event, frozen=True, kw_only=True):
    """A button. ``order`` grows with the platform's own order of one person's presses (Telegram's
    update_id, Slack's action_ts in microseconds), so that reordered deliveries leave the last."""

    action: str
    order: int


class Command(Event, frozen=True, kw_only=True):
    """``/name args``; also what a platform offers as an entry of its own (Slack's home: "home")."""

    name: str
    args: str = ""


class Submitted(Event, frozen=True, kw_only=True):
    """A filled form; ``state`` is what the form carried along."""

    form: str
    fields: dict[str, str]
    state: str = ""


class Joined(Event, frozen=True, kw_only=True):
    """The service was added to a chat."""

    title: str = ""


class Left(Event, frozen=True, kw_only=True):
    """The service was removed from a chat, or is not in it yet, or a resident blocked it.
    ``reason`` says more, for the staff."""

    reason: str = ""


class Moved(Event, frozen=True, kw_only=True):
    """The chat lives on at another address (a Telegram group became a supergroup)."""

    to: Address


class Spot(msgspec.Struct, frozen=True):
    """A message, by its chat and its reference as `Channel.send` would give it; without one, the
    chat as a whole, where all of it is one thread (a topic)."""

    where: Address
    ref: str = ""


class Written(Event, frozen=True, kw_only=True):
    """What a person wrote under something else, where others read it. ``ref`` names it;
    ``under``: what it answers, the nearest first. ``text`` is "" where it has none (a picture, a
    voice message); ``foreign``: it was forwarded."""

    ref: str
    under: tuple[Spot, ...]
    text: str
    foreign: bool = False


class Edited(Event, frozen=True, kw_only=True):
    """A person changed what they had `Written`; ``text`` is all that it says now."""

    ref: str
    text: str


class Deleted(Event, frozen=True, kw_only=True):
    """What somebody had `Written` is gone from its chat; ``who`` is its author, or who did it."""

    ref: str


class Mirrored(Event, frozen=True, kw_only=True):
    """The platform itself shows a message of ours in one more chat, where it is answered to (the
    group that is linked to a Telegram channel)."""

    ref: str
    of: Spot
