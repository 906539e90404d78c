"""A poll's life: posted in its chats, opened and closed when due."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from core.city import City
from core.desk import Desk, Turn
from core.errors import Refusal
from core.model import Poll, PollDraft, PollState, Show
from core.polls import closing, news
from core.ports import Store, subject
from core.surveys import life as surveys
from core.webhooks import announce


def find(turn: Turn, id: int, surveys: bool = False) -> Poll:
    """The poll; Refusal where there is none. One of a survey that is not over is found only with
    ``surveys``: nothing is done with it alone."""
    poll = turn.store.poll(id)
    if poll and (surveys or poll.survey is None or poll.state.over):
        return poll
    raise Refusal(turn.t("There is no such poll."))


def begin(desk: Desk, draft: PollDraft) -> Poll:
    """A poll of its own, posted at once where it opens now."""
    opens_now = draft.opens_at <= desk.now
    state = PollState.OPEN if opens_now else PollState.SCHEDULED
    poll = desk.store.add_poll(draft, secrets.token_bytes(32), state)
    if opens_now:
        post(desk, poll)
    return poll


def post(desk: Desk, poll: Poll) -> None:
    """Puts the poll in its chats: one poll, the same tally everywhere."""
    name = subject("poll", poll.id)
    news.post(desk, poll, Show("poll", {"id": poll.id}), name, name)
    desk.touch(name)
    announce(desk, "poll.opened", poll.id)


def close(turn: Turn, id: int) -> Poll:
    """An editor closes a poll for good."""
    turn.editor()
    poll = find(turn, id)
    if poll.state.over:
        raise Refusal(turn.t("The poll is closed already."))
    _close(turn, poll.id)
    return find(turn, id)


def _close(desk: Desk, id: int) -> None:
    news.enlist_voters(desk, id)
    desk.store.close_poll(id, desk.now)
    announce(desk, "poll.closed", id)
    closing.end(desk, id)
    desk.touch(subject("poll", id))
    if poll := desk.store.poll(id):
        news.tell_result(desk, poll)


def due(store: Store, city: City, now: datetime) -> bool:
    reminders = store.polls_to_remind(now, city.poll_reminder) if city.reminds else []
    own = store.polls_to_open(now) or store.polls_to_close(now) or reminders
    return bool(own) or surveys.due(store, city, now)


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    """Opens and closes what is due. A poll that was missed altogether opens and closes at once."""
    desk = Desk(store, city, now, edit_gaps)
    for id in store.polls_to_open(now):
        store.open_poll(id)
        if poll := store.poll(id):
            post(desk, poll)
    for id in store.polls_to_remind(now, city.poll_reminder) if city.reminds else ():
        if poll := store.poll(id):
            news.remind(desk, poll)
    for id in store.polls_to_close(now):
        _close(desk, id)
    surveys.tick(desk)
