"""The resident's side: the question, a reply, and second thoughts."""

from core import clean, markers
from core.city import Look
from core.desk import Turn
from core.errors import Refusal
from core.model import ItemKind, Publish, Question, QuestionState
from core.moderation import authors, checks, desk, rules
from core.people import PULLED
from core.questions import drafts, following, record
from core.questions.again import reopen, why_not
from core.questions.drafts import LONGEST, Draft
from core.questions.moderated import PLACE, QuestionSource
from core.questions.states import Act, may


def send(turn: Turn, token: str, doubts: bool = False) -> Question:
    """The draft becomes a question, whose asker can be written back. Their own case is for
    officials only; ``doubts``: they say that it is none, and an official decides."""
    draft = drafts.kept(turn, token)
    authors.refuse_muted(turn, PLACE)
    drafts.check_limits(turn, draft.text)
    question = turn.store.add_question(
        Question(
            number=0,
            text=draft.text,
            language=turn.language,
            theme=draft.theme,
            department=draft.department,
            state=QuestionState.RECEIVED,
            asker=turn.resident,
            asker_channel=turn.who.channel,
            official=None,
            received_at=turn.now,
            publish=Publish.PRIVATE if draft.own_case else None,
            area=draft.area,
        )
    )
    turn.store.drop_draft(turn.resident, "question")
    detail = {"doubted": True} if doubts and draft.own_case else {}
    record.remember(turn, question, Act.RECEIVE, record.RESIDENT, detail=detail)
    if turn.who.channel not in PULLED:
        turn.store.keep_contact(turn.resident, turn.keyring.seal(str(turn.alone)))
    return _pass_on(turn, question, draft)


def _pass_on(turn: Turn, question: Question, draft: Draft) -> Question:
    """To the officials of its department, or to the moderators. What its asker wants nobody else
    to read is no matter of theirs."""
    detail = draft.understood()
    found = checks.look(turn, draft.text, PLACE)
    look = rules.look(turn.city, ItemKind.QUESTION)
    if question.private or (look is Look.REPORTED and not desk.decides(turn.city, found)):
        question = record.change(turn, question, Act.ROUTE, record.CITY, detail=detail)
        record.post_card(turn, question)
        return question
    question = record.change(turn, question, Act.HOLD, record.CITY, detail=detail)
    desk.submit(turn, QuestionSource(), str(question.number), PLACE, found, Look.BEFORE)
    return turn.store.question(question.number) or question


def cancel(turn: Turn) -> None:
    turn.store.drop_draft(turn.resident, "question")
    turn.store.drop_draft(turn.resident, "replying")


def own(turn: Turn, number: int) -> Question:
    """A question that this person may read: their own, or a public one. Refusal otherwise."""
    question = turn.store.question(number)
    if question and (question.public or is_own(turn, question)):
        return question
    if question and following.may_read(turn, question, turn.accounts):
        return question
    raise Refusal(turn.t("There is no such question."))


def is_own(turn: Turn, question: Question) -> bool:
    """Asked by this person, from whichever of their accounts."""
    return question.asker is not None and question.asker in turn.accounts


# --- afterwards ------------------------------------------------------------------------------


def start(turn: Turn, number: int, act: Act) -> Question:
    """What the person writes next goes to this question: their reply, or why it is opened again.
    Refusal where that is not theirs to do now."""
    question = _askers(turn, number, act)
    if act is Act.REOPEN and (fault := why_not(turn, question)):
        raise Refusal(fault)
    turn.expect("replying", {"number": number, "act": act})
    return question


def awaited(turn: Turn) -> tuple[int, Act] | None:
    """What the person's next text is for; None where it is a new question."""
    draft = turn.store.draft(turn.resident, "replying")
    if draft is None:
        return None
    act = Act(draft["act"])
    question = turn.store.question(draft["number"])
    if question and is_own(turn, question) and may(question.state, act):
        return question.number, act
    turn.store.drop_draft(turn.resident, "replying")
    return None


def reply(turn: Turn, number: int, text: str) -> Question:
    """The resident's reply to an official goes in the question's thread."""
    question = _askers(turn, number, Act.REPLY)
    text = _words(turn, text)
    turn.store.drop_draft(turn.resident, "replying")
    question = record.change(turn, question, Act.REPLY, record.RESIDENT, text)
    record.call(turn, [question], question.official, "replied")
    return question


def open_again(turn: Turn, number: int, text: str) -> Question:
    """The asker was not helped, and says why."""
    question = _askers(turn, number, Act.REOPEN)
    text = _words(turn, text)
    turn.store.drop_draft(turn.resident, "replying")
    return reopen(turn, question, record.RESIDENT, text)


def may_withdraw(turn: Turn, number: int) -> Question:
    """Refusal, saying why, where the person can't take the question back."""
    question = _askers(turn, number, Act.WITHDRAW)
    if turn.store.merged_into(number):
        raise Refusal(turn.t("Others have asked the same, so the question stays open."))
    return question


def withdraw(turn: Turn, number: int) -> Question:
    """The asker takes the question back: nobody answers it, and it stays unpublished."""
    question = may_withdraw(turn, number)
    desk.withdraw(turn, QuestionSource(), str(number))
    return record.change(turn, question, Act.WITHDRAW, record.RESIDENT)


def _askers(turn: Turn, number: int, act: Act) -> Question:
    question = own(turn, number)
    if not is_own(turn, question):
        raise Refusal(turn.t("Only the one who asked may do this."))
    if not may(question.state, act):
        if act is Act.REPLY:
            raise Refusal(turn.t("The city is not waiting for your reply to this question."))
        record.allow(turn, question, act)
    return question


def _words(turn: Turn, text: str) -> str:
    text = clean.lines(text)
    if not text or len(text) > LONGEST:
        raise Refusal(turn.t("A reply has 1 to {limit} characters.", limit=LONGEST))
    return markers.hide(text)[0]
