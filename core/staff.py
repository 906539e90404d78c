"""What officials are shown in their workplace: cards, thread notes, forms, lists."""

from collections.abc import Mapping
from typing import Any

from core import clean
from core.city import Official, Part
from core.desk import Turn
from core.messages import (
    AnyBlock,
    Ask,
    Button,
    Buttons,
    Choice,
    Facts,
    Form,
    Message,
    bold,
    rows,
    text,
)
from core.model import Publish, Question, QuestionState, Step
from core.public import STATES, department_name, theme_name
from core.questions import ANSWER_LIMIT, REASON_LIMIT
from core.scene import IN, Scene, button, page_link, reference
from core.texts import LANGUAGES, NAMES, Localized, Texts, pick, plain

# --- a question's card and thread ------------------------------------------------------------


def question_card(scene: Scene, number: int, department: str) -> Message:
    """A question in its department's channel, with what can be done next. In a department that
    it has left, it says where it went."""
    t = scene.t
    question = scene.store.question(number)
    if question is None:
        return Message(t("This question is gone."))
    name = reference(scene.city, number)
    title = t("Question {reference}", reference=name)
    blocks: list[AnyBlock] = [text(title, role="heading"), text(question.text, role="quote")]
    if question.department != department:
        where = department_name(scene, question.department)
        blocks.append(text(t("Moved to: {department}", department=where), role="note"))
        return Message(title, tuple(blocks))
    blocks.append(Facts(tuple(_card_facts(scene, question))))
    blocks += _outcome(scene, question)
    if not question.done:
        blocks.append(card_buttons(t, question))
    return Message(f"{title}: {clean.short(question.text, 120)}", tuple(blocks))


def _card_facts(scene: Scene, question: Question) -> list[tuple[str, str]]:
    t = scene.t
    facts = [
        (t("Theme"), theme_name(scene, question)),
        (t("Language"), NAMES[question.language]),
        (t("Received"), t.time(question.received_at, scene.city.timezone)),
        (t("State"), _state(scene, question)),
    ]
    return facts


def _state(scene: Scene, question: Question) -> str:
    if question.state is QuestionState.ASKED:
        state = scene.t("waiting for the resident's reply")
    else:
        state = STATES[question.state](scene.t)
    who = scene.city.official_by_key(question.official)
    return f"{state} ({plain(who.title, scene.t.language)})" if who else state


def _outcome(scene: Scene, question: Question) -> list[AnyBlock]:
    if question.state is QuestionState.DECLINED:
        return [text(question.reason, role="quote")]
    if question.state is QuestionState.ANSWERED:
        shown = text(pick(question.answer, scene.t.language), role="quote")
        link = page_link(scene, scene.t("On the web page"), f"/questions/{question.number}")
        return [shown, *(link if question.public else [])]
    return []


def card_buttons(t: Texts, question: Question) -> Buttons:
    n = question.number
    first = [button(t("Take"), "take", n)] if question.official is None else []
    return rows(
        *first,
        button(t("Answer"), "answer", n, primary=True),
        button(t("Ask for more"), "more", n),
        button(t("Move"), "move", n),
        button(t("Decline"), "decline", n),
        width=5,
    )


def note(scene: Scene, number: int, step: int) -> Message:
    """One step of a question's history, in its thread."""
    steps = scene.store.steps(number)
    done = steps[step]
    title = f"{_actor(scene, done)}: {_done(scene, done)}"
    quoted = [text(done.text, role="quote")] if done.text else []
    return Message(title, (text(title), *quoted))


def _actor(scene: Scene, step: Step) -> str:
    official = scene.city.official_by_key(step.by)
    return plain(official.title, scene.t.language) if official else scene.t("The resident")


def _done(scene: Scene, step: Step) -> str:
    t = scene.t
    words = {
        "received": t("sent the question"),
        "taken": t("took the question"),
        "asked": t("asked the resident for more"),
        "replied": t("replied"),
        "moved": t("moved the question to another department"),
        "answered": t("gave the answer"),
        "declined": t("declined to answer"),
    }
    return words[step.kind]


# --- forms -----------------------------------------------------------------------------------


def answer_form(turn: Turn, question: Question, draft: Mapping[str, Any]) -> Form:
    """The asker's language first; an earlier draft of this official's is there again."""
    t = turn.t
    written: Localized = draft.get("answer", {})
    order = sorted(LANGUAGES, key=lambda x: x != question.language)
    fields = [
        Ask(
            f"answer_{x}",
            t("Answer {in_language}", in_language=IN[x](t)),
            "lines",
            written.get(x, ""),
            t("The asker's language") if x == question.language else "",
            ANSWER_LIMIT,
            optional=x != question.language,
        )
        for x in order
    ]
    chosen = draft.get("publish", Publish.DIGEST)
    where = Ask("publish", t("Publish"), "choice", chosen, choices=_publish_choices(t))
    quote = text(clean.short(question.text, 1000), role="quote")
    title = reference(turn.city, question.number)
    return Form("answer", title, t("Preview"), (quote, *fields, where), str(question.number))


def _publish_choices(t: Texts) -> tuple[Choice, ...]:
    return (
        Choice(Publish.DIGEST, t("Web page now, chats in the next round-up")),
        Choice(Publish.NOW, t("Web page and chats now")),
        Choice(Publish.PRIVATE, t("Only to the asker (their own case)")),
    )


def preview_form(turn: Turn, question: Question, draft: Mapping[str, Any]) -> Form:
    """What will be sent, before it is."""
    t = turn.t
    answer: Localized = draft["answer"]
    blocks: list[AnyBlock] = [text(clean.short(question.text, 1000), role="quote")]
    for language, words in answer.items():
        blocks += [text(bold(NAMES[language].capitalize())), text(words)]
    missing = [NAMES[x] for x in LANGUAGES if x not in answer]
    if missing:
        blocks.append(text(t("Missing: {languages}", languages=", ".join(missing)), role="note"))
    label = next(c.label for c in _publish_choices(t) if c.value == draft["publish"])
    blocks.append(Facts(((t("Publish"), label),)))
    title = reference(turn.city, question.number)
    return Form("answer_send", title, t("Send"), tuple(blocks), str(question.number))


def more_form(turn: Turn, question: Question) -> Form:
    return _one_field(turn, question, "more", "text", turn.t("What do you need to know?"))


def decline_form(turn: Turn, question: Question) -> Form:
    label = turn.t("Why is it not answered? The resident sees this.")
    return _one_field(turn, question, "decline", "reason", label)


def _one_field(turn: Turn, question: Question, form: str, field: str, label: str) -> Form:
    quote = text(clean.short(question.text, 1000), role="quote")
    ask = Ask(field, label, "lines", limit=REASON_LIMIT)
    title = reference(turn.city, question.number)
    return Form(form, title, turn.t("Send"), (quote, ask), str(question.number))


def move_form(turn: Turn, question: Question) -> Form:
    t = turn.t
    choices = tuple(
        Choice(d.id, plain(d.name, turn.language))
        for d in turn.city.departments
        if d.id != question.department
    )
    where = Ask("department", t("Department"), "choice", choices=choices)
    words = Ask("note", t("A word for its officials"), "lines", limit=REASON_LIMIT, optional=True)
    title = reference(turn.city, question.number)
    return Form("move", title, t("Move"), (where, words), str(question.number))


# --- lists -----------------------------------------------------------------------------------


def menu(turn: Turn, official: Official) -> Message:
    t = turn.t
    title = t("Kuulolla: what would you like to do?")
    return Message(title, (text(bold(title)), rows(*_menu_buttons(turn, official), width=5)))


def _menu_buttons(turn: Turn, official: Official) -> list[Button]:
    t, city = turn.t, turn.city
    made = []
    if city.has(Part.QUESTIONS):
        made.append(button(t("Waiting for me"), "waiting"))
    if city.has(Part.POLLS):
        made.append(button(t("Polls"), "poll_list"))
        if official.may_edit():
            made.append(button(t("New poll"), "poll_new", primary=True))
    if city.has(Part.DIGESTS) and official.may_edit():
        made.append(button(t("Send the round-up now"), "digest_ask"))
    made.append(button(t("Help"), "staff_help"))
    return made


def help_page(turn: Turn, official: Official) -> Message:
    t, city = turn.t, turn.city
    title = t("What you can do")
    facts: list[tuple[str, str]] = []
    if city.has(Part.QUESTIONS):
        facts.append(("/kuulolla " + t("mine"), t("questions that wait for you")))
    if city.has(Part.POLLS):
        facts.append(("/kuulolla " + t("results 7"), t("how poll 7 stands")))
        if official.may_edit():
            facts.append(("/kuulolla " + t("poll"), t("create a poll")))
            facts.append(("/kuulolla " + t("close 7"), t("close poll 7 for good")))
    if city.has(Part.DIGESTS) and official.may_edit():
        facts.append(("/kuulolla " + t("digest"), t("send the round-up to the chats now")))
    facts.append(("/kuulolla " + t("language"), t("change my language")))
    how = t("A new question comes to your department's channel. Its buttons do the rest.")
    blocks = (text(title, role="heading"), text(how), Facts(tuple(facts)))
    return Message(title, (*blocks, rows(*_menu_buttons(turn, official), width=5)))


OPEN_STATES = (QuestionState.WAITING, QuestionState.TAKEN, QuestionState.ASKED)


def waiting(turn: Turn, official: Official) -> Message:
    """What waits for this official: own first, then untaken ones of their departments."""
    t = turn.t
    departments = _departments_of(turn, official)
    found = turn.store.questions_for(departments, OPEN_STATES, limit=50)
    groups = (
        (t("Mine"), [q for q in found if q.official == official.key]),
        (t("Waiting for someone to take"), [q for q in found if q.official is None]),
    )
    title = t("Waiting for me")
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for name, questions in groups:
        if questions:
            blocks.append(text(bold(f"{name} ({len(questions)})")))
        for q in questions[:8]:
            blocks += [text(_line(turn, q)), card_buttons(t, q)]
    if len(blocks) == 1:
        blocks.append(text(t("Nothing waits for you. Well done!")))
    return Message(title, tuple(blocks))


def _departments_of(turn: Turn, official: Official) -> list[str]:
    return [d.id for d in turn.city.departments if official.serves(d.id)]


def _line(turn: Turn, question: Question) -> str:
    name = reference(turn.city, question.number)
    day = turn.t.day(question.received_at, turn.city.timezone)
    return f"{name} · {day} · {clean.short(question.text, 160)}"


def home(turn: Turn, official: Official) -> Message:
    """An official's own page in the workplace: what waits, and what can be done."""
    found = waiting(turn, official) if turn.city.has(Part.QUESTIONS) else menu(turn, official)
    tools = rows(*_menu_buttons(turn, official), width=5)
    return Message(found.summary, (*found.blocks, tools))


def confirm(title: str, yes: Button, no: Button) -> Message:
    return Message(title, (text(bold(title)), rows(yes, no, width=2)))


# --- notices from the service ----------------------------------------------------------------


def joined(scene: Scene, address: str, title: str) -> Message:
    """The service was added to a chat that the city file does not know."""
    words = scene.t(
        "I was added to a chat that the city file does not name: {title}. To use it, add its "
        "address there: {address}",
        title=title or "–",
        address=address,
    )
    return Message(words, (text(words),))


def trouble(scene: Scene, address: str, reason: str) -> Message:
    """Something could not be sent to a chat."""
    words = scene.t("I cannot write to {address}: {reason}", address=address, reason=reason)
    return Message(words, (text(words),))
