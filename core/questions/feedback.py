"""Feedback on accessibility: a question of its own kind, which the law has answered in 14 days."""

from collections.abc import Mapping

from core.city import ACCESSIBILITY, Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import Ask, Form, Reply
from core.questions import asking, drafts, told
from core.questions.drafts import LONGEST
from core.texts import Texts

NAME = "feedback"
WITHIN = 14
"""Calendar days."""


def form(t: Texts, words: str = "") -> Form:
    hint = t("What did not work, on which page, and with which device or assistive technology.")
    field = Ask("text", t("Your feedback"), "lines", words, hint, LONGEST)
    return Form(NAME, t("Feedback on accessibility"), t("Send"), (field,))


def submit(turn: Turn, fields: Mapping[str, str], _: str) -> Reply:
    turn.require(Part.QUESTIONS)
    try:
        draft, _alike = drafts.start(turn, fields.get("text", ""))
        drafts.redirect(turn, draft, ACCESSIBILITY, WITHIN)
        return Reply(message=told.receipt(turn, asking.send(turn, draft.token)))
    except Refusal as refusal:
        raise Invalid({"text": refusal.text}) from None
