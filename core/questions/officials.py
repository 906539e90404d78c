"""What officials may do with questions: commands, buttons and forms, each with its reply."""

import re
from collections.abc import Callable, Mapping

from core import unsent
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import Form, Message, Reply, text
from core.model import OPEN, Question, QuestionState
from core.public import department_name
from core.questions import answering, cards, forms, handling, lists
from core.questions.corrections import amendment
from core.questions.states import Act
from core.scene import reference

Answer = Callable[..., Reply]
ACTS = {
    "answer": Act.ANSWER,
    "correct": Act.CORRECT,
    "more": Act.ASK,
    "move": Act.TRANSFER,
    "decline": Act.DECLINE,
    "hand": Act.HAND,
    "merge": Act.MERGE,
    "give_back": Act.RETURN,
    "note": Act.NOTE,
    "open_again": Act.REOPEN,
}
"""What is done with a form about a question; what is written in it is kept until it is sent."""

# --- commands --------------------------------------------------------------------------------


def waiting(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.QUESTIONS)
    return Reply(message=lists.waiting(turn, turn.staff()))


def unassigned(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.QUESTIONS)
    return Reply(message=lists.unassigned(turn, turn.staff()))


def overdue(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.QUESTIONS)
    return Reply(message=lists.overdue(turn, turn.staff()))


def question(turn: Turn, args: str) -> Reply:
    """``K-12``: the question's card, with all that was done."""
    turn.require(Part.QUESTIONS)
    turn.staff()
    id = numbered(turn, args)
    if id is None:
        raise Refusal(turn.t("Say which question: its number stands on its card."))
    return Reply(message=cards.full_card(turn, handling.of_department(turn, id)))


def numbered(turn: Turn, words: str) -> int | None:
    """``K-12``, ``k12`` and ``12`` are 12."""
    prefix = re.escape(turn.city.reference_prefix)
    found = re.fullmatch(rf"(?:{prefix}-?)?(\d{{1,9}})", words.strip(), re.ASCII | re.IGNORECASE)
    return int(found[1]) if found else None


def reassign(turn: Turn, args: str) -> Reply:
    """``@old @new``; without them, a form."""
    turn.require(Part.QUESTIONS)
    official = turn.staff()
    if not any(official.leads(d) for d in turn.city.departments):
        raise Refusal(turn.t("Only an administrator or the head of a department may do this."))
    named = [key for word in args.split() if (key := _key(turn, word))]
    if len(named) == 2:
        return _reassigned(turn, *named)
    departments = [d.id for d in turn.city.departments if official.leads(d)]
    found = turn.store.questions_for(departments, OPEN, lists.MOST)
    holders = sorted({q.official for q in found if q.official})
    if not holders:
        raise Refusal(turn.t("Nobody has open questions."))
    return Reply(form=forms.reassign_form(turn, holders))


def _key(turn: Turn, word: str) -> str | None:
    """An account as a platform writes it in a command: ``<@U0123|name>``, ``U0123``, or as the
    city file does, ``slack:U0123``. What a mention holds is the platform's own, colons and all."""
    found = re.fullmatch(r"<@([^|>]{2,200})(?:\|[^>]*)?>|@?([\w:.-]{2,200})", word)
    if not found:
        return None
    mentioned, written = found.groups()
    if written and ":" in written:
        return written
    return f"{turn.who.channel}:{mentioned or written}"


def _reassigned(turn: Turn, old: str, new: str) -> Reply:
    try:
        went, stayed = handling.reassign(turn, old, new)
    except Invalid as invalid:
        raise Refusal(" ".join(invalid.errors.values())) from None
    told = turn.t.plural(
        "{n} open question changed hands.", "{n} open questions changed hands.", went
    )
    if stayed:
        told += " " + turn.t.plural(
            "{n} stayed: it is another department's.",
            "{n} stayed: they are another department's.",
            stayed,
        )
    return Reply(told)


# --- buttons ---------------------------------------------------------------------------------


def take(turn: Turn, id: str) -> Reply:
    question = handling.take(turn, number(id))
    name = reference(turn.city, question.number)
    return Reply(turn.t("{reference} is yours now. The asker was told.", reference=name))


def answer(turn: Turn, id: str) -> Reply:
    return Reply(form=forms.answer_form(turn, handling.assigned(turn, number(id), Act.ANSWER)))


def _opens(name: str, form: Callable[[Turn, Question], Form]) -> Answer:
    """A button that opens a form, where its act is allowed."""

    def opens(turn: Turn, id: str) -> Reply:
        turn.require(Part.QUESTIONS)
        return Reply(form=form(turn, handling.assigned(turn, number(id), ACTS[name])))

    return opens


def hand(turn: Turn, id: str) -> Reply:
    question = handling.assigned(turn, number(id), Act.HAND)
    if not handling.colleagues(turn, question):
        raise Refusal(turn.t("The department has no other official."))
    return Reply(form=forms.hand_form(turn, question))


def acts(turn: Turn, id: str) -> Reply:
    return Reply(message=cards.acts(turn, handling.of_department(turn, number(id))))


def approve(turn: Turn, id: str) -> Reply:
    return _answered(turn, answering.approve(turn, number(id)))


def amend_yes(turn: Turn, id: str, place: str) -> Reply:
    answering.approve_correction(turn, number(id), number(place))
    return Reply(turn.t("The answer is corrected. The asker was told."))


def amend_no(turn: Turn, id: str, place: str) -> Reply:
    answering.keep_answer(turn, number(id), number(place))
    return Reply(turn.t("The answer stays as it was."))


def private_ask(turn: Turn, id: str) -> Reply:
    """There is no way back, so it is asked once."""
    question = handling.assigned(turn, number(id), Act.CLOSE_UP)
    return Reply(message=cards.private_ask(turn, question))


def private(turn: Turn, id: str) -> Reply:
    question = handling.make_private(turn, number(id))
    name = reference(turn.city, question.number)
    told = turn.t("{reference} is private now. The asker was told.", reference=name)
    return Reply(message=Message(told, (text(told),)), replaces=True)


def public(turn: Turn, id: str) -> Reply:
    question = handling.open_up(turn, number(id))
    name = reference(turn.city, question.number)
    return Reply(turn.t("{reference} is answered in public now. The asker was told.",
                        reference=name))  # fmt: skip


# --- forms -----------------------------------------------------------------------------------


def submit_answer(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    question = handling.assigned(turn, number(state), Act.ANSWER)
    filled = forms.with_template(turn.city, fields)
    if filled is not None:
        unsent.keep(turn, turn.staff().key, answering.NAME, state, filled)
        return Reply(form=forms.answer_form(turn, question, filled))
    draft = answering.draft_answer(turn, question.number, fields)
    return Reply(form=forms.preview_form(turn, question, draft))


def _may_fill(turn: Turn, name: str, state: str) -> Question:
    return handling.assigned(turn, number(state), ACTS[name])


def submit_answer_send(turn: Turn, _: Mapping[str, str], state: str) -> Reply:
    question = answering.answer(turn, number(state))
    if question.state is QuestionState.APPROVAL:
        return Reply(turn.t("The answer waits for another official's approval."))
    return _answered(turn, question)


def _answered(turn: Turn, question: Question) -> Reply:
    name = reference(turn.city, question.number)
    return Reply(turn.t("{reference} is answered. The asker was told.", reference=name))


def submit_correct(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    answering.correct(turn, number(state), fields)
    if amendment(turn.store.steps(number(state))):
        return Reply(turn.t("The correction waits for another official's approval."))
    return Reply(turn.t("The answer is corrected. The asker was told."))


def submit_more(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    handling.ask_more(turn, number(state), fields.get("text", ""))
    return Reply(turn.t("Your question went to the resident. Their reply comes to the thread."))


def submit_move(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    target, words = fields.get("department", ""), fields.get("note", "")
    question = handling.transfer(turn, number(state), target, words)
    name = department_name(turn, question.department)
    return Reply(turn.t("The question went to: {department}.", department=name))


def submit_decline(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    handling.decline(turn, number(state), fields)
    return Reply(turn.t("The resident was told why."))


def submit_hand(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    words = fields.get("note", "")
    handling.hand(turn, number(state), fields.get("official", ""), words)
    return Reply(turn.t("Your colleague has the question now."))


def submit_merge(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    into = numbered(turn, fields.get("into", ""))
    if into is None:
        raise Invalid({"into": turn.t("Write the number of another question.")})
    question = handling.merge(turn, number(state), into)
    name = reference(turn.city, question.merged_into or into)
    return Reply(turn.t("Joined with {reference}. The askers were told.", reference=name))


def submit_give_back(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    answering.give_back(turn, number(state), fields.get("text", ""))
    return Reply(turn.t("The answer went back to its author."))


def submit_note(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    handling.note(turn, number(state), fields.get("text", ""))
    return Reply(turn.t("The note is in the question's thread."))


def submit_open_again(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    question = handling.open_again(turn, number(state), fields.get("text", ""))
    name = reference(turn.city, question.number)
    return Reply(turn.t("{reference} is open again. The asker was told.", reference=name))


def submit_reassign(turn: Turn, fields: Mapping[str, str], _: str) -> Reply:
    try:
        return _reassigned(turn, fields.get("old", ""), fields.get("new", ""))
    except Refusal as refusal:
        raise Invalid({"new": refusal.text}) from None


COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {
    "mine": waiting,
    "unassigned": unassigned,
    "overdue": overdue,
    "question": question,
    "reassign": reassign,
}
WORDS = {
    **dict.fromkeys(("mine", "omat", "mina"), "mine"),
    **dict.fromkeys(("unassigned", "vapaat", "lediga"), "unassigned"),
    **dict.fromkeys(("overdue", "myöhässä", "myohassa", "försenade", "forsenade"), "overdue"),
    **dict.fromkeys(("question", "kysymys", "fråga"), "question"),
    **dict.fromkeys(("reassign", "siirrä", "overför", "överför"), "reassign"),
}
BUTTONS: dict[str, Answer] = {
    "waiting": waiting,
    "unassigned": unassigned,
    "overdue": overdue,
    "take": take,
    "answer": answer,
    "more": _opens("more", forms.more_form),
    "move": _opens("move", forms.move_form),
    "decline": _opens("decline", forms.decline_form),
    "acts": acts,
    "hand": hand,
    "merge": _opens("merge", forms.merge_form),
    "note": _opens("note", forms.note_form),
    "give_back": _opens("give_back", forms.give_back_form),
    "correct": _opens("correct", forms.correct_form),
    "open_again": _opens("open_again", forms.open_again_form),
    "approve": approve,
    "amend_yes": amend_yes,
    "amend_no": amend_no,
    "private_ask": private_ask,
    "private": private,
    "public": public,
}
FORMS: dict[str, Answer] = {
    "answer": submit_answer,
    "answer_send": submit_answer_send,
    "correct": submit_correct,
    "more": submit_more,
    "move": submit_move,
    "decline": submit_decline,
    "hand": submit_hand,
    "merge": submit_merge,
    "give_back": submit_give_back,
    "note": submit_note,
    "open_again": submit_open_again,
    "reassign": submit_reassign,
    **unsent.keeping(_may_fill, *ACTS),
}
