"""What Telegram's errors mean to the courier, and how they may be spoken of in logs."""

import re
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bots.telegram.faults import NoAnswer, NotSent
from bots.telegram.parse import address
from core.ports import SendFailed

GONE = "gone"
"""The reason of a SendFailed that speaks of one message, not of its chat."""

_NOT_MODIFIED = "message is not modified"
_GONE_MESSAGE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)
_CLOSED_CHAT = (
    "chat not found",
    "chat_write_forbidden",
    "group chat was deactivated",
    "have no rights to send a message",
    "need administrator rights in the channel chat",
    "not enough rights to send text messages",
    "peer_id_invalid",
    "user_deactivated",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
)
_NOT_THERE = ("message to delete not found", "message_id_invalid")
# What follows a colon or stands in quotes may repeat a message, an address or a server's answer.
_DETAIL = re.compile(r":\s|b'|[\"`]|(?<!\w)'")


def summary(error: Exception) -> str:
    """The kind of error and the platform's own words; never a token, a text or a name."""
    kind = type(error).__name__
    if not isinstance(error, TelegramError):
        return kind
    message = error.message.removeprefix("Forbidden: ").removeprefix("Conflict: ")
    words = _DETAIL.split(message, maxsplit=1)[0].strip()[:100]
    return f"{kind}: {words}" if words else kind


def wait(error: Exception) -> float | None:
    """The seconds that Telegram asked for, if it did."""
    if not isinstance(error, RetryAfter):
        return None
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def unchanged(error: Exception) -> bool:
    return isinstance(error, BadRequest) and _NOT_MODIFIED in error.message.lower()


def send_failed(error: TelegramError) -> SendFailed:
    reason = summary(error)
    match error:
        case ChatMigrated(new_chat_id=new):
            return SendFailed("moved", moved_to=address(new))
        case RetryAfter():
            return SendFailed("asked to slow down", retry_after=wait(error))
        case Forbidden():
            return SendFailed(reason, permanent=True)
        case BadRequest():
            return SendFailed(reason, permanent=_says(error, _CLOSED_CHAT))
        case NotSent():
            return SendFailed(reason)
        case TimedOut() | NoAnswer():
            return SendFailed(reason, uncertain=True)
    return SendFailed(reason)


def edit_failed(error: TelegramError) -> SendFailed:
    """As `send_failed`, but an edit may be repeated freely, and the message itself may be gone.

    The messages of a group that became a supergroup can't be edited from either.
    """
    if isinstance(error, ChatMigrated):
        return SendFailed(GONE, permanent=True, moved_to=address(error.new_chat_id))
    if _says(error, _GONE_MESSAGE):
        return SendFailed(GONE, permanent=True)
    failed = send_failed(error)
    failed.uncertain = False
    return failed


def act_failed(error: TelegramError) -> SendFailed | None:
    """None where it is done already. A right that we lack is not given by trying again."""
    if _says(error, _NOT_THERE):
        return None
    failed = send_failed(error)
    failed.uncertain = False
    failed.permanent = failed.permanent or isinstance(error, BadRequest)
    return failed


def answered(error: TelegramError) -> bool:
    """Whether Telegram was reached and serves this bot, though it refused this call."""
    return isinstance(error, BadRequest | Forbidden | ChatMigrated | RetryAfter)


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    message = error.message.lower()
    return isinstance(error, BadRequest) and any(phrase in message for phrase in phrases)
