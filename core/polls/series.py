"""Series: plans that become a poll, or a survey, of their own whenever their time comes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.city import City
from core.desk import Desk
from core.errors import Invalid
from core.model import Plan, PlanState, Show
from core.polls import form, life, pictures
from core.ports import Store, subject
from core.surveys import definition
from core.surveys import life as surveys
from core.texts import texts
from core.timing import NextFire

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STOPPED = "stopped"
"""Field of a plan that was a series until it could be read no more."""


def begin(
    desk: Desk,
    fields: Mapping[str, str],
    repeats: str,
    opens: datetime,
    closes: datetime | None,
    by: str,
) -> Plan:
    """The first comes when it opens, each is open for as long by the clock on the wall."""
    assert closes  # form and definition ask for it
    first, zone = max(opens, desk.now), ZoneInfo(desk.city.timezone)
    lasts = closes.astimezone(zone) - first.astimezone(zone)
    minutes = max(1, round(lasts / timedelta(minutes=1)))
    lasting = {**fields, "opens": "", "closes": "", "minutes": str(minutes)}
    cron = cron_of(repeats, first, desk.city.timezone)
    made = Plan(0, lasting, PlanState.SERIES, by, desk.now, 1, cron, first)
    return desk.store.add_plan(made)


def cron_of(repeats: str, first: datetime, zone: str) -> str:
    """The clock time and weekday of the first: every week; or every month the same one of its
    Mondays (a fifth comes only in months that have one)."""
    local = first.astimezone(ZoneInfo(zone))
    nth = (local.day - 1) // 7
    days = "*" if repeats == form.WEEKLY else f"{7 * nth + 1}-{min(7 * nth + 7, 31)}"
    return f"{local.minute} {local.hour} {days} * {DAYS[local.weekday()]}"


def due(store: Store, now: datetime) -> bool:
    return bool(store.series_due(now))


def tick(
    store: Store, city: City, now: datetime, next_fire: NextFire, edit_gaps: Mapping[str, float]
) -> None:
    """Each series that is due gets one poll, open for as long as the first. Of those that
    were missed only the last opens, if it would still be open. One that the city file has
    outgrown becomes a draft again."""
    desk, zone = Desk(store, city, now, edit_gaps), ZoneInfo(city.timezone)
    for plan in store.series_due(now):
        assert plan.due
        opened, following = plan.due, next_fire(plan.cron, plan.due)
        while following <= now:
            opened, following = following, next_fire(plan.cron, following)
        lasts = timedelta(minutes=int(plan.fields.get("minutes", "1")))
        closes = (opened.astimezone(zone) + lasts).astimezone(now.tzinfo)
        try:
            if closes > now:
                _occur(desk, plan, closes)
        except (Invalid, definition.Faults):
            _stop(desk, plan)
        else:
            store.save_plan(replace(plan, due=following))


def _occur(desk: Desk, plan: Plan, closes: datetime) -> None:
    """Chats that the city no longer names are left out."""
    t, find = texts(desk.city.language), pictures.kept(desk.city, desk.store)
    if plan.survey is not None:
        words = plan.survey
        made = definition.read(desk.city, t, words, plan.by, desk.now, find, of_series=True)
        polls = tuple(replace(poll, closes_at=closes) for poll in made.polls)
        surveys.begin(desk, replace(made, closes_at=closes, polls=polls))
        return
    known = {str(chat.address) for chat in desk.city.chats}
    chats = " ".join(name for name in plan.fields.get("chats", "").split() if name in known)
    fields = {**plan.fields, "chats": chats, "opens": "", "closes": ""}
    draft = form.read_draft(desk.city, t, fields, plan.by, desk.now, find)
    life.begin(desk, replace(draft, closes_at=closes))


def _stop(desk: Desk, plan: Plan) -> None:
    fields = {**plan.fields, STOPPED: "yes"}
    draft = replace(
        plan, fields=fields, state=PlanState.DRAFT, version=plan.version + 1, cron="", due=None
    )
    desk.store.save_plan(draft)
    call(desk, draft)


def call(desk: Desk, plan: Plan) -> None:
    """For an editor to see to it."""
    home = desk.city.department(desk.city.general_desk).home
    name = subject("plan", plan.id)
    desk.publish(home, Show("poll_plan", {"id": plan.id}), desk.city.language, name,
                 dedupe=f"{name}:{plan.version}")  # fmt: skip
