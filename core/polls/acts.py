"""What people may do with polls: commands, buttons and forms, each with its reply."""

from collections.abc import Callable

from core.actions import encode, number
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Refusal
from core.messages import Button, Reply
from core.model import Poll
from core.polls import answering, board, care, life, planning, receipts, shown
from core.staff import confirm
from core.surveys import acts as surveys


def open_polls(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    return Reply(message=shown.poll_list(turn, turn.private))


def open_poll(turn: Turn, id: int) -> Reply:
    """A poll as this person may see it. In the place of the list it was chosen from."""
    turn.require(Part.POLLS)
    return care.own_view(turn, life.find(turn, id))


def poll_list(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    return Reply(message=board.poll_list(turn, turn.staff()))


def results(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    turn.staff()
    return Reply(message=board.results(turn, _poll(turn, id)))


def close_ask(turn: Turn, id: str) -> Reply:
    """Closing can't be undone, so it is asked once."""
    turn.require(Part.POLLS)
    turn.editor()
    poll = _poll(turn, id)
    title = turn.t("Close poll {id} for good? It cannot be opened again.", id=poll.id)
    yes = Button(turn.t("Close for good"), encode("close", poll.id), "danger")
    return Reply(message=confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def close(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    poll = life.close(turn, number(id))
    return Reply(message=board.results(turn, poll), replaces=True)


def _poll(turn: Turn, id: str) -> Poll:
    if not id:
        raise Refusal(turn.t("Say which poll: its number stands in the list of polls."))
    try:
        return life.find(turn, number(id))
    except BadAction:
        raise Refusal(turn.t("Say which poll: its number stands in the list of polls.")) from None


Answer = Callable[..., Reply]
COMMANDS: dict[str, Answer] = {"polls": open_polls, **receipts.COMMANDS}
STAFF_COMMANDS: dict[str, Answer] = {
    "poll": planning.new,
    "polls": poll_list,
    "results": results,
    "close": close_ask,
    **surveys.STAFF_COMMANDS,
}
STAFF_WORDS = {
    **dict.fromkeys(("poll", "kysely", "enkät"), "poll"),
    **dict.fromkeys(("polls", "kyselyt", "enkäter"), "polls"),
    **dict.fromkeys(("results", "tulokset", "resultat"), "results"),
    **dict.fromkeys(("close", "sulje", "stäng"), "close"),
    **surveys.STAFF_WORDS,
}
BUTTONS: dict[str, Answer] = {
    **answering.BUTTONS,
    **receipts.BUTTONS,
    "polls": open_polls,
    "poll": lambda turn, id: open_poll(turn, number(id)),
    **planning.BUTTONS,
    "poll_list": poll_list,
    "results": results,
    "close_ask": close_ask,
    **care.BUTTONS,
    "close": close,
    **surveys.BUTTONS,
}
FORMS: dict[str, Answer] = {
    **planning.FORMS,
    **answering.FORMS,
    **care.FORMS,
    **surveys.FORMS,
}
