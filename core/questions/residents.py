"""What residents may do with questions: commands, buttons and forms, each with its reply."""

from collections.abc import Callable, Mapping

from core import talk
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import Message, Reply, text
from core.questions import asking, drafts, feedback, following, told
from core.questions.states import Act
from core.scene import reference
from core.similar import may_follow

Answer = Callable[..., Reply]


def said(turn: Turn, words: str) -> Reply:
    """Free text in a private chat: what the city waits for, or a new question."""
    if (thumb := following.awaited(turn)) is not None:
        return following.said_why(turn, thumb, words)
    waited = asking.awaited(turn)
    if waited is None:
        return Reply(message=talk.understood(turn, *drafts.start(turn, words)))
    id, act = waited
    return (reopened if act is Act.REOPEN else replied)(turn, id, words)


def replied(turn: Turn, id: int, words: str) -> Reply:
    asking.reply(turn, id, words)
    name = reference(turn.city, id)
    return _plainly(turn.t("Thank you. Your reply went to the official ({reference}).",
                           reference=name))  # fmt: skip


def reopened(turn: Turn, id: int, words: str) -> Reply:
    asking.open_again(turn, id, words)
    name = reference(turn.city, id)
    return _plainly(turn.t("{reference} is open again. The city looks at it once more.",
                           reference=name))  # fmt: skip


def _plainly(words: str, replaces: bool = False) -> Reply:
    return Reply(message=Message(words, (text(words),)), replaces=replaces)


def ask(turn: Turn, words: str = "") -> Reply:
    turn.require(Part.QUESTIONS)
    asking.cancel(turn)
    turn.expect_nothing()
    if not turn.private or not words.strip():
        return Reply(message=talk.ask_prompt(turn))
    return Reply(message=talk.understood(turn, *drafts.start(turn, words)))


def mine(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.QUESTIONS)
    if not turn.private:
        return Reply(message=talk.ask_prompt(turn))
    own = turn.store.questions_of(turn.accounts)
    followed = turn.store.questions_numbered(turn.store.followed_questions(turn.accounts)[:20])
    shown = [q for q in followed if q.public or may_follow(q)]
    return Reply(message=told.mine(turn, own, shown))


# --- buttons ---------------------------------------------------------------------------------


def ask_send(turn: Turn, token: str) -> Reply:
    turn.require(Part.QUESTIONS)
    return Reply(message=told.receipt(turn, asking.send(turn, token)), replaces=True)


def ask_doubt(turn: Turn, token: str) -> Reply:
    """It is no case of their own, says the asker."""
    turn.require(Part.QUESTIONS)
    question = asking.send(turn, token, doubts=True)
    return Reply(message=told.receipt(turn, question), replaces=True)


def ask_theme(turn: Turn, token: str) -> Reply:
    return Reply(message=talk.choose_theme(turn, token), replaces=True)


def theme(turn: Turn, token: str, id: str) -> Reply:
    draft = drafts.choose_theme(turn, token, id)
    return Reply(message=talk.understood(turn, draft, []), replaces=True)


def ask_cancel(turn: Turn) -> Reply:
    asking.cancel(turn)
    return _plainly(turn.t("Cancelled. Nothing was sent."), replaces=True)


def read(turn: Turn, id: str | int) -> Reply:
    turn.require(Part.QUESTIONS)
    question = asking.own(turn, number(str(id)))
    if not turn.private:
        return Reply(message=told.question_page(turn, question))
    if asking.is_own(turn, question):
        return Reply(message=told.question_page(turn, question, told.own_buttons(turn, question)))
    if not question.done:
        return Reply(message=following.open_page(turn, question))
    buttons = following.follow_buttons(turn, question, turn.accounts)
    buttons += told.thumbs(turn, question) if question.public else []
    return Reply(message=told.question_page(turn, question, buttons))


def reply(turn: Turn, id: str) -> Reply:
    turn.require(Part.QUESTIONS)
    question = asking.start(turn, number(id), Act.REPLY)
    name = reference(turn.city, question.number)
    return _plainly(turn.t("Write your reply to {reference} in one message.", reference=name))


def reopen(turn: Turn, id: str) -> Reply:
    turn.require(Part.QUESTIONS)
    asking.start(turn, number(id), Act.REOPEN)
    return _plainly(turn.t("What was left unanswered? Write it in one message."))


def withdraw_ask(turn: Turn, id: str) -> Reply:
    turn.require(Part.QUESTIONS)
    return Reply(message=told.withdraw_ask(turn, asking.may_withdraw(turn, number(id))))


def withdraw(turn: Turn, id: str) -> Reply:
    turn.require(Part.QUESTIONS)
    question = asking.withdraw(turn, number(id))
    name = reference(turn.city, question.number)
    return _plainly(turn.t("{reference} is withdrawn.", reference=name), replaces=True)


# --- forms -----------------------------------------------------------------------------------


def submit_ask(turn: Turn, fields: Mapping[str, str], _: str) -> Reply:
    turn.require(Part.QUESTIONS)
    try:
        draft, alike = drafts.start(turn, fields.get("text", ""))
    except Refusal as refusal:
        raise Invalid({"text": refusal.text}) from None
    return Reply(form=talk.confirm_form(turn, draft, alike))


def submit_ask_send(turn: Turn, fields: Mapping[str, str], token: str) -> Reply:
    turn.require(Part.QUESTIONS)
    drafts.kept(turn, token)
    if (instead := fields.get("instead", "send")) not in ("send", "doubt"):
        return following.press_follow(turn, instead)
    drafts.choose_theme(turn, token, fields.get("theme", "-"))
    question = asking.send(turn, token, doubts=instead == "doubt")
    return Reply(message=told.receipt(turn, question))


def submit_reply(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.QUESTIONS)
    return replied(turn, number(state), fields.get("text", ""))


def submit_reopen(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.QUESTIONS)
    return reopened(turn, number(state), fields.get("text", ""))


COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {
    "ask": ask,
    "mine": mine,
    "questions": lambda turn, _: following.listed(turn),
}
BUTTONS: dict[str, Answer] = {
    **following.BUTTONS,
    "ask": lambda turn: ask(turn),
    "ask_send": ask_send,
    "ask_doubt": ask_doubt,
    "ask_theme": ask_theme,
    "ask_cancel": ask_cancel,
    "theme": theme,
    "read": read,
    "reply": reply,
    "reopen": reopen,
    "withdraw_ask": withdraw_ask,
    "withdraw": withdraw,
}
FORMS: dict[str, Answer] = {
    **following.FORMS,
    "ask": submit_ask,
    "ask_send": submit_ask_send,
    "reply": submit_reply,
    "reopen": submit_reopen,
    feedback.NAME: feedback.submit,
}
