"""The whole store: what `core.ports.Store` promises, in one transaction."""

from storage.admission import Admission
from storage.broadcasts import Broadcasts
from storage.browser_desk import BrowserDesk
from storage.chats import Chats
from storage.digests import Digests
from storage.discussions import Discussions
from storage.events import Events
from storage.following import Following
from storage.links import Links
from storage.lives import Lives
from storage.moderation import Moderation
from storage.outbox import Outbox
from storage.people import People
from storage.questions import Questions
from storage.statements import Statements
from storage.subscriptions import Subscriptions
from storage.surveys import Surveys


class Store(
    Surveys,
    Lives,
    Admission,
    Statements,
    Questions,
    Following,
    Moderation,
    Discussions,
    People,
    Links,
    Outbox,
    Chats,
    Digests,
    Subscriptions,
    Broadcasts,
    BrowserDesk,
    Events,
):
    """See `core.ports.Store`."""
