"""Officials' lists of questions. What stands in one group of a list stands in no later one."""

from collections.abc import Sequence

from core import clean, deadlines
from core.city import Official
from core.desk import Turn
from core.messages import AnyBlock, Message, bold, text
from core.model import OPEN, Question, QuestionState
from core.questions.cards import amendment_blocks, card_buttons
from core.questions.corrections import Correction, corrections
from core.scene import Scene, reference

SHOWN = 8
"""How many questions of a group are shown with their buttons."""
MOST = 1000
Group = tuple[str, list[Question]]


def waiting(turn: Turn, official: Official) -> Message:
    """What waits for this official: own first, then what they may approve, let in or take."""
    return _listed(turn, turn.t("Waiting for me"), *_groups(turn, official))


def unassigned(turn: Turn, official: Official) -> Message:
    """What is nobody's in particular."""
    return _listed(turn, turn.t("Unassigned"), *_groups(turn, official)[1:])


def overdue(turn: Turn, official: Official) -> Message:
    """The longest overdue first."""
    return _listed(turn, turn.t("Overdue"), *_late(turn, official))


def home(turn: Turn, official: Official) -> Message:
    """All of it: what is overdue, and what waits."""
    groups = (*_late(turn, official), *_groups(turn, official))
    return _listed(turn, turn.t("Waiting for me"), *groups)


# --- what is in them -----------------------------------------------------------------------------


def _groups(turn: Turn, official: Official) -> list[Group]:
    t, found = turn.t, _open(turn, official)
    theirs = [q for q in found if q.official != official.key]
    proposed = [q for q in theirs if q.state is QuestionState.APPROVAL]
    corrected = [one.question for one in _corrections(turn, official)]
    return [
        (t("Mine"), [q for q in found if q.official == official.key]),
        (t("Waiting for approval"), proposed + corrected),
        (t("To be looked through"), _held(turn, official)),
        (t("Waiting for someone to take"), [q for q in theirs if q.official is None]),
    ]


def _late(turn: Turn, official: Official) -> list[Group]:
    t, city, now = turn.t, turn.city, turn.now
    found = _open(turn, official) + _held(turn, official)
    histories = turn.store.histories([q.number for q in found])
    clocks = {
        q.number: deadlines.clock(city, q.department, histories[q.number], now)
        for q in found
        if q.number in histories
    }
    late = sorted(
        (q for q in found if q.number in clocks and clocks[q.number].overdue),
        key=lambda q: -clocks[q.number].spent,
    )
    very = [q for q in late if clocks[q.number].long_overdue]
    corrected = [x.question for x in _corrections(turn, official) if x.overdue(city, now)]
    return [
        (t("Long overdue"), very),
        (t("Overdue"), [*(q for q in late if q not in very), *corrected]),
    ]


def _open(turn: Turn, official: Official) -> list[Question]:
    """All open questions of their departments, oldest first."""
    return turn.store.questions_for(_departments(turn, official), OPEN, MOST)


def _held(turn: Turn, official: Official) -> list[Question]:
    """For moderators, whosever the question is."""
    city = turn.city
    if not city.may_moderate(official):
        return []
    every = [department.id for department in city.departments]
    return turn.store.questions_for(every, {QuestionState.MODERATION}, MOST)


def _corrections(turn: Turn, official: Official) -> list[Correction]:
    """Others' corrections, which this official may approve."""
    found = corrections(turn.store, _departments(turn, official))
    return [one for one in found if one.step.by != official.key]


def _departments(turn: Turn, official: Official) -> list[str]:
    return [d.id for d in turn.city.departments if official.serves(d.id)]


# --- as they look --------------------------------------------------------------------------------


def _listed(turn: Turn, title: str, *groups: Group) -> Message:
    blocks: list[AnyBlock] = [text(title, role="heading")]
    seen: set[int] = set()
    for name, questions in groups:
        new = [q for q in questions if q.number not in seen]
        seen |= {q.number for q in new}
        if new:
            blocks.append(text(bold(f"{name} ({len(new)})")))
        for q in new[:SHOWN]:
            blocks += [text(line(turn, q)), *_buttons(turn, q)]
    if len(blocks) == 1:
        blocks.append(text(turn.t("Nothing waits for you. Well done!")))
    return Message(title, tuple(blocks))


def _buttons(turn: Turn, question: Question) -> Sequence[AnyBlock]:
    return amendment_blocks(turn, question) or card_buttons(turn.t, question)


def line(scene: Scene, question: Question) -> str:
    name = reference(scene.city, question.number)
    day = scene.t.day(question.received_at, scene.city.timezone)
    return f"{name} · {day} · {clean.short(question.text, 160)}"
