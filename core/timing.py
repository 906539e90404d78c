"""Moments by the clock on the city's wall."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

NextFire = Callable[[str, datetime], datetime]
"""(cron line, after) → the next moment, in UTC, of that line in the city's time zone."""

Hours = tuple[time, time]
"""From and until; over midnight where the first is the later. Alike: never."""


def within(hours: Hours, zone: str, moment: datetime) -> bool:
    begin, end = hours
    clock = moment.astimezone(ZoneInfo(zone)).time()
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def after(hours: Hours, zone: str, moment: datetime) -> datetime:
    """The moment itself, or where it is within the hours, their end."""
    if not within(hours, zone, moment):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    end = datetime.combine(local.date(), hours[1], ZoneInfo(zone))
    if end <= local:  # both on one wall, where the clocks tell the same
        end = datetime.combine(local.date() + timedelta(days=1), hours[1], ZoneInfo(zone))
    return end.astimezone(moment.tzinfo)


def next_at(zone: str, at: time, moment: datetime, weekday: int | None = None) -> datetime:
    """The first time after the moment that the clock tells this, on that day of the week (Monday
    is 0) where one is given. An hour that the clocks skip is made up for in the next; of one that
    they repeat the first counts."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    while True:
        found = datetime.combine(day, at, ZoneInfo(zone)).astimezone(moment.tzinfo)
        if found > moment and weekday in (None, day.weekday()):
            return found
        day += timedelta(days=1)
