"""What the clock makes due: reminders of questions, and each week's list and summary.

What was reminded of stands in the question's history, so whatever was missed is caught up with
once, by the last of it. Nobody is disturbed at night, on a weekend or a holiday.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from statistics import median

from core import deadlines, rota
from core.city import City, Department
from core.desk import Desk
from core.events import Address
from core.model import OPEN, DigestClock, Question, QuestionState, Show, Step
from core.ports import Store, subject
from core.questions import record
from core.questions.corrections import REMINDED, Correction, corrections
from core.questions.states import HELD, Act

WEEKLY = Address("staff", "weekly")
"""Whose round-up clock it is that the weekly messages go by."""
MOST = 10_000
WAITING = OPEN | HELD


class Level(IntEnum):
    """How far the time has run. The person hears of the first three, the head of the others."""

    HALF = 1
    MOST = 2  # four fifths
    LAST = 3  # the last day
    OVERDUE = 4
    LONG = 5


@dataclass(frozen=True, slots=True)
class Reminder:
    """``to`` is an official's key; None where it is for the whole department."""

    number: int
    level: Level
    to: str | None


# --- one question ----------------------------------------------------------------------------


def due(city: City, question: Question, history: Sequence[Step], now: datetime) -> Reminder | None:
    """The reminder that is to be sent now, if any."""
    if question.state not in WAITING or not deadlines.working_time(city, now):
        return None
    level = reached(city, question, history, now)
    if level is None or level <= reminded(history):
        return None
    return Reminder(question.number, level, _person(city, question, level, now))


def reached(city: City, question: Question, history: Sequence[Step], now: datetime) -> Level | None:
    """None too while the clock stands still."""
    if question.state is QuestionState.ASKED:
        return None
    limit, long = deadlines.limits(city, question.department, history)
    today = deadlines.local(city, now).date()
    days = list(deadlines.spent_days(city, history, today))
    passed = sum(1 for day in days if day < today)
    if passed >= limit:
        return Level.LONG if passed >= long else Level.OVERDUE
    if len(days) >= limit:
        return Level.LAST
    if passed >= 0.8 * limit:
        return Level.MOST
    return Level.HALF if passed >= 0.5 * limit else None


def reminded(history: Sequence[Step]) -> int:
    """The last `Level` that was told of since the clock began; 0 for none."""
    began = deadlines.began(history)
    told = (s.detail["level"] for s in history if s.kind == Act.REMIND and s.at >= began)
    return max(told, default=0)


def _person(city: City, question: Question, level: Level, now: datetime) -> str | None:
    home = record.home_of(city, question)
    if level >= Level.OVERDUE and home.head:
        return home.head
    at_work = question.state not in (QuestionState.APPROVAL, QuestionState.MODERATION)
    if at_work and city.official_by_key(question.official):
        return question.official
    duty = rota.on_duty(city, home, now)
    return duty.key if duty else None


# --- all of them -----------------------------------------------------------------------------


def any_due(store: Store, city: City, now: datetime) -> bool:
    """Whether `tick` has anything to do."""
    if not deadlines.working_time(city, now):
        return False
    return (
        _week_is_new(store, city, now)
        or any(_due(store, city, now))
        or any(_corrections_due(store, city, now))
    )


def tick(store: Store, city: City, now: datetime, edit_gaps: Mapping[str, float]) -> None:
    """Sends what is due, and remembers it in the same transaction."""
    desk = Desk(store, city, now, edit_gaps)
    for question, reminder in list(_due(store, city, now)):
        _remind(desk, question, reminder)
    for correction in list(_corrections_due(store, city, now)):
        _remind_of_correction(desk, correction)
    if deadlines.working_time(city, now) and _week_is_new(store, city, now):
        _weekly(desk)


def _due(store: Store, city: City, now: datetime) -> Iterator[tuple[Question, Reminder]]:
    for question, history in _open(store, city):
        if reminder := due(city, question, history, now):
            yield question, reminder


def _open(store: Store, city: City) -> Iterator[tuple[Question, list[Step]]]:
    departments = [d.id for d in city.departments]
    found = store.questions_for(departments, WAITING, MOST)
    histories = store.histories([q.number for q in found])
    return ((q, histories[q.number]) for q in found if q.number in histories)


def _remind(desk: Desk, question: Question, reminder: Reminder) -> None:
    detail = {"level": int(reminder.level), "to": reminder.to}
    record.change(desk, question, Act.REMIND, record.CITY, detail=detail)
    show = Show("reminder", {"number": question.number, **detail})
    name = subject("question", question.number)
    desk.tell_staff(record.home_of(desk.city, question), show, thread_of=name)


# --- corrections that wait for approval ----------------------------------------------------------


def _corrections_due(store: Store, city: City, now: datetime) -> Iterator[Correction]:
    if deadlines.working_time(city, now):
        every = corrections(store, [d.id for d in city.departments])
        yield from (one for one in every if one.due(city, now) > one.reminders)


def _remind_of_correction(desk: Desk, correction: Correction) -> None:
    """Whatever was missed is caught up with by the last of it: the others count as sent."""
    city, question = desk.city, correction.question
    home, due = record.home_of(city, question), correction.due(city, desk.now)
    duty = rota.on_duty(city, home, desk.now)
    to = duty.key if duty and duty.key != correction.step.by else None
    if due == len(REMINDED) and home.head:
        to = home.head
    record.remember(desk, question, Act.REMIND, record.CITY, detail={"sent": due, "to": to})
    detail = {"place": correction.place, "days": correction.spent(city, desk.now), "to": to}
    show = Show("approval_reminder", {"number": question.number, **detail})
    desk.tell_staff(home, show, thread_of=subject("question", question.number))


# --- each week -------------------------------------------------------------------------------


def _monday(city: City, moment: datetime) -> date:
    day = deadlines.local(city, moment).date()
    return day - timedelta(days=day.weekday())


def _week_is_new(store: Store, city: City, now: datetime) -> bool:
    clock = store.digest_clock(WEEKLY)
    return clock is None or _monday(city, clock.covered) < _monday(city, now)


def _weekly(desk: Desk) -> None:
    """On the first working day of the week: a summary for each department, and all that is overdue
    for the city's own channel. The very first time only the clock is started."""
    first = desk.store.digest_clock(WEEKLY) is None
    desk.store.set_digest_clock(WEEKLY, DigestClock(desk.now, desk.now))
    if first:
        return
    clocks = [
        (q, deadlines.clock(desk.city, q.department, history, desk.now))
        for q, history in _open(desk.store, desk.city)
    ]
    late = sorted(
        ((q, clock) for q, clock in clocks if clock.overdue), key=lambda row: -row[1].spent
    )
    numbers = {d.id: [q.number for q, _ in late if q.department == d.id]
               for d in desk.city.departments}  # fmt: skip
    for department in desk.city.departments:
        _summary(desk, department, numbers[department.id])
    if late and desk.city.escalation:
        rows = [[q.number, clock.spent] for q, clock in late]
        show = Show("escalation", {"rows": rows})
        desk.store.tell(desk.city.escalation, show, desk.city.language, desk.now)


def _summary(desk: Desk, department: Department, overdue: list[int]) -> None:
    """Of the week that ended; nothing where nothing happened and nothing waits."""
    city, store, monday = desk.city, desk.store, _monday(desk.city, desk.now)
    since = deadlines.midnight(city, monday - timedelta(days=7))
    until = deadlines.midnight(city, monday)
    new = [q for q in store.received_between(since, until) if q.department == department.id]
    done = [q for q in store.answered_between(since, until) if q.department == department.id]
    if not (new or done or overdue):
        return
    histories = store.histories([q.number for q in done])
    days = [
        deadlines.clock(city, department.id, histories[q.number], desk.now).spent
        for q in done
        if q.number in histories
    ]
    args = {
        "department": department.id,
        "week": (monday - timedelta(days=7)).isocalendar().week,
        "new": len(new),
        "answered": len(done),
        "overdue": overdue,
        "days": median(days) if days else None,
    }
    desk.tell_staff(department, Show("summary", args))
