"""Corrections of answers that wait for a second pair of eyes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import deadlines
from core.city import City
from core.model import Question, Step
from core.ports import Store
from core.questions.states import Act

REMINDED = (1, 3, 5)
"""Working days after which somebody is reminded: whoever is on duty, and at last the head."""
ENDS = frozenset({Act.CORRECT, Act.KEEP, Act.REOPEN})


@dataclass(frozen=True, slots=True)
class Correction:
    """``place``: the step's in the history. ``reminders``: how many of `REMINDED` are done with."""

    question: Question
    place: int
    step: Step
    reminders: int

    def spent(self, city: City, now: datetime) -> int:
        """Working days since it was written, today's included."""
        return deadlines.working_days_after(city, self.step.at, now)

    def overdue(self, city: City, now: datetime) -> bool:
        return self.spent(city, now) >= REMINDED[-1]

    def due(self, city: City, now: datetime) -> int:
        """How many reminders there should have been by now."""
        spent = self.spent(city, now)
        return sum(spent >= days for days in REMINDED)


def amendment(history: Sequence[Step]) -> tuple[int, Step] | None:
    """The correction that waits for approval, with its place in the history."""
    for place, step in reversed(list(enumerate(history))):
        if step.kind == Act.AMEND:
            return place, step
        if step.kind in ENDS:
            return None
    return None


def corrections(store: Store, departments: Collection[str]) -> list[Correction]:
    """All that wait, the oldest question first."""
    found = store.amended_questions(departments)
    histories = store.histories([q.number for q in found])
    return [one for q in found if (one := _waiting(q, histories.get(q.number, ())))]


def _waiting(question: Question, history: Sequence[Step]) -> Correction | None:
    found = amendment(history)
    if found is None:
        return None
    place, step = found
    told = [later.detail["sent"] for later in history[place:] if later.kind == Act.REMIND]
    return Correction(question, place, step, max(told, default=0))
