"""What goes out to subscribers, and when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.city import City
from core.digests import page
from core.digests.composing import compose
from core.digests.items import Contents, Item, Reader
from core.digests.registry import gather
from core.model import Priority, Results, Rhythm, Show, Subscription
from core.people import PULLED, private_chat
from core.ports import Store
from core.scene import Room
from core.subscriptions import wishes
from core.texts import texts
from core.timing import after

STEP = 200
"""Subscribers in one transaction, so that votes never wait long for one."""
LONGEST = timedelta(days=31)
"""Nobody is told of what is older."""


def due(store: Store, now: datetime) -> bool:
    return bool(store.subscriptions_due(PULLED, now, 1))


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    """The next of those who are due; call again while any is. What was missed while the service
    was down comes once, and never within anybody's quiet hours."""
    found = store.subscriptions_due(PULLED, now, STEP)
    if not found:
        return
    since = max(now - LONGEST, min(s.covered for s in found))
    pool = gather(Room(store, city, now, texts(city.language)), since, now)
    newest = max((item.at for item in pool if item.at), default=since)
    store.nothing_new(Rhythm.AT_ONCE, newest, now, now + wishes.PAUSE)
    store.covered([_see_to(store, city, s, pool, now) for s in found if not _idle(s, newest)])


def _idle(subscription: Subscription, newest: datetime) -> bool:
    """Seen to by `nothing_new`."""
    return subscription.rhythm is Rhythm.AT_ONCE and subscription.covered >= newest


def _see_to(
    store: Store, city: City, subscription: Subscription, pool: Sequence[Item], now: datetime
) -> tuple[str, datetime, datetime]:
    """(resident, covered, due)"""
    s = subscription
    awake = after(wishes.quiet(city, s), city.timezone, now)
    if awake > now:
        return s.resident, s.covered, awake
    contents = contents_for(s, pool, now)
    if contents.news:
        shown = page.show(contents, now)
        to, dedupe = private_chat(s.channel, s.resident), f"round-up:{s.due.isoformat()}"
        show = Show("my_digest", shown.args)
        store.tell(to, show, s.language, now, dedupe=f"{dedupe}@{to}", priority=Priority.ROUND_UP)
    return s.resident, now, wishes.next_due(city, s, now)


def contents_for(
    subscription: Subscription,
    pool: Sequence[Item],
    now: datetime,
    since: datetime | None = None,
    followed: Collection[int] = (),
) -> Contents:
    """What is new for the subscriber; since then, where it is given. Results of polls that are
    ``followed`` are told by themselves, but where nothing can be sent."""
    reader = Reader(frozenset(subscription.themes), frozenset(subscription.areas))
    mine = pool
    if subscription.results is not Results.ALL:
        mine = [x for x in pool if x.section != "results" or x.id in followed]
    if (
        subscription.rhythm is Rhythm.AT_ONCE and since is None
    ):  # only what is new: the rest was told before
        mine = [replace(x, standing=False) for x in mine]
    return compose(mine, reader, since or max(subscription.covered, now - LONGEST))
