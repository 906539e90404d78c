"""Round-ups that go back to the chats on a schedule: answers, open polls, results."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core.city import Chat, City, Part
from core.desk import Desk, Turn
from core.model import PollState, Publish, Show
from core.ports import Store, subject

NextFire = Callable[[str, datetime], datetime]
"""(cron line, after) → the next moment, in UTC, of that line in the city's time zone."""

MONTH = timedelta(days=30)
MOST = 5
"""How many items of a kind a digest shows; the page has the rest."""


def _chats(city: City) -> list[tuple[Chat, str]]:
    return [(chat, chat.digest) for chat in city.chats if chat.digest]


def due(store: Store, city: City, now: datetime, next_fire: NextFire) -> bool:
    """Whether `tick` has anything to do. A chat that is new needs its clock started."""
    clocks = ((store.digest_clock(chat.address), cron) for chat, cron in _chats(city))
    return any(clock is None or next_fire(cron, clock[0]) <= now for clock, cron in clocks)


def tick(
    store: Store, city: City, now: datetime, next_fire: NextFire, edit_gaps: Mapping[str, float]
) -> None:
    """Sends the digests that are due. However many were missed, one goes out, covering it all.

    A chat's next time follows from when it was last covered, so a cron line that the city edits
    holds from the next tick on.
    """
    desk = Desk(store, city, now, edit_gaps)
    for chat, cron in _chats(city):
        clock = store.digest_clock(chat.address)
        if clock and next_fire(cron, clock[0]) <= now:
            compose(desk, chat, clock[0])
        if clock is None or next_fire(cron, clock[0]) <= now:
            store.set_digest_clock(chat.address, now, next_fire(cron, now))


def send_now(turn: Turn) -> int:
    """An editor sends every chat its digest now; returns to how many there was something to say."""
    turn.editor()
    turn.require(Part.DIGESTS)
    return publish_all(turn)


def publish_all(desk: Desk) -> int:
    """Every chat that has a digest gets one now, with what is new for it. A chat that never had
    one gets the last month."""
    sent = 0
    for chat, _ in _chats(desk.city):
        covered, following = desk.store.digest_clock(chat.address) or (desk.now - MONTH, desk.now)
        sent += compose(desk, chat, covered)
        desk.store.set_digest_clock(chat.address, desk.now, following)
    return sent


def compose(desk: Desk, chat: Chat, since: datetime) -> bool:
    """Posts what is new for the chat since then, with the polls that are open. Returns False, and
    posts nothing, where there is no new answer, result or poll."""
    store, now = desk.store, desk.now
    polls = desk.city.has(Part.POLLS)
    open_polls = store.polls(PollState.OPEN) if polls else []
    contents = {
        "questions": [q.number for q in store.answered_between(since, now, Publish.DIGEST)]
        if desk.city.has(Part.QUESTIONS)
        else [],
        "open": [p.id for p in open_polls],
        "closed": [p.id for p in store.polls_closed_between(since, now)] if polls else [],
        "next": [s.id for s in store.poll_steps_between("followed_up", since, now)]
        if polls
        else [],
    }
    new_poll = any(poll.opens_at > since for poll in open_polls)
    if not (new_poll or any(contents[x] for x in ("questions", "closed", "next"))):
        return False
    shown = [*contents["open"][:MOST], *contents["closed"][:MOST]]
    subjects = [subject("poll", id) for id in shown]
    show = Show("digest", {**contents, "at": now.isoformat()})
    dedupe = f"digest@{chat.address}@{now.isoformat()}"
    desk.publish(chat.address, show, chat.language, *subjects, dedupe=dedupe)
    return True
