"""Votes that are sent on to a Polis or Voxit server, through the outbox: off unless the city names
a server, and only for conversations that were imported from it, whose statements it knows."""

from core.desk import Turn
from core.events import Address
from core.messages import Facts, Message
from core.model import Conversation, Say, Show, Statement
from core.people import voter
from core.scene import Scene

CHANNEL = "polis"


def send_on(
    turn: Turn, conversation: Conversation, person: str, statement: Statement, said: Say
) -> None:
    """Under a pseudonym of its own, which nobody can join with the one that we keep."""
    key = conversation.key
    if not (turn.city.polis_server and conversation.bridge and key):
        return
    if statement.source is None:
        return
    xid = voter(key, f"bridge {person}").hex()
    show = Show("bridge_vote", {"xid": xid, "tid": statement.source, "vote": int(said)})
    turn.store.tell(Address(CHANNEL, conversation.bridge), show, turn.city.language, turn.now)


def bridge_vote(scene: Scene, xid: str, tid: int, vote: int) -> Message:
    """For the channel alone; ``vote`` is 1 where the person agrees."""
    return Message("", (Facts((("xid", xid), ("tid", str(tid)), ("vote", str(vote)))),))


VIEWS = {"bridge_vote": bridge_vote}
