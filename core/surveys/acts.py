"""What people may do with surveys: commands, buttons and forms, each with its reply."""

from collections.abc import Callable, Mapping

from core import clean, unsent
from core.actions import number
from core.answers import Kind
from core.city import Part
from core.desk import Turn
from core.errors import BadAction, Refusal
from core.messages import AnyBlock, Button, Message, Reply, bold, rows, text
from core.model import Poll, PollState, Survey, Voters
from core.polls import admission, ballots, news, writing
from core.polls.entrance import unseen
from core.polls.fields import read_ballot
from core.scene import button
from core.staff import confirm
from core.surveys import care, drafts, life, page, walk
from core.texts import pick

LISTED = 10

# --- residents -----------------------------------------------------------------------------------


def open_survey(turn: Turn, id: str) -> Reply:
    """Where the person left it."""
    survey = life.find(turn, number(id))
    door = turn.store.poll(survey.door)
    if door and door.voters is Voters.CHATS and turn.where in survey.chats:
        admission.let_in(turn.store, door, turn.person)
    _alone(turn, survey)
    return page.question(turn, survey, replaces=False)


def to(turn: Turn, id: str) -> Reply:
    """Back to a question, or on to it."""
    survey, poll = _step(turn, id)
    return page.at(turn, survey, poll.id)


def on(turn: Turn, id: str) -> Reply:
    """On from a question, answered or not."""
    _, poll = _step(turn, id)
    return page.on(turn, poll)


def take(turn: Turn, id: str, option: str) -> Reply:
    """An answer by one press, and on."""
    _, poll = _step(turn, id)
    answer = number(option)
    if not poll.paper.one:
        raise BadAction("its answers take more than a press")
    return _answered(turn, poll, answer)


def submit_answer(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    """The page's form of a question."""
    _, poll = _step(turn, state)
    if poll.kind is Kind.WORDS:
        return page.on(turn, poll, writing.filled_in(turn, poll, fields))
    return _answered(turn, poll, read_ballot(turn.t, poll, fields))


def follow(turn: Turn, id: str) -> Reply:
    """To hear the results in private, and what happened next; that says nothing of an answer."""
    survey = _going(turn, id)
    news.follow(turn, survey.door)
    told = turn.t("I will tell you the results here, and later what happened next.")
    return page.question(turn, survey, told)


def unfollow(turn: Turn, id: str) -> Reply:
    survey = _going(turn, id)
    turn.store.unfollow(survey.door, turn.resident)
    return page.question(turn, survey, turn.t("I will not tell you the results."))


def own_receipts(turn: Turn, id: str) -> Reply:
    """Of all that the person has answered; only while nobody is parted from their answers."""
    return page.own_receipts(turn, _going(turn, id))


def back(turn: Turn, id: str) -> Reply:
    return page.question(turn, _going(turn, id))


def _going(turn: Turn, id: str) -> Survey:
    survey = life.find(turn, number(id))
    _alone(turn, survey)
    walk.require_open(turn, survey)
    return survey


def _answered(turn: Turn, poll: Poll, answer: int) -> Reply:
    sheet = ballots.sheet(turn, poll)
    if not poll.paper.takes(answer):
        raise BadAction("no such option")
    ballots.keep(turn, sheet, answer)
    return page.on(turn, poll)


def _step(turn: Turn, id: str) -> tuple[Survey, Poll]:
    """Refusal where it is not asked of the person, or not now."""
    turn.require(Part.POLLS)
    poll = turn.store.poll(number(id))
    if poll is None or poll.survey is None:
        raise Refusal(turn.t("There is no such survey."))
    survey = walk.current(turn, poll)
    _alone(turn, survey)
    walk.require_asked(turn, poll)
    return survey, poll


def _alone(turn: Turn, survey: Survey) -> None:
    if not unseen(turn):
        raise Refusal(turn.t("Open the survey by the link under it: answers are for you alone."))


# --- officials -----------------------------------------------------------------------------------


def survey_list(turn: Turn, _: str = "") -> Reply:
    turn.require(Part.POLLS)
    official, t = turn.staff(), turn.t
    title, found = t("Surveys"), turn.store.surveys(limit=LISTED)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    for survey in found:
        name = pick(survey.title, turn.language)
        count = t.plural("{n} question.", "{n} questions.", len(survey.steps))
        blocks.append(text(bold(f"{survey.id}. "), name))
        blocks.append(text(f"{count} {page.when(turn, survey)}".strip(), role="note"))
        made = care.buttons(turn, survey) if official.may_edit() else []
        if survey.state is PollState.OPEN:
            made.insert(0, button(t("Answer the survey"), "survey", survey.id))
        if made:
            blocks.append(rows(*made, width=2))
    if not found:
        blocks.append(text(t("No surveys yet.")))
    if official.may_edit():
        new = button(t("New survey"), "survey_new", primary=True)
        blocks.append(rows(new, button(t("Drafts"), "plans"), width=2))
    return Reply(message=Message(title, tuple(blocks)))


def close_ask(turn: Turn, id: str) -> Reply:
    survey = care.not_over(turn, id)
    name = clean.short(pick(survey.title, turn.language), 60)
    title = turn.t("Close the survey “{title}” for good? It cannot be opened again.", title=name)
    yes = Button(turn.t("Close for good"), f"survey_close:{survey.id}", "danger")
    return Reply(message=confirm(title, yes, Button(turn.t("Cancel"), "keep")))


def close(turn: Turn, id: str) -> Reply:
    survey = care.not_over(turn, id)
    life.close(turn, survey)
    return Reply(message=page.survey_result(turn, survey.id), replaces=True)


Answer = Callable[..., Reply]
STAFF_COMMANDS: dict[str, Answer] = {"survey": drafts.new, "surveys": survey_list}
STAFF_WORDS = {
    **dict.fromkeys(("survey", "lomake", "formulär"), "survey"),
    **dict.fromkeys(("surveys", "lomakkeet", "formulären"), "surveys"),
}
BUTTONS: dict[str, Answer] = {
    "survey": open_survey,
    "survey_to": to,
    "survey_next": on,
    "survey_take": take,
    "survey_receipts": own_receipts,
    "survey_back": back,
    "survey_follow": follow,
    "survey_unfollow": unfollow,
    "survey_list": survey_list,
    "survey_new": drafts.new,
    "survey_close_ask": close_ask,
    "survey_close": close,
    **care.BUTTONS,
}
FORMS: dict[str, Answer] = {
    "survey": submit_answer,
    "survey_new": drafts.submit_new,
    "survey_preview": drafts.submit_preview,
    **care.FORMS,
    **unsent.keeping(unsent.for_editors(Part.POLLS), "survey_new", "survey_cancel"),
}
