"""A voter's receipt: the name of their line in the list of ballots, once the poll is closed."""

from collections.abc import Sequence

from core import clean
from core.city import Part
from core.desk import Turn
from core.messages import AnyBlock, Facts, Message, Reply, text
from core.model import Poll, PollState
from core.people import voter
from core.polls.ballot_list import receipt
from core.ports import Store
from core.scene import Scene, page_link
from core.texts import Texts, pick

MOST = 40
"""As many as fit in a message of any channel; a survey has fewer."""


def mine(store: Store, person: str, ids: set[int]) -> dict[int, str]:
    """Of open polls that the person has voted in. Of closed ones nobody can tell any more."""
    keys = {box.poll: box.key for box in store.ballot_boxes(ids).values() if box.key}
    names = {id: voter(key, person) for id, key in keys.items()}
    return {id: receipt(x) for id, x in names.items() if store.choice(id, x) is not None}


def of_survey(scene: Scene, person: str, polls: Sequence[int]) -> list[tuple[str, str]]:
    """Question and receipt of each that the person has answered, in the survey's order."""
    kept = mine(scene.store, person, set(polls))
    found = [poll for id in polls if id in kept and (poll := scene.store.poll(id))]
    return [(_named(scene, poll), kept[poll.id]) for poll in found]


def _named(scene: Scene, poll: Poll) -> str:
    return clean.short(pick(poll.question, scene.t.language), 80)


def receipts(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    t = turn.t
    if not turn.private:
        return Reply(t("Ask for your receipts in a private chat: they tell how you voted."))
    found = turn.store.polls(PollState.OPEN, limit=100, surveys=True)
    kept = mine(turn.store, turn.person, {poll.id for poll in found})
    if not kept:
        title = t("You have no votes in open polls.")
        return Reply(message=Message(title, (text(title),)), fleeting=True)
    title = t("Your receipts")
    facts = [(_named(turn, poll), kept[poll.id]) for poll in found if poll.id in kept]
    return Reply(message=Message(title, told(turn, facts[:MOST])), fleeting=True)


def told(scene: Scene, facts: Sequence[tuple[str, str]]) -> tuple[AnyBlock, ...]:
    title = text(scene.t("Your receipts"), role="heading")
    return title, Facts(tuple(facts)), text(meaning(scene.t), role="note")


def meaning(t: Texts) -> str:
    return t(
        "When a poll closes, every vote is published beside its receipt, so that you can see that "
        "yours was counted right. Keep the receipt to yourself, write it down if you want to "
        "check: after the closing nobody can tell whose it is, not even the city."
    )


def check_blocks(scene: Scene, poll: Poll) -> list[AnyBlock]:
    """How a closed poll can be counted again, under its result."""
    if poll.state is not PollState.CLOSED:
        return []
    if not (kept := scene.store.ballot_list(poll.id)):
        making = scene.t("The list of all votes follows in a few minutes.")
        return [text(making, role="note")] if poll.id in scene.store.closings() else []
    told = scene.t(
        "Anybody can count the votes again. SHA-256 of the list: {digest}", digest=kept.digest
    )
    link = page_link(scene, scene.t("Check the count"), f"/polls/{poll.id}/ballots")
    return [text(told, role="note"), *link]


COMMANDS = {"receipts": receipts}
BUTTONS = {"receipts": receipts}
