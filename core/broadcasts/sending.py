"""How a broadcast goes out: in steps, so that no transaction is long and a restart goes on where
it was; each step adds what is due soon, and counts what became of the rest."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from core.city import Chat, City
from core.desk import Desk
from core.events import Address
from core.model import Broadcast, BroadcastState, DeliveryState, Priority, Show
from core.people import PULLED, private_chat
from core.ports import Store, subject
from core.timing import after

STEP = 500
"""Recipients in one transaction."""
AHEAD = 1000
"""As many that may go now are in the outbox at most, so that pausing takes little back."""
RATES = {"telegram": 30.0, "slack": 5.0, "teams": 10.0}
"""Messages a second that the adapters' limits let through, for the estimate."""
RUNNING = (BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.PLANNED)


def chats_of(city: City, broadcast: Broadcast) -> list[Chat]:
    """Public chats that it concerns."""
    return [
        chat
        for chat in city.chats
        if (not broadcast.theme or not chat.themes or broadcast.theme in chat.themes)
        and (not broadcast.area or not chat.areas or broadcast.area in chat.areas)
    ]


def recipients(store: Store, city: City, broadcast: Broadcast) -> dict[str, int]:
    """By channel."""
    found = store.recipients_by_channel(broadcast.theme, broadcast.area, PULLED)
    for chat in chats_of(city, broadcast):
        found[chat.address.channel] = found.get(chat.address.channel, 0) + 1
    return found


def takes(by_channel: Mapping[str, int]) -> timedelta:
    """Channels send beside one another, each at its own pace."""
    slowest = max((n / RATES.get(channel, 1.0) for channel, n in by_channel.items()), default=0)
    return timedelta(seconds=ceil(slowest))


def due(store: Store, now: datetime) -> bool:
    """Whether `tick` has anything to do."""
    return any(
        b.state is not BroadcastState.PLANNED or (b.starts_at or now) <= now
        for b in store.broadcasts(*RUNNING)
        if not _rests(store, b)
    )


def _rests(store: Store, broadcast: Broadcast) -> bool:
    """A paused one has nothing to do, but to take back what was on its way when it was paused."""
    if broadcast.state is not BroadcastState.PAUSED:
        return False
    return not store.broadcast_figures(broadcast.id).get(DeliveryState.WAITING)


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    desk = Desk(store, city, now, edit_gaps)
    for each in store.broadcasts(*RUNNING):
        broadcast = store.broadcast(each.id)
        if broadcast is None:
            continue
        match broadcast.state:
            case BroadcastState.PLANNED if (broadcast.starts_at or now) <= now:
                _begin(desk, broadcast)
            case BroadcastState.SENDING:
                _go_on(desk, broadcast)
            case BroadcastState.PAUSED:
                hold(desk, broadcast)


def _begin(desk: Desk, broadcast: Broadcast) -> None:
    total = sum(recipients(desk.store, desk.city, broadcast).values())
    begun = replace(broadcast, state=BroadcastState.SENDING, began_at=desk.now, total=total)
    _to_chats(desk, begun)
    _go_on(desk, begun)


def _to_chats(desk: Desk, broadcast: Broadcast) -> None:
    city, now = desk.city, desk.now
    due = now if broadcast.urgent else after(city.quiet_hours, city.timezone, now)
    to = [(c.address, c.language, due) for c in chats_of(city, broadcast)]
    _deliver(desk, broadcast, to)


def _deliver(
    desk: Desk, broadcast: Broadcast, to: Collection[tuple[Address, str, datetime]], **more: Any
) -> None:
    """After whatever else there is to send, and once a chat: whoever has had it gets none."""
    show = Show("broadcast", {"id": broadcast.id, **more})
    name = subject("broadcast", broadcast.id)
    desk.store.tell_all(show, to, name, Priority.BROADCAST, broadcast.id)


def _go_on(desk: Desk, broadcast: Broadcast) -> None:
    store = desk.store
    figures = store.broadcast_figures(broadcast.id)
    waiting = figures.get(DeliveryState.WAITING, 0) + figures.get(DeliveryState.SENDING, 0)
    now = broadcast
    if not broadcast.queued and waiting - store.broadcast_held(broadcast.id, desk.now) < AHEAD:
        now = _queue(desk, broadcast)
    elif broadcast.queued and not waiting:
        now = replace(
            broadcast, state=BroadcastState.DONE, ended_at=desk.now, report=_report(figures)
        )
        told = Show("broadcast_report", {"id": broadcast.id})
        store.tell(broadcast.home, told, desk.city.language, desk.now)
    store.save_broadcast(now)
    desk.touch(subject("broadcast", broadcast.id))


def _queue(desk: Desk, broadcast: Broadcast) -> Broadcast:
    b = broadcast
    found = desk.store.recipients(b.cursor, b.theme, b.area, PULLED, STEP)
    awake = {} if b.urgent else desk.awake([who for who, _, _ in found])
    to = [
        (private_chat(channel, who), language, awake.get(who, desk.now))
        for who, channel, language in found
    ]
    _deliver(desk, b, to, private=True)
    cursor = found[-1][0] if found else b.cursor
    return replace(b, cursor=cursor, queued=len(found) < STEP)


def hold(desk: Desk, broadcast: Broadcast) -> Broadcast:
    """Takes back what is not on its way. It is added again when it goes on; who has had it is
    known by name (`dedupe`)."""
    first = desk.store.withdraw_broadcast(broadcast.id)
    if first is None:
        return broadcast
    cursor = _before(first) if first.startswith("~") else ""
    held = replace(broadcast, cursor=min(broadcast.cursor, cursor), queued=False)
    desk.store.save_broadcast(held)
    return held


def _before(chat: str) -> str:
    """A cursor after which that subscriber comes: all but the last digit of the pseudonym, which
    sorts before it."""
    return chat[1:-1]


def go_on(desk: Desk, broadcast: Broadcast) -> Broadcast:
    """The chats again as well: who has had it gets nothing."""
    _to_chats(desk, broadcast)
    return replace(broadcast, state=BroadcastState.SENDING)


def cancel(desk: Desk, broadcast: Broadcast) -> Broadcast:
    desk.store.withdraw_broadcast(broadcast.id)
    figures = desk.store.broadcast_figures(broadcast.id)
    return replace(
        broadcast, state=BroadcastState.CANCELLED, ended_at=desk.now, report=_report(figures)
    )


def _report(figures: Mapping[str, int]) -> dict[str, int]:
    """``sent``, ``blocked``, ``uncertain``, and ``failed: why`` for the others."""
    report = {
        "sent": figures.get(DeliveryState.DONE, 0) + figures.get(DeliveryState.SENDING, 0),
        "uncertain": figures.get(DeliveryState.UNCERTAIN, 0),
        "blocked": 0,
    }
    for name, n in figures.items():
        state, _, why = name.partition(": ")
        if state == DeliveryState.DEAD and why:
            key = "blocked" if _is_block(why) else f"failed: {why}"
            report[key] = report.get(key, 0) + n
    return {name: n for name, n in report.items() if n}


def _is_block(why: str) -> bool:
    return why == "blocked" or "blocked" in why.lower() or why.startswith("Forbidden")


def progress(store: Store, broadcast: Broadcast) -> tuple[int, Mapping[str, int]]:
    """How many are through, however it went; and the report so far."""
    figures = store.broadcast_figures(broadcast.id)
    report = _report(figures)
    sending = figures.get(DeliveryState.SENDING, 0)
    if sending:
        report["sent"] = report.get("sent", 0) - sending
    return sum(report.values()), report


def left(broadcast: Broadcast, done: int, now: datetime) -> timedelta:
    """At the pace so far; at the limits' until there is one."""
    spent = (now - (broadcast.began_at or now)).total_seconds()
    if done and spent >= 1:
        return timedelta(seconds=ceil((broadcast.total - done) * spent / done))
    return timedelta(seconds=ceil((broadcast.total - done) / RATES["telegram"]))
