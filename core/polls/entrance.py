"""How one comes to vote where not everybody may: a code is entered, an area is told."""

from collections.abc import Iterable, Mapping

from core import codes
from core.actions import encode, number
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Invalid, Refusal
from core.messages import AnyBlock, Ask, Button, Choice, Form, Message, Reply, rows, text
from core.model import Poll, PollState, Voters
from core.people import Keyring, voter
from core.polls import admission, life
from core.polls.press import Outcome
from core.polls.wording import refusal
from core.ports import Store
from core.roster import DESK
from core.scene import Scene, button
from core.texts import Texts, plain

LENGTH = 10
"""Characters of a code, 50 bits: with 100,000 codes out, ten thousand million guesses find one."""
MOST_CODES = 100_000
DRAFT = "poll_code"
FORMS_IN = frozenset({"slack", "teams", DESK})
"""Channels where a form opens at a press; elsewhere one answers in a message or on a page."""


def unseen(turn: Turn) -> bool:
    """Whether nobody else sees what is answered. Where forms open it is for the one who acted, in
    shared chats too."""
    return turn.private or turn.who.channel in FORMS_IN


# --- codes -----------------------------------------------------------------------------------


def make_codes(n: int) -> list[str]:
    made: set[str] = set()
    while len(made) < n:
        made.add(codes.new(LENGTH))
    return list(made)


def digests(keyring: Keyring, poll: int, made: Iterable[str]) -> list[bytes]:
    return [_digest(keyring, poll, code) for code in made]


def _digest(keyring: Keyring, poll: int, code: str) -> bytes:
    return keyring.digest(f"poll {poll}", code)


def enter(turn: Turn, poll: Poll, written: str) -> None:
    """The person has a code from now on, and this one is used. Which of the codes it was is kept
    nowhere. Refusal where it is none."""
    poll = door(turn.store, poll)
    box = turn.store.ballot_boxes({poll.id}).get(poll.id)
    if poll.voters is not Voters.CODE:
        raise Refusal(turn.t("This poll takes no codes."))
    if box is None or box.key is None or poll.state is not PollState.OPEN:
        raise Refusal(refusal(turn.t, Outcome.CLOSED if poll.state.over else Outcome.NOT_OPEN))
    name = voter(box.key, turn.person)
    if turn.store.holds_code(poll.id, name):
        return
    tries = codes.Tries(turn)
    tries.check()
    code = codes.read(written, LENGTH)
    used = turn.store.use_code(poll.id, _digest(turn.keyring, poll.id, code)) if code else None
    if used is None:
        raise tries.failed(turn.t("This is no code of this poll. Check it, letter by letter."))
    if not used:
        raise tries.failed(turn.t("This code has been used: each is good for one person."))
    admission.let_in(turn.store, poll, turn.person)


def door(store: Store, poll: Poll) -> Poll:
    """Whose codes let in: those of a survey's first question let into all of it."""
    survey = store.survey(poll.survey) if poll.survey is not None else None
    return (survey and store.poll(survey.door)) or poll


# --- what is asked ---------------------------------------------------------------------------


def blocks(turn: Turn, poll: Poll, lack: Outcome) -> list[AnyBlock]:
    """In the place of vote buttons, in a private chat."""
    t = turn.t
    if lack is Outcome.NO_CODE:
        verb = "ballot" if turn.who.channel in FORMS_IN else "code"
        return [rows(button(t("Enter your code"), verb, poll.id, primary=True))]
    if lack is Outcome.NO_AREA:
        return _areas(turn, poll)
    told = text(refusal(t, lack))
    if lack is Outcome.ELSEWHERE:
        return [told, rows(button(t("Change my area"), "area_ask", poll.id))]
    return [told]


def _areas(turn: Turn, poll: Poll) -> list[AnyBlock]:
    made = [
        Button(choice.label, encode("area", poll.id, choice.value))
        for choice in _choices(turn, turn.t)
    ]
    return [text(turn.t("Where do you live?")), text(consent(turn.t), role="note"), rows(*made)]


def consent(t: Texts) -> str:
    return t(
        "Your answer is kept for polls like this one, and nobody is shown it. /forget erases it."
    )


def _choices(scene: Scene, t: Texts) -> tuple[Choice, ...]:
    named = [Choice(area.id, plain(area.name, t.language)) for area in scene.city.areas]
    return (*named, Choice(admission.UNSAID, t("Rather not say")))


def fields(scene: Scene, lack: Outcome | None) -> list[Ask]:
    """What a form or a page asks before the vote."""
    t = scene.t
    if lack is Outcome.NO_CODE:
        return [Ask("code", t("Your code"), hint=t("As K7QF3-M9D2X"), limit=20)]
    if lack in (Outcome.NO_AREA, Outcome.ELSEWHERE):
        label, hint = t("Where do you live?"), consent(t)
        return [Ask("area", label, "choice", hint=hint, choices=_choices(scene, t))]
    return []


def form(turn: Turn, poll: Poll, lack: Outcome) -> Form:
    """Before the ballot's own form."""
    shown = (text(admission.who_may(turn, poll)), *fields(turn, lack))
    return Form("entrance", turn.t("Before you vote"), turn.t("Continue"), shown, str(poll.id))


# --- what is done ----------------------------------------------------------------------------


def code(turn: Turn, id: str) -> Reply:
    """In a private chat the next message is the code."""
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id), surveys=True)
    if poll.voters is not Voters.CODE:
        raise BadAction("a poll without codes")
    if not turn.private or turn.who.channel in FORMS_IN:
        return Reply(turn.t("Open the poll by the link under it: your code is for you alone."))
    turn.store.put_draft(turn.resident, DRAFT, {"poll": poll.id}, turn.now)
    told = turn.t("Write your code here, as K7QF3-M9D2X.")
    return Reply(message=Message(told, (text(told),)))


def awaited(turn: Turn, words: str) -> Poll | None:
    """The poll whose code these words are, where one was asked for; other words end the asking."""
    kept = turn.store.draft(turn.resident, DRAFT)
    if kept is None:
        return None
    like_one = len(words.strip()) <= 20 and any(c.isdigit() or c.isupper() for c in words)
    if like_one or codes.read(words, LENGTH):
        return turn.store.poll(kept["poll"])
    turn.store.drop_draft(turn.resident, DRAFT)
    return None


def written(turn: Turn, poll: Poll, words: str) -> None:
    enter(turn, poll, words)
    turn.store.drop_draft(turn.resident, DRAFT)


def keep_area(turn: Turn, poll: Poll, area: str) -> None:
    if poll.voters is not Voters.AREAS:
        raise BadAction("a poll for all areas")
    if area != admission.UNSAID and turn.city.area(area) is None:
        raise BadAction("no such area")
    for account in turn.accounts:
        turn.store.set_area(account, area)


def submitted(turn: Turn, fields: Mapping[str, str], state: str) -> Poll:
    """What the form asked is kept. Invalid where it is of no use."""
    turn.require(Part.POLLS)
    poll = life.find(turn, number(state), surveys=True)
    if poll.voters is Voters.AREAS:
        if not (area := fields.get("area", "")):
            raise Invalid({"area": turn.t("Choose one of the list.")})
        keep_area(turn, poll, area)
        return poll
    if not (words := fields.get("code", "").strip()):
        raise Invalid({"code": turn.t("Write your code first.")})
    try:
        enter(turn, poll, words)
    except Refusal as fault:
        raise Invalid({"code": fault.text}) from None
    return poll
