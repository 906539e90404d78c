"""Messages of the desk → cards: HTML by `bots.web.render`, with what a card needs around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from markupsafe import Markup

from bots.web.render import message
from core.clean import short
from core.messages import Message
from core.texts import Texts

SUMMARY = 120


@dataclass(frozen=True, slots=True)
class Card:
    """``ref`` is the message's own ("" for a reply), ``at`` when it came or changed, in words."""

    ref: str
    summary: str
    body: Markup
    at: str = ""
    answers: Sequence["Card"] = ()


def card(
    t: Texts, shown: Message, ref: str = "", at: str = "", answers: Sequence[Card] = ()
) -> Card:
    return Card(ref, short(shown.summary, SUMMARY), message(t, shown), at, answers)


def packed(shown: Message) -> bytes:
    return msgspec.json.encode(shown)


def unpacked(shown: bytes) -> Message:
    return msgspec.json.decode(shown, type=Message)
