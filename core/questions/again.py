"""Opening a question again: once, within two weeks of its end."""

from collections.abc import Sequence
from datetime import timedelta

from core import deadlines
from core.desk import Turn
from core.errors import Refusal
from core.model import Publish, Question, QuestionState, Show, Step
from core.questions import record
from core.questions.states import Act
from core.scene import Scene

WITHIN = timedelta(days=14)


def reopen(turn: Turn, question: Question, by: str, text: str) -> Question:
    """It waits for whoever had it, if they are still there, or for anybody of the department. The
    answer stays in the history."""
    fault = why_not(turn, question)
    if fault:
        raise Refusal(fault)
    who = turn.city.official_by_key(question.official)
    stays = who is not None and who.serves(question.department)
    question = record.change(
        turn,
        question,
        Act.REOPEN,
        by,
        text,
        official=question.official if stays else None,
        answered_at=None,
        answer={},
        links=(),
        reason="",
        grounds=None,
        whose="",
        merged_into=None,
        publish=Publish.PRIVATE if question.private else None,
    )
    if stays and question.official != by:
        record.call(turn, [question], question.official, "reopened")
    elif not stays:
        record.call_duty(turn, question)
    if by != record.RESIDENT:
        record.tell_asker(turn, question, Show("reopened", {"number": question.number}))
    return question


def why_not(scene: Scene, question: Question) -> str:
    """Why it may not be opened again by now, though its state would allow it; "" where it may."""
    history = scene.store.steps(question.number)
    if rejected(history):
        return scene.t("A moderator did not let this in. You can appeal to another moderator.")
    if any(step.kind == Act.REOPEN for step in history):
        return scene.t("It has been opened again once already. Please ask a new question.")
    since = deadlines.ended(history)
    if since is None or scene.now > since + WITHIN:
        return scene.t(
            "A question can be opened again within {n} days. Please ask a new one.", n=WITHIN.days
        )
    return ""


def rejected(history: Sequence[Step]) -> bool:
    """Whether it ended on the moderation desk."""
    ended = [step for step in history if step.state is QuestionState.DECLINED]
    return bool(ended) and ended[-1].kind == Act.REJECT


def release(turn: Turn, question: Question) -> None:
    """What was merged with a question that became private stands by itself again: its asker is
    not to read of another's own case."""
    for one in turn.store.merged_into(question.number):
        record.change(
            turn,
            one,
            Act.REOPEN,
            turn.staff().key,
            official=None,
            merged_into=None,
            answered_at=None,
            publish=Publish.PRIVATE if one.private else None,
        )
        record.tell_asker(turn, one, Show("reopened", {"number": one.number}))
