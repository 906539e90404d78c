"""What the rules need from the world, and what a channel promises."""

from typing import Protocol

from core.ports.broadcasts import BroadcastStore
from core.ports.browser_desk import BrowserDeskStore
from core.ports.channels import (
    Answer,
    Brief,
    Channel,
    Handle,
    Health,
    Limits,
    Line,
    MessageRef,
    News,
    Removal,
    Restriction,
    Route,
    SendFailed,
)
from core.ports.digests import DigestStore
from core.ports.discussions import DiscussionStore
from core.ports.moderation import ModerationStore
from core.ports.outbox import ChatStore, EventStore, OutboxStore, subject
from core.ports.people import LinkStore, PeopleStore
from core.ports.pictures import PictureStore
from core.ports.polls import AdmissionStore, LifeStore, PollStore, SurveyStore, WordsStore
from core.ports.questions import FollowStore, QuestionStore, SimilarStore
from core.ports.statements import StatementStore
from core.ports.subscriptions import SubscriptionStore

__all__ = [
    "AdmissionStore",
    "Answer",
    "Brief",
    "BroadcastStore",
    "BrowserDeskStore",
    "Channel",
    "ChatStore",
    "DigestStore",
    "DiscussionStore",
    "EventStore",
    "FollowStore",
    "Handle",
    "Health",
    "LifeStore",
    "Limits",
    "Line",
    "LinkStore",
    "MessageRef",
    "ModerationStore",
    "News",
    "OutboxStore",
    "PeopleStore",
    "PictureStore",
    "PollStore",
    "QuestionStore",
    "Removal",
    "Restriction",
    "Route",
    "SendFailed",
    "SimilarStore",
    "StatementStore",
    "Store",
    "SubscriptionStore",
    "SurveyStore",
    "WordsStore",
    "subject",
]


class Store(
    PollStore,
    WordsStore,
    AdmissionStore,
    LifeStore,
    SurveyStore,
    PictureStore,
    StatementStore,
    QuestionStore,
    SimilarStore,
    FollowStore,
    ModerationStore,
    DiscussionStore,
    PeopleStore,
    LinkStore,
    OutboxStore,
    ChatStore,
    DigestStore,
    SubscriptionStore,
    BroadcastStore,
    BrowserDeskStore,
    EventStore,
    Protocol,
):
    """One transaction's view of the database. Use cases never commit; whoever opened it does.

    ``touched`` gathers the subjects that `touch` was told of, for those who watch live.
    """

    touched: set[str]
