"""The values that the rules speak of and the store keeps. Times are aware, in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from core.answers import Kind, Paper
from core.events import Address
from core.texts import Localized

# --- people ----------------------------------------------------------------------------------


class Profile(msgspec.Struct, frozen=True):
    """What every turn needs of somebody: the language they chose, and the person they are one
    with: the pseudonym of one of their own linked accounts, under which they vote."""

    language: str | None = None
    person: str | None = None


# --- polls -----------------------------------------------------------------------------------


class Shows(StrEnum):
    """When results are seen."""

    ALWAYS = "always"
    AFTER_VOTE = "after_vote"
    AFTER_CLOSE = "after_close"


class Voters(StrEnum):
    """Who may vote; `core.polls.admission` holds it."""

    ANYONE = "anyone"
    CODE = "code"  # who has a code of the poll's own, from paper or mail
    CHATS = "chats"  # presses in the poll's chats, which the city file marks as closed
    AREAS = "areas"  # residents of the poll's areas, by their own word


class PollState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"  # closed without a result; its ballots stay, and are not shown

    @property
    def over(self) -> bool:
        return self in (PollState.CLOSED, PollState.CANCELLED)


class Extra(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an option has besides its text: a page or a picture (https), and what it shows."""

    url: str
    about: Localized = {}


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll before it has a number. ``chats`` are where it will be posted; ``kind``, ``least``
    and ``most`` are those of its `Paper`. ``shuffled``: options come in an order of each
    person's own. ``extras`` are by the option's index. ``final``: a vote can't be changed.
    ``survey``: it is asked there, and nowhere alone.
    ``areas`` (ids of the city file) are whose residents vote, where ``voters`` is AREAS."""

    question: Localized
    options: tuple[Localized, ...]
    shows: Shows
    opens_at: datetime
    closes_at: datetime | None
    chats: tuple[Address, ...]
    created_by: str
    kind: Kind = Kind.SINGLE
    least: int = 1
    most: int = 1
    shuffled: bool = False
    extras: Mapping[int, Extra] = field(default_factory=dict)
    final: bool = False
    survey: int | None = None
    voters: Voters = Voters.ANYONE
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Poll:
    id: int
    question: Localized
    options: tuple[Localized, ...]
    shows: Shows
    state: PollState
    opens_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    chats: tuple[Address, ...]
    created_by: str
    kind: Kind = Kind.SINGLE
    least: int = 1
    most: int = 1
    shuffled: bool = False
    extras: Mapping[int, Extra] = field(default_factory=dict)
    final: bool = False
    survey: int | None = None
    voters: Voters = Voters.ANYONE
    areas: tuple[str, ...] = ()

    @property
    def paper(self) -> Paper:
        return Paper(self.kind, len(self.options), self.least, self.most)


class BallotBox(msgspec.Struct, frozen=True):
    """What the vote path needs of a poll. ``key`` (32 bytes) makes voters' pseudonyms; it is
    destroyed when the poll closes, and is None from then on."""

    poll: int
    options: tuple[Localized, ...]
    state: PollState
    shows: Shows
    opens_at: datetime
    closes_at: datetime | None
    key: bytes | None
    paper: Paper
    final: bool
    survey: int | None = None
    voters: Voters = Voters.ANYONE


class Ballot(msgspec.Struct, frozen=True):
    """One resident's current answer in one poll, as a number that the poll's `Paper` reads.
    ``voter`` is keyed per poll (16 bytes).

    ``order`` and ``at`` (server receipt) tell which of two presses is later; both are wiped when
    the poll closes.
    """

    poll: int
    voter: bytes
    answer: int
    channel: str
    order: int
    at: datetime


class WordsState(StrEnum):
    """Of an answer in words."""

    WAITING = "waiting"  # for an editor who reads it
    APPROVED = "approved"
    HIDDEN = "hidden"


class Words(msgspec.Struct, frozen=True):
    """An answer in words. ``token`` (hexadecimal) names it for editors, is another after every
    change, and says nothing of the voter. ``found``: kinds of personal data that were taken out.
    ``reason``: why it is hidden."""

    token: str
    text: str
    language: str
    state: WordsState = WordsState.WAITING
    found: tuple[str, ...] = ()
    reason: str = ""


class BallotList(msgspec.Struct, frozen=True):
    """The list of a closed poll's ballots: its first line, the SHA-256 of the whole file
    (hexadecimal), and how many ballots are in it."""

    poll: int
    head: str
    digest: str
    ballots: int


FEW = 5
"""Below so many ballots nothing is shown, or kept, of who they came from, not even by channel."""


@dataclass(frozen=True)
class Tally:
    """``answers``: how many ballots say just that, which is all that any way of counting needs;
    ``channels``: how many came by which channel."""

    paper: Paper
    answers: Mapping[int, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def total(self) -> int:
        """Ballots."""
        return sum(self.answers.values())

    @property
    def parted(self) -> Mapping[str, int]:
        """By channel, where there are enough ballots to tell."""
        return self.channels if self.total >= FEW else {}

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """By option: ballots that chose it, its points, or how often it was the first choice."""
        found = [0] * self.paper.size
        for answer, n in self.answers.items():
            for i, weight in enumerate(self.paper.support(answer)):
                found[i] += weight * n
        return tuple(found)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """By option, 0 to 1: of the ballots, or of all points that were given."""
        whole = sum(self.counts) if self.paper.kind is Kind.POINTS else self.total
        return tuple(count / whole if whole else 0.0 for count in self.counts)


class SurveyStep(msgspec.Struct, frozen=True):
    """One poll of a survey. ``when``: it is asked only of those who chose one of these options in
    each of these earlier polls. ``background``: it asks who the person is, and its last option is
    that they would rather not say."""

    poll: int
    background: bool = False
    when: tuple[tuple[int, tuple[int, ...]], ...] = ()


class GroupTable(msgspec.Struct, frozen=True):
    """How the groups of one background question answered a poll: by group, how many of its people
    chose each option; None where a number could tell of few people."""

    by: int
    poll: int
    groups: Mapping[int, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """A survey whose polls have no numbers yet: their steps name them by their place, from 0."""

    title: Localized
    intro: Localized
    opens_at: datetime
    closes_at: datetime | None
    chats: tuple[Address, ...]
    created_by: str
    polls: tuple[PollDraft, ...]
    steps: tuple[SurveyStep, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Polls that are asked one after another. ``tables`` are made when it closes."""

    id: int
    title: Localized
    intro: Localized
    state: PollState
    opens_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    chats: tuple[Address, ...]
    created_by: str
    steps: tuple[SurveyStep, ...]
    tables: tuple[GroupTable, ...] = ()

    @property
    def polls(self) -> list[int]:
        return [step.poll for step in self.steps]


@dataclass(frozen=True, slots=True)
class PollStep:
    """One line of a poll's public history. ``by`` is an official's key, "" for the timetable."""

    id: int
    poll: int
    at: datetime
    kind: str  # corrected, reminded, cancelled (with why), followed_up (with what happened next)
    by: str
    text: Localized


@dataclass(frozen=True, slots=True)
class Follower:
    """Who asked to be told the result of a poll, and what happened next."""

    resident: str
    channel: str
    language: str


class PlanState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"  # for a second person's approval
    TEMPLATE = "template"
    SERIES = "series"  # a poll of its own whenever its time comes


@dataclass(frozen=True, slots=True)
class Plan:
    """A poll that is not one yet: the editor's form, as it was filled in. ``version`` grows with
    every change. Of a series, ``cron`` says when (city time), and ``due`` when next."""

    id: int
    fields: Mapping[str, str]
    state: PlanState
    by: str
    at: datetime
    version: int = 1
    cron: str = ""
    due: datetime | None = None


# --- questions -------------------------------------------------------------------------------


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
    ``links`` are the answer's attachments: (label, address).
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


# --- the outbox ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Show:
    """What to show, rendered when it is sent: a view of `core.views` and its arguments (JSON)."""

    view: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """A message that the city published in a chat and may edit. ``ref`` is None until sent."""

    id: int
    to: Address
    show: Show
    language: str
    ref: str | None
    shown: str  # fingerprint of what the chat shows now


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # claimed; waiting again once the lease lapses
    DONE = "done"
    UNCERTAIN = "uncertain"  # written, but the answer never came: not repeated blindly
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox. With ``post``: sends that post, or edits it once it has a ``ref``.

    ``thread_ref`` is the reference of the message that this one answers in a thread.
    """

    id: int
    to: Address
    show: Show
    language: str
    tries: int
    post: Post | None = None
    thread_ref: str | None = None
