"""What residents may do: their words, commands, buttons and forms, each with its reply."""

from collections.abc import Callable, Mapping

from core import links, public, questions, talk
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Invalid, Refusal
from core.messages import Message, Reply, text
from core.model import QuestionState
from core.people import private_chat
from core.polls import acts as polls
from core.scene import reference
from core.texts import LANGUAGES, texts

Answer = Callable[..., Reply]
FORGET = "forget_yes"


def said(turn: Turn, words: str) -> Reply:
    """Free text in a private chat: a reply that the city waits for, or a new question."""
    if not words.strip():
        return Reply(turn.t("I can read text only. Please write it in words."))
    if not turn.city.has(Part.QUESTIONS):
        return Reply(message=talk.help_page(turn))
    waiting = questions.replying_to(turn)
    if waiting is not None and _still_waits(turn, waiting):
        return replied(turn, waiting, words)
    return Reply(message=talk.understood(turn, *questions.start_draft(turn, words)))


def _still_waits(turn: Turn, id: int) -> bool:
    question = turn.store.question(id)
    return question is not None and question.state is QuestionState.ASKED


def replied(turn: Turn, id: int, words: str) -> Reply:
    questions.reply(turn, id, words)
    name = reference(turn.city, id)
    told = turn.t("Thank you. Your reply went to the official ({reference}).", reference=name)
    return Reply(message=Message(told, (text(told),)))


def started(turn: Turn, payload: str) -> Reply:
    """``/start`` with the payload of a deep link: ``poll_7``, ``question_12``, ``ask``."""
    turn.store.unsilence(private_chat(turn.who.channel, turn.resident))
    kind, _, id = payload.strip().partition("_")
    if kind == "poll" and id:
        return polls.open_poll(turn, number(id))
    if kind == "question" and id:
        return read(turn, number(id))
    if kind == "ask":
        return ask(turn, "")
    if kind == "link":
        return links.link(turn)
    return Reply(message=talk.welcome(turn))


def ask(turn: Turn, words: str) -> Reply:
    turn.require(Part.QUESTIONS)
    if not turn.private or not words.strip():
        questions.cancel(turn)
        return Reply(message=talk.ask_prompt(turn))
    questions.cancel(turn)
    return Reply(message=talk.understood(turn, *questions.start_draft(turn, words)))


def mine(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.QUESTIONS)
    if not turn.private:
        return Reply(message=talk.ask_prompt(turn))
    return Reply(message=public.mine(turn, turn.store.questions_of(turn.accounts)))


def language(turn: Turn, words: str = "") -> Reply:
    wanted = words.strip().lower()[:2]
    return (
        set_language(turn, wanted)
        if wanted in LANGUAGES
        else Reply(message=talk.choose_language(turn))
    )


def set_language(turn: Turn, wanted: str) -> Reply:
    if wanted not in LANGUAGES:
        raise BadAction("no such language")
    turn.store.set_language(turn.resident, wanted)
    t = texts(wanted)
    return Reply(t("From now on I speak English to you."))


def forget(turn: Turn, _: str = "") -> Reply:
    return Reply(message=talk.confirm_forget(turn))


def help_(turn: Turn, _: str = "") -> Reply:
    return Reply(message=talk.help_page(turn))


COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {
    "start": started,
    "ask": ask,
    **polls.COMMANDS,
    "mine": mine,
    "language": language,
    "help": help_,
    "forget": forget,
}


# --- buttons ---------------------------------------------------------------------------------


def ask_send(turn: Turn, token: str) -> Reply:
    turn.require(Part.QUESTIONS)
    return Reply(message=public.receipt(turn, questions.send(turn, token)), replaces=True)


def ask_theme(turn: Turn, token: str) -> Reply:
    return Reply(message=talk.choose_theme(turn, token), replaces=True)


def theme(turn: Turn, token: str, id: str) -> Reply:
    draft = questions.choose_theme(turn, token, id)
    return Reply(message=talk.understood(turn, draft, []), replaces=True)


def ask_cancel(turn: Turn) -> Reply:
    questions.cancel(turn)
    told = turn.t("Cancelled. Nothing was sent.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


def read(turn: Turn, id: str | int) -> Reply:
    turn.require(Part.QUESTIONS)
    question = questions.own(turn, number(str(id)))
    return Reply(message=public.question_page(turn, question))


def reply(turn: Turn, id: str) -> Reply:
    question = questions.start_reply(turn, number(id))
    name = reference(turn.city, question.number)
    told = turn.t("Write your reply to {reference} in one message.", reference=name)
    return Reply(message=Message(told, (text(told),)))


def forget_yes(turn: Turn) -> Reply:
    turn.store.forget(turn.resident)
    told = turn.t("Done. What was known of you is erased.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


def keep(turn: Turn) -> Reply:
    told = turn.t("Nothing was changed.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


# --- forms -----------------------------------------------------------------------------------


def submit_ask(turn: Turn, fields: Mapping[str, str], _: str) -> Reply:
    turn.require(Part.QUESTIONS)
    try:
        draft, alike = questions.start_draft(turn, fields.get("text", ""))
    except Refusal as refusal:
        raise Invalid({"text": refusal.text}) from None
    return Reply(form=talk.confirm_form(turn, draft, alike))


def submit_ask_send(turn: Turn, fields: Mapping[str, str], token: str) -> Reply:
    turn.require(Part.QUESTIONS)
    questions.choose_theme(turn, token, fields.get("theme", "-"))
    return Reply(message=public.receipt(turn, questions.send(turn, token)))


def submit_reply(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    return replied(turn, number(state), fields.get("text", ""))


BUTTONS: dict[str, Answer] = {
    "ask": lambda turn: ask(turn, ""),
    "ask_send": ask_send,
    "ask_theme": ask_theme,
    "ask_cancel": ask_cancel,
    "theme": theme,
    "read": read,
    "reply": reply,
    "language": lambda turn: language(turn, ""),
    "lang": set_language,
    FORGET: forget_yes,
    "keep": keep,
}
FORMS: dict[str, Answer] = {
    "ask": submit_ask,
    "ask_send": submit_ask_send,
    "reply": submit_reply,
}
