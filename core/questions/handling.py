"""The officials' side: whose a question is, and what becomes of it besides an answer."""

from collections.abc import Mapping
from dataclasses import replace

from core.city import Official
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.model import OPEN, UNPUBLISHED, Grounds, Publish, Question, QuestionState, Show
from core.questions import following, record
from core.questions.again import release, reopen
from core.questions.own_case import doubted
from core.questions.states import Act
from core.texts import plain

WHOSE_LIMIT = 200


def of_department(turn: Turn, number: int) -> Question:
    """A question of this official's departments, in any state; Refusal otherwise, saying why."""
    official = turn.staff()
    question = turn.store.question(number)
    if question is None:
        raise Refusal(turn.t("There is no such question."))
    home = record.home_of(turn.city, question)
    if not official.serves(home.id):
        name = plain(home.name, turn.language)
        raise Refusal(turn.t("This question belongs to another department: {name}.", name=name))
    return question


def assigned(turn: Turn, number: int, act: Act) -> Question:
    """A question that this official may do that to, now; Refusal otherwise, saying why."""
    question = of_department(turn, number)
    record.allow(turn, question, act)
    return question


def take(turn: Turn, number: int) -> Question:
    question = of_department(turn, number)
    key = turn.staff().key
    if question.state is QuestionState.TAKEN and question.official == key:
        raise Refusal(turn.t("You have this question already."))
    if question.official not in (None, key) and not question.done:
        who = turn.city.official_by_key(question.official)
        title = plain(who.title, turn.language) if who else str(question.official)
        raise Refusal(turn.t("{who} has taken this question already.", who=title))
    record.allow(turn, question, Act.TAKE)
    question = record.change(turn, question, Act.TAKE, key, official=key)
    record.tell_asker(turn, question, Show("taken", {"number": number}))
    return question


def colleagues(turn: Turn, question: Question) -> list[Official]:
    """Whom the question may be handed to."""
    named = turn.city.officials_of(record.home_of(turn.city, question).id)
    return [one for one in named if one.key != question.official]


def hand(turn: Turn, number: int, to: str, words: str = "") -> Question:
    """To a colleague of the department (their key), with a word for them."""
    question = assigned(turn, number, Act.HAND)
    target = next((one for one in colleagues(turn, question) if one.key == to), None)
    if target is None:
        raise Invalid({"official": turn.t("Choose one of the list.")})
    words = record.fitting(turn, "note", words)
    question = _hand(turn, question, target, words)
    if target.key != turn.staff().key:
        record.call(turn, [question], target.key, "handed")
    return question


def _hand(turn: Turn, question: Question, to: Official, words: str = "") -> Question:
    detail = {"from": question.official, "to": to.key}
    key = turn.staff().key
    return record.change(turn, question, Act.HAND, key, words, detail, official=to.key)


def reassign(turn: Turn, old: str, new: str) -> tuple[int, int]:
    """All open questions of one official (perhaps gone from the city file) to another; returns how
    many went, and how many stayed, for the new one is of another department."""
    mover = turn.staff()
    target = turn.city.official_by_key(new)
    if target is None or old == new:
        raise Invalid({"new": turn.t("Choose one of the city's officials.")})
    departments = [d.id for d in turn.city.departments if mover.leads(d)]
    if not departments:
        raise Refusal(turn.t("Only an administrator or the head of a department may do this."))
    found = [q for q in turn.store.questions_for(departments, OPEN, 10_000) if q.official == old]
    fitting = [q for q in found if target.serves(q.department)]
    handed = [_hand(turn, question, target) for question in fitting]
    if target.key != mover.key:
        for department in {q.department: None for q in handed}:
            theirs = [q for q in handed if q.department == department]
            record.call(turn, theirs, target.key, "handed" if len(theirs) == 1 else "all")
    return len(fitting), len(found) - len(fitting)


def ask_more(turn: Turn, number: int, text: str) -> Question:
    """Asks the resident for more; their reply comes back into the thread. The clock stands still
    until then."""
    question = assigned(turn, number, Act.ASK)
    if question.asker is None:
        raise Refusal(turn.t("The asker can no longer be reached: they had their data erased."))
    key = turn.staff().key
    text = record.written(turn, "text", text)
    question = record.change(turn, question, Act.ASK, key, text, official=key)
    waited = {"number": number, "act": Act.REPLY}
    turn.store.put_draft(str(question.asker), "replying", waited, turn.now)
    step = len(turn.store.steps(number)) - 1
    record.tell_asker(turn, question, Show("asked", {"number": number, "step": step}))
    return question


def transfer(turn: Turn, number: int, department_id: str, note: str) -> Question:
    """Hands the question to another department, with a word for its officials."""
    question = assigned(turn, number, Act.TRANSFER)
    target = next((d for d in turn.city.departments if d.id == department_id), None)
    if target is None or target.id == question.department:
        raise Invalid({"department": turn.t("Choose another department.")})
    note = record.fitting(turn, "note", note)
    detail = {"from": question.department, "department": target.id}
    question = record.change(
        turn,
        question,
        Act.TRANSFER,
        turn.staff().key,
        note,
        detail,
        official=None,
        department=target.id,
    )
    record.post_card(turn, question)
    if question.asker:  # what is remembered of it goes when they are forgotten
        turn.store.remember_reroute(number, target.id, turn.now)
    show = Show("moved", {"number": number, "department": target.id})
    record.tell_asker(turn, question, show)
    return question


def decline(turn: Turn, number: int, fields: Mapping[str, str]) -> Question:
    """``grounds`` of the list, ``reason`` in words, ``whose`` it is where not the city's."""
    question = assigned(turn, number, Act.DECLINE)
    key = turn.staff().key
    given = fields.get("grounds", "")
    if given not in set(Grounds):
        raise Invalid({"grounds": turn.t("Choose one of the list.")})
    grounds, whose = Grounds(given), ""
    reason = record.written(turn, "reason", fields.get("reason", ""))
    if grounds is Grounds.NOT_OURS:
        whose = record.written(turn, "whose", fields.get("whose", ""))[:WHOSE_LIMIT]
    hidden = question.private or grounds in UNPUBLISHED
    question = record.change(
        turn,
        question,
        Act.DECLINE,
        key,
        reason,
        {"grounds": grounds, "whose": whose},
        official=key,
        reason=reason,
        grounds=grounds,
        whose=whose,
        publish=Publish.PRIVATE if hidden else Publish.PAGE,
        answered_at=turn.now,
    )
    if question.private:
        release(turn, question)
    record.tell_askers(turn, question, "declined")
    following.tell(turn, question)
    return question


def merge(turn: Turn, number: int, into: int) -> Question:
    """The same was asked before: the other question's answer is this one's too. Both askers are
    told; what was merged with this one follows it."""
    question = assigned(turn, number, Act.MERGE)
    other = _target(turn, question, into)
    key, detail = turn.staff().key, {"into": other.number}
    for one in turn.store.merged_into(number):
        record.remember(turn, one, Act.MERGE, key, detail=detail)
        turn.store.save_question(replace(one, merged_into=other.number))
    question = record.change(
        turn,
        question,
        Act.MERGE,
        key,
        detail=detail,
        official=key,
        merged_into=other.number,
        publish=question.publish or Publish.PAGE,
        answered_at=turn.now,
    )
    record.tell_asker(turn, question, Show("merged", {"number": number}))
    if other.done:
        following.tell(turn, question, told_of=other)
    turn.store.move_followers(number, other.number)
    if not other.done:
        record.tell_asker(turn, other, Show("joined_by", {"number": other.number}))
    return question


def _target(turn: Turn, question: Question, into: int) -> Question:
    other = turn.store.question(into)
    if other is not None and other.merged_into is not None:
        other = turn.store.question(other.merged_into)
    if other is None or other.number == question.number:
        raise Invalid({"into": turn.t("Write the number of another question.")})
    hidden = (QuestionState.MODERATION, QuestionState.WITHDRAWN)
    if other.private or other.state in hidden:
        raise Invalid({"into": turn.t("That question is not one that others may read.")})
    return other


def make_private(turn: Turn, number: int) -> Question:
    """It is about the asker's own case: it is never published, or no longer; the asker is told
    whom to turn to."""
    question = assigned(turn, number, Act.CLOSE_UP)
    if question.private:
        raise Refusal(turn.t("The question is private already."))
    key = turn.staff().key
    question = record.change(turn, question, Act.CLOSE_UP, key, publish=Publish.PRIVATE)
    release(turn, question)
    record.tell_asker(turn, question, Show("made_private", {"number": number}))
    following.end(turn, question)
    return question


def open_up(turn: Turn, number: int) -> Question:
    """Its asker was right: it is nobody's own case, and is answered for everybody to read. Only
    where they have said so; what they wanted officials alone to read stays private."""
    question = assigned(turn, number, Act.OPEN_UP)
    if not question.private or not doubted(turn.store.steps(number)):
        raise Refusal(turn.t("The asker has not asked for this question to be public."))
    question = record.change(turn, question, Act.OPEN_UP, turn.staff().key, publish=None)
    record.tell_asker(turn, question, Show("made_public", {"number": number}))
    return question


def note(turn: Turn, number: int, text: str) -> Question:
    """A word among officials; it never leaves their thread."""
    question = assigned(turn, number, Act.NOTE)
    text = record.fitting(turn, "text", text)
    if not text:
        raise Invalid({"text": turn.t("Write the note.")})
    return record.change(turn, question, Act.NOTE, turn.staff().key, text)


def open_again(turn: Turn, number: int, text: str) -> Question:
    question = assigned(turn, number, Act.REOPEN)
    return reopen(turn, question, turn.staff().key, record.written(turn, "text", text))
