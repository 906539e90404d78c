"""A person's way through a survey: which of its polls are asked of them, and which is next.

Where they are is kept (`core.ports.SurveyStore`); what they answered is their ballots, so that it
is the same in every channel of theirs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.desk import Turn
from core.errors import Refusal
from core.model import BallotBox, Poll, PollState, Survey, SurveyStep
from core.people import voter
from core.ports import Store

THROUGH = 0
Chosen = Mapping[int, Collection[int]]
"""Poll → the options that the person chose there; no entry where they did not answer."""


@dataclass(frozen=True, slots=True)
class Way:
    """``now``: the poll before them, `THROUGH` when there is none left; it is the ``place``-th of
    ``length``, which counts what may still be asked."""

    now: int
    place: int
    length: int
    back: int | None
    chosen: Chosen


def way(store: Store, survey: Survey, person: str | None) -> Way:
    """From where they left it; for somebody new, from the beginning."""
    chosen = choices(store, survey, person) if person else {}
    at = store.progress(survey.id, person) if person else None
    return find(survey.steps, chosen, at)


def find(steps: Sequence[SurveyStep], chosen: Chosen, at: int | None) -> Way:
    """``at`` None: at the first poll that is not answered yet. What is not asked any more, since
    an answer that it depends on has changed, is passed over."""
    asked = [s.poll for s in steps if is_asked(s, chosen)]
    if at is None:
        now = next((poll for poll in asked if poll not in chosen), THROUGH)
    else:
        now = at if at in asked else after(steps, chosen, at)
    polls = [s.poll for s in steps]
    reached = polls.index(now) if now else len(polls)
    ahead = [s for s in steps[reached + 1 :] if _may_be_asked(s, chosen, polls[reached:])]
    before = [poll for poll in asked if polls.index(poll) < reached]
    length = len(before) + len(ahead) + bool(now)
    back = before[-1] if before else None
    return Way(now, len(before) + 1, length, back, chosen)


def after(steps: Sequence[SurveyStep], chosen: Chosen, poll: int) -> int:
    """The next that is asked after this one."""
    polls = [s.poll for s in steps]
    first = polls.index(poll) + 1 if poll in polls else len(polls)
    return next((s.poll for s in steps[first:] if is_asked(s, chosen)), THROUGH)


def is_asked(step: SurveyStep, chosen: Chosen) -> bool:
    return all(set(options) & set(chosen.get(poll, ())) for poll, options in step.when)


def _may_be_asked(step: SurveyStep, chosen: Chosen, ahead: Collection[int]) -> bool:
    """Whether what it depends on holds, or is still to be answered."""
    return all(
        set(options) & set(chosen[poll]) if poll in chosen else poll in ahead
        for poll, options in step.when
    )


def choices(store: Store, survey: Survey, person: str) -> dict[int, list[int]]:
    """What counts now; nothing once the survey is closed, when nobody can tell any more."""
    boxes = store.ballot_boxes(set(survey.polls))
    found = {id: store.choice(id, voter(b.key, person)) for id, b in boxes.items() if b.key}
    return {id: boxes[id].paper.chosen(x) for id, x in found.items() if x is not None}


def current(turn: Turn, poll: Poll) -> Survey:
    """The survey of a poll; Refusal unless it takes answers now."""
    survey = turn.store.survey(poll.survey) if poll.survey is not None else None
    if survey is None:
        raise Refusal(turn.t("There is no such survey."))
    require_open(turn, survey)
    return survey


def require_open(turn: Turn, survey: Survey) -> None:
    if survey.state is PollState.SCHEDULED:
        raise Refusal(turn.t("This survey is not open yet."))
    if survey.state is PollState.CANCELLED:
        raise Refusal(turn.t("This survey was cancelled. No answers are counted."))
    over = survey.closes_at is not None and turn.received >= survey.closes_at
    if over or survey.state is not PollState.OPEN:
        raise Refusal(turn.t("This survey has closed. What you answered before that counts."))


def require_asked(turn: Turn, poll: Poll) -> None:
    """Refusal for a poll that the person's answers do not lead to, as in a forged form."""
    survey = current(turn, poll)
    step = next(s for s in survey.steps if s.poll == poll.id)
    if step.when and not is_asked(step, choices(turn.store, survey, turn.person)):
        raise Refusal(turn.t("This question is not asked of you: it depends on your answers."))


def keys(boxes: Mapping[int, BallotBox]) -> dict[int, bytes]:
    return {id: box.key for id, box in boxes.items() if box.key}
