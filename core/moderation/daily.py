"""Each working morning, moderators are told how much waits, and since when the oldest does."""

from collections.abc import Mapping
from datetime import datetime

from core import deadlines
from core.city import City
from core.desk import Desk
from core.events import Address
from core.model import DigestClock, Show
from core.ports import Store

CLOCK = Address("staff", "moderation")


def due(store: Store, city: City, now: datetime) -> bool:
    if not deadlines.working_time(city, now) or not store.waiting().total:
        return False
    clock = store.digest_clock(CLOCK)
    return clock is None or _day(city, clock.covered) < _day(city, now)


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    if not due(store, city, now):
        return
    desk, day, home = Desk(store, city, now, edit_gaps), _day(city, now), city.moderators.home
    show = Show("desk_board", {"day": day})
    desk.publish(home, show, city.language, "desk", dedupe=f"desk-daily:{day}@{home}")
    store.set_digest_clock(CLOCK, DigestClock(now, now))


def _day(city: City, moment: datetime) -> str:
    return deadlines.local(city, moment).date().isoformat()
