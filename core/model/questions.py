"""Questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.texts import Localized


class QuestionState(StrEnum):
    """Which act leads from where to where: `core.questions.states`."""

    RECEIVED = "received"
    MODERATION = "moderation"  # somebody of the general desk lets it in, or does not
    WAITING = "waiting"  # for an official
    TRANSFERRED = "transferred"  # to another department; waiting for an official there
    REOPENED = "reopened"  # waiting for an official once more
    TAKEN = "taken"
    ASKED = "asked"  # waiting for the resident: the clock stands still
    APPROVAL = "approval"  # answered, and waiting for a second pair of eyes
    ANSWERED = "answered"  # published, or told to the asker alone
    DECLINED = "declined"
    MERGED = "merged"  # with another, whose answer is this one's too
    WITHDRAWN = "withdrawn"  # by its asker

UNTAKEN = frozenset({QuestionState.WAITING, QuestionState.TRANSFERRED, QuestionState.REOPENED})

OPEN = UNTAKEN | {QuestionState.TAKEN, QuestionState.ASKED, QuestionState.APPROVAL}
"""What officials of the department work on."""

DONE = frozenset(
    {
        QuestionState.ANSWERED,
        QuestionState.DECLINED,
        QuestionState.MERGED,
        QuestionState.WITHDRAWN,
    }
)


class Publish(StrEnum):
    """Where an answer goes besides the asker."""

    DIGEST = "digest"  # the public page now, public chats with their next digest
    NOW = "now"  # the public page and every public chat at once
    PAGE = "page"  # the public page alone
    PRIVATE = "private"  # nowhere: it speaks of the asker's own case


class Grounds(StrEnum):
    """Why a question was declined."""

    NOT_OURS = "not_ours"  # `Question.whose` says whose it is
    KNOWN = "known"  # told in public already
    UNCLEAR = "unclear"  # and the asker did not say more
    NO_QUESTION = "no_question"  # nothing in it for the city to answer
    OWN_CASE = "own_case"  # a matter of the asker's own, or of another person's
    UNFIT = "unfit"  # insults, advertisements, what the law forbids
    OTHER = "other"

UNPUBLISHED = frozenset({Grounds.OWN_CASE, Grounds.UNFIT})
"""Grounds on which a question does not become public."""


@dataclass(frozen=True, slots=True)
class Question:
    """``asker`` is a pseudonym, None once forgotten. ``number`` is unique in the whole city.

    ``official`` is who has it, or had it last. ``publish`` is PRIVATE from when it became known
    that the question is about the asker's own case. ``answer`` may be a proposal (APPROVAL).
    ``links`` are the answer's attachments: (label, address). ``area``: what part of the city it
    names.
    """

    number: int
    text: str
    language: str
    theme: str | None
    department: str
    state: QuestionState
    asker: str | None
    asker_channel: str
    official: str | None
    received_at: datetime
    answered_at: datetime | None = None
    answer: Localized = field(default_factory=dict)
    publish: Publish | None = None
    reason: str = ""
    grounds: Grounds | None = None
    whose: str = ""
    merged_into: int | None = None
    links: tuple[tuple[str, str], ...] = ()
    area: str | None = None

    @property
    def done(self) -> bool:
        return self.state in DONE

    @property
    def private(self) -> bool:
        return self.publish is Publish.PRIVATE

    @property
    def public(self) -> bool:
        """Whether anybody may read it, and what became of it."""
        shown = self.publish in (Publish.DIGEST, Publish.NOW, Publish.PAGE)
        return self.done and shown and self.state is not QuestionState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a question's history, which is only ever added to. ``by`` is an official's key,
    "resident" or "city"; ``state`` the question's after it; ``detail`` (JSON) what the act was
    about: ``{"department": "parks", "from": "streets"}``."""

    at: datetime
    kind: str  # a `core.questions.states.Act`
    by: str
    state: QuestionState
    text: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reroute:
    """A question that an official moved, as a new text finds it: how many of its ``terms`` the
    two share."""

    question: int
    department: str
    at: datetime
    shared: int
    terms: int
