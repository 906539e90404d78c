"""What it means when a call to Slack fails. No message here holds a token, a URL or a text."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from core.ports import SendFailed

# The chat can't be written to until people there change something.
CHAT_CLOSED = frozenset({
    "channel_not_found", "is_archived", "is_inactive", "not_in_channel", "user_not_in_channel",
    "user_not_found", "user_disabled", "user_is_restricted", "users_not_found", "cannot_dm_bot",
    "messages_tab_disabled", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked", "posting_to_channel_denied", "no_permission",
    "access_denied", "ekm_access_denied",
})  # fmt: skip
# The message can't be edited, or answered in its thread, any more; the chat itself is well.
POST_GONE = frozenset({
    "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found",
    "cannot_reply_to_message",
})  # fmt: skip
GONE = "gone"  # the reason of `SendFailed` that tells so
# The app itself is shut out: no chat's fault, and well again once its token is put right.
APP_CLOSED = frozenset({
    "account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed",
    "not_allowed_token_type", "missing_scope", "org_login_required", "team_access_not_granted",
    "two_factor_setup_required",
})  # fmt: skip
SHUT_OUT_PAUSE = 300.0  # seconds
REMEDIES = {
    "not_in_channel": "the app is not in this channel; invite it there (/invite @ and its name)",
    "channel_not_found": "there is no such channel, or it is private and the app is not in it",
    "missing_scope": "a right is missing; install the app anew with the scopes of its manifest",
}
NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
# Of answers that are no JSON object, as a proxy gives them, the SDK makes the last three.
FAILURES = (SlackApiError, aiohttp.ClientError, OSError, AttributeError, TypeError, ValueError)


def code(error: Exception) -> str:
    """Slack's own name for the fault, "" where there is none."""
    data = getattr(getattr(error, "response", None), "data", None)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def status(error: SlackApiError) -> int:
    """The SDK hands over either its own response or, for unreadable bodies, aiohttp's."""
    response: Any = error.response
    return getattr(response, "status_code", 0) or getattr(response, "status", 0)


def describe(error: Exception) -> str:
    """For logs: kinds and codes, never contents."""
    if isinstance(error, SlackApiError):
        return code(error) or f"HTTP {status(error)}"
    return str(error) if isinstance(error, SendFailed) else type(error).__name__


def send_failed(error: Exception, repeatable: bool = False) -> SendFailed:
    """``repeatable``: doing it twice is the same as once, so that there is no doubt to tell of."""
    if isinstance(error, SlackApiError):
        return _refused(error)
    unsure = not repeatable and not isinstance(error, NOT_SENT)
    return SendFailed(type(error).__name__, uncertain=unsure)


def _refused(error: SlackApiError) -> SendFailed:
    name = code(error)
    if status(error) == 429 or name in ("ratelimited", "rate_limited"):
        return SendFailed("ratelimited", retry_after=_retry_after(error))
    if name in POST_GONE:
        return SendFailed(GONE, permanent=True)
    reason = f"{name}: {REMEDIES[name]}" if name in REMEDIES else describe(error)
    if name in APP_CLOSED:
        return SendFailed(reason, retry_after=SHUT_OUT_PAUSE, everybody=True)
    return SendFailed(reason, permanent=name in CHAT_CLOSED)


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {})
    try:
        return max(0.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return 30.0
