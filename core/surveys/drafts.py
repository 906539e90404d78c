"""Surveys that are not published yet, as editors write them: in YAML, looked at, kept, approved by
a second editor where the city wants it. They are plans like those of polls (`core.polls.plans`),
and stand in the same list."""

from collections.abc import Mapping, Sequence

from core import clean
from core.answers import Paper
from core.city import City, Part
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.messages import AnyBlock, Ask, Choice, Form, Message, Reply, bold, text
from core.model import Plan, PlanState, PollDraft, PollState, Survey, SurveyDraft, SurveyStep
from core.polls import pictures, plans, series
from core.polls.wording import how
from core.previews import ticket
from core.scene import Scene
from core.surveys import definition, life
from core.texts import LANGUAGES, NAMES, Texts, pick, plain, texts

PARTS = ("text", "more_1", "more_2")
PART_LIMIT = 3000
PUBLISH, PREVIEW, DRAFT, TEMPLATE, EDIT = "publish", "preview", "draft", "template", "edit"


def is_survey(plan: Plan) -> bool:
    return plan.survey is not None


def fields(city: City, words: str) -> dict[str, str]:
    """What a plan keeps; its title stands where lists and cards look for a poll's question."""
    title = definition.title(city, words)
    return {"survey": words, **{f"question_{x}": name for x, name in title.items()}}


def read(
    scene: Scene, words: str, by: str, find: pictures.Find | None = None
) -> SurveyDraft:
    """Invalid tells every fault with its line. ``find`` as in `core.polls.plans.read`."""
    try:
        find = find or pictures.fetched(scene.city, scene.store, scene.now)
        return definition.read(scene.city, scene.t, words, by, scene.now, find)
    except definition.Faults as faults:
        raise Invalid({"text": "\n".join(faults.told(scene.t))}) from None


# --- the form --------------------------------------------------------------------------------


def new(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    return Reply(form=_form(turn))


def _form(turn: Turn, plan: Plan | None = None) -> Form:
    t, kept = turn.t, _parted(turn.t, plan.survey or "") if plan else ["", "", ""]
    hint = t("As YAML, in the form that the manual shows.")
    more = t("Where it goes on, if one field is too short.")
    asked = [Ask("text", t("Survey"), "lines", kept[0], hint, PART_LIMIT)]
    for n, name in enumerate(PARTS[1:], 2):
        label = t("Survey, part {n}", n=n)
        asked.append(Ask(name, label, "lines", kept[n - 1], more, PART_LIMIT, optional=True))
    then = (
        _publish(turn),
        Choice(PREVIEW, t("show me first how it looks")),
        Choice(DRAFT, t("keep it as a draft")),
        Choice(TEMPLATE, t("keep it as a template")),
    )
    asked.append(Ask("then", t("And then"), "choice", PUBLISH, choices=then))
    return Form("survey_new", t("New survey"), t("Create"), tuple(asked), _state(plan))


def _publish(turn: Turn) -> Choice:
    asks = turn.city.poll_approval
    return Choice(PUBLISH, turn.t("ask for approval") if asks else turn.t("publish it"))


def _state(plan: Plan | None) -> str:
    return f"{plan.id}:{plan.version}" if plan else ""


def _parted(t: Texts, words: str) -> list[str]:
    """By whole lines, in as many fields as the form has."""
    parts = ["", "", ""]
    at = 0
    for line in words.splitlines(keepends=True):
        if len(parts[at]) + len(line) > PART_LIMIT:
            at += 1
        if at == len(parts) or len(line) > PART_LIMIT:
            raise Refusal(t("It is too long for the form: change it in its file."))
        parts[at] += line
    return parts


def submit_new(turn: Turn, fields_: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    found = plans.version_of(state)
    old = plans.find(turn, *found) if found else None
    parts = [fields_.get(name, "") for name in PARTS]
    if any(len(part) > PART_LIMIT for part in parts):
        raise Invalid({"text": turn.t("At most {limit} characters.", limit=PART_LIMIT)})
    words = clean.harmless("\n".join(part for part in parts if part.strip()))
    if old and not is_survey(old):
        raise Refusal(turn.t("There is no such survey."))
    own = None if old and old.state is PlanState.TEMPLATE else old
    match fields_.get("then", PUBLISH):
        case "template":
            plans.put(turn, fields(turn.city, words), old, PlanState.TEMPLATE)
            return Reply(turn.t("The template is kept. It is in the list of drafts."))
        case "draft":
            plans.put(turn, fields(turn.city, words), own, PlanState.DRAFT)
            return Reply(turn.t("The draft is kept. It is in the list of drafts."))
        case "preview":
            draft = read(turn, words, turn.editor().key)
            plan = plans.put(turn, fields(turn.city, words), own, PlanState.DRAFT)
            return Reply(form=_preview(turn, plan, draft))
    return _release(turn, words, old)


# --- the preview -----------------------------------------------------------------------------


def open_plan(turn: Turn, plan: Plan) -> Reply:
    """As it would look, where it can be read; else what was written."""
    try:
        draft = read(turn, plan.survey or "", plan.by)
    except Invalid:
        return Reply(form=_form(turn, plan))
    return Reply(form=_preview(turn, plan, draft))


def look(turn: Turn, plan: Plan) -> Reply:
    words = preview(turn, read(turn, plan.survey or "", plan.by))
    shown = (*ticket.way(turn, "plan", plan.id), *words)
    return Reply(message=Message(turn.t("Preview"), shown), fleeting=True)


def _preview(turn: Turn, plan: Plan, draft: SurveyDraft) -> Form:
    t = turn.t
    then = (_publish(turn), Choice(EDIT, t("change it")), Choice(DRAFT, t("keep it as a draft")))
    words = (*ticket.way(turn, "plan", plan.id), *preview(turn, draft))
    blocks = (*words, Ask("then", t("And then"), "choice", PUBLISH, choices=then))
    return Form("survey_preview", t("Preview"), t("Continue"), blocks, _state(plan))


def preview(turn: Turn, draft: SurveyDraft) -> list[AnyBlock]:
    """In every language that it has, the editor's own first: each person is asked in theirs."""
    has = [x for x in LANGUAGES if x in draft.title]
    blocks: list[AnyBlock] = []
    for x in sorted(has, key=lambda x: x != turn.language):
        blocks += _in_language(texts(x), draft)
    return blocks


def _in_language(t: Texts, draft: SurveyDraft) -> list[AnyBlock]:
    blocks: list[AnyBlock] = [
        text(NAMES[t.language], role="note"),
        text(pick(draft.title, t.language), role="heading"),
    ]
    if intro := pick(draft.intro, t.language):
        blocks.append(text(intro))
    asked = zip(draft.polls, draft.steps, strict=True)
    return blocks + [_question(t, n, *one, draft.polls) for n, one in enumerate(asked, 1)]


def _question(
    t: Texts, n: int, poll: PollDraft, step: SurveyStep, polls: Sequence[PollDraft]
) -> AnyBlock:
    """With its options, how to answer, and of whom it is asked."""
    lines = []
    for i, option in enumerate(poll.options):
        about = pick(poll.extras[i].about, t.language) if i in poll.extras else ""
        lines.append(f"– {plain(option, t.language)}{f' ({about})' if about else ''}")
    paper = Paper(poll.kind, len(poll.options), poll.least, poll.most)
    lines += filter(None, [how(t, paper)])
    for place, options in step.when:
        chosen = ", ".join(plain(polls[place].options[i], t.language) for i in options)
        lines.append(t("Asked of those who answered question {n}: {options}.",
                       n=place + 1, options=chosen))  # fmt: skip
    said = "".join(f"\n{line}" for line in lines)
    return text(bold(f"{n}. {pick(poll.question, t.language)}"), said)


def submit_preview(turn: Turn, fields_: Mapping[str, str], state: str) -> Reply:
    turn.require(Part.POLLS)
    turn.editor()
    plan = plans.find(turn, *(plans.version_of(state) or (0, None)))
    if not is_survey(plan):
        raise Refusal(turn.t("There is no such survey."))
    if fields_.get("then") == EDIT:
        return Reply(form=_form(turn, plan))
    if fields_.get("then") == DRAFT:
        return Reply(turn.t("The draft is kept. It is in the list of drafts."))
    return _release(turn, plan.survey or "", plan)


# --- publishing ------------------------------------------------------------------------------


def _release(turn: Turn, words: str, old: Plan | None) -> Reply:
    by = turn.editor().key
    if not turn.city.poll_approval:
        return _begun(turn, words, by, old)
    read(turn, words, by)
    own = None if old and old.state is PlanState.TEMPLATE else old
    series.call(turn, plans.put(turn, fields(turn.city, words), own, PlanState.WAITING))
    return Reply(turn.t("It waits for another editor's approval."))


def approve(turn: Turn, plan: Plan) -> Reply:
    """As `core.polls.plans.approve`, which has checked who may."""
    try:
        return _begun(turn, plan.survey or "", plan.by, plan)
    except Invalid as faults:
        raise Refusal(" ".join(faults.errors.values())) from None


def _begun(turn: Turn, words: str, by: str, old: Plan | None) -> Reply:
    """A template stays, to be used again."""
    draft = read(turn, words, by)
    plans.used(turn, old)
    if draft.repeats:
        kept, opens, closes = fields(turn.city, words), draft.opens_at, draft.closes_at
        made = series.begin(turn, kept, draft.repeats, opens, closes, by)
        return Reply(series_begins(turn, made))
    survey: Survey = life.begin(turn, draft)
    if survey.state is PollState.OPEN:
        return Reply(turn.t("Survey {id} is open.", id=survey.id))
    opens = turn.t.time(survey.opens_at, turn.city.timezone)
    return Reply(turn.t("Survey {id} opens {time}.", id=survey.id, time=opens))


def series_begins(turn: Turn, series: Plan) -> str:
    when = turn.t.time(series.due or turn.now, turn.city.timezone)
    return turn.t("The series begins {time}. The list of drafts can stop it.", time=when)
