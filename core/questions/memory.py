"""What stays public of a question: what was done to it and how long it took; and figures of all.

Nothing of what officials tell one another, or they and the asker tell each other, is in it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from core import deadlines
from core.city import City
from core.model import Publish, Question, Step
from core.ports import Store
from core.public import department_name
from core.questions.states import Act
from core.scene import Scene
from core.texts import Localized, pick

PUBLIC = (Publish.DIGEST, Publish.NOW, Publish.PAGE)
MONTHS = 6
MOST = 5000
"""Questions that the figures are made of, the newest."""


@dataclass(frozen=True, slots=True)
class Line:
    """``was``: an answer as it stood before it was corrected."""

    at: datetime
    kind: str
    words: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One department in one month (``2026-03``): questions answered, those within the time that
    the city gives itself, and the median of working days."""

    month: str
    department: str
    answered: int
    within_time: int
    median_days: float


def history(scene: Scene, question: Question) -> list[Line]:
    """Oldest first."""
    t = scene.t
    said = {
        Act.RECEIVE: t("The question came in."),
        Act.ADMIT: t("A moderator let it through."),
        Act.RESTORE: t("A moderator let it through."),
        Act.TAKE: t("An official took it."),
        Act.ASK: t("The asker was asked for more."),
        Act.REPLY: t("The asker replied."),
        Act.PROPOSE: t("An answer was written, and went to be checked."),
        Act.ANSWER: t("It was answered."),
        Act.APPROVE: t("It was answered."),
        Act.DECLINE: t("It was not answered."),
        Act.REJECT: t("It was not answered."),
        Act.MERGE: t("It was joined with another question."),
        Act.REOPEN: t("It was opened again."),
        Act.CORRECT: t("The answer was corrected. Before, it was:"),
    }
    lines = []
    steps = scene.store.steps(question.number)
    before = earlier_answers(steps)
    for place, step in enumerate(steps):
        if step.kind == Act.TRANSFER:
            lines.append(Line(step.at, step.kind, _moved(scene, step)))
        elif place in before:
            words = t("It was opened again. Until then the answer was:")
            lines.append(Line(step.at, step.kind, words, pick(before[place], t.language)))
        elif words := said.get(step.kind):
            was = pick(step.detail.get("was", {}), t.language)
            lines.append(Line(step.at, step.kind, words, was))
    return lines


def earlier_answers(steps: Sequence[Step]) -> dict[int, Localized]:
    """What the answer was when the question was opened again, by that step's place."""
    found: dict[int, Localized] = {}
    answer: Localized = {}
    proposed: Localized = {}
    for place, step in enumerate(steps):
        match step.kind:
            case Act.ANSWER | Act.CORRECT:
                answer = step.detail.get("answer", {})
            case Act.PROPOSE:
                proposed = step.detail.get("answer", {})
            case Act.APPROVE:
                answer = proposed
            case Act.REOPEN:
                if answer:
                    found[place] = answer
                answer = {}
            case Act.OPEN_UP:  # until then it was for the asker alone
                found.clear()
    return found


def _moved(scene: Scene, step: Step) -> str:
    known = {department.id for department in scene.city.departments}
    if (to := step.detail.get("department")) not in known:
        return scene.t("It was passed on to another department.")
    return scene.t("It was passed on to: {department}.", department=department_name(scene, to))


def working_days(city: City, question: Question, steps: Sequence[Step]) -> int | None:
    """How long it took; None where that is not known (any more)."""
    clock = _clock(city, question, steps)
    return clock.spent if clock else None


def _clock(city: City, question: Question, steps: Sequence[Step]) -> deadlines.Clock | None:
    known = any(department.id == question.department for department in city.departments)
    if not known or not question.answered_at or not any(s.kind in deadlines.STARTS for s in steps):
        return None
    return deadlines.clock(city, question.department, steps, question.answered_at)


def figures(store: Store, city: City, now: datetime) -> list[Figure]:
    """By month, newest first, and department. Of public questions only: another's own case shows
    in no figure."""
    since = now - timedelta(days=31 * MONTHS)
    found = [q for q in store.answered_between(since, now, *PUBLIC) if q.public][-MOST:]
    steps = store.histories([q.number for q in found])
    clocks: dict[tuple[str, str], list[deadlines.Clock]] = defaultdict(list)
    for question in found:
        clock = _clock(city, question, steps.get(question.number, []))
        if clock and question.answered_at:
            month = deadlines.local(city, question.answered_at).strftime("%Y-%m")
            clocks[month, question.department].append(clock)
    order = {department.id: i for i, department in enumerate(city.departments)}
    keys = sorted(clocks, key=lambda key: order[key[1]])
    return [
        Figure(
            month,
            department,
            len(clocks[month, department]),
            sum(not clock.overdue for clock in clocks[month, department]),
            float(median(clock.spent for clock in clocks[month, department])),
        )
        for month, department in sorted(keys, key=lambda key: key[0], reverse=True)
    ]
