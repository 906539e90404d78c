"""Answers: a draft, a second pair of eyes where the department wants one, corrections."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core import clean, unsent
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.model import Publish, Question, Step
from core.questions import following, record
from core.questions.again import release
from core.questions.corrections import amendment
from core.questions.handling import assigned
from core.questions.states import Act
from core.texts import LANGUAGES, Localized

NAME = "answer"
"""Of the form; what is written in it and not sent is what is previewed."""
ANSWER_LIMIT = 3000
LINKS, LINK_LIMIT = 5, 300
_LINK = re.compile(r"(?:(?P<label>.+?)\s+)?(?P<url>https://[^\s<>\"]+)", re.IGNORECASE)


def draft_answer(turn: Turn, number: int, fields: Mapping[str, str]) -> Mapping[str, Any]:
    """Checks the answer and keeps it as this official's draft, to be previewed and sent."""
    question = assigned(turn, number, Act.ANSWER)
    draft = _read(turn, question, fields)
    unsent.keep(turn, turn.staff().key, NAME, str(number), fields)
    return draft


def _read(turn: Turn, question: Question, fields: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "answer": read_answer(turn, question, fields),
        "publish": _publish(turn, question, fields),
        "links": read_links(turn, fields.get("links", "")),
    }


def fields_of(question: Question) -> dict[str, str]:
    """The form as it was filled in when the question got its answer."""
    words = {f"answer_{x}": written for x, written in question.answer.items()}
    publish = question.publish or Publish.DIGEST
    return {**words, "links": link_lines(question.links), "publish": publish}


def link_lines(links: Sequence[tuple[str, str]]) -> str:
    """As `read_links` reads them."""
    return "\n".join(url if label == url else f"{label} {url}" for label, url in links)


def _publish(turn: Turn, question: Question, fields: Mapping[str, str]) -> Publish:
    """What is private stays so, whatever the form says."""
    if question.private:
        return Publish.PRIVATE
    given = fields.get("publish", Publish.DIGEST)
    if given not in set(Publish):
        raise Invalid({"publish": turn.t("Choose one of the list.")})
    return Publish(given)


def read_answer(turn: Turn, question: Question, fields: Mapping[str, str]) -> Localized:
    answer = {x: clean.lines(fields.get(f"answer_{x}", "")) for x in LANGUAGES}
    answer = {x: words for x, words in answer.items() if words}
    if not answer:
        fault = turn.t("Write the answer in one language at least.")
        raise Invalid({f"answer_{question.language}": fault})
    long = [x for x, words in answer.items() if len(words) > ANSWER_LIMIT]
    if long:
        fault = turn.t("At most {limit} characters.", limit=ANSWER_LIMIT)
        raise Invalid({f"answer_{x}": fault for x in long})
    return answer


def read_links(turn: Turn, text: str) -> list[tuple[str, str]]:
    """Attachments, one on each line: an https address, with a name before it or without."""
    lines = [line for x in clean.lines(text).split("\n") if (line := x.strip())]
    found = [_LINK.fullmatch(line) for line in lines]
    if not all(found) or any(len(line) > LINK_LIMIT for line in lines):
        raise Invalid({"links": turn.t("One link on each line: a name, and https://…")})
    if len(found) > LINKS:
        raise Invalid({"links": turn.t("At most {n} links.", n=LINKS)})
    return [(m["label"] or m["url"], m["url"]) for m in found if m]


def answer(turn: Turn, number: int) -> Question:
    """Sends the official's draft: to the asker, the public page, and the chats as was chosen. Where
    the department wants approval, to its other officials first."""
    question = assigned(turn, number, Act.ANSWER)
    fields = unsent.written(turn, NAME, str(number))
    if not fields:
        raise Refusal(turn.t("There is no draft of an answer. Write the answer again."))
    draft = _read(turn, question, fields)
    waits = turn.city.department(question.department).approval
    key = turn.staff().key
    question = record.change(
        turn,
        question,
        Act.PROPOSE if waits else Act.ANSWER,
        key,
        "",
        {"answer": draft["answer"]},
        official=key,
        answer=draft["answer"],
        links=tuple(draft["links"]),
        publish=draft["publish"],
        answered_at=None if waits else turn.now,
    )
    unsent.sent(turn, NAME, str(number))
    if not waits:
        _answered(turn, question)
    return question


def _answered(turn: Turn, question: Question) -> None:
    if question.private:
        release(turn, question)
    record.tell_askers(turn, question, "answered")
    following.tell(turn, question)
    record.publish_now(turn, question)


def approve(turn: Turn, number: int) -> Question:
    """By anybody of the department but the answer's author."""
    question = assigned(turn, number, Act.APPROVE)
    key = turn.staff().key
    if question.official == key:
        raise Refusal(turn.t("Somebody else approves what you have written."))
    question = record.change(turn, question, Act.APPROVE, key, answered_at=turn.now)
    _answered(turn, question)
    return question


def give_back(turn: Turn, number: int, words: str) -> Question:
    """The answer to its author, as their draft, with a word for them."""
    question = assigned(turn, number, Act.RETURN)
    words = record.fitting(turn, "text", words)
    if not words:
        raise Invalid({"text": turn.t("Say what to change.")})
    author = str(question.official)
    unsent.keep(turn, author, NAME, str(number), fields_of(question))
    publish = Publish.PRIVATE if question.private else None
    key = turn.staff().key
    question = record.change(
        turn, question, Act.RETURN, key, words, answer={}, links=(), publish=publish
    )
    record.call(turn, [question], author, "returned")
    return question


def correct(turn: Turn, number: int, fields: Mapping[str, str]) -> Question:
    """An answer given already; what it was stays in the history. Where the department wants
    approval, another official's first."""
    question = assigned(turn, number, Act.CORRECT)
    words = read_answer(turn, question, fields)
    links = tuple(read_links(turn, fields.get("links", "")))
    if words == question.answer and links == question.links:
        raise Invalid({f"answer_{question.language}": turn.t("Nothing was changed.")})
    key = turn.staff().key
    if turn.city.department(question.department).approval:
        detail = {"answer": words, "links": links}
        return record.change(turn, question, Act.AMEND, key, detail=detail)
    return _correct(turn, question, words, links)


def _correct(
    turn: Turn, question: Question, words: Localized, links: tuple[tuple[str, str], ...]
) -> Question:
    detail = {"was": question.answer, "answer": words}
    changes = {"answer": words, "links": links}
    question = record.change(turn, question, Act.CORRECT, turn.staff().key, "", detail, **changes)
    record.tell_askers(turn, question, "corrected")
    return question


def approve_correction(turn: Turn, number: int, place: int) -> Question:
    """By anybody of the department but who wrote it; of what they have read, not of a newer one."""
    question, step = _amended(turn, number, place, Act.CORRECT)
    if step.by == turn.staff().key:
        raise Refusal(turn.t("Somebody else approves what you have written."))
    links = tuple((label, url) for label, url in step.detail["links"])
    return _correct(turn, question, step.detail["answer"], links)


def keep_answer(turn: Turn, number: int, place: int) -> Question:
    """The correction is not made; whoever wrote it may also take it back."""
    question, step = _amended(turn, number, place, Act.KEEP)
    return record.change(turn, question, Act.KEEP, turn.staff().key, detail={"by": step.by})


def _amended(turn: Turn, number: int, place: int, act: Act) -> tuple[Question, Step]:
    question = assigned(turn, number, act)
    waiting = amendment(turn.store.steps(number))
    if waiting is None or waiting[0] != place:
        raise Refusal(turn.t("This correction does not wait for approval any more."))
    return question, waiting[1]
