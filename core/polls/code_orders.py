"""Codes to vote with, as an editor orders them in a chat. What the editor gets there is a link that
is good once, for a quarter of an hour, to a page that makes the sheet: so no chat's history holds a
code, and nobody needs the command line, nor to stop the service."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core.actions import number
from core.city import Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import Ask, Button, Facts, Form, Link, Message, Reply, text
from core.model import Poll, Voters
from core.polls import entrance, history
from core.scene import button

SHEET, DONE = "code_sheet", "poll_codes_done"
MOST = 1_000
"""Codes on a sheet; there may be many sheets."""
GOOD_FOR = timedelta(minutes=15)


def buttons(turn: Turn, door: Poll | None) -> list[Button]:
    """For the editors' lists of polls and surveys."""
    if door is None or not _takes_codes(door) or not turn.city.page("/"):
        return []
    return [button(turn.t("Codes to print"), "poll_codes", door.id)]


def ask(turn: Turn, id: str) -> Reply:
    poll, t = _for_editor(turn, id), turn.t
    what = t(
        "You get a link to a page that makes the sheet. It is good once, for a quarter of an hour: "
        "give it to nobody. The codes are on the sheet alone, and it cannot be made again."
    )
    label = t("How many codes")
    fields = (text(history.named(turn, poll)[0], role="quote"), text(what),
              Ask("n", label, "line", "50", t("At most {n} on a sheet.", n=MOST), 4))  # fmt: skip
    return Reply(form=Form("poll_codes", t("Codes to print"), t("Continue"), fields, str(poll.id)))


def submit(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    poll, t, words = _for_editor(turn, state), turn.t, fields.get("n", "").strip()
    if not (words.isascii() and words.isdigit() and len(words) < 5 and 0 < int(words) <= MOST):
        raise Invalid({"n": t("Write a number from {least} to {most}.", least=1, most=MOST)})
    ticket = secrets.token_urlsafe(32)
    order = {"poll": poll.id, "n": int(words), "until": (turn.now + GOOD_FOR).isoformat()}
    turn.store.put_draft(_owner(turn, ticket), SHEET, order, turn.now)
    link = turn.city.page(f"/{turn.language}/codes/{ticket}")
    told = t("The link is good once, for a quarter of an hour.")
    shown = (text(told), Link(t("To the sheet"), link))
    return Reply(form=Form(DONE, t("Codes to print"), t("Done"), shown), fleeting=True)


def make(turn: Turn, _: Mapping[str, str], ticket: str) -> Reply:
    """For whoever has the link. The summary names the poll, the facts are the codes."""
    turn.require(Part.POLLS)
    owner = _owner(turn, ticket[:100])
    order = turn.store.draft(owner, SHEET)
    if order is None or turn.now >= datetime.fromisoformat(order["until"]):
        raise Refusal(turn.t("This link has been used or is too old. Order the sheet again."))
    turn.store.drop_draft(owner, SHEET)
    poll = turn.store.poll(order["poll"])
    if poll is None or not _takes_codes(poll):
        raise Refusal(turn.t("This poll takes no codes."))
    if turn.store.codes(poll.id) + order["n"] > entrance.MOST_CODES:
        raise Refusal(turn.t("A poll has at most {n} codes.", n=entrance.MOST_CODES))
    made = entrance.make_codes(order["n"])
    turn.store.add_codes(poll.id, entrance.digests(turn.keyring, poll.id, made))
    codes = Facts(tuple((code, "") for code in made))
    return Reply(message=Message(str(poll.id), (codes,)), fleeting=True)


def _owner(turn: Turn, ticket: str) -> str:
    return turn.keyring.digest("code sheet", ticket).hex()


def _for_editor(turn: Turn, id: str) -> Poll:
    """Of a survey, the poll that its codes belong to."""
    turn.require(Part.POLLS)
    turn.editor()
    poll = turn.store.poll(number(id))
    if poll is None or (poll.survey is not None and entrance.door(turn.store, poll) != poll):
        raise Refusal(turn.t("There is no such poll."))
    if not _takes_codes(poll):
        raise Refusal(turn.t("This poll takes no codes."))
    if not turn.city.page("/"):
        raise Refusal(turn.t("The city's page has no public address, where the sheet is made."))
    return poll


def _takes_codes(poll: Poll) -> bool:
    return poll.voters is Voters.CODE and not poll.state.over


Answer = Callable[..., Reply]
BUTTONS: dict[str, Answer] = {"poll_codes": ask}
FORMS: dict[str, Answer] = {
    "poll_codes": submit,
    DONE: lambda turn, fields, state: Reply(),
    SHEET: make,
}
