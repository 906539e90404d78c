"""Polls that are not published yet: drafts, what waits for a second editor, templates, and series
(`core.polls.series`). A plan is the editor's form as it was
filled in; it is read anew when it becomes a poll."""

from collections.abc import Mapping
from dataclasses import replace

from core import clean
from core.desk import Turn
from core.errors import BadAction, Invalid, Refusal
from core.model import Plan, PlanState, Poll, PollDraft
from core.polls import form, life, pictures, series
from core.ports import subject
from core.scene import Scene
from core.texts import pick

FIELD_LIMIT = 4000
MOST_PLANS = 200


def find(turn: Turn, id: int, version: int | None = None) -> Plan:
    """For an editor. Refusal where there is none, or where it was changed since ``version``."""
    turn.editor()
    plan = turn.store.plan(id)
    if plan is None:
        raise Refusal(turn.t("It has been published or deleted already."))
    if version not in (None, plan.version):
        raise Refusal(turn.t("Somebody else has changed it meanwhile. Open it again."))
    return plan


def keep(turn: Turn, fields: Mapping[str, str], old: Plan | None, state: PlanState) -> Plan:
    """As it was filled in, faults and all: a draft may be unfinished."""
    known = form.names(turn)
    kept = {name: clean.harmless(words)[:FIELD_LIMIT] for name, words in fields.items()
            if name in known}  # fmt: skip
    return put(turn, kept, old, state)


def put(turn: Turn, kept: Mapping[str, str], old: Plan | None, state: PlanState) -> Plan:
    editor = turn.editor()
    if old:
        plan = replace(old, fields=kept, state=state, by=editor.key, version=old.version + 1)
        turn.store.save_plan(plan)
        turn.touch(subject("plan", plan.id))
        return plan
    if len(turn.store.plans(limit=MOST_PLANS)) == MOST_PLANS:
        raise Refusal(turn.t("There are too many drafts. Delete some first."))
    return turn.store.add_plan(Plan(0, kept, state, editor.key, turn.now))


def release(turn: Turn, fields: Mapping[str, str], old: Plan | None) -> Poll | Plan:
    """Published; where the city wants a second person to look, first waiting for them. Invalid
    with every fault."""
    editor = turn.editor()
    draft = read(turn, fields, editor.key)
    if not turn.city.poll_approval:
        return _begin(turn, fields, draft, old)
    plan = keep(turn, fields, old, PlanState.WAITING)
    series.call(turn, plan)
    return plan


def to_approve(turn: Turn, id: int, version: int) -> Plan:
    """By somebody else than who wrote it, as they have read it."""
    editor, plan = turn.editor(), find(turn, id, version)
    if plan.state is not PlanState.WAITING:
        raise Refusal(turn.t("Nobody has asked for its approval."))
    if plan.by == editor.key:
        raise Refusal(turn.t("Another editor has to approve what you wrote."))
    return plan


def approve(turn: Turn, plan: Plan) -> Poll | Plan:
    try:
        return _begin(turn, plan.fields, read(turn, plan.fields, plan.by), plan)
    except Invalid as faults:
        raise Refusal(" ".join(faults.errors.values())) from None


def send_back(turn: Turn, id: int) -> Plan:
    plan = find(turn, id)
    if plan.state is not PlanState.WAITING:
        raise Refusal(turn.t("Nobody has asked for its approval."))
    plan = replace(plan, state=PlanState.DRAFT, version=plan.version + 1)
    turn.store.save_plan(plan)
    turn.touch(subject("plan", plan.id))
    return plan


def drop(turn: Turn, id: int) -> Plan:
    """Of a series, its polls stay as they are; no more come."""
    plan = find(turn, id)
    turn.store.drop_plan(id)
    turn.touch(subject("plan", id))
    return plan


def read(
    scene: Scene, fields: Mapping[str, str], by: str, find: pictures.Find | None = None
) -> PollDraft:
    """``find``: those of pictures that are fetched for the editor, unless told otherwise."""
    find = find or pictures.fetched(scene.city, scene.store, scene.now)
    draft = form.read_draft(scene.city, scene.t, fields, by, scene.now, find)
    repeats = fields.get("repeats", "")
    if repeats not in ("", form.WEEKLY, form.MONTHLY):
        raise Invalid({"repeats": scene.t("Choose one of the list.")})
    if repeats and not draft.closes_at:
        raise Invalid({"closes": scene.t("A repeated poll needs a closing time.")})
    return draft


def _begin(
    turn: Turn, fields: Mapping[str, str], draft: PollDraft, old: Plan | None
) -> Poll | Plan:
    used(turn, old)
    if not (repeats := fields.get("repeats", "")):
        return life.begin(turn, draft)
    by = draft.created_by
    return series.begin(turn, fields, repeats, draft.opens_at, draft.closes_at, by)


def used(turn: Turn, plan: Plan | None) -> None:
    """A template stays, to be used again."""
    if plan and plan.state is not PlanState.TEMPLATE:
        turn.store.drop_plan(plan.id)
        turn.touch(subject("plan", plan.id))


def title(turn: Turn, plan: Plan) -> str:
    question = {x: words for x in ("fi", "sv", "en") if (words := plan.fields.get(f"question_{x}"))}
    return clean.short(pick(question, turn.language), 100) or "–"


def version_of(state: str) -> tuple[int, int] | None:
    """Id and version from a form's state; None for "", which is a new one."""
    if not state:
        return None
    id, _, version = state.partition(":")
    if not (id.isascii() and id.isdigit() and version.isascii() and version.isdigit()):
        raise BadAction("no plan")
    if len(id) > 9 or len(version) > 9:
        raise BadAction("no plan")
    return int(id), int(version)
