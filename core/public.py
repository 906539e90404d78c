"""What residents are shown of questions and round-ups: values of the domain → messages."""

from collections.abc import Sequence
from datetime import datetime

from core import clean
from core.digests import MOST
from core.messages import AnyBlock, Facts, Message, bold, rows, text
from core.model import Question, QuestionState
from core.polls.shown import poll_blocks
from core.scene import Scene, button, page_link, reference
from core.texts import pick, plain

# --- questions, to the resident --------------------------------------------------------------


def _quote(words: str, limit: int = 300) -> AnyBlock:
    return text(clean.short(words, limit), role="quote")


def theme_name(scene: Scene, question: Question) -> str:
    theme = scene.city.theme(question.theme)
    return plain(theme.name, scene.t.language) if theme else scene.t("Other")


def department_name(scene: Scene, id: str) -> str:
    return plain(scene.city.department(id).name, scene.t.language)


def answer_in(question: Question, language: str) -> str:
    return pick(question.answer, language)


STATES = {
    QuestionState.WAITING: lambda t: t("waiting for an official"),
    QuestionState.TAKEN: lambda t: t("an official is preparing the answer"),
    QuestionState.ASKED: lambda t: t("waiting for your reply"),
    QuestionState.ANSWERED: lambda t: t("answered"),
    QuestionState.DECLINED: lambda t: t("not answered"),
}


def receipt(scene: Scene, question: Question) -> Message:
    t = scene.t
    name = reference(scene.city, question.number)
    title = t("Your question has been sent. Its number is {reference}.", reference=name)
    where = t(
        "It went to: {department}. I will tell you here when it is taken and when it is answered.",
        department=department_name(scene, question.department),
    )
    if question.asker_channel == "web":
        where = t(
            "It went to: {department}. You can follow it on this browser, under My questions.",
            department=department_name(scene, question.department),
        )
    return Message(title, (text(bold(title)), _quote(question.text), text(where)))


def _to_asker(scene: Scene, number: int, title: str, *blocks: AnyBlock) -> Message:
    question = _question(scene, number)
    name = reference(scene.city, number)
    return Message(
        f"{name}: {title}", (text(bold(f"{name}: {title}")), _quote(question.text), *blocks)
    )


def _question(scene: Scene, number: int) -> Question:
    question = scene.store.question(number)
    if question is None:
        raise KeyError(f"question {number}")
    return question


def taken(scene: Scene, number: int) -> Message:
    title = scene.t("An official has taken your question.")
    return _to_asker(scene, number, title)


def moved(scene: Scene, number: int, department: str) -> Message:
    name = department_name(scene, department)
    title = scene.t("Your question was passed on to: {department}.", department=name)
    return _to_asker(scene, number, title)


def asked(scene: Scene, number: int, step: int) -> Message:
    t = scene.t
    words = scene.store.steps(number)[step].text
    return _to_asker(
        scene,
        number,
        t("The official asks you for more."),
        text(words),
        text(t("Write your reply here. It goes to the official only."), role="note"),
        rows(button(t("Reply"), "reply", number, primary=True)),
    )


def declined(scene: Scene, number: int) -> Message:
    t = scene.t
    title = t("Your question was not answered.")
    return _to_asker(scene, number, title, text(_question(scene, number).reason))


def answered(scene: Scene, number: int) -> Message:
    """The answer, in the asker's own chat."""
    t, question = scene.t, _question(scene, number)
    link = page_link(scene, t("On the web page"), f"/questions/{number}") if question.public else []
    return _to_asker(
        scene,
        number,
        t("The city has answered your question."),
        text(answer_in(question, t.language)),
        text(_signature(scene, question), role="note"),
        *link,
    )


def _signature(scene: Scene, question: Question) -> str:
    official = scene.city.official_by_key(question.official)
    title = plain(official.title, scene.t.language) if official else ""
    unit = department_name(scene, question.department)
    day = scene.t.day(question.answered_at or scene.now, scene.city.timezone)
    return ", ".join(part for part in (title, unit, day) if part)


def answer_post(scene: Scene, number: int) -> Message:
    """A question and its answer, for everybody."""
    t, question = scene.t, _question(scene, number)
    blocks = (
        text(t("The city answers"), role="heading"),
        _quote(question.text, 600),
        text(answer_in(question, t.language)),
        text(_signature(scene, question), role="note"),
        *page_link(scene, t("On the web page"), f"/questions/{number}"),
    )
    summary = t("The city answers: {question}", question=clean.short(question.text, 80))
    return Message(summary, blocks)


def question_page(scene: Scene, question: Question) -> Message:
    """One question as its asker or anybody who may read it sees it in a chat."""
    if question.state is QuestionState.ANSWERED:
        view = answer_post if question.public else answered
        return view(scene, question.number)
    if question.state is QuestionState.DECLINED:
        return declined(scene, question.number)
    return _to_asker(scene, question.number, STATES[question.state](scene.t))


def mine(scene: Scene, questions: Sequence[Question]) -> Message:
    t = scene.t
    title = t("My questions")
    if not questions:
        return Message(title, (text(t("You have not asked anything yet.")),))
    facts = tuple(
        (reference(scene.city, q.number), f"{clean.short(q.text, 60)} ({STATES[q.state](t)})")
        for q in questions
    )
    buttons = [
        button(t("Read {reference}", reference=reference(scene.city, q.number)), "read", q.number)
        for q in questions
        if q.done
    ]
    blocks: list[AnyBlock] = [text(title, role="heading"), Facts(facts)]
    return Message(title, (*blocks, *([rows(*buttons, width=2)] if buttons else [])))


# --- digests ---------------------------------------------------------------------------------


def digest(
    scene: Scene, questions: list[int], open: list[int], closed: list[int], at: str
) -> Message:
    """A round-up: what was answered, what is open, how it went."""
    t = scene.t
    day = t.day(datetime.fromisoformat(at), scene.city.timezone)
    name = plain(scene.city.name, t.language)
    title = t("{city} listens: round-up {day}", city=name, day=day)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    blocks += _answers(scene, questions)
    blocks += _polls(scene, t("Have your say"), open)
    blocks += _polls(scene, t("Results"), closed)
    blocks += page_link(scene, t("All on the web page"), "/")
    return Message(title, tuple(blocks))


def _answers(scene: Scene, numbers: list[int]) -> list[AnyBlock]:
    t = scene.t
    found = [q for n in numbers[:MOST] if (q := scene.store.question(n)) and q.public]
    blocks: list[AnyBlock] = [text(bold(t("New answers")))] if found else []
    for q in found:
        blocks.append(text(bold(clean.short(q.text, 150))))
        blocks.append(_quote(answer_in(q, t.language), 350))
        label = t("Whole answer: {reference}", reference=reference(scene.city, q.number))
        blocks += page_link(scene, label, f"/questions/{q.number}")
    return blocks + _rest(scene, numbers, "/questions")


def _polls(scene: Scene, title: str, ids: list[int]) -> list[AnyBlock]:
    found = [p for id in ids[:MOST] if (p := scene.store.poll(id))]
    blocks: list[AnyBlock] = [text(bold(title))] if found else []
    for i, poll in enumerate(found, 1):
        blocks += poll_blocks(scene, poll, numbered=f"{i}. " if len(found) > 1 else "")
    return blocks + _rest(scene, ids, "/polls")


def _rest(scene: Scene, ids: list[int], path: str) -> list[AnyBlock]:
    more = len(ids) - MOST
    if more <= 0:
        return []
    label = scene.t.plural("{n} more", "{n} more", more)
    return page_link(scene, label, path) or [text(label)]
