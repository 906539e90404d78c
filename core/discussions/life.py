"""A discussion opens and closes by the clock, or by an editor; then its summary is drafted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.city import City, Part
from core.desk import Desk, Turn
from core.discussions.copies import thread
from core.discussions.moderated import place_of
from core.errors import Refusal
from core.model import Discussion, PollState, Show
from core.ports import Store
from core.webhooks import announce


def find(turn: Turn, id: int) -> Discussion:
    """Refusal where there is none that this person may see."""
    turn.require(Part.DISCUSSIONS)
    discussion = turn.store.discussion(id)
    if discussion is None or (discussion.state is PollState.SCHEDULED and not turn.official):
        raise Refusal(turn.t("There is no such discussion."))
    return discussion


def open_now(turn: Turn, id: int) -> Discussion:
    """For writing in it; Refusal where it is not open, at the moment the words reached us."""
    discussion = find(turn, id)
    late = discussion.closes_at is not None and turn.received >= discussion.closes_at
    if discussion.state is not PollState.OPEN or late:
        raise Refusal(turn.t("This discussion is closed. You can still read it."))
    return discussion


def begin(desk: Desk, discussion: Discussion) -> Discussion:
    kept = desk.store.add_discussion(discussion)
    if kept.state is PollState.OPEN:
        _post(desk, kept)
    return kept


def close(desk: Desk, discussion: Discussion) -> None:
    """For good. An editor gets a draft of a summary; nothing of it is published by itself."""
    desk.store.save_discussion(replace(discussion, state=PollState.CLOSED, closes_at=desk.now))
    desk.touch(place_of(discussion.id))
    announce(desk, "discussion.closed", discussion.id)
    home = desk.city.moderators
    desk.tell_staff(home, Show("discussion_draft", {"id": discussion.id}))


def _post(desk: Desk, discussion: Discussion) -> None:
    """Threads hang from it where replies are answered there; a channel's are in its group."""
    name = place_of(discussion.id)
    for chat in desk.city.chats:
        if chat.address in discussion.chats:
            dedupe = f"{name}@{chat.address}"
            args = {"id": discussion.id} | ({"threads": True} if chat.threads else {})
            heads = [thread("discussion", discussion.id)] if chat.threads == chat.address else []
            show = Show("discussion", args)
            desk.publish(chat.address, show, chat.language, name, *heads, dedupe=dedupe)
    announce(desk, "discussion.opened", discussion.id)


def due(store: Store, now: datetime) -> bool:
    return bool(store.discussions_due(now))


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    desk = Desk(store, city, now, edit_gaps)
    for discussion in store.discussions_due(now):
        if discussion.state is PollState.SCHEDULED:
            opened = replace(discussion, state=PollState.OPEN)
            store.save_discussion(opened)
            _post(desk, opened)
        else:
            close(desk, discussion)
