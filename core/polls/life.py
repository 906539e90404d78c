"""A poll's life: posted in its chats, opened and closed when due."""

from collections.abc import Mapping
from datetime import datetime

from core.city import City
from core.desk import Desk, Turn
from core.errors import Refusal
from core.model import Poll, PollState, Show
from core.ports import Store, subject


def find(turn: Turn, id: int) -> Poll:
    """The poll; Refusal where there is none."""
    if poll := turn.store.poll(id):
        return poll
    raise Refusal(turn.t("There is no such poll."))


def post(desk: Desk, poll: Poll) -> None:
    """Puts the poll in its chats: one poll, the same tally everywhere."""
    for address in poll.chats:
        chat = desk.city.chat(address)
        language = chat.language if chat else desk.city.language
        name = subject("poll", poll.id)
        show = Show("poll", {"id": poll.id})
        desk.publish(address, show, language, name, dedupe=f"{name}@{address}")
    desk.touch(subject("poll", poll.id))


def close(turn: Turn, id: int) -> Poll:
    """An editor closes a poll for good."""
    turn.editor()
    poll = find(turn, id)
    if poll.state is PollState.CLOSED:
        raise Refusal(turn.t("The poll is closed already."))
    _close(turn, poll.id)
    return find(turn, id)


def _close(desk: Desk, id: int) -> None:
    desk.store.close_poll(id, desk.now)
    desk.touch(subject("poll", id))


def due(store: Store, now: datetime) -> bool:
    return bool(store.polls_to_open(now) or store.polls_to_close(now))


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    """Opens and closes what is due. A poll that was missed altogether opens and closes at once."""
    desk = Desk(store, city, now, edit_gaps)
    for id in store.polls_to_open(now):
        store.open_poll(id)
        if poll := store.poll(id):
            post(desk, poll)
    for id in store.polls_to_close(now):
        _close(desk, id)
