"""What it means when a call to the Bot Connector fails. No message here holds a token or a text."""

import json
from collections.abc import Callable

import aiohttp

from core.ports import SendFailed

# The chat can't be written to until people there change something.
ADD_US = (
    "Kuulolla is not installed there. In Teams: open the team or chat, its ⋯ menu, Manage team, "
    "Apps, and add Kuulolla; or ask the Teams administrator."
)
REMEDIES = {
    "BotNotInConversationRoster": ADD_US,
    "ConversationNotFound": f"There is no such chat, or {ADD_US}",
    "BotDisabledByAdmin": "The Teams administrator has switched the app off; ask them.",
    "ConversationBlockedByUser": "The person has blocked the app.",
    "MessageWritesBlocked": "Somebody has blocked the app, or the chat is read only.",
    "NotEnoughPermissions": "The app lacks a right there; install it anew from its package.",
}
GONE = "gone"  # the reason of `SendFailed` that tells that a message, not its chat, is gone
UNTOLD = {403: "BotNotInConversationRoster", 404: "ConversationNotFound"}
"""What it is most likely where only the status tells."""
BUSY = (412, 429, 500, 502, 503, 504)
SHUT_OUT_PAUSE = 300.0  # seconds
TOO_BIG = 413
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class SignInFailed(Exception):
    """No token was given to us: the app's id, secret or tenant is wrong, or the way is blocked."""


FAILURES = (aiohttp.ClientError, OSError, ValueError, TimeoutError, SignInFailed)


def code(error: Exception) -> str:
    """The platform's own name for the fault, "" where there is none."""
    try:
        told = json.loads(getattr(error, "message", ""))
        return str((told.get("error") or told).get("code") or "")
    except (ValueError, TypeError, AttributeError):
        return ""


def status(error: Exception) -> int:
    return getattr(error, "status", 0)


def describe(error: Exception) -> str:
    """For logs: kinds and codes, never contents."""
    if isinstance(error, aiohttp.ClientResponseError):
        return code(error) or f"HTTP {error.status}"
    if isinstance(error, SignInFailed | SendFailed):
        return str(error)
    return type(error).__name__


def reason(error: Exception) -> str:
    """What to do about it, where that is known."""
    name = code(error) or UNTOLD.get(status(error), "")
    return f"{name}: {REMEDIES[name]}" if name in REMEDIES else describe(error)


def send_failed(error: Exception, jitter: Callable[[], float], edit: bool = False) -> SendFailed:
    """An edit done twice is the same as once, so that there is no doubt to tell of."""
    if isinstance(error, SignInFailed):
        return SendFailed(str(error), retry_after=SHUT_OUT_PAUSE, everybody=True)
    if not isinstance(error, aiohttp.ClientResponseError):
        unsure = not edit and not isinstance(error, (*NOT_SENT, ValueError))
        return SendFailed(type(error).__name__, uncertain=unsure)
    if error.status in BUSY:
        return SendFailed(describe(error), retry_after=_retry_after(error, jitter))
    if error.status == 401:
        return SendFailed("Teams refuses our token", retry_after=SHUT_OUT_PAUSE, everybody=True)
    if error.status == TOO_BIG or (edit and error.status == 404):
        return SendFailed(GONE, permanent=True)
    return SendFailed(reason(error), permanent=error.status in (403, 404))


def _retry_after(error: aiohttp.ClientResponseError, jitter: Callable[[], float]) -> float | None:
    """A little more than was asked for, so that not all come back at once. None: the courier's own
    growing pauses, which have a jitter as well."""
    try:
        return max(0.0, float((error.headers or {}).get("Retry-After", ""))) + jitter()
    except ValueError:
        return None
