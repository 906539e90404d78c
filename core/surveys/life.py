"""A survey's life: made, posted in its chats, opened and closed when due."""

import secrets
from datetime import datetime

from core.city import City, Part
from core.desk import Desk, Turn
from core.errors import Refusal
from core.model import PollState, Show, Survey, SurveyDraft
from core.polls import closing, history, news
from core.polls.entrance import FORMS_IN
from core.ports import Store, subject
from core.surveys import groups
from core.texts import Localized
from core.webhooks import announce


def find(turn: Turn, id: int) -> Survey:
    """The survey; Refusal where there is none."""
    turn.require(Part.POLLS)
    if survey := turn.store.survey(id):
        return survey
    raise Refusal(turn.t("There is no such survey."))


def begin(desk: Desk, draft: SurveyDraft) -> Survey:
    """Posted at once where it opens now."""
    opens_now = draft.opens_at <= desk.now
    keys = [secrets.token_bytes(32) for _ in draft.polls]
    state = PollState.OPEN if opens_now else PollState.SCHEDULED
    survey = desk.store.add_survey(draft, state, keys)
    if opens_now:
        _open(desk, survey)
    return survey


def _open(desk: Desk, survey: Survey) -> None:
    _post(desk, survey, "survey")
    announce(desk, "survey.opened", survey.id)


def _post(desk: Desk, survey: Survey, view: str) -> None:
    name = subject("survey", survey.id)
    for address in survey.chats:
        chat = desk.city.chat(address)
        language = chat.language if chat else desk.city.language
        show = Show(view, {"id": survey.id, "forms": address.channel in FORMS_IN})
        desk.publish(address, show, language, name, dedupe=f"{view}:{survey.id}@{address}")


def close(desk: Desk, survey: Survey) -> None:
    """Group results are counted first, in the transaction that destroys the keys."""
    desk.store.hold_votes()
    found = groups.tables(desk.store, survey)
    news.enlist_voters(desk, survey.door, survey.polls)
    desk.store.close_survey(survey.id, desk.now, found)
    for id in survey.polls:
        desk.store.close_poll(id, desk.now)
        closing.end(desk, id)
    desk.touch(subject("survey", survey.id), *(subject("poll", id) for id in survey.polls))
    _post(desk, survey, "survey_result")
    _tell_followers(desk, survey, Show("survey_result", {"id": survey.id, "thanks": True}))
    announce(desk, "survey.closed", survey.id)


def _tell_followers(desk: Desk, survey: Survey, show: Show) -> None:
    desk.tell_followers(desk.store.followers(survey.door), show)


def cancel(desk: Desk, survey: Survey, by: str, why: Localized) -> None:
    """Without results. Each poll says why, for each has a page."""
    desk.store.cancel_survey(survey.id, desk.now)
    for id in survey.polls:
        desk.store.cancel_poll(id, desk.now)
        desk.store.add_poll_step(id, desk.now, history.CANCELLED, by, why)
    desk.touch(subject("survey", survey.id))
    _tell_followers(desk, survey, Show("survey", {"id": survey.id}))
    announce(desk, "survey.cancelled", survey.id)


def remind(desk: Desk, survey: Survey) -> None:
    """As `core.polls.news.remind`."""
    desk.store.add_poll_step(survey.door, desk.now, history.REMINDED, "", {})
    for forms in (False, True):
        chats = [chat for chat in survey.chats if (chat.channel in FORMS_IN) is forms]
        show = Show("survey_reminder", {"id": survey.id, "forms": forms})
        news.remind_chats(desk, chats, show, subject("survey", survey.id))


def due(store: Store, city: City, now: datetime) -> bool:
    reminders = store.surveys_to_remind(now, city.poll_reminder) if city.reminds else []
    return bool(store.surveys_to_open(now) or store.surveys_to_close(now) or reminders)


def tick(desk: Desk) -> None:
    for id in desk.store.surveys_to_open(desk.now):
        desk.store.open_survey(id)
        if survey := desk.store.survey(id):
            _open(desk, survey)
    city = desk.city
    for id in desk.store.surveys_to_remind(desk.now, city.poll_reminder) if city.reminds else ():
        if survey := desk.store.survey(id):
            remind(desk, survey)
    for id in desk.store.surveys_to_close(desk.now):
        if survey := desk.store.survey(id):
            close(desk, survey)
