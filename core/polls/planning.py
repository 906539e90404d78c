"""What editors do with plans of polls: the form, its preview, approval, the list; each with its
reply. ``then`` is what the editor wants done with what they wrote."""

from collections.abc import Callable, Mapping

from core import unsent
from core.actions import number
from core.city import Chat, Part
from core.desk import Turn
from core.errors import Refusal
from core.messages import (
    AnyBlock,
    Ask,
    Button,
    Choice,
    Form,
    Message,
    Reply,
    bold,
    rows,
    text,
)
from core.model import Plan, PlanState, Poll, PollDraft, PollState
from core.polls import form, looks, plans, series
from core.previews import ticket
from core.scene import Scene, button, unpressable
from core.surveys import drafts
from core.texts import LANGUAGES, NAMES, Texts

PUBLISH, PREVIEW, DRAFT, TEMPLATE, EDIT = "publish", "preview", "draft", "template", "edit"
MOST_PREVIEWS = 6


def poll_form(turn: Turn, plan: Plan | None = None) -> Form:
    """A new poll, or a plan of one as it stands. A template is filled in anew each time."""
    t, made = turn.t, form.poll_form(turn)
    first = t("ask for approval") if turn.city.poll_approval else t("publish it")
    repeats = (
        Choice("", t("no")),
        Choice(form.WEEKLY, t("every week")),
        Choice(form.MONTHLY, t("every month, on the same weekday")),
    )
    then = (
        Choice(PUBLISH, first),
        Choice(PREVIEW, t("show me first how it looks")),
        Choice(DRAFT, t("keep it as a draft")),
        Choice(TEMPLATE, t("keep it as a template")),
    )
    fields = [
        *made.blocks,
        Ask("repeats", t("Repeat"), "choice", "", optional=True, choices=repeats[1:]),
        Ask("then", t("And then"), "choice", PUBLISH, choices=then),
    ]
    if plan:
        fields = [_filled(one, plan.fields) for one in fields]
    state = f"{plan.id}:{plan.version}" if plan else ""
    return Form(made.name, made.title, made.submit, tuple(fields), state)


def _filled(block: AnyBlock, kept: Mapping[str, str]) -> AnyBlock:
    if not isinstance(block, Ask) or block.name not in kept or block.name == "then":
        return block
    return Ask(block.name, block.label, block.kind, kept[block.name], block.hint, block.limit,
               block.optional, block.choices)  # fmt: skip


def new(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    return Reply(form=poll_form(turn))


def submit_poll(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    found = plans.version_of(state)
    old = plans.find(turn, *found) if found else None
    if old and drafts.is_survey(old):
        raise Refusal(turn.t("There is no such poll."))
    match fields.get("then", PUBLISH):
        case "template":
            plans.keep(turn, fields, old, PlanState.TEMPLATE)
            return Reply(turn.t("The template is kept. It is in the list of drafts."))
        case "draft":
            plans.keep(turn, fields, _own(old), PlanState.DRAFT)
            return Reply(turn.t("The draft is kept. It is in the list of drafts."))
        case "preview":
            draft = plans.read(turn, fields, turn.editor().key)
            plan = plans.keep(turn, fields, _own(old), PlanState.DRAFT)
            return Reply(form=preview_form(turn, plan, draft))
    return _released(turn, plans.release(turn, fields, old))


def _own(old: Plan | None) -> Plan | None:
    """What is made from a template is a plan of its own."""
    return None if old and old.state is PlanState.TEMPLATE else old


def _released(turn: Turn, made: Poll | Plan) -> Reply:
    t = turn.t
    if isinstance(made, Plan) and made.state is PlanState.SERIES:
        return Reply(drafts.series_begins(turn, made))
    if isinstance(made, Plan):
        return Reply(t("It waits for another editor's approval."))
    if made.state is PollState.SCHEDULED:
        when = t.time(made.opens_at, turn.city.timezone)
        told = t("Poll {id} opens {time}.", id=made.id, time=when)
    else:
        told = t.plural(
            "Poll {id} is open, in {n} chat.", "Poll {id} is open, in {n} chats.",
            len(made.chats), id=made.id,
        )  # fmt: skip
    silent = turn.store.silenced()
    lost = [str(address) for address in made.chats if str(address) in silent]
    if lost:
        told += " " + t("I am not in these any more: {chats}.", chats=", ".join(lost))
    return Reply(told)


# --- preview -------------------------------------------------------------------------------------


def preview_form(turn: Turn, plan: Plan, draft: PollDraft) -> Form:
    """The poll as each chat would show it, before it does."""
    t = turn.t
    first = t("ask for approval") if turn.city.poll_approval else t("publish it")
    then = (
        Choice(PUBLISH, first),
        Choice(EDIT, t("change it")),
        Choice(DRAFT, t("keep it as a draft")),
    )
    shown = (*ticket.way(turn, "plan", plan.id), *previews(turn, draft))
    blocks = (*shown, Ask("then", t("And then"), "choice", PUBLISH, choices=then))
    state = f"{plan.id}:{plan.version}"
    return Form("poll_preview", t("Preview"), t("Continue"), blocks, state)


def previews(turn: Turn, draft: PollDraft) -> list[AnyBlock]:
    """In words; the page shows it as each channel does."""
    chats = [chat for address in draft.chats if (chat := turn.city.chat(address))]
    poll, blocks = Poll.of(draft, 0, PollState.OPEN), list[AnyBlock]()
    for name, language in _places(turn.t, chats)[:MOST_PREVIEWS]:
        shown = looks.message(turn, poll, language)
        blocks.append(text(bold(f"{name} ({NAMES[language]})")))
        blocks += [unpressable(block) for block in shown.blocks]
    return blocks


def _places(t: Texts, chats: list[Chat]) -> list[tuple[str, str]]:
    """Where it shows: its chats; without any, the page in every language."""
    return [(c.name, c.language) for c in chats] or [(t("Web page"), x) for x in LANGUAGES]


def submit_preview(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    found = plans.version_of(state)
    plan = plans.find(turn, *found) if found else plans.find(turn, 0)
    if drafts.is_survey(plan):
        raise Refusal(turn.t("There is no such poll."))
    if fields.get("then") == EDIT:
        return Reply(form=poll_form(turn, plan))
    if fields.get("then") == DRAFT:
        return Reply(turn.t("The draft is kept. It is in the list of drafts."))
    return _released(turn, plans.release(turn, plan.fields, plan))


# --- the list ------------------------------------------------------------------------------------


def plan_list(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    t = turn.t
    title = t("Drafts, templates and series")
    found = turn.store.plans(limit=15)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for plan in found:
        blocks.append(text(bold(plans.title(turn, plan))))
        blocks.append(text(_state(turn, plan), role="note"))
        blocks.append(rows(*_buttons(turn, plan), width=5))
    if not found:
        blocks.append(text(t("There are none.")))
    return Reply(message=Message(title, tuple(blocks)))


def _state(scene: Scene, plan: Plan) -> str:
    t = scene.t
    if plan.state is PlanState.SERIES and plan.due:
        return t("series; next {time}", time=t.time(plan.due, scene.city.timezone))
    return {
        PlanState.DRAFT: t("draft"),
        PlanState.WAITING: t("waits for another editor's approval"),
        PlanState.TEMPLATE: t("template"),
        PlanState.SERIES: t("series"),
    }[plan.state]


def _buttons(turn: Turn, plan: Plan) -> list[Button]:
    t = turn.t
    if plan.state is PlanState.SERIES:
        return [Button(t("Stop the series"), f"plan_drop:{plan.id}", "danger")]
    made = [button(t("Open"), "plan_open", plan.id, primary=True)]
    if plan.state is PlanState.WAITING:
        made += approval_buttons(t, plan)
    return [*made, Button(t("Delete"), f"plan_drop:{plan.id}", "danger")]


def approval_buttons(t: Texts, plan: Plan) -> list[Button]:
    return [
        button(t("Preview"), "plan_look", plan.id),
        button(t("Approve and publish"), "plan_approve", plan.id, plan.version),
        button(t("Send back"), "plan_back", plan.id),
    ]


def open_plan(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    plan = plans.find(turn, number(id))
    if plan.state is PlanState.SERIES:
        raise Refusal(turn.t("A series can only be stopped."))
    if drafts.is_survey(plan):
        return drafts.open_plan(turn, plan)
    return Reply(form=poll_form(turn, plan))


def look(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    plan = plans.find(turn, number(id))
    if drafts.is_survey(plan):
        return drafts.look(turn, plan)
    draft = plans.read(turn, plan.fields, plan.by)
    shown = (*ticket.way(turn, "plan", plan.id), *previews(turn, draft))
    return Reply(message=Message(turn.t("Preview"), shown), fleeting=True)


def approve(turn: Turn, id: str, version: str) -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    plan = plans.to_approve(turn, number(id), number(version))
    if drafts.is_survey(plan):
        return drafts.approve(turn, plan)
    return _released(turn, plans.approve(turn, plan))


def send_back(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    plans.send_back(turn, number(id))
    return Reply(turn.t("It is a draft again."))


def drop(turn: Turn, id: str) -> Reply:
    turn.require(Part.POLLS)
    series = plans.drop(turn, number(id)).state is PlanState.SERIES
    return Reply(turn.t("The series has stopped.") if series else turn.t("It is deleted."))


def poll_plan(scene: Scene, id: int) -> Message:
    """What waits for approval, in the general desk's chat."""
    t, plan = scene.t, scene.store.plan(id)
    if plan is None:
        told = t("The poll that waited here has been published or deleted.")
        return Message(told, (text(told),))
    title = t("A poll waits for a second editor")
    if series.STOPPED in plan.fields:
        title = t("A series has stopped: the city file has changed. Open the draft and mend it")
    elif drafts.is_survey(plan):
        title = t("A survey waits for a second editor")
    question = plan.fields.get(f"question_{t.language}") or next(
        (w for x in LANGUAGES if (w := plan.fields.get(f"question_{x}"))), ""
    )
    official = scene.city.official_by_key(plan.by)
    by = official.title.get(t.language, "") if official else ""
    blocks: list[AnyBlock] = [text(bold(title)), text(question, role="quote")]
    blocks.append(text(" · ".join(x for x in (_state(scene, plan), by) if x), role="note"))
    if plan.state is PlanState.WAITING:
        blocks.append(rows(*approval_buttons(t, plan), width=5))
    elif series.STOPPED in plan.fields:
        blocks.append(rows(button(t("Open"), "plan_open", plan.id, primary=True)))
    return Message(f"{title}: {question}", tuple(blocks))


VIEWS = {"poll_plan": poll_plan}
Answer = Callable[..., Reply]
BUTTONS: dict[str, Answer] = {
    "poll_new": new,
    "plans": plan_list,
    "plan_open": open_plan,
    "plan_look": look,
    "plan_approve": approve,
    "plan_back": send_back,
    "plan_drop": drop,
}
FORMS: dict[str, Answer] = {
    "poll": submit_poll,
    "poll_preview": submit_preview,
    **unsent.keeping(unsent.for_editors(Part.POLLS), "poll"),
}
