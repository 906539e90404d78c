"""What residents may do with conversations: commands, buttons and forms, each with its reply."""

from collections.abc import Callable, Mapping

from core.actions import number
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Invalid, Refusal
from core.messages import (
    AnyBlock,
    Button,
    Form,
    Message,
    Reply,
    bold,
    rows,
    text,
)
from core.model import Conversation, PollState, Statement
from core.polls.entrance import FORMS_IN, unseen
from core.scene import button
from core.statements import editing, life, shown, voting, writing
from core.statements.voting import Standing
from core.texts import Texts, pick


def statement_list(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.STATEMENTS)
    return Reply(message=shown.conversation_list(turn, unseen(turn)))


def open_conversation(turn: Turn, id: str) -> Reply:
    """Where the person left it; from a link."""
    return _way_in(turn, life.find(turn, number(id)), replaces=False)


def stand(turn: Turn, id: str) -> Reply:
    """The next statement, in the message's place; a form where there are forms."""
    return _way_in(turn, life.find(turn, number(id)), replaces=True)


def _way_in(turn: Turn, conversation: Conversation, replaces: bool) -> Reply:
    if conversation.state is PollState.CLOSED:
        made = shown.conversation_result(turn, conversation.id)
        return Reply(message=made, replaces=replaces)
    voting.require_open(turn, conversation)
    _require_alone(turn)
    standing = voting.own(turn, conversation)
    return Reply(message=_now(turn, standing), replaces=replaces, secret=True)


def _require_alone(turn: Turn) -> None:
    if not unseen(turn):
        raise Refusal(turn.t("Go on by the link under it: what you say is for you alone."))


def _now(turn: Turn, standing: Standing) -> Message:
    """The statement before the person, or what others think where none is left."""
    found = turn.store.statement(standing.next) if standing.next is not None else None
    if found is None:
        return shown.others(turn, standing, last=True)
    return shown.card(turn, standing, found)


def say(turn: Turn, id: str, word: str, important: str = "0") -> Reply:
    """Counts it; where the person is alone, the next one follows in the same message."""
    statement = _statement(turn, id)
    standing = voting.say(turn, statement, word, bool(number(important)))
    notice = said(turn.t, word)
    if not unseen(turn):
        return Reply(notice, secret=True)
    told = len(standing.said) == shown.TOLD_AFTER and standing.next is not None
    made = shown.others(turn, standing) if told else _now(turn, standing)
    return Reply(notice, made, replaces=True, secret=True)


def say_here(turn: Turn, id: str, word: str) -> Reply:
    """From a post that everybody sees: counts it, and says so."""
    voting.say(turn, _statement(turn, id), word, False)
    return Reply(said(turn.t, word), secret=True)


def said(t: Texts, word: str) -> str:
    """The short line that confirms it."""
    return {
        "agree": t("Counted: you agree."),
        "disagree": t("Counted: you disagree."),
        "pass": t("Passed."),
    }[word]


def weigh(turn: Turn, id: str, important: str) -> Reply:
    """Marks the statement as important, or not, until something is said to it."""
    statement = _statement(turn, id)
    conversation = life.find(turn, statement.conversation)
    voting.require_open(turn, conversation)
    _require_alone(turn)
    standing = voting.own(turn, conversation)
    made = shown.card(turn, standing, statement, bool(number(important)))
    return Reply(message=made, replaces=True, secret=True)


def _statement(turn: Turn, id: str) -> Statement:
    turn.require(Part.STATEMENTS)
    if statement := turn.store.statement(number(id)):
        return statement
    raise Refusal(turn.t("There is no such statement."))


def others(turn: Turn, id: str) -> Reply:
    standing = _standing(turn, id)
    if len(standing.said) < shown.TOLD_AFTER and standing.next is not None:
        raise Refusal(
            turn.t("You see what others think once you have answered {n} statements.",
                   n=shown.TOLD_AFTER)
        )  # fmt: skip
    made = shown.others(turn, standing, last=standing.next is None)
    return Reply(message=made, replaces=True, secret=True)


def enough(turn: Turn, id: str) -> Reply:
    """Stops here; goes on whenever they like."""
    standing = _standing(turn, id)
    t, n = turn.t, len(standing.said)
    told = t.plural(
        "Thank you! You have said what you think of {n} statement.",
        "Thank you! You have said what you think of {n} statements.",
        n,
    )
    more = t("It is all kept. Go on when you like, here or in any of your linked channels.")
    go_on = rows(button(t("Go on"), "stand", standing.conversation.id, primary=True))
    blocks: list[AnyBlock] = [text(bold(told)), text(more)]
    if n >= shown.TOLD_AFTER:
        blocks += shown.others(turn, standing).blocks[:-1]
    return Reply(message=Message(told, (*blocks, go_on)), replaces=True, secret=True)


def _standing(turn: Turn, id: str) -> Standing:
    conversation = life.find(turn, number(id))
    voting.require_open(turn, conversation)
    _require_alone(turn)
    return voting.own(turn, conversation)


# --- own statements ------------------------------------------------------------------------------


def new(turn: Turn, id: str) -> Reply:
    """A form, or in a private chat the next message."""
    conversation = life.find(turn, number(id))
    writing.require(turn, conversation)
    if turn.who.channel in FORMS_IN:
        return Reply(form=add_form(turn.t, conversation))
    _require_alone(turn)
    writing.wait(turn, conversation)
    t = turn.t
    asked = t("Write your statement in your next message.")
    hint = writing.field(t).hint
    cancel = rows(button(t("Cancel"), "statement_stop", conversation.id))
    return Reply(message=Message(asked, (text(bold(asked)), text(hint), cancel)), fleeting=True)


def add_form(
    t: Texts, conversation: Conversation, proposal: writing.Proposal | None = None
) -> Form:
    """``proposal``: what the person is to think about once more."""
    title = pick(conversation.title, t.language)
    blocks: list[AnyBlock] = [text(bold(title))]
    state = str(conversation.id)
    if proposal:
        blocks += writing.notes(t, proposal)
        state = f"{state}:{proposal.mark}"
    blocks.append(writing.field(t, proposal.text if proposal else ""))
    submit = t("Send all the same") if proposal else t("Send")
    return Form("statement_add", t("Your own statement"), submit, tuple(blocks), state)


def submit_add(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    id, _, mark = state.partition(":")
    conversation = life.find(turn, number(id))
    writing.require(turn, conversation)
    try:
        proposal = writing.propose(turn, conversation, fields.get("text", ""))
    except writing.NoStatement as fault:
        raise Invalid({"text": fault.text}) from None
    if not proposal.fine and mark != proposal.mark:
        return Reply(form=add_form(turn.t, conversation, proposal), secret=True)
    made = writing.add(turn, conversation, proposal.text)
    return Reply(writing.told(turn.t, made), secret=True)


def said_statement(turn: Turn, id: int, words: str) -> Reply:
    """What was written in a private chat. What is none is asked for again."""
    conversation = life.find(turn, id)
    try:
        writing.require(turn, conversation)
        proposal = writing.propose(turn, conversation, words)
    except writing.NoStatement as fault:
        if fault.same is None:
            raise
        answer = _answer_button(turn.t, fault.same)
        cancel = button(turn.t("Cancel"), "statement_stop", conversation.id)
        told = Message(fault.text, (text(fault.text), rows(answer, cancel)))
        return Reply(message=told, fleeting=True)
    except Refusal:
        writing.stop(turn)
        raise
    if proposal.fine:
        return _added(turn, conversation, proposal.text)
    writing.keep_draft(turn, conversation, proposal)
    t = turn.t
    title = t("Shall I send this statement?")
    blocks = [text(bold(title)), text(proposal.text, role="quote"), *writing.notes(t, proposal)]
    made = [button(t("Send all the same"), "statement_send", proposal.mark)]
    made += [_answer_button(t, each) for each in proposal.alike]
    made.append(button(t("Cancel"), "statement_stop", conversation.id))
    return Reply(message=Message(title, (*blocks, rows(*made))), secret=True)


def _answer_button(t: Texts, statement: Statement) -> Button:
    label = t("Answer: {statement}", statement=shown.statement_text(t, statement))
    return button(label[:60], "weigh", statement.id, 0)


def send(turn: Turn, mark: str) -> Reply:
    turn.require(Part.STATEMENTS)
    id, words = writing.drafted(turn, mark)
    conversation = life.find(turn, id)
    if writing.propose(turn, conversation, words).mark != mark:
        raise BadAction("not what was asked about")
    return _added(turn, conversation, words, replaces=True)


def _added(turn: Turn, conversation: Conversation, words: str, replaces: bool = False) -> Reply:
    told = writing.told(turn.t, writing.add(turn, conversation, words))
    writing.stop(turn)
    go_on = button(turn.t("Go on"), "stand", conversation.id, primary=True)
    made = Message(told, (text(told), rows(go_on)))
    return Reply(message=made, replaces=replaces, secret=True)


def stop(turn: Turn, id: str) -> Reply:
    writing.stop(turn)
    conversation = life.find(turn, number(id))
    if turn.who.channel in FORMS_IN:
        return Reply(turn.t("Nothing was changed."))
    return _way_in(turn, conversation, replaces=True)


Answer = Callable[..., Reply]
COMMANDS: dict[str, Answer] = {"statements": statement_list}
BUTTONS: dict[str, Answer] = {
    "statements": statement_list,
    "stand": stand,
    "say": say,
    "say_here": say_here,
    "weigh": weigh,
    "others": others,
    "enough": enough,
    "statement_new": new,
    "statement_send": send,
    "statement_stop": stop,
    **editing.BUTTONS,
}
FORMS: dict[str, Answer] = {
    "statement_add": submit_add,
    **editing.FORMS,
}
