"""What a person says to statements, and which one they are asked next."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from core.desk import Turn
from core.errors import BadAction, Refusal
from core.model import Conversation, Opinion, PollState, Say, Statement, StatementState
from core.opinions import drawn
from core.people import voter
from core.ports import Store
from core.statements import bridge, life

FRESH = 5.0625
"""The priority that the mathematics gives to a statement without votes."""
SAYS = {"agree": Say.AGREE, "disagree": Say.DISAGREE, "pass": Say.PASS}
"""As buttons and forms name them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person is in a conversation. ``name``: their pseudonym in it, None for one who is
    nobody yet; ``said``: statement → value; ``total``: statements that there are to say something
    to, those that they said something to included; ``next``: the one that they are asked now."""

    conversation: Conversation
    person: str | None
    name: bytes | None
    said: dict[int, int]
    total: int
    next: int | None


def require_open(turn: Turn, conversation: Conversation) -> None:
    if conversation.state is PollState.SCHEDULED:
        raise Refusal(turn.t("This conversation is not open yet."))
    if not conversation.takes_votes(turn.received):
        raise Refusal(turn.t("This conversation has closed. What you said before that counts."))


def standing(store: Store, conversation: Conversation, person: str | None) -> Standing:
    key = conversation.key
    name = voter(key, person) if key and person else None
    said = store.own_opinions(conversation.id, name) if name else {}
    seeds = store.statements_to_serve(conversation.id)
    known = store.priorities(conversation.id)
    weights = {id: known.get(id, FRESH) for id in seeds}
    draw = blake2b((name or b"") + len(said).to_bytes(4), digest_size=6).digest()
    chosen = drawn(weights, {id for id in seeds if seeds[id]}, said, int.from_bytes(draw) / 2**48)
    return Standing(conversation, person, name, said, len({*seeds, *said}), chosen)


def own(turn: Turn, conversation: Conversation) -> Standing:
    """Of the person who acts, as it is now that the conversation is held."""
    kept = turn.store.profiles([turn.resident]).get(turn.resident)
    person = (kept and kept.person) or turn.resident
    return standing(turn.store, conversation, person)


def say(turn: Turn, statement: Statement, word: str, important: bool) -> Standing:
    """Counts it. Refusal where the conversation takes none now."""
    if word not in SAYS:
        raise BadAction("nothing one can say")
    conversation = life.find(turn, statement.conversation)
    require_open(turn, conversation)
    if statement.state is StatementState.REMOVED:
        raise Refusal(turn.t("The city has removed this statement."))
    if statement.state is not StatementState.SHOWN:
        raise Refusal(turn.t("There is no such statement."))
    before = own(turn, conversation)
    keep(turn, before, statement.id, SAYS[word], important)
    bridge.send_on(turn, conversation, before.person or "", statement, SAYS[word])
    return own(turn, conversation)


def keep(turn: Turn, standing: Standing, statement: int, said: Say, important: bool) -> None:
    assert standing.name is not None  # somebody acts, in a conversation that is open
    id = standing.conversation.id
    turn.store.put_opinion(
        Opinion(id, standing.name, statement, int(said), important, turn.received)
    )


def merge(store: Store, kept: str, gone: str, at: datetime) -> None:
    """Two people become one, in each conversation that is open."""
    for conversation in store.conversations(PollState.OPEN, limit=10_000):
        if key := conversation.key:
            store.merge_opinions(conversation.id, voter(key, kept), voter(key, gone), at)


def forget(turn: Turn) -> None:
    """The person's statements are nobody's from now on."""
    for conversation in turn.store.conversations(PollState.OPEN, limit=10_000):
        if key := conversation.key:
            turn.store.forget_author(conversation.id, voter(key, turn.person))
