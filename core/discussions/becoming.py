"""An official makes a question, or a statement to vote on, of a resident's comment. The comment's
words stay as they are; what was made of it and the comment lead to one another."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core import clean, markers, routing
from core.actions import number
from core.city import Part
from core.desk import Turn
from core.discussions import origin, writing
from core.discussions.moderated import place_of
from core.errors import Invalid, Refusal
from core.messages import Ask, Choice, Form, Message, Reply, bold, text
from core.model import (
    Comment,
    Conversation,
    PollState,
    Publish,
    Question,
    QuestionState,
    Show,
    StatementState,
)
from core.personal_data import find
from core.ports import subject
from core.public import quote
from core.questions import record
from core.questions.own_case import speaks_of_own_case
from core.questions.states import Act
from core.scene import Scene, reference
from core.statements import moderated as statements
from core.statements.writing import LIMIT, MOST
from core.texts import LANGUAGES, pick

LISTED = 20
"""Conversations to choose from."""


def _unmade(turn: Turn, id: str, part: Part) -> Comment:
    """Refusal where something was made of it already, or where this person may not."""
    turn.require(part)
    turn.editor()
    comment = writing.shown(turn, number(id))
    if comment.became:
        raise Refusal(turn.t("Something was made of it already."))
    return comment


def _became(turn: Turn, comment: Comment, kind: str, id: int) -> None:
    turn.store.save_comment(replace(comment, became=origin.made(kind, id)))
    turn.touch(place_of(comment.discussion), subject("comment", comment.id))


# --- a question ----------------------------------------------------------------------------------


def make_question(turn: Turn, id: str) -> Reply:
    """Its author is the asker, and is told as of any question."""
    comment = _unmade(turn, id, Part.QUESTIONS)
    guess = routing.guess(turn.city, comment.text, lemmas=turn.store.lemmas)
    question = turn.store.add_question(
        Question(
            0, comment.text, comment.language, guess.theme, guess.department,
            QuestionState.RECEIVED, comment.author or None, comment.origin, None, turn.now,
            publish=Publish.PRIVATE if speaks_of_own_case(comment.text) else None,
            area=guess.area,
        )
    )  # fmt: skip
    _became(turn, comment, origin.QUESTION, question.number)
    detail = {"department": guess.department, "theme": guess.theme, "because": list(guess.because),
              "comment": comment.id}  # fmt: skip
    record.remember(turn, question, Act.RECEIVE, record.RESIDENT)
    question = record.change(turn, question, Act.ROUTE, turn.staff().key, detail=detail)
    record.post_card(turn, question)
    _tell(turn, comment)
    name = reference(turn.city, question.number)
    return Reply(turn.t("It is question {reference} now.", reference=name))


# --- a statement ---------------------------------------------------------------------------------


def ask_statement(turn: Turn, id: str) -> Reply:
    """The comment's words, as far as a statement is long, for the official to make one of."""
    comment, t = _unmade(turn, id, Part.STATEMENTS), turn.t
    places = tuple(
        Choice(str(one.id), clean.short(pick(one.title, turn.language), 60))
        for one in turn.store.conversations(PollState.OPEN, limit=LISTED)
        if one.takes_votes(turn.received)
    )
    if not places:
        raise Refusal(t("No conversation of statements is open now."))
    words = markers.shown(comment.text, t)
    hint = t("It is shown as the city's, not as the author's. The comment stays as it is.")
    fields = (
        text(clean.short(words, 1000), role="quote"),
        Ask("conversation", t("Conversation"), "choice", places[0].value, choices=places),
        Ask("text", t("Statement"), "lines", clean.short(words, LIMIT), hint, LIMIT),
    )
    return Reply(form=Form("comment_state", t("Statement"), t("Add"), fields, id), secret=True)


def submit_statement(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    """One of the city's own, in the comment's language."""
    comment, t = _unmade(turn, state, Part.STATEMENTS), turn.t
    chosen, words = fields.get("conversation", ""), clean.line(fields.get("text", ""))
    conversation = _conversation(turn, chosen)
    if conversation is None:
        raise Invalid({"conversation": t("Choose one of the list.")})
    if not 0 < len(words) <= LIMIT:
        raise Invalid({"text": t("A statement has 1 to {limit} characters; yours has {n}.",
                                 limit=LIMIT, n=len(words))})  # fmt: skip
    if list(find(words)):
        raise Invalid({"text": t("There is personal data in it: write it without.")})
    others = turn.store.statements(conversation.id, StatementState.SHOWN, StatementState.WAITING)
    if any(words.casefold() == said.casefold() for o in others for said in o.text.values()):
        raise Invalid({"text": t("This statement is there already.")})
    if len(others) >= MOST:
        raise Refusal(t("There are so many statements that no more are taken."))
    language = comment.language if comment.language in LANGUAGES else turn.city.language
    made = turn.store.add_statement(
        conversation.id, {language: words}, None, StatementState.SHOWN, turn.now, seed=True
    )
    _became(turn, comment, origin.STATEMENT, made.id)
    turn.touch(statements.place_of(conversation.id))
    _tell(turn, comment)
    return Reply(t("It is a statement now: people can agree or disagree."))


def _conversation(turn: Turn, chosen: str) -> Conversation | None:
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
        return None
    found = turn.store.conversation(int(chosen))
    return found if found and found.takes_votes(turn.received) else None


# --- its author ----------------------------------------------------------------------------------


def _tell(turn: Turn, comment: Comment) -> None:
    show, name = Show("comment_became", {"comment": comment.id}), f"became:{comment.id}"
    turn.tell_resident(comment.origin, comment.author, show, comment.language, name)


def comment_became(scene: Scene, comment: int) -> Message:
    t, found = scene.t, scene.store.comment(comment)
    title = t("The city has taken your comment further.")
    if found is None or not found.text:
        return Message(title)
    return Message(title, (text(bold(title)), quote(found.text), *origin.forth(scene, found)))


Answer = Callable[..., Reply]
BUTTONS: dict[str, Answer] = {"comment_ask": make_question, "comment_state": ask_statement}
FORMS: dict[str, Answer] = {"comment_state": submit_statement}
VIEWS = {"comment_became": comment_became}
