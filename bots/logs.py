"""Logs: one line an event, for people or as JSON. No message text, no names, no tokens."""

import logging
import sys
from typing import Any, Literal

import structlog

from core.errors import kind_and_place

# They tell URLs (a bot's token is part of Telegram's), bodies, or each tick of the clock.
NOISY = (
    "aiohttp.access",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "telegram",
)

TICKS = "apscheduler.scheduler"
"""It warns of each tick that comes while the one before waits, as they do behind a burst."""

Format = Literal["console", "json"]
Level = Literal["debug", "info", "warning", "error"]


def configure(form: Format, level: Level) -> None:
    """For the whole process: our own lines and those of libraries look alike."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_words,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    last = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(TICKS).setLevel(logging.ERROR)


def _without_words(_: object, __: str, line: dict[str, Any]) -> dict[str, Any]:
    """Of an exception its kind and its place; its words may hold what people wrote, or a token."""
    given = line.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line |= kind_and_place(error)
    return line
