"""What calls officials to questions: by name, by the clock, each week."""

from collections.abc import Callable

from core import clean, deadlines
from core.city import Official
from core.messages import Facts, Message, Span, bold, text
from core.model import OPEN, Question, QuestionState
from core.public import department_name
from core.questions import record
from core.questions.corrections import amendment
from core.questions.words import CALLS
from core.scene import Scene, reference
from core.texts import plain

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


def reminder(scene: Scene, number: int, level: int, to: str | None) -> Message:
    """In the question's thread, to the person whose turn it is."""
    t, question = scene.t, scene.store.question(number)
    if question is None:
        return Message(t("This question is gone."))
    history = scene.store.steps(number)
    last = deadlines.last_day(scene.city, question.department, history)
    day = t.day(deadlines.opening(scene.city, last), scene.city.timezone) if last else "–"
    words = REMINDERS[level](t, reference=reference(scene.city, number), day=day)
    if question.state is QuestionState.APPROVAL:
        words += " " + t("The answer waits for approval.")
    return _to(scene, question, to, words)


def approval_reminder(scene: Scene, number: int, place: int, days: int, to: str | None) -> Message:
    """Of a correction that waits for approval."""
    t, question = scene.t, scene.store.question(number)
    waiting = amendment(scene.store.steps(number))
    if question is None or waiting is None or waiting[0] != place:
        return Message(t("This is in hand already."))
    words = t.plural(
        "a correction of {reference} has waited for approval for {n} working day.",
        "a correction of {reference} has waited for approval for {n} working days.",
        days,
        reference=reference(scene.city, number),
    )
    return _to(scene, question, to, words)


def _to(scene: Scene, question: Question, to: str | None, words: str) -> Message:
    """To an official by name; to the whole department where there is none."""
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
