"""What people write in threads among others → `Written`, `Edited` and `Deleted`. Pure.

In a team's channel a conversation's id names its thread; in a group chat, what a message answers
stands in its attachments. Teams brings these messages only where the app may read them (its
manifest says so, and the team's owner agrees), except those that mention it: they are commands."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from bots.teams import parse
from core.events import Deleted, Edited, Event, Spot, Written

Json = dict[str, Any]
QUOTED = "messageReference"
TEXT = ("text/html", "text/plain", QUOTED)
"""Attachments that are the message's own words, or what it answers."""


def event(given: parse.Activity, at: datetime, chats: Collection[str]) -> Event | None:
    """None where it is in no thread of ``chats``."""
    known = given.chat in chats and not given.private and given.account and given.id
    if not known or given.value or parse.mentions_us(given):
        return None
    kind = _kind(given)
    what = "" if given.type == "message" else f"{given.type} {kind}"
    about = {**parse.about(given, at, what), "ref": parse.ref(given.conversation, given.id)}
    match given.type, kind:
        case ("message", _) | ("messageUpdate", "undeleteMessage"):
            under = _under(given)
            return Written(**about, under=under, text=_text(given)) if under else None
        case "messageUpdate", "editMessage":
            return Edited(**about, text=_text(given))
        case "messageDelete", "softDeleteMessage":
            return Deleted(**about)
    return None


def _kind(given: parse.Activity) -> str:
    data = given.body.get("channelData")
    kind = data.get("eventType") if isinstance(data, dict) else ""
    return kind if isinstance(kind, str) else ""


def _under(given: parse.Activity) -> tuple[Spot, ...]:
    _, _, root = given.conversation.partition(";messageid=")
    if root:
        own = root == given.id  # it begins a thread
        return () if own else (Spot(given.where, parse.ref(given.conversation, root)),)
    quoted = [id for one in _attached(given) if (id := _quoted(one))]
    return tuple(Spot(given.where, parse.ref(given.conversation, id)) for id in quoted[:1])


def _attached(given: parse.Activity) -> list[Json]:
    every = given.body.get("attachments")
    return [one for one in every if isinstance(one, dict)] if isinstance(every, list) else []


def _quoted(attachment: Json) -> str:
    if attachment.get("contentType") != QUOTED:
        return ""
    try:
        found = json.loads(attachment["content"])["messageId"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""
    return found if isinstance(found, str) and parse.is_part(found) else ""


def _text(given: parse.Activity) -> str:
    """Nothing of what comes with a picture, a file or a card."""
    more = [one for one in _attached(given) if one.get("contentType") not in TEXT]
    return "" if more else parse.own_words(given.body)
