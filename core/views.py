"""What the outbox shows: a delivery holds a `Show` (a view's name and its arguments), and the
message is made when it is sent, from what is true then."""

from collections.abc import Callable
from datetime import datetime

from core import markers, staff
from core.broadcasts import card as broadcasts
from core.city import City
from core.digests import preview
from core.discussions import becoming, summing
from core.discussions import shown as discussions
from core.messages import Message
from core.model import Show
from core.moderation import acts as moderation
from core.polls import news, planning, shown, withdrawal
from core.ports import Store
from core.questions import calls, cards, following, told
from core.scene import Room
from core.statements import bridge
from core.statements import shown as shown_statements
from core.subscriptions import cards as subscriptions
from core.surveys import page
from core.texts import texts
from core.webhooks import VIEWS as WEBHOOK_VIEWS

VIEWS: dict[str, Callable[..., Message]] = {
    "poll": shown.poll_post,
    "admitted": told.admitted,
    "taken": told.taken,
    "moved": told.moved,
    "asked": told.asked,
    "declined": told.declined,
    "merged": told.merged,
    "joined_by": told.joined_by,
    "made_private": told.made_private,
    "made_public": told.made_public,
    "reopened": told.reopened,
    "answered": told.answered,
    "corrected": told.corrected,
    "followed": following.followed,
    "answer_post": told.answer_post,
    "question_card": cards.question_card,
    "note": cards.note,
    "reminder": calls.reminder,
    "approval_reminder": calls.approval_reminder,
    "called": calls.called,
    "escalation": calls.escalation,
    "summary": calls.summary,
    "joined": staff.joined,
    "trouble": staff.trouble,
    "city_edited": staff.city_edited,
    **preview.VIEWS,
    **subscriptions.VIEWS,
    **broadcasts.VIEWS,
    **news.VIEWS,
    **moderation.VIEWS,
    **withdrawal.VIEWS,
    **planning.VIEWS,
    **page.VIEWS,
    **shown_statements.VIEWS,
    **bridge.VIEWS,
    **WEBHOOK_VIEWS,
    **discussions.VIEWS,
    **summing.VIEWS,
    **becoming.VIEWS,
}


def render(store: Store, city: City, show: Show, language: str, now: datetime) -> Message:
    """The message of a delivery. KeyError for a view, or a question, that is not there."""
    t = texts(language)
    return markers.said(VIEWS[show.view](Room(store, city, now, t), **show.args), t)
