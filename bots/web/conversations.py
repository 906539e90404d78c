"""Discussions and conversations of statements as cards, in lists and on the front page."""

from dataclasses import dataclass

from bots.web.scene import Scene
from core.discussions import shown as discussions
from core.model import Conversation, Discussion, PollState
from core.statements import shown
from core.texts import pick, plain


@dataclass(frozen=True, slots=True)
class Card:
    id: int
    title: str
    background: str
    open: bool
    told: str


def card(scene: Scene, conversation: Conversation) -> Card:
    t = scene.t
    return Card(
        conversation.id,
        pick(conversation.title, t.language),
        plain(conversation.background, t.language),
        conversation.takes_votes(scene.now),
        shown.so_far(scene, conversation),
    )


def open_cards(scene: Scene, limit: int) -> list[Card]:
    found = scene.store.conversations(PollState.OPEN, limit=limit)
    return [made for made in (card(scene, one) for one in found) if made.open]


def discussion_card(scene: Scene, discussion: Discussion) -> Card:
    t, n = scene.t, scene.store.comment_count(discussion.id)
    return Card(
        discussion.id,
        pick(discussion.title, t.language),
        plain(discussion.background, t.language),
        discussion.state is PollState.OPEN,
        discussions.so_far(scene, discussion, n),
    )


def open_discussions(scene: Scene, limit: int) -> list[Card]:
    found = scene.store.discussions(PollState.OPEN, limit=limit)
    return [discussion_card(scene, one) for one in found]
