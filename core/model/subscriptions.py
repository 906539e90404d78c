"""Subscriptions."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from core.timing import Hours


class Rhythm(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Results(StrEnum):
    """Which polls' results are told."""

    ALL = "all"
    VOTED = "voted"  # as soon as each is there
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one account wishes to be told by itself, in private. No themes or areas: all. It says
    nothing of what the person did or voted. ``quiet``: their own hours of peace, the city's where
    there are none; ``covered``: up to when they were told; ``due``: when they are told next."""

    resident: str
    channel: str
    language: str
    rhythm: Rhythm
    themes: tuple[str, ...]
    areas: tuple[str, ...]
    results: Results
    quiet: Hours | None
    covered: datetime
    due: datetime


def hours(text: str) -> Hours | None:
    """``21-7`` → two times of day. ValueError where it is no such thing; None for ""."""
    if not text:
        return None
    begin, _, end = text.partition("-")
    return time(int(begin)), time(int(end))
