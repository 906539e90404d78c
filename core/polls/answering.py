"""What people press and fill in to answer a poll that takes more than one press."""

from collections.abc import Callable, Mapping

from core import clean
from core.actions import number
from core.answers import Kind
from core.city import Part
from core.desk import Turn
from core.errors import Refusal
from core.messages import AnyBlock, Form, Message, Reply, bold, rows, text
from core.model import Poll, PollState, Voters
from core.polls import admission, ballots, entrance, life, marking, writing
from core.polls.ballot_list import receipt
from core.polls.ballots import Sheet
from core.polls.entrance import FORMS_IN
from core.polls.fields import ballot_fields, read_ballot
from core.polls.own import own_view, shown_again
from core.polls.press import Outcome
from core.polls.wording import full, how, in_words, missing, receipted, refusal
from core.scene import button
from core.surveys import page
from core.texts import pick

NOTICE = 120
"""Characters of one's answer in a notice: with its receipt it fits where Telegram shows it."""


def tick(turn: Turn, id: str, option: str) -> Reply:
    """Chooses an option or takes it off; in a ranking, puts it next."""
    i = number(option)
    kinds = (Kind.SEVERAL, Kind.RANKING)
    return _marked(turn, id, lambda s: marking.tick(s.box.paper, s.marks, i), *kinds)


def undo(turn: Turn, id: str) -> Reply:
    return _marked(turn, id, lambda s: marking.undo(s.marks), Kind.RANKING)


def give(turn: Turn, id: str, option: str, more: str) -> Reply:
    """A point to an option (``more`` is 1), or from it."""
    i, change = number(option), 1 if number(more) else -1
    return _marked(turn, id, lambda s: marking.give(s.box.paper, s.marks, i, change), Kind.POINTS)


def _marked(turn: Turn, id: str, change: Callable[[Sheet], int], *kinds: Kind) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id), surveys=True)
    if poll.kind not in kinds:
        raise Refusal(turn.t("There is no such poll."))
    sheet = ballots.sheet(turn, poll)
    try:
        marks = change(sheet)
    except marking.Full:
        raise Refusal(full(turn.t, poll.paper)) from None
    except marking.Gone:
        raise Refusal(refusal(turn.t, Outcome.WITHDRAWN)) from None
    counted = ballots.keep(turn, sheet, marks)
    said = _counted(turn, poll, sheet, marks) if counted else ""
    return shown_again(turn, poll, said or missing(turn.t, poll.paper, marks, bool(sheet.ballot)))


def _counted(turn: Turn, poll: Poll, sheet: Sheet, marks: int) -> str:
    mine = clean.short(in_words(turn.t, poll.paper, poll.options, marks), NOTICE)
    counted = turn.t("Your vote is counted: {option}.", option=mine)
    return receipted(turn.t, counted, receipt(sheet.name))


# --- a whole ballot at once ------------------------------------------------------------------


def ballot(turn: Turn, id: str) -> Reply:
    """The way to a ballot of one's own: a form, or a message in a private chat."""
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id), surveys=True)
    if poll.voters is Voters.CHATS and turn.where in admission.closed_chats(turn.city, poll):
        admission.let_in(turn.store, poll, turn.person)
    lack = admission.lacks(turn.store, poll, turn.resident, turn.person)
    if lack and turn.who.channel in FORMS_IN and (before := _entrance(turn, poll, lack)):
        return before
    if poll.survey is not None and poll.kind is not Kind.WORDS:
        raise Refusal(turn.t("There is no such poll."))
    sheet = ballots.sheet(turn, poll)
    if turn.who.channel in FORMS_IN:
        return Reply(form=ballot_form(turn, poll, sheet.marks), fleeting=True)
    if not turn.private:
        return Reply(turn.t("Open the poll by the link under it: your answer is for you alone."))
    return _write(turn, poll) if poll.kind is Kind.WORDS else shown_again(turn, poll)


def _entrance(turn: Turn, poll: Poll, lack: Outcome) -> Reply | None:
    if poll.state is not PollState.OPEN or lack is Outcome.NOT_HERE:
        return None
    return Reply(form=entrance.form(turn, poll, lack), fleeting=True)


def submit_entrance(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    """On to the ballot, or to why not."""
    poll = entrance.submitted(turn, fields, state)
    lack = admission.lacks(turn.store, poll, turn.resident, turn.person)
    if lack:
        return Reply(refusal(turn.t, lack), secret=True)
    if poll.survey is not None:
        return shown_again(turn, poll)
    return Reply(form=ballot_form(turn, poll, ballots.sheet(turn, poll).marks), secret=True)


def said_code(turn: Turn, words: str) -> Reply | None:
    """Words that are the code a poll waits for; None where they are something else."""
    if not turn.city.has(Part.POLLS) or not (poll := entrance.awaited(turn, words)):
        return None
    entrance.written(turn, poll, words)
    if poll.survey is not None:
        return page.shown_again(turn, poll, "", replaces=False)
    return Reply(message=own_view(turn, poll), secret=True)


def area(turn: Turn, id: str, said: str) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id), surveys=True)
    if not entrance.unseen(turn):
        raise Refusal(refusal(turn.t, Outcome.NO_AREA))
    entrance.keep_area(turn, poll, said)
    return shown_again(turn, poll)


def area_ask(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(id), surveys=True)
    if not entrance.unseen(turn) or poll.voters is not Voters.AREAS:
        raise Refusal(refusal(turn.t, Outcome.NO_AREA))
    asked = tuple(entrance.blocks(turn, poll, Outcome.NO_AREA))
    return Reply(message=Message(turn.t("Where do you live?"), asked), replaces=True)


def ballot_form(turn: Turn, poll: Poll, marks: int) -> Form:
    t = turn.t
    question = pick(poll.question, t.language)
    blocks: list[AnyBlock] = [text(question)]
    if rule := how(t, poll.paper):
        blocks.append(text(rule, role="note"))
    if poll.kind is Kind.WORDS:
        kept = writing.own(turn.store, poll, turn.person)
        blocks.append(writing.field(t, kept.text if kept else ""))
    else:
        blocks += ballot_fields(t, poll, marks, turn.person)
    return Form("ballot", t("Your answer"), t("Vote"), tuple(blocks), str(poll.id))


def submit_ballot(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.POLLS)
    poll = life.find(turn, number(state), surveys=True)
    if poll.kind is Kind.WORDS:
        told = writing.filled_in(turn, poll, fields)
        if poll.survey is not None:
            return page.on(turn, poll, told, replaces=False)
        return Reply(told, secret=True)
    sheet = ballots.sheet(turn, poll)
    answer = read_ballot(turn.t, poll, fields)
    ballots.keep(turn, sheet, answer)
    return Reply(_counted(turn, poll, sheet, answer), secret=True)


# --- an answer in words ----------------------------------------------------------------------


def _write(turn: Turn, poll: Poll) -> Reply:
    """In a private chat: what comes next is the answer."""
    writing.wait(turn, poll)
    asked = turn.t("Write your answer in your next message.")
    blocks = (text(pick(poll.question, turn.language), role="heading"), text(asked),
              text(how(turn.t, poll.paper), role="note"),
              rows(button(turn.t("Cancel"), "words_stop", poll.id)))  # fmt: skip
    return Reply(message=Message(asked, blocks), fleeting=True)


def said(turn: Turn, id: int, words: str) -> Reply:
    """An answer that the person was asked for. What is none is asked for again."""
    turn.require(Part.POLLS)
    poll = life.find(turn, id, surveys=True)
    try:
        told = writing.keep(turn, poll, words)
    except writing.NoAnswer:
        raise
    except Refusal:
        writing.stop(turn)
        raise
    writing.stop(turn)
    reply = page.on(turn, poll) if poll.survey is not None else None
    shown = (reply and reply.message) or own_view(turn, poll)
    return Reply(message=Message(told, (text(bold(told)), *shown.blocks)), secret=True)


def stop(turn: Turn, id: str) -> Reply:
    writing.stop(turn)
    poll = life.find(turn, number(id), surveys=True)
    return shown_again(turn, poll, turn.t("Nothing was changed."))


BUTTONS: dict[str, Callable[..., Reply]] = {
    "tick": tick,
    "undo": undo,
    "give": give,
    "ballot": ballot,
    "words_stop": stop,
    "code": entrance.code,
    "area": area,
    "area_ask": area_ask,
}
FORMS: dict[str, Callable[..., Reply]] = {
    "ballot": submit_ballot,
    "entrance": submit_entrance,
}
