"""What officials may do: their commands, buttons and forms, each with its reply."""

from collections.abc import Callable, Mapping

from core import digests, polls, public, questions, staff
from core.actions import encode, number
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Refusal
from core.messages import Button, Message, Reply, text
from core.model import Poll, PollState
from core.residents import language

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


def poll_new(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    return Reply(form=staff.poll_form(turn))


def poll_list(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    return Reply(message=staff.poll_list(turn, turn.staff()))


def results(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    turn.staff()
    return Reply(message=staff.results(turn, _poll(turn, id)))


def close_ask(turn: Turn, id: str) -> Reply:
    """Closing can't be undone, so it is asked once."""
    turn.require(Part.POLLS)
    turn.editor()
    poll = _poll(turn, id)
    title = turn.t("Close poll {id} for good? It cannot be opened again.", id=poll.id)
    yes = Button(turn.t("Close for good"), encode("close", poll.id), "danger")
    return Reply(message=staff.confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def close(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    poll = polls.close(turn, number(id))
    return Reply(message=staff.results(turn, poll), replaces=True)


def _poll(turn: Turn, id: str) -> Poll:
    if not id:
        raise Refusal(turn.t("Say which poll: its number stands in the list of polls."))
    try:
        return polls.find(turn, number(id))
    except BadAction:
        raise Refusal(turn.t("Say which poll: its number stands in the list of polls.")) from None


def digest_ask(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.DIGESTS)
    turn.editor()
    title = turn.t("Send the round-up to every chat now?")
    yes = public.button(turn.t("Send"), "digest", primary=True)
    return Reply(message=staff.confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def digest(turn: Turn) -> Reply:
    sent = digests.send_now(turn)
    told = turn.t.plural("The round-up went to {n} chat.", "The round-up went to {n} chats.", sent)
    if not sent:
        told = turn.t("There is nothing new to tell: no round-up was sent.")
    return Reply(message=Message(told, (text(told),)), replaces=True)


def take(turn: Turn, id: str) -> Reply:
    question = questions.take(turn, number(id))
    name = public.reference(turn.city, question.number)
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
    name = public.reference(turn.city, question.number)
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


def submit_poll(turn: Turn, fields: Mapping[str, str], _: str) -> Reply:
    turn.require(Part.POLLS)
    poll = polls.create(turn, fields)
    if poll.state is PollState.SCHEDULED:
        when = turn.t.time(poll.opens_at, turn.city.timezone)
        return Reply(turn.t("Poll {id} opens {time}.", id=poll.id, time=when))
    n = len(poll.chats)
    return Reply(
        turn.t.plural(
            "Poll {id} is open, in {n} chat.", "Poll {id} is open, in {n} chats.", n, id=poll.id
        )
    )


COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {
    "menu": staff_menu,
    "home": staff_home,
    "help": staff_help,
    "mine": waiting,
    "poll": poll_new,
    "polls": poll_list,
    "results": results,
    "close": close_ask,
    "digest": digest_ask,
    "language": language,
}
WORDS = {
    "": "menu",
    "home": "home",
    **dict.fromkeys(("help", "ohje", "apua", "hjälp"), "help"),
    **dict.fromkeys(("mine", "omat", "mina"), "mine"),
    **dict.fromkeys(("poll", "kysely", "enkät"), "poll"),
    **dict.fromkeys(("polls", "kyselyt", "enkäter"), "polls"),
    **dict.fromkeys(("results", "tulokset", "resultat"), "results"),
    **dict.fromkeys(("close", "sulje", "stäng"), "close"),
    **dict.fromkeys(("digest", "kooste", "sammandrag"), "digest"),
    **dict.fromkeys(("language", "kieli", "språk"), "language"),
}
BUTTONS: dict[str, Answer] = {
    "waiting": waiting,
    "poll_new": poll_new,
    "poll_list": poll_list,
    "results": results,
    "close_ask": close_ask,
    "close": close,
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
    "poll": submit_poll,
}
