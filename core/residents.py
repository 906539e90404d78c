"""What residents may do: their words, commands, buttons and forms, each with its reply."""

from collections.abc import Callable

from core import links, own_talk, talk
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.discussions import acts as discussions
from core.errors import BadAction
from core.messages import Message, Reply, text
from core.moderation import acts as moderation
from core.people import private_chat
from core.polls import acts as polls
from core.polls import answering, writing
from core.questions import following
from core.questions import residents as questions
from core.statements import acts as statements
from core.statements import voting
from core.statements import writing as statement_writing
from core.subscriptions import cards as subscriptions
from core.surveys import acts as surveys
from core.texts import LANGUAGES, texts

Answer = Callable[..., Reply]
FORGET = "forget_yes"


def said(turn: Turn, words: str) -> Reply:
    """Free text in a private chat: a reply that the city waits for, or a new question."""
    if not words.strip():
        return Reply(turn.t("I can read text only. Please write it in words."))
    if comment := discussions.awaited(turn):
        return discussions.said(turn, comment, words)
    if draft := moderation.awaited(turn):
        return moderation.said(turn, draft, words)
    if (poll := writing.awaited(turn)) is not None:
        return answering.said(turn, poll, words)
    if reply := answering.said_code(turn, words):
        return reply
    if (conversation := statement_writing.awaited(turn)) is not None:
        return statements.said_statement(turn, conversation, words)
    if not turn.city.has(Part.QUESTIONS):
        return Reply(message=talk.help_page(turn))
    return questions.said(turn, words)


def started(turn: Turn, payload: str) -> Reply:
    """``/start`` with the payload of a deep link: ``poll_7``, ``question_12``, ``ask``."""
    turn.store.unsilence(private_chat(turn.who.channel, turn.resident))
    kind, _, id = payload.strip().partition("_")
    if kind == "poll" and id:
        return polls.open_poll(turn, number(id))
    if kind == "survey" and id:
        return surveys.open_survey(turn, id)
    if kind == "statements" and id:
        return statements.open_conversation(turn, id)
    if kind == "question" and id:
        return questions.read(turn, id)
    if kind == "follow" and id:
        return following.press_follow(turn, id)
    if kind == "subscribe":
        return subscriptions.show(turn)
    if kind == "discussion" and id:
        return discussions.read(turn, id)
    if kind == "ask":
        return questions.ask(turn)
    if kind == "link":
        return links.link(turn)
    return Reply(message=talk.welcome(turn))


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
    **questions.COMMANDS,
    "start": started,
    **polls.COMMANDS,
    **statements.COMMANDS,
    **discussions.COMMANDS,
    **subscriptions.COMMANDS,
    "language": language,
    "help": help_,
    **own_talk.COMMANDS,
    "forget": forget,
}


# --- buttons ---------------------------------------------------------------------------------


def forget_yes(turn: Turn) -> Reply:
    writing.forget(turn)
    voting.forget(turn)
    turn.store.forget(turn.resident)
    told = turn.t("Done. What was known of you is erased.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


def keep(turn: Turn) -> Reply:
    told = turn.t("Nothing was changed.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


BUTTONS: dict[str, Answer] = {
    **questions.BUTTONS,
    **subscriptions.BUTTONS,
    "language": lambda turn: language(turn, ""),
    "lang": set_language,
    FORGET: forget_yes,
    "forget": forget,
    "keep": keep,
}
FORMS: dict[str, Answer] = {**questions.FORMS, **subscriptions.FORMS}
