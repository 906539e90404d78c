"""What each of Telegram's refusals means to the courier, and what may be said of it in a log."""

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bots.telegram.adapter import TelegramChannel
from bots.telegram.errors import answered, edit_failed, send_failed, summary, unchanged, wait
from bots.telegram.faults import NoAnswer, NotSent, NotSentInTime
from core.events import Address
from core.ports import SendFailed

TemporaryRefusals = [
    BadRequest("Bad Request: can't parse entities: unsupported start tag"),
    NetworkError("Bad Gateway"),
    NotSent("aiohttp.ClientConnectorError: Connection refused"),
    NotSentInTime("No connection in time"),
    InvalidToken("Unauthorized"),
    Conflict("Conflict: terminated by other getUpdates request"),
]


@pytest.fixture(autouse=True)
def _as_configured() -> None:
    """A channel's construction chooses how PTB tells times."""
    from_nobody = {"public_url": None, "secret": None, "offers": {}, "about": {}}
    from_nobody |= {"clock": lambda: None}
    TelegramChannel("1:x", **from_nobody)  # type: ignore[arg-type]


def meaning(failed: SendFailed) -> tuple[bool, float | None, str | None, bool]:
    to = failed.moved_to.chat if failed.moved_to else None
    return failed.permanent, failed.retry_after, to, failed.uncertain


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: chat not found",
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: need administrator rights in the channel chat",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
        "Bad Request: group chat was deactivated",
    ],
)
def test_closed_chats(words: str) -> None:
    assert meaning(send_failed(BadRequest(words))) == (True, None, None, False)


@pytest.mark.parametrize("blocked", ["bot was blocked by the user", "user is deactivated"])
def test_forbidden(blocked: str) -> None:
    failed = send_failed(Forbidden(f"Forbidden: {blocked}"))
    assert meaning(failed) == (True, None, None, False)
    assert str(failed) == f"Forbidden: {blocked}"


@pytest.mark.parametrize("error", TemporaryRefusals, ids=lambda error: type(error).__name__)
def test_what_may_pass(error: TelegramError) -> None:
    assert meaning(send_failed(error)) == (False, None, None, False)
    assert meaning(edit_failed(error)) == (False, None, None, False)


@pytest.mark.parametrize("error", [TimedOut("Timed out"), NoAnswer("aiohttp.ServerDisconnected")])
def test_what_may_have_arrived(error: TelegramError) -> None:
    assert meaning(send_failed(error)) == (False, None, None, True)
    assert meaning(edit_failed(error)) == (False, None, None, False), "repeating an edit is safe"


@pytest.mark.parametrize("asked", [7, timedelta(seconds=7)])
def test_retry_after(asked: int | timedelta) -> None:
    error = RetryAfter(asked)
    assert wait(error) == 7.0
    assert meaning(send_failed(error)) == (False, 7.0, None, False)
    assert meaning(edit_failed(error)) == (False, 7.0, None, False)
    assert wait(NetworkError("x")) is None


def test_moved() -> None:
    assert send_failed(ChatMigrated(-100123)).moved_to == Address("telegram", "-100123")
    assert meaning(send_failed(ChatMigrated(-100123))) == (False, None, "-100123", False)
    failed = edit_failed(ChatMigrated(-100123))
    assert (str(failed), *meaning(failed)) == ("gone", True, None, "-100123", False)


@pytest.mark.parametrize(
    "words", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"]
)
def test_gone(words: str) -> None:
    failed = edit_failed(BadRequest(f"Bad Request: {words}"))
    assert (str(failed), failed.permanent) == ("gone", True)


def test_unchanged() -> None:
    assert unchanged(BadRequest("Bad Request: message is not modified: specified new message…"))
    assert not unchanged(BadRequest("Bad Request: message to edit not found"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BadRequest("Bad Request: chat not found"), "BadRequest: Chat not found"),
        (BadRequest("can't parse entities: <b>Aino"), "BadRequest: can't parse entities"),
        (BadRequest("button URL 'https://x/secret' is"), "BadRequest: button URL"),
        (NetworkError("Bad Gateway (502). Parsing the server response b'/botTOKEN/'"), None),
        (InvalidToken("The token `123:TOKEN` was rejected"), "InvalidToken: The token"),
        (ValueError("TOKEN"), "ValueError"),
    ],
)
def test_summaries_hold_no_details(error: Exception, said: str | None) -> None:
    assert "TOKEN" not in summary(error) and "Aino" not in summary(error)
    if said:
        assert summary(error) == said


def test_reached() -> None:
    refused = [BadRequest("x"), Forbidden("x"), ChatMigrated(1), RetryAfter(1)]
    assert all(map(answered, refused))
    assert not any(map(answered, [NetworkError("x"), TimedOut(), InvalidToken(), Conflict("x")]))
