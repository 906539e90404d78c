"""What officials may do: their commands, buttons and forms, each with its reply."""

from collections.abc import Callable, Mapping

from core import digests, public, questions, staff
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.messages import Button, Message, Reply, text
from core.polls import acts as polls
from core.residents import language
from core.scene import button, reference

Answer = Callable[..., Reply]


def command(turn: Turn, name: str, args: str) -> Reply:
    official = turn.staff()
    answer = COMMANDS.get(WORDS.get(name.lower(), ""))
    if answer is None:
        return Reply(message=staff.help_page(turn, official))
    return answer(turn, args.strip())


def staff_menu(turn: Turn, _: str = "") -> Reply:
    return Reply(message=staff.menu(turn, turn.staff()))


def staff_help(turn: Turn, _: str = "") -> Reply:
    return Reply(message=staff.help_page(turn, turn.staff()))


def staff_home(turn: Turn, _: str = "") -> Reply:
    return Reply(message=staff.home(turn, turn.staff()))


def waiting(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.QUESTIONS)
    return Reply(message=staff.waiting(turn, turn.staff()))


def digest_ask(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.DIGESTS)
    turn.editor()
    title = turn.t("Send the round-up to every chat now?")
    yes = button(turn.t("Send"), "digest", primary=True)
    return Reply(message=staff.confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def digest(turn: Turn) -> Reply:
    sent = digests.send_now(turn)
    told = turn.t.plural("The round-up went to {n} chat.", "The round-up went to {n} chats.", sent)
    if not sent:
        told = turn.t("There is nothing new to tell: no round-up was sent.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


def take(turn: Turn, id: str) -> Reply:
    question = questions.take(turn, number(id))
    name = reference(turn.city, question.number)
    return Reply(turn.t("{reference} is yours now. The asker was told.", reference=name))


def answer(turn: Turn, id: str) -> Reply:
    question = questions.assigned(turn, number(id))
    return Reply(
        form=staff.answer_form(turn, question, questions.answer_draft(turn, question.number))
    )


def more(turn: Turn, id: str) -> Reply:
    return Reply(form=staff.more_form(turn, questions.assigned(turn, number(id))))


def move(turn: Turn, id: str) -> Reply:
    return Reply(form=staff.move_form(turn, questions.assigned(turn, number(id))))


def decline(turn: Turn, id: str) -> Reply:
    return Reply(form=staff.decline_form(turn, questions.assigned(turn, number(id))))


# --- forms -----------------------------------------------------------------------------------


def submit_answer(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    draft = questions.draft_answer(turn, number(state), fields)
    question = questions.assigned(turn, number(state))
    return Reply(form=staff.preview_form(turn, question, draft))


def submit_answer_send(turn: Turn, _: Mapping[str, str], state: str) -> Reply:
    question = questions.answer(turn, number(state))
    name = reference(turn.city, question.number)
    return Reply(turn.t("{reference} is answered. The asker was told.", reference=name))


def submit_more(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    questions.ask_more(turn, number(state), fields.get("text", ""))
    return Reply(turn.t("Your question went to the resident. Their reply comes to the thread."))


def submit_move(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    target, words = fields.get("department", ""), fields.get("note", "")
    question = questions.move(turn, number(state), target, words)
    name = public.department_name(turn, question.department)
    return Reply(turn.t("The question went to: {department}.", department=name))


def submit_decline(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    questions.decline(turn, number(state), fields.get("reason", ""))
    return Reply(turn.t("The resident was told why."))


COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {
    "menu": staff_menu,
    "home": staff_home,
    "help": staff_help,
    "mine": waiting,
    **polls.STAFF_COMMANDS,
    "digest": digest_ask,
    "language": language,
}
WORDS = {
    "": "menu",
    "home": "home",
    **dict.fromkeys(("help", "ohje", "apua", "hjälp"), "help"),
    **dict.fromkeys(("mine", "omat", "mina"), "mine"),
    **polls.STAFF_WORDS,
    **dict.fromkeys(("digest", "kooste", "sammandrag"), "digest"),
    **dict.fromkeys(("language", "kieli", "språk"), "language"),
}
BUTTONS: dict[str, Answer] = {
    "waiting": waiting,
    "digest_ask": digest_ask,
    "digest": digest,
    "staff_help": staff_help,
    "take": take,
    "answer": answer,
    "more": more,
    "move": move,
    "decline": decline,
}
FORMS: dict[str, Answer] = {
    "answer": submit_answer,
    "answer_send": submit_answer_send,
    "more": submit_more,
    "move": submit_move,
    "decline": submit_decline,
}
