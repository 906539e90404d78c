"""What people write in threads among others → `Written`, `Edited` and `Deleted`. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from bots.slack.parse import NAME, plain
from core.events import Address, Deleted, Edited, Event, Person, Spot, Written

Json = Mapping[str, Any]
NEW = frozenset({None, "thread_broadcast", "file_share"})
"""Subtypes of messages that a person wrote just now."""
_CALLED = re.compile(r"<[@#!][^<>]*>")


def event(body: Json, at: datetime, chats: Collection[str]) -> Event | None:
    """None where it is in no thread of ``chats``, or an app's own."""
    inner = body.get("event") or {}
    chat, subtype = inner.get("channel"), inner.get("subtype")
    if inner.get("type") != "message" or not isinstance(chat, str) or chat not in chats:
        return None
    id, where = f"{NAME}:{body.get('event_id')}", Address(NAME, chat)
    about = {"id": id, "where": where, "at": at, "private": False}
    if subtype == "message_deleted":
        return _deleted(inner.get("previous_message") or {}, chat, about)
    if subtype == "message_changed":
        return _changed(inner, chat, about)
    return _written(inner, chat, about) if subtype in NEW else None


def _written(message: Json, chat: str, about: dict[str, Any]) -> Written | None:
    if not _of_person(message) or not _in_thread(message):
        return None
    return Written(
        **about,
        who=Person(NAME, message["user"]),
        ref=f"{chat}:{message['ts']}",
        under=(Spot(about["where"], f"{chat}:{message['thread_ts']}"),),
        text="" if message.get("files") else words(message.get("text") or ""),
    )


def _changed(inner: Json, chat: str, about: dict[str, Any]) -> Event | None:
    """Slack also tells so of previews of links, of replies, and of what is deleted but for its
    place."""
    now, before = inner.get("message") or {}, inner.get("previous_message") or {}
    if now.get("subtype") == "tombstone":
        return _deleted(before, chat, about)
    same = now.get("text") == before.get("text")
    if same or not _of_person(now) or not _in_thread(now):
        return None
    who = Person(NAME, now["user"])
    text = words(now.get("text") or "")
    return Edited(**about, who=who, ref=f"{chat}:{now['ts']}", text=text)


def _deleted(message: Json, chat: str, about: dict[str, Any]) -> Deleted | None:
    """Slack does not tell who did it."""
    if not _of_person(message) or not _in_thread(message):
        return None
    return Deleted(**about, who=Person(NAME, message["user"]), ref=f"{chat}:{message['ts']}")


def _of_person(message: Json) -> bool:
    known = isinstance(message.get("user"), str) and isinstance(message.get("ts"), str)
    return known and not message.get("bot_id") and message["user"] != "USLACKBOT"


def _in_thread(message: Json) -> bool:
    return bool(message.get("thread_ts")) and message["thread_ts"] != message["ts"]


def words(text: str) -> str:
    """Without Slack's markup; ids of people and channels mean nothing elsewhere."""
    return plain(_CALLED.sub(lambda found: _label(found[0]), text))


def _label(mark: str) -> str:
    """``<#C1|general>`` → ``#general``; a person is only ``@``."""
    _, _, label = mark.strip("<>").partition("|")
    return f"{mark[1] if mark[1] in '@#' else '@'}{label}" if label else "@…"
