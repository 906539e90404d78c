"""Questions on the moderation desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.desk import Desk
from core.model import Grounds, Item, ItemKind, Publish, Question, QuestionState, Show
from core.moderation import rules
from core.moderation.source import Seen
from core.ports import Store
from core.public import theme_name
from core.questions import record
from core.questions.own_case import stays_private
from core.questions.states import Act, may
from core.scene import Scene, reference
from core.texts import texts

PLACE = "question"
S = QuestionState


class QuestionSource:
    """See `core.moderation.source.Source`."""

    kind = ItemKind.QUESTION
    cards = True
    rewords = True
    recalls = False
    secret = False

    def seen(self, scene: Scene, item: Item) -> Seen | None:
        question = scene.store.question(int(item.ref))
        if question is None or question.state is S.WITHDRAWN:
            return None
        name = reference(scene.city, question.number)
        path = f"/questions/{question.number}" if question.public else ""
        return Seen(question.text, f"{name}, {theme_name(scene, question)}", path)

    def texts(self, store: Store, refs: Sequence[str]) -> Sequence[str]:
        return store.question_texts([int(ref) for ref in refs])

    def release(self, desk: Desk, item: Item) -> None:
        """To its department; again, where an appeal was granted."""
        question = _question(desk, item)
        act = {S.MODERATION: Act.ADMIT, S.DECLINED: Act.RESTORE}
        if question is None or question.state not in act:
            return
        by = item.decided_by or record.CITY
        again = question.state is S.DECLINED
        changes = _let_in(desk, question, question.text) if again else {}
        question = record.change(desk, question, act[question.state], by, **changes)
        record.post_card(desk, question)
        if not again:  # an appeal's outcome is told by the desk
            show = Show("admitted", {"number": question.number, "department": question.department})
            record.tell_asker(desk, question, show)

    def stop(self, desk: Desk, item: Item, final: bool) -> None:
        question = _question(desk, item)
        if question is None or (not final and question.state is S.MODERATION):
            return
        if not may(question.state, Act.REJECT):
            return  # it is with its department, or at its end
        t, by = texts(question.language), item.decided_by or record.CITY
        reason = rules.reason(desk.city, item, t)
        record.change(
            desk, question, Act.REJECT, by, reason, official=by, reason=reason,
            grounds=Grounds.UNFIT, publish=Publish.PRIVATE, answered_at=desk.now,
        )  # fmt: skip

    def rewrite(self, desk: Desk, item: Item, text: str) -> None:
        question = _question(desk, item)
        if question is None:
            return
        if question.state is S.DECLINED:
            changes = _let_in(desk, question, text)
            question = record.change(desk, question, Act.REWORD, record.RESIDENT, **changes)
        desk.store.reword_question(question.number, text)
        desk.touch(f"question:{question.number}")

    def muted(self, desk: Desk, item: Item, until: datetime) -> None:
        """There is no door but ours."""


def _let_in(desk: Desk, question: Question, text: str) -> dict[str, Any]:
    """As if it had never been rejected. What is the asker's own case stays unpublished."""
    private = stays_private(text, desk.store.steps(question.number))
    return {
        "reason": "", "grounds": None, "publish": Publish.PRIVATE if private else None,
        "answered_at": None, "official": None,
    }  # fmt: skip


def _question(desk: Desk, item: Item) -> Question | None:
    return desk.store.question(int(item.ref))
