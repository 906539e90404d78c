"""What officials are shown of questions: cards, notes in the thread, lists."""

from collections.abc import Callable, Sequence

from core import clean, deadlines, markers, rota
from core.actions import encode
from core.city import Official
from core.desk import Turn
from core.messages import AnyBlock, Button, Facts, Message, Span, bold, rows, text
from core.model import OPEN, UNTAKEN, Question, QuestionState, Step
from core.personal_data import label
from core.public import department_name, quote, theme_name
from core.questions import record
from core.questions.again import why_not
from core.questions.answering import amendment
from core.questions.states import Act, may
from core.questions.told import answering, links
from core.questions.why import why_here
from core.questions.words import ACTS, CALLS, GROUNDS, HELD_FOR, STATES_AT_WORK
from core.scene import Scene, button, page_link, reference
from core.texts import LANGUAGES, NAMES, Texts, pick, plain

SHOWN = 8
"""How many questions a list shows with their buttons."""
MOST = 1000
LISTED = 30
"""How many lines the weekly list of what is overdue has."""
REMINDERS: dict[int, Callable[..., str]] = {
    1: lambda t, **of: t(
        "half of the time to answer {reference} has passed; answer by {day}.", **of
    ),
    2: lambda t, **of: t(
        "most of the time to answer {reference} has passed; answer by {day}.", **of
    ),
    3: lambda t, **of: t("today is the last day to answer {reference}.", **of),
    4: lambda t, **of: t("{reference} is overdue: it was to be answered by {day}.", **of),
    5: lambda t, **of: t("{reference} is long overdue: it was to be answered by {day}.", **of),
}
"""By `core.questions.reminders.Level`."""

# --- a question's card and thread ------------------------------------------------------------


def question_card(scene: Scene, number: int, department: str) -> Message:
    """A question in its department's channel, with what can be done next. In a department that
    it has left, it says where it went."""
    t = scene.t
    question = scene.store.question(number)
    if question is None:
        return Message(t("This question is gone."))
    title = t("Question {reference}", reference=reference(scene.city, number))
    blocks: list[AnyBlock] = [text(title, role="heading"), text(question.text, role="quote")]
    if record.home_of(scene.city, question).id != department:
        where = department_name(scene, question.department)
        blocks.append(text(t("Moved to: {department}", department=where), role="note"))
        return Message(title, tuple(blocks))
    blocks.append(Facts(tuple(_card_facts(scene, question))))
    blocks += [*_outcome(scene, question), *_amendment(scene, question)]
    blocks += card_buttons(t, question)
    return Message(f"{title}: {clean.short(question.text, 120)}", tuple(blocks))


def _card_facts(scene: Scene, question: Question) -> list[tuple[str, str]]:
    t, zone = scene.t, scene.city.timezone
    facts = [
        (t("Theme"), theme_name(scene, question)),
        (t("Language"), NAMES[question.language]),
        (t("Received"), t.time(question.received_at, zone)),
        (t("State"), _state(scene, question)),
    ]
    history = scene.store.steps(question.number)
    if history and not question.done:
        facts += why_here(scene, question, history)
        facts += _clock_facts(scene, question, history)
    if n := scene.store.follower_counts({question.number})[question.number]:
        facts.append((t("Followed by"), t.number(n)))
    up, down = scene.store.thumbs(question.number)
    if up or down:
        facts.append((t("Did the answer help?"), f"👍 {t.number(up)} · 👎 {t.number(down)}"))
    if question.private:
        facts.append((t("Private"), t("never published: the asker's own case")))
    if hidden := markers.kinds(question.text):
        facts.append((t("Taken out"), ", ".join(label(kind, t) for kind in hidden)))
    if question.state is QuestionState.MODERATION:
        facts.append((t("To"), department_name(scene, question.department)))
        if held := HELD_FOR.get(history[-1].detail.get("hold", "") if history else ""):
            facts.append((t("Why it is here"), held(t)))
    if question.answer and (missing := [NAMES[x] for x in LANGUAGES if x not in question.answer]):
        facts.append((t("Missing"), ", ".join(missing)))
    return facts


def _clock_facts(
    scene: Scene, question: Question, history: Sequence[Step]
) -> list[tuple[str, str]]:
    t, city = scene.t, scene.city
    facts = []
    last = deadlines.last_day(city, question.department, history)
    if last is not None:
        noon = deadlines.opening(city, last)
        facts.append((t("Answer by"), t.day(noon, city.timezone)))
    duty = rota.on_duty(city, record.home_of(city, question), scene.now)
    if question.official is None and duty:
        facts.append((t("On duty"), plain(duty.title, t.language)))
    return facts


def _state(scene: Scene, question: Question) -> str:
    state = STATES_AT_WORK[question.state](scene.t)
    who = scene.city.official_by_key(question.official)
    return f"{state} ({plain(who.title, scene.t.language)})" if who else state


def _outcome(scene: Scene, own: Question) -> list[AnyBlock]:
    t, question = scene.t, answering(scene, own)
    shown: list[AnyBlock] = []
    if own.merged_into is not None:
        name = reference(scene.city, question.number)
        shown.append(text(t("Joined with {reference}", reference=name)))
    if question.reason:
        shown += [text(bold(GROUNDS[question.grounds](t)))] if question.grounds else []
        shown += [text(question.reason, role="quote")]
        shown += [Facts(((t("Who is responsible"), question.whose),))] if question.whose else []
    if question.answer:
        shown += [text(pick(question.answer, t.language), role="quote"), *links(question)]
        path = f"/questions/{question.number}"
        shown += page_link(scene, t("On the web page"), path) if question.public else []
    return shown


def _amendment(scene: Scene, question: Question) -> list[AnyBlock]:
    """A correction that waits for approval, in every language it is written in."""
    t, waiting = scene.t, amendment(scene.store, question.number)
    if waiting is None or not may(question.state, Act.CORRECT):
        return []
    place, step = waiting
    answer, given = step.detail["answer"], step.detail["links"]
    shown: list[AnyBlock] = [text(bold(t("A correction waits for approval:")))]
    shown += [text(answer[x], role="quote") for x in LANGUAGES if x in answer]
    shown += [text(f"{label}: {url}") for label, url in given]
    yes = button(t("Approve"), "amend_yes", question.number, place, primary=True)
    no = button(t("Leave the answer as it was"), "amend_no", question.number, place)
    return [*shown, rows(yes, no, width=2)]


def card_buttons(t: Texts, question: Question) -> list[AnyBlock]:
    """What is most often done next; the rest is behind the last button."""
    n, made = question.number, list[Button]()
    if may(question.state, Act.ADMIT):
        made.append(button(t("Let in"), "admit", n, primary=True))
        made.append(button(t("Decline"), "decline", n))
    if question.state in UNTAKEN and question.official is None:
        made.append(button(t("Take"), "take", n))
    if may(question.state, Act.ANSWER):
        made.append(button(t("Answer"), "answer", n, primary=True))
        made.append(button(t("Ask for more"), "more", n))
        made.append(button(t("Move"), "move", n))
        made.append(button(t("Decline"), "decline", n))
    if may(question.state, Act.APPROVE):
        made.append(button(t("Approve"), "approve", n, primary=True))
        made.append(button(t("Return"), "give_back", n))
    made.append(button(t("More acts"), "acts", n))
    return [rows(*made, width=5)]


FURTHER: tuple[tuple[Act, str, Callable[[Texts], str]], ...] = (
    (Act.HAND, "hand", lambda t: t("Hand to a colleague")),
    (Act.MERGE, "merge", lambda t: t("Join with another")),
    (Act.NOTE, "note", lambda t: t("Note for colleagues")),
    (Act.CLOSE_UP, "private_ask", lambda t: t("Make private")),
    (Act.CORRECT, "correct", lambda t: t("Correct the answer")),
    (Act.REOPEN, "open_again", lambda t: t("Open again")),
)


def acts(turn: Turn, question: Question) -> Message:
    """What else this official may do to the question, and what has been done."""
    t = turn.t
    title = t("Question {reference}", reference=reference(turn.city, question.number))
    made = [
        button(label(t), verb, question.number)
        for act, verb, label in FURTHER
        if may(question.state, act)
        and not (act is Act.CLOSE_UP and question.private)
        and not (act is Act.REOPEN and why_not(turn, question))
    ]
    blocks: list[AnyBlock] = [text(bold(title)), quote(question.text)]
    blocks += [text(line, role="note") for line in history(turn, question)]
    return Message(title, (*blocks, rows(*made, width=3)))


def history(scene: Scene, question: Question) -> list[str]:
    """A line for each step, the notes among officials too."""
    t, zone = scene.t, scene.city.timezone
    lines = []
    for step in scene.store.steps(question.number)[-20:]:
        words = f": {clean.short(step.text, 150)}" if step.text else ""
        lines.append(f"{t.time(step.at, zone)} {_actor(scene, step)} {_done(scene, step)}{words}")
    return lines


def full_card(turn: Turn, question: Question) -> Message:
    """A question as the command by its number shows it."""
    home = record.home_of(turn.city, question)
    shown = question_card(turn, question.number, home.id)
    lines = [text(line, role="note") for line in history(turn, question)]
    lines += [text(words, role="quote") for words in turn.store.thumb_words(question.number, 5)]
    return Message(shown.summary, (*shown.blocks, *lines))


def note(scene: Scene, number: int, step: int) -> Message:
    """One step of a question's history, in its thread."""
    done = scene.store.steps(number)[step]
    title = f"{_actor(scene, done)}: {_done(scene, done)}"
    quoted = [text(done.text, role="quote")] if done.text else []
    return Message(title, (text(title), *quoted))


def _actor(scene: Scene, step: Step) -> str:
    if step.by == record.CITY:
        return plain(scene.city.name, scene.t.language)
    official = scene.city.official_by_key(step.by)
    if official:
        return plain(official.title, scene.t.language)
    return scene.t("The resident") if step.by == record.RESIDENT else scene.t("An official")


def _done(scene: Scene, step: Step) -> str:
    t, words = scene.t, ACTS[step.kind](scene.t)
    if step.kind == Act.HAND and (to := scene.city.official_by_key(step.detail.get("to"))):
        return f"{words}: {plain(to.title, t.language)}"
    if step.kind == Act.MERGE and (into := step.detail.get("into")):
        return f"{words}: {reference(scene.city, into)}"
    return words


# --- lists -----------------------------------------------------------------------------------


def waiting(turn: Turn, official: Official) -> Message:
    """What waits for this official: own first, then untaken ones of their departments."""
    t, found = turn.t, _open(turn, official)
    return _listed(
        turn,
        t("Waiting for me"),
        (t("Mine"), [q for q in found if q.official == official.key]),
        (t("Waiting for approval"), _to_approve(official, found)),
        (t("Waiting for someone to take"), [q for q in found if q.official is None]),
    )


def _to_approve(official: Official, found: Sequence[Question]) -> list[Question]:
    theirs = [q for q in found if q.official != official.key]
    return [q for q in theirs if q.state is QuestionState.APPROVAL]


def unassigned(turn: Turn, official: Official) -> Message:
    t = turn.t
    free = [q for q in _open(turn, official) if q.official is None]
    return _listed(turn, t("Unassigned"), (t("Waiting for someone to take"), free))


def overdue(turn: Turn, official: Official) -> Message:
    """The longest overdue first."""
    t, found = turn.t, _open(turn, official)
    histories = turn.store.histories([q.number for q in found])
    clocks = {
        q.number: deadlines.clock(turn.city, q.department, histories[q.number], turn.now)
        for q in found
        if q.number in histories
    }
    late = sorted(
        (q for q in found if q.number in clocks and clocks[q.number].overdue),
        key=lambda q: -clocks[q.number].spent,
    )
    very = [q for q in late if clocks[q.number].long_overdue]
    return _listed(
        turn,
        t("Overdue"),
        (t("Long overdue"), very),
        (t("Overdue"), [q for q in late if q not in very]),
    )


def _listed(turn: Turn, title: str, *groups: tuple[str, list[Question]]) -> Message:
    t = turn.t
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for name, questions in groups:
        if questions:
            blocks.append(text(bold(f"{name} ({len(questions)})")))
        for q in questions[:SHOWN]:
            blocks += [text(line(turn, q)), *card_buttons(t, q)]
    if len(blocks) == 1:
        blocks.append(text(t("Nothing waits for you. Well done!")))
    return Message(title, tuple(blocks))


def _open(turn: Turn, official: Official) -> list[Question]:
    """All open questions of their departments, oldest first."""
    departments = [d.id for d in turn.city.departments if official.serves(d.id)]
    return turn.store.questions_for(departments, OPEN, MOST)


def line(scene: Scene, question: Question) -> str:
    name = reference(scene.city, question.number)
    day = scene.t.day(question.received_at, scene.city.timezone)
    return f"{name} · {day} · {clean.short(question.text, 160)}"


def private_ask(turn: Turn, question: Question) -> Message:
    t = turn.t
    name = reference(turn.city, question.number)
    title = t("Make {reference} private for good? It is never published, and the asker is told "
              "whom to turn to.", reference=name)  # fmt: skip
    yes = Button(t("Make private"), encode("private", question.number), "danger")
    return Message(title, (text(bold(title)), rows(yes, Button(t("Cancel"), "keep"), width=2)))


# --- by the clock ----------------------------------------------------------------------------


def reminder(scene: Scene, number: int, level: int, to: str | None) -> Message:
    """In the question's thread, to the person whose turn it is."""
    question = scene.store.question(number)
    if question is None:
        return Message(scene.t("This question is gone."))
    history = scene.store.steps(number)
    last = deadlines.last_day(scene.city, question.department, history)
    day = scene.t.day(deadlines.opening(scene.city, last), scene.city.timezone) if last else "–"
    name = reference(scene.city, number)
    words = REMINDERS[level](scene.t, reference=name, day=day)
    official = scene.city.official_by_key(to)
    whom = official.title if official else record.home_of(scene.city, question).name
    name = plain(whom, scene.t.language)
    named = _mention(scene, official) if official else bold(name)
    return Message(f"{name}: {words}", (text(named, f": {words}"),))


def called(scene: Scene, numbers: list[int], to: str, why: str) -> Message:
    """To an official, by name: these wait for them. What has gone on meanwhile calls nobody."""
    t, official = scene.t, scene.city.official_by_key(to)
    found = [q for n in numbers if (q := scene.store.question(n)) and _still(q, to, why)]
    if official is None or not found:
        return Message(t("This is in hand already."))
    named = ", ".join(reference(scene.city, question.number) for question in found)
    words = CALLS[why](t, reference=named)
    title = f"{plain(official.title, t.language)}: {words}"
    return Message(title, (text(_mention(scene, official), f": {words}"),))


def _still(question: Question, to: str, why: str) -> bool:
    held = question.state is QuestionState.MODERATION
    return (held or question.state in OPEN) and question.official == (None if why == "duty" else to)


def _mention(scene: Scene, official: Official) -> Span:
    """It makes a sound, so never at night."""
    name = plain(official.title, scene.t.language)
    calls = deadlines.working_time(scene.city, scene.now)
    return Span(name, bold=True, mention=official.key if calls else "")


def escalation(scene: Scene, rows: list[list[int]]) -> Message:
    """All that is overdue: (number, working days taken), the longest first."""
    t = scene.t
    title = t.plural("{n} question is overdue", "{n} questions are overdue", len(rows))
    lines = [text(_late(scene, number, spent)) for number, spent in rows[:LISTED]]
    rest = len(rows) - LISTED
    more = [text(t.plural("{n} more", "{n} more", rest))] if rest > 0 else []
    return Message(title, (text(title, role="heading"), *lines, *more))


def _late(scene: Scene, number: int, spent: int) -> str:
    t, question = scene.t, scene.store.question(number)
    name = reference(scene.city, number)
    if question is None:
        return name
    days = t.plural("{n} working day", "{n} working days", spent)
    unit = department_name(scene, question.department)
    who = scene.city.official_by_key(question.official)
    has = plain(who.title, t.language) if who else t("nobody has taken it")
    return f"{name} · {days} · {unit} · {has} · {clean.short(question.text, 100)}"


def summary(
    scene: Scene,
    department: str,
    week: int,
    new: int,
    answered: int,
    overdue: list[int],
    days: float | None,
) -> Message:
    """A department's week."""
    t, city = scene.t, scene.city
    name = department_name(scene, department)
    title = t("{department}: questions in week {week}", department=name, week=week)
    facts = [(t("New"), t.number(new)), (t("Answered"), t.number(answered))]
    named = ", ".join(reference(city, number) for number in overdue[:LISTED])
    late = f"{t.number(len(overdue))} ({named})" if overdue else t.number(0)
    facts.append((t("Overdue"), late))
    if days is not None:
        facts.append((t("Working days to an answer, median"), t.number(days)))
    return Message(title, (text(title, role="heading"), Facts(tuple(facts))))
