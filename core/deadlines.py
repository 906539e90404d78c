"""The public clock: by when a question is to be answered, in working days. Pure.

A day counts when it is a working day in the city's country and the question waited for the city
at its beginning. So the day of receipt does not count, nor do days that began while the city
waited for the resident; and an hour that a change of daylight saving adds or takes is no matter.
Nothing of this is stored: it follows from the history and the city file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.city import City
from core.model import DONE, QuestionState, Step

DAY = timedelta(days=1)
FARTHEST = 3660
"""Days looked ahead at most."""
STARTS = frozenset({"received", "reopened"})
"""Kinds of steps from which the clock runs anew."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One question's. ``spent``: working days it has taken the city until now, or took it.
    ``overdue`` since the end of the last day allowed; ``running`` unless it waits for the resident
    or is done."""

    spent: int
    overdue: bool
    long_overdue: bool
    running: bool


@cache
def _holidays(country: str) -> Any:
    """Loaded when the first day is asked for, and of the library's countries this one's module
    alone: their package imports all 250 (7 MB)."""
    module, name = _countries()[country]
    file = Path(import_module("holidays.registry").__file__ or "").parent / f"countries/{module}.py"
    spec = spec_from_file_location(f"holidays.countries.{module}", file)
    assert spec and spec.loader
    spec.loader.exec_module(made := module_from_spec(spec))
    return getattr(made, name)()


@cache
def _countries() -> dict[str, tuple[str, str]]:
    """By code (``FI``): module and class."""
    listed = import_module("holidays.registry").COUNTRIES
    return {names[1]: (module, names[0]) for module, names in listed.items()}


def is_country(code: str) -> bool:
    """Whether the holidays of that country (``FI``) are known."""
    return code in _countries()


@cache
def working_day(country: str, day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(country)


def local(city: City, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(city.timezone))


def midnight(city: City, day: date) -> datetime:
    """When that day begins in the city, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(city.timezone)).astimezone(UTC)


def working_time(city: City, now: datetime) -> bool:
    """Whether officials are at work: not at night, on a weekend or a holiday."""
    here = local(city, now)
    opens, closes = city.office_hours
    return working_day(city.country, here.date()) and opens <= here.time() < closes


def at_work(city: City, now: datetime) -> datetime:
    """Now, where officials are at work; or when they are next."""
    if working_time(city, now):
        return now
    here = local(city, now)
    days = (here.date() + n * DAY for n in range(FARTHEST))
    opens = (opening(city, day) for day in days if working_day(city.country, day))
    return next(moment for moment in opens if moment > now)


def working_days_after(city: City, since: datetime, now: datetime) -> int:
    """After the day of ``since``, today's included."""
    first, today = local(city, since).date(), local(city, now).date()
    days = (first + n * DAY for n in range(1, min((today - first).days, FARTHEST) + 1))
    return sum(working_day(city.country, day) for day in days)


def opening(city: City, day: date) -> datetime:
    """When the office opens on that day, in UTC."""
    return datetime.combine(day, city.office_hours[0], ZoneInfo(city.timezone)).astimezone(UTC)


def began(history: Sequence[Step]) -> datetime:
    """From when the clock runs: the receipt, or the last re-opening."""
    return next(step.at for step in reversed(history) if step.kind in STARTS)


def spent_days(city: City, history: Sequence[Step], until: date) -> Iterator[date]:
    """The days that count, in their order, up to and with ``until``; as if nothing happened from
    now on."""
    first = local(city, began(history)).date()
    for n in range(1, min((until - first).days, FARTHEST) + 1):
        day = first + n * DAY
        if working_day(city.country, day) and _waited(history, midnight(city, day)):
            yield day


def _waited(history: Sequence[Step], moment: datetime) -> bool:
    """Whether the city was to act then."""
    before = [step.state for step in history if step.at <= moment]
    return bool(before) and before[-1] not in DONE | {QuestionState.ASKED}


def ended(history: Sequence[Step]) -> datetime | None:
    """Since when it is done; None while it is not."""
    since = None
    for step in history:
        if step.state not in DONE:
            since = None
        elif since is None:
            since = step.at
    return since


def limits(city: City, department: str, history: Sequence[Step]) -> tuple[int, int]:
    """Working days to an answer, and to long overdue. Some kinds of questions have calendar days
    of their own (``within``): of those the working days count."""
    own = next((step.detail["within"] for step in history if "within" in step.detail), None)
    if own is None:
        return city.department(department).days
    first = local(city, began(history)).date()
    days = sum(working_day(city.country, first + n * DAY) for n in range(1, own + 1))
    return max(1, days), max(2, 2 * days)


def clock(city: City, department: str, history: Sequence[Step], now: datetime) -> Clock:
    today = local(city, ended(history) or now).date()
    days = list(spent_days(city, history, today))
    late, very_late = (
        len(days) >= limit and days[limit - 1] < today
        for limit in limits(city, department, history)
    )
    state = history[-1].state
    running = state not in DONE and state is not QuestionState.ASKED
    return Clock(len(days), late, very_late, running)


def day_of(city: City, history: Sequence[Step], n: int) -> date | None:
    """The ``n``-th day that counts; None while the clock stands still before it."""
    farthest = local(city, began(history)).date() + FARTHEST * DAY
    return next((d for i, d in enumerate(spent_days(city, history, farthest), 1) if i == n), None)


def last_day(city: City, department: str, history: Sequence[Step]) -> date | None:
    """The day by whose end the answer is due; None while the clock stands still before it."""
    return day_of(city, history, limits(city, department, history)[0])
