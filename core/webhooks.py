"""Other systems of the city are told when something public changed, through the outbox. Each event
is written in the transaction of what it tells of; what is public of it by then is read when it is
sent (`bots.webhooks`)."""

import secrets
from datetime import UTC

from core.desk import Desk
from core.events import Address
from core.messages import Facts, Message
from core.model import Question, Show
from core.questions.states import Act
from core.scene import Scene

CHANNEL = "webhook"
EVENTS = (
    *("poll.opened", "poll.changed", "poll.closed", "poll.result", "poll.cancelled"),
    "poll.followed_up",
    *("survey.opened", "survey.closed", "survey.cancelled", "survey.followed_up"),
    *("question.answered", "question.declined", "question.merged", "question.corrected"),
    "question.unpublished",
    *("discussion.opened", "discussion.closed"),
    *("conversation.opened", "conversation.closed"),
)
"""``poll.changed``: its words, or an option withdrawn. ``poll.result``: the list of all ballots is
there. ``question.unpublished``: what was public is it no longer."""

_ENDS = {
    Act.ANSWER: "question.answered",
    Act.APPROVE: "question.answered",
    Act.DECLINE: "question.declined",
    Act.REJECT: "question.declined",
    Act.MERGE: "question.merged",
}


def announce(desk: Desk, event: str, id: int) -> None:
    """``event``: of `EVENTS`; of the poll, survey, question, … with that number."""
    key = f"msg_{secrets.token_hex(12)}"  # the same for all who hear of it, and whenever it is sent
    at = desk.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    show = Show("webhook", {"key": key, "event": event, "id": id, "at": at})
    for hook in desk.city.webhooks:
        if event in hook.events:
            desk.store.tell(Address(CHANNEL, hook.id), show, desk.city.language, desk.now)


def announce_question(desk: Desk, before: Question, after: Question, act: Act) -> None:
    """What others may read of a question changed by an act, if anything did."""
    if before.public and not after.public:
        announce(desk, "question.unpublished", after.number)
    elif after.public and not before.public:
        announce(desk, _ENDS[act], after.number)
    elif after.public and act is Act.CORRECT:
        announce(desk, "question.corrected", after.number)


def webhook(scene: Scene, key: str, event: str, id: int, at: str) -> Message:
    """For the channel alone: facts, no words."""
    return Message("", (Facts((("key", key), ("event", event), ("id", str(id)), ("at", at))),))


VIEWS = {"webhook": webhook}
