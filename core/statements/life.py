"""A conversation's life: made, posted in its chats, opened and closed when due; now and then one
of its statements stands in the chats by itself."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.city import City, Part
from core.desk import Desk, Turn
from core.errors import Refusal
from core.model import (
    Conversation,
    ConversationDraft,
    PollState,
    Show,
    Statement,
    StatementState,
)
from core.polls.entrance import FORMS_IN
from core.ports import Store, subject
from core.timing import within
from core.webhooks import announce


def find(turn: Turn, id: int) -> Conversation:
    """The conversation; Refusal where there is none."""
    turn.require(Part.STATEMENTS)
    if conversation := turn.store.conversation(id):
        return conversation
    raise Refusal(turn.t("There is no such conversation."))


def begin(desk: Desk, draft: ConversationDraft) -> Conversation:
    """Posted at once where it opens now."""
    opens_now = draft.opens_at <= desk.now
    state = PollState.OPEN if opens_now else PollState.SCHEDULED
    made = desk.store.add_conversation(draft, secrets.token_bytes(32), state, desk.now)
    if opens_now:
        post(desk, made)
    return made


def post(desk: Desk, conversation: Conversation) -> None:
    _publish(desk, conversation, "conversation", conversation.id)
    announce(desk, "conversation.opened", conversation.id)


def _publish(desk: Desk, conversation: Conversation, view: str, id: int) -> None:
    name = subject("conversation", conversation.id)
    for address in conversation.chats:
        chat = desk.city.chat(address)
        language = chat.language if chat else desk.city.language
        show = Show(view, {"id": id, "forms": address.channel in FORMS_IN})
        desk.publish(address, show, language, name, dedupe=f"{view}:{id}@{address}")


def close(desk: Desk, conversation: Conversation) -> None:
    """Groups are made once more afterwards, and the posts show what came of it."""
    desk.store.close_conversation(conversation.id, desk.now)
    desk.touch(subject("conversation", conversation.id))
    _publish(desk, conversation, "conversation_result", conversation.id)
    announce(desk, "conversation.closed", conversation.id)


# --- when due ------------------------------------------------------------------------------------


def due(store: Store, city: City, now: datetime) -> bool:
    own = store.conversations_to_open(now) or store.conversations_to_close(now)
    return bool(own) or any(_to_post(store, city, now))


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    desk = Desk(store, city, now, edit_gaps)
    for id in store.conversations_to_open(now):
        store.open_conversation(id)
        if conversation := store.conversation(id):
            post(desk, conversation)
    for id in store.conversations_to_close(now):
        if conversation := store.conversation(id):
            close(desk, conversation)
    for conversation, statement in _to_post(store, city, now):
        store.mark_posted(statement.id, now)
        _publish(desk, conversation, "statement", statement.id)


def _to_post(store: Store, city: City, now: datetime) -> list[tuple[Conversation, Statement]]:
    """A statement for each conversation whose chats have not had one for the city's while."""
    pause = city.statement_pause
    if not pause or within(city.quiet_hours, city.timezone, now):
        return []
    made = []
    for conversation in store.conversations(PollState.OPEN):
        if conversation.chats and (found := _next_post(store, conversation, now, pause)):
            made.append((conversation, found))
    return made


def _next_post(
    store: Store, conversation: Conversation, now: datetime, pause: timedelta
) -> Statement | None:
    """What there is most to learn from, of what was not posted yet."""
    shown = store.statements(conversation.id, StatementState.SHOWN)
    times = [conversation.opens_at, *(s.posted_at for s in shown if s.posted_at)]
    if max(times) + pause > now or not conversation.takes_votes(now + timedelta(hours=1)):
        return None
    left = [s for s in shown if s.posted_at is None]
    weights = store.priorities(conversation.id)
    return max(left, key=lambda s: (weights.get(s.id, 0.0), s.seed, -s.id), default=None)
