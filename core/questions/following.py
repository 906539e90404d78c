"""Others' side of a question: following it ("me too"), and saying whether its answer helped."""

from collections.abc import Collection, Mapping, Sequence

from core import clean, markers
from core.actions import number
from core.city import Part
from core.desk import Desk, Turn
from core.errors import BadAction, Refusal
from core.messages import AnyBlock, Message, Reply, bold, rows, text
from core.model import Follower, Question, QuestionState, Show
from core.people import PULLED
from core.ports import subject
from core.public import department_name, quote
from core.questions import told
from core.questions.states import READ
from core.questions.words import STATES_TO_OTHERS
from core.scene import Scene, button, reference
from core.similar import may_follow

MOST = 50
"""Questions that one person follows at a time."""
WORDS = 500
LISTED = 8


def follow(turn: Turn, id: int) -> Question:
    """From now on the person is told what becomes of it. Nobody sees who follows, only how many."""
    question = turn.store.question(id)
    if question is None or not may_follow(question):
        raise Refusal(turn.t("There is no such question."))
    if question.asker in turn.accounts:
        raise Refusal(turn.t("This is your own question: you are told when it is answered."))
    if len(turn.store.followed_questions(turn.accounts)) >= MOST:
        raise Refusal(turn.t("You follow {n} questions, and more don't fit.", n=MOST))
    turn.store.follow_question(id, turn.resident, turn.who.channel, turn.language)
    turn.store.drop_draft(turn.resident, "question")
    if turn.who.channel not in PULLED:
        turn.store.keep_contact(turn.resident, turn.keyring.seal(str(turn.alone)))
    turn.touch(subject("question", id))
    return question


def may_read(scene: Scene, question: Question, accounts: Collection[str]) -> bool:
    """An open question: whoever follows it has read it already; and anybody, once it is public."""
    if not may_follow(question):
        return False
    return in_public(scene, question) or follows(scene, question, accounts)


def in_public(scene: Scene, question: Question) -> bool:
    """Whether an open question is for everybody to read: somebody of the city has read it, and did
    not find it to be a case of the asker's own."""
    steps = scene.store.steps(question.number)
    return may_follow(question) and any(step.kind in READ for step in steps)


def waiting(scene: Scene, limit: int, before: int | None = None) -> list[Question]:
    """All that are `in_public`, newest first."""
    return scene.store.open_questions(READ, limit, before)


def follows(scene: Scene, question: Question, accounts: Collection[str]) -> bool:
    found = scene.store.question_followers(question.number)
    return any(resident in accounts for resident, _, _ in found)


def followers(scene: Scene, question: Question) -> str:
    """How many there are, in words; "" for none."""
    n = scene.store.follower_counts({question.number})[question.number]
    return scene.t.plural("{n} person follows it.", "{n} people follow it.", n) if n else ""


def tell(desk: Desk, question: Question, told_of: Question | None = None) -> None:
    """What became of it, to those who follow it; or of the question that it was merged with."""
    show = Show("followed", {"number": (told_of or question).number})
    following = desk.store.question_followers(question.number)
    desk.tell_followers([Follower(*each) for each in following], show)


def end(desk: Desk, question: Question) -> None:
    """It is nobody else's any more: they are told that, and follow it no longer."""
    tell(desk, question)
    desk.store.move_followers(question.number, None)


# --- did it help? ------------------------------------------------------------------------------


def rate(turn: Turn, id: int, up: bool, words: str = "") -> Question:
    """One thumb a person, which they may change; the words are for the officials alone."""
    question = turn.store.question(id)
    mine = question and (question.public or question.asker in turn.accounts)
    if not question or not mine or question.state is not QuestionState.ANSWERED:
        raise Refusal(turn.t("There is no such question."))
    words, _ = markers.hide(clean.lines(words))
    if len(words) > WORDS:
        raise Refusal(turn.t("At most {limit} characters.", limit=WORDS))
    turn.store.put_thumb(id, turn.person, up, words)
    turn.touch(subject("question", id))
    return question


def awaited(turn: Turn) -> tuple[int, bool] | None:
    """The question and thumb that the person's next words are about."""
    draft = turn.store.draft(turn.resident, "thumb")
    return (draft["number"], draft["up"]) if draft else None


def said_why(turn: Turn, found: tuple[int, bool], words: str) -> Reply:
    """The words to the thumb that was `awaited`."""
    turn.store.drop_draft(turn.resident, "thumb")
    rate(turn, *found, words)
    return _plainly(turn.t("Thank you. The officials read what you wrote."))


# --- shown -------------------------------------------------------------------------------------


def followed(scene: Scene, number: int) -> Message:
    """To those who follow a question that has ended. Nothing of it is told that isn't public."""
    t, question = scene.t, scene.store.question(number)
    if question is None or not question.public:
        title = t("A question that you follow was closed without a public answer.")
        return Message(title, (text(title),))
    title = t("A question that you follow was answered.")
    title = f"{reference(scene.city, number)}: {title}"
    shown: list[AnyBlock] = [text(bold(title)), quote(question.text)]
    return Message(title, (*shown, *told.outcome(scene, question), *told.thumbs(scene, question)))


def _plainly(words: str) -> Reply:
    return Reply(message=Message(words, (text(words),)))


def open_page(turn: Turn, question: Question) -> Message:
    """Another's question, while it is open."""
    n = turn.store.follower_counts({question.number})[question.number]
    title = turn.t("Question {reference}", reference=reference(turn.city, question.number))
    shown: list[AnyBlock] = [text(bold(title)), quote(question.text, 600)]
    shown.append(text(_standing(turn, question, n), role="note"))
    return Message(title, (*shown, *follow_buttons(turn, question, turn.accounts)))


# --- buttons -----------------------------------------------------------------------------------


def follow_buttons(scene: Scene, question: Question, accounts: Collection[str]) -> list[AnyBlock]:
    """For a reader of another's open question."""
    t, n = scene.t, question.number
    if not may_follow(question):
        return []
    if follows(scene, question, accounts):
        return [rows(button(t("Do not follow"), "me_too_off", n))]
    return [rows(button(t("Follow the question"), "me_too", n, primary=True))]


def listed(turn: Turn, before: str = "") -> Reply:
    """The questions that wait for an answer, some at a time."""
    turn.require(Part.QUESTIONS)
    if not turn.private:
        raise Refusal(turn.t("Ask for this in a private chat with me."))
    found = waiting(turn, LISTED + 1, number(before) if before else None)
    return Reply(message=waiting_list(turn, found), replaces=bool(before))


def waiting_list(turn: Turn, found: Sequence[Question]) -> Message:
    """``found``: one more than is shown, where there are more."""
    t = turn.t
    title = t("Questions that wait for an answer")
    if not found:
        words = t("No questions wait that others may follow now.")
        return Message(title, (text(title, role="heading"), text(words)))
    shown = found[:LISTED]
    counts = turn.store.follower_counts({q.number for q in shown})
    theirs = set(turn.store.followed_questions(turn.accounts))
    blocks: list[AnyBlock] = [text(title, role="heading")]
    made = []
    for q in shown:
        name = reference(turn.city, q.number)
        blocks.append(text(bold(f"{name}. "), clean.short(q.text, 160)))
        blocks.append(text(_standing(turn, q, counts[q.number]), role="note"))
        if q.number not in theirs and q.asker not in turn.accounts:
            made.append(button(t("Follow {reference}", reference=name), "me_too", q.number))
    if len(found) > LISTED:
        made.append(button(t("Older questions"), "waiting_list", shown[-1].number))
    return Message(title, (*blocks, *([rows(*made, width=2)] if made else [])))


def _standing(scene: Scene, question: Question, n: int) -> str:
    """``Streets · waiting for an official · Followed by: 3``"""
    t = scene.t
    state = STATES_TO_OTHERS[question.state](t)
    parts = [department_name(scene, question.department), state]
    if n:
        parts.append(f"{t('Followed by')}: {t.number(n)}")
    return " · ".join(parts)


def press_follow(turn: Turn, id: str) -> Reply:
    turn.require(Part.QUESTIONS)
    if not turn.private:
        raise Refusal(turn.t("Ask for this in a private chat with me."))
    question = follow(turn, number(id))
    t, name = turn.t, reference(turn.city, question.number)
    if turn.who.channel in PULLED:
        told_ = t("You follow {reference}. The answer comes under My questions.", reference=name)
    else:
        told_ = t("You follow {reference}: you are told when it is answered.", reference=name)
    counted = text(followers(turn, question), role="note")
    stop = follow_buttons(turn, question, turn.accounts)
    return Reply(message=Message(told_, (text(bold(told_)), quote(question.text), counted, *stop)))


def press_unfollow(turn: Turn, id: str) -> Reply:
    turn.require(Part.QUESTIONS)
    turn.store.unfollow_question(number(id), turn.accounts)
    turn.touch(subject("question", number(id)))
    return _plainly(turn.t("You no longer follow {reference}.",
                           reference=reference(turn.city, number(id))))  # fmt: skip


def press_thumb(turn: Turn, id: str, which: str) -> Reply:
    turn.require(Part.QUESTIONS)
    if which not in ("up", "down"):
        raise BadAction("no such thumb")
    question = rate(turn, number(id), which == "up")
    thanks = turn.t("Thank you for letting us know.")
    why = rows(button(turn.t("Say why"), "thumb_why", question.number, which))
    return Reply(message=Message(thanks, (text(thanks), why)))


def press_why(turn: Turn, id: str, which: str) -> Reply:
    turn.require(Part.QUESTIONS)
    question = rate(turn, number(id), which == "up")
    value = {"number": question.number, "up": which == "up"}
    turn.store.drop_draft(turn.resident, "words")
    turn.store.put_draft(turn.resident, "thumb", value, turn.now)
    return _plainly(turn.t("Write it in one message. Only the city's officials read it."))


def submit_thumb(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
    """A word to one's thumb, from a form; ``state``: ``12:up``."""
    turn.require(Part.QUESTIONS)
    id, _, which = state.partition(":")
    if which not in ("up", "down"):
        raise BadAction("no such thumb")
    words = fields.get("text", "")
    rate(turn, number(id), which == "up", words)
    if not words.strip():
        return _plainly(turn.t("Thank you for letting us know."))
    return _plainly(turn.t("Thank you. The officials read what you wrote."))


BUTTONS = {
    "me_too": press_follow,
    "me_too_off": press_unfollow,
    "thumb": press_thumb,
    "thumb_why": press_why,
    "waiting_list": listed,
}
FORMS = {"thumb_words": submit_thumb}
