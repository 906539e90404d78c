"""What every act on a question has in common: allowed or refused, saved, remembered, told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core import clean, deadlines, rota
from core.city import City, Department
from core.desk import Desk, Turn
from core.errors import Invalid, Refusal
from core.model import Publish, Question, QuestionState, Show, Step
from core.ports import subject
from core.questions.states import TABLE, Act, may
from core.questions.words import STATES_AT_WORK
from core.texts import plain
from core.webhooks import announce_question

REASON_LIMIT = 1000
RESIDENT, CITY = "resident", "city"
"""Who did it, where it was no official."""
SILENT = frozenset(
    {Act.ROUTE, Act.HOLD, Act.REMIND, Act.ADMIT, Act.REJECT, Act.RESTORE, Act.REWORD}
)
"""Acts that leave no note in the staff's thread."""


def home_of(city: City, question: Question) -> Department:
    """Whose officials it waits for: the moderators' while it is in moderation."""
    held = question.state is QuestionState.MODERATION
    return city.moderators if held else city.department(question.department)


def allow(turn: Turn, question: Question, act: Act) -> None:
    """Refusal, saying why, where the act can't be done in the question's state."""
    if may(question.state, act):
        return
    if question.done:
        who = turn.city.official_by_key(question.official)
        title = plain(who.title, turn.language) if who else "–"
        raise Refusal(turn.t("This question is finished already (by: {who}).", who=title))
    state = STATES_AT_WORK[question.state](turn.t)
    raise Refusal(turn.t("That cannot be done now. The question's state: {state}.", state=state))


def change(
    desk: Desk,
    question: Question,
    act: Act,
    by: str,
    text: str = "",
    detail: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Question:
    """One act: saved, remembered, noted in the staff's thread, shown on every post. KeyError where
    the act is not allowed; see `allow`."""
    home, state = home_of(desk.city, question), TABLE[question.state, act]
    before, question = question, replace(question, state=state, **changes)
    desk.store.save_question(question)
    step = remember(desk, question, act, by, text, detail)
    if act not in SILENT:
        note(desk, question, step, home)
    desk.touch(subject("question", question.number))
    announce_question(desk, before, question, act)
    return question


def remember(
    desk: Desk,
    question: Question,
    act: Act,
    by: str,
    text: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Adds to the history; returns the step's place in it."""
    step = Step(desk.now, act.value, by, question.state, text, dict(detail or {}))
    desk.store.add_step(question.number, step)
    return len(desk.store.steps(question.number)) - 1


def call(desk: Desk, questions: Sequence[Question], to: str | None, why: str) -> None:
    """Tells the official by name that these are theirs: at once, or when they are next at work.
    One question in its own thread. ``why``: of `core.questions.words.CALLS`."""
    if not questions or desk.city.official_by_key(to) is None:
        return
    home = home_of(desk.city, questions[0])
    thread = subject("question", questions[0].number) if len(questions) == 1 else None
    show = Show("called", {"numbers": [q.number for q in questions], "to": to, "why": why})
    desk.tell_staff(home, show, thread_of=thread, at=deadlines.at_work(desk.city, desk.now))


def call_duty(desk: Desk, question: Question) -> None:
    """Nobody has it: whoever is on duty is told."""
    duty = rota.on_duty(desk.city, home_of(desk.city, question), desk.now)
    if duty and question.official is None:
        call(desk, [question], duty.key, "duty")


def note(desk: Desk, question: Question, step: int, home: Department) -> None:
    show = Show("note", {"number": question.number, "step": step})
    desk.tell_staff(home, show, thread_of=subject("question", question.number))


def post_card(desk: Desk, question: Question) -> None:
    """Where its officials are; once for each place it comes to."""
    home = home_of(desk.city, question)
    show = Show("question_card", {"number": question.number, "department": home.id})
    name = subject("question", question.number)
    desk.publish(home.home, show, desk.city.language, name)
    call_duty(desk, question)


def tell_asker(desk: Desk, question: Question, show: Show) -> None:
    desk.tell_resident(question.asker_channel, question.asker, show, question.language)


def tell_askers(desk: Desk, question: Question, view: str) -> None:
    """Its asker, and those whose questions were merged with it, each of their own question. What
    is private is for its asker alone."""
    others = [] if question.private else desk.store.merged_into(question.number)
    for one in (question, *others):
        tell_asker(desk, one, Show(view, {"number": one.number}))


def publish_now(desk: Desk, question: Question) -> None:
    """The answer in every public chat, where it is for now."""
    if question.publish is Publish.NOW:
        for chat in desk.city.chats:
            show = Show("answer_post", {"number": question.number})
            desk.publish(chat.address, show, chat.language, subject("question", question.number))


def written(turn: Turn, field: str, text: str) -> str:
    """Words for the resident, made clean; Invalid where there are none or too many."""
    text = clean.lines(text)
    if not text:
        raise Invalid({field: turn.t("Write this for the resident.")})
    return fitting(turn, field, text)


def fitting(turn: Turn, field: str, text: str) -> str:
    text = clean.lines(text)
    if len(text) > REASON_LIMIT:
        raise Invalid({field: turn.t("At most {limit} characters.", limit=REASON_LIMIT)})
    return text
