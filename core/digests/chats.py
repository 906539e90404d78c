"""Round-ups of chats, by their cron lines."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from core.city import Chat, City, Part
from core.desk import Desk, Turn
from core.digests import page
from core.digests.composing import compose
from core.digests.items import Contents, Reader
from core.digests.registry import gather
from core.model import DigestClock, DigestPreview, PreviewState, Priority, Show
from core.ports import Store, subject
from core.scene import Room
from core.texts import texts
from core.timing import NextFire, within

MONTH = timedelta(days=30)


class Act(Enum):
    """What a chat's round-up wants done now."""

    START = "start"  # the chat is new, or its cron line
    OFFER = "offer"  # to the editors, to look at
    SEND = "send"
    SEND_LATE = "send late"  # was held, and is released


def _chats(city: City) -> list[tuple[Chat, str]]:
    return [(chat, chat.digest) for chat in city.chats if chat.digest]


def due(store: Store, city: City, now: datetime, next_fire: NextFire) -> bool:
    """Whether `tick` has anything to do."""
    return any(_next(store, city, chat, cron, now, next_fire) for chat, cron in _chats(city))


def _next(
    store: Store, city: City, chat: Chat, cron: str, now: datetime, next_fire: NextFire
) -> tuple[Act, datetime] | None:
    """The act, and the time by the cron line that it is for. What was missed while the service
    was down is not made up for in the night, unless night is its time."""
    clock = store.digest_clock(chat.address)
    if clock is None or clock.cron != cron:
        return Act.START, now
    fire, quiet = next_fire(cron, clock.fired), (city.quiet_hours, city.timezone)
    if fire <= now:
        return None if within(*quiet, now) and not within(*quiet, fire) else (Act.SEND, fire)
    preview = store.digest_preview_of(chat.address) if city.digests.preview else None
    if preview and preview.due <= now and preview.state is PreviewState.RELEASED:
        return None if within(*quiet, now) else (Act.SEND_LATE, preview.due)
    offered = preview is not None and preview.due >= fire
    if offered or city.digests.preview is None or now < fire - city.digests.preview:
        return None
    return (Act.OFFER, fire) if look(store, city, chat, clock.covered, now).news else None


def tick(
    store: Store, city: City, now: datetime, next_fire: NextFire, edit_gaps: Mapping[str, float]
) -> None:
    """Sends the round-ups that are due, and offers editors those that soon are. However many were
    missed, one goes out, covering it all.

    A chat's next time follows from the last one seen to. A line that the city edits counts from
    the look that finds it: times that it would have had before were nobody's.
    """
    desk = Desk(store, city, now, edit_gaps)
    acts: dict[Act, Callable[[Desk, Chat, DigestClock, datetime], None]] = {
        Act.OFFER: _offer,
        Act.SEND: _send,
        Act.SEND_LATE: _send_late,
    }
    for chat, cron in _chats(city):
        match _next(store, city, chat, cron, now, next_fire), store.digest_clock(chat.address):
            case (Act.START, _), clock:
                covered = clock.covered if clock else now
                store.set_digest_clock(chat.address, DigestClock(covered, now, cron))
                _put_off(desk, chat, next_fire(cron, now))
            case (act, fire), clock if clock:
                acts[act](desk, chat, clock, fire)


def _put_off(desk: Desk, chat: Chat, fire: datetime) -> None:
    """What editors look at already goes out at the new line's time. Where that is far, it is
    left for another look, before that."""
    preview = desk.store.digest_preview_of(chat.address)
    if preview is None or preview.due <= desk.now:  # none, or held for good
        return
    ahead = desk.city.digests.preview
    if ahead and fire - ahead <= desk.now:
        desk.store.save_digest_preview(replace(preview, due=fire))
    else:
        desk.store.drop_digest_preview(preview.id)
    desk.touch(subject("digest", preview.id))


def look(store: Store, city: City, chat: Chat, since: datetime, now: datetime) -> Contents:
    """What the chat would be told now."""
    room = Room(store, city, now, texts(chat.language))
    reader = Reader(frozenset(chat.themes), frozenset(chat.areas), chat.address)
    return compose(gather(room, since, now), reader, since, store.reactions(chat.address))


def _offer(desk: Desk, chat: Chat, clock: DigestClock, fire: datetime) -> None:
    contents = look(desk.store, desk.city, chat, clock.covered, desk.now)
    items = tuple((item.section, item.id) for item in contents.items)
    made = desk.store.put_digest_preview(
        DigestPreview(0, chat.address, desk.now, fire, items, items, dict(contents.more))
    )
    name, home = subject("digest", made.id), desk.city.preview_home
    desk.publish(home, Show("digest_preview", {"id": made.id}), desk.city.language, name)


def _send(desk: Desk, chat: Chat, clock: DigestClock, fire: datetime) -> None:
    """Silence of the editors means what the city file says."""
    rules, covered = desk.city.digests, desk.now
    preview = desk.store.digest_preview_of(chat.address) if rules.preview else None
    if preview is None or preview.due < fire:  # was not looked at: new since, or we were down
        if rules.preview and rules.hold and _anything(desk, chat, clock):
            _offer(desk, chat, clock, fire)
            preview = desk.store.digest_preview_of(chat.address)
        else:
            _compose(desk, chat, clock.covered, fire)
    if preview and preview.due >= fire:
        held = preview.state is PreviewState.HELD or (
            rules.hold and preview.state is PreviewState.WAITING
        )
        if held:
            desk.store.save_digest_preview(replace(preview, state=PreviewState.HELD))
            desk.touch(subject("digest", preview.id))
            covered = clock.covered
        else:
            covered = _publish_previewed(desk, chat, preview)
    desk.store.set_digest_clock(chat.address, replace(clock, covered=covered, fired=desk.now))


def _anything(desk: Desk, chat: Chat, clock: DigestClock) -> bool:
    return look(desk.store, desk.city, chat, clock.covered, desk.now).news


def _send_late(desk: Desk, chat: Chat, clock: DigestClock, fire: datetime) -> None:
    if preview := desk.store.digest_preview_of(chat.address):
        covered = _publish_previewed(desk, chat, preview)
        desk.store.set_digest_clock(chat.address, replace(clock, covered=covered))


def _publish_previewed(desk: Desk, chat: Chat, preview: DigestPreview) -> datetime:
    """What was looked at is what is sent; what came later is in the next one."""
    if preview.items or preview.opening:
        args = {"items": preview.items, "more": preview.more, "at": desk.now.isoformat()}
        show = Show("digest", args | ({"opening": preview.opening} if preview.opening else {}))
        _publish(desk, chat, show, page.subjects(preview.items), preview.due)
    desk.store.drop_digest_preview(preview.id)
    desk.touch(subject("digest", preview.id))
    return preview.until


def send_now(turn: Turn) -> int:
    """An editor sends every chat its digest now; returns to how many there was something to say."""
    turn.editor()
    turn.require(Part.DIGESTS)
    return publish_all(turn)


def publish_all(desk: Desk) -> int:
    """Every chat that has a digest gets one now, with what is new for it. A chat that never had
    one gets the last month."""
    sent = 0
    for chat, cron in _chats(desk.city):
        clock = desk.store.digest_clock(chat.address)
        clock = clock or DigestClock(desk.now - MONTH, desk.now, cron)
        contents = look(desk.store, desk.city, chat, clock.covered, desk.now)
        if contents.news:
            _tell(desk, chat, contents, desk.now)
            sent += 1
        if preview := desk.store.digest_preview_of(chat.address):
            desk.store.drop_digest_preview(preview.id)
            desk.touch(subject("digest", preview.id))
        desk.store.set_digest_clock(chat.address, replace(clock, covered=desk.now))
    return sent


def _compose(desk: Desk, chat: Chat, since: datetime, fire: datetime) -> None:
    """Posts what is new for the chat since then, with what stands. Where there is nothing new,
    nothing, or a line that says so."""
    contents = look(desk.store, desk.city, chat, since, desk.now)
    if contents.news:
        _tell(desk, chat, contents, fire)
    elif desk.city.digests.line:
        _tell(desk, chat, Contents(), fire)


def _tell(desk: Desk, chat: Chat, contents: Contents, fire: datetime) -> None:
    named = [(item.section, item.id) for item in contents.items]
    _publish(desk, chat, page.show(contents, desk.now), page.subjects(named), fire)


def _publish(desk: Desk, chat: Chat, show: Show, names: list[str], fire: datetime) -> None:
    """Once for each time by the cron line, whoever does it."""
    dedupe = f"digest@{chat.address}@{fire.isoformat()}"
    desk.publish(
        chat.address, show, chat.language, *names, dedupe=dedupe, priority=Priority.ROUND_UP
    )
    desk.store.fade_reactions(chat.address)
