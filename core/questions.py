"""Questions to officials: from a draft in a chat to a published answer."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core import clean, routing
from core import similar as likeness
from core.desk import Turn
from core.errors import Invalid, Refusal
from core.model import Publish, Question, QuestionState, Show, Step
from core.people import PULLED
from core.ports import subject
from core.texts import LANGUAGES, Localized, plain

SHORTEST = 10
LONGEST = 2000
ANSWER_LIMIT = 3000
REASON_LIMIT = 1000
POOL = 500
"""How many of the latest public answers a new question is compared with."""


# --- the resident's side ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that is not sent yet, and what we understood of it. ``token`` ties a button to
    the draft it was shown with, so that an old message's button can't send a newer text."""

    text: str
    theme: str | None
    department: str
    because: tuple[str, ...]
    token: str


def start_draft(turn: Turn, text: str) -> tuple[Draft, list[Question]]:
    """Keeps the text as the person's draft; with it, similar questions answered before."""
    text = check_text(turn, text)
    guess = routing.guess(turn.city, text)
    draft = Draft(text, guess.theme, guess.department, guess.because, secrets.token_hex(4))
    _keep(turn, draft)
    return draft, similar(turn, text)


def similar(turn: Turn, text: str) -> list[Question]:
    return likeness.similar(text, turn.store.public_questions(limit=POOL))


def check_text(turn: Turn, text: str) -> str:
    """The text made clean; Refusal where it is too short or too long."""
    text = clean.lines(text)
    if len(text) < SHORTEST:
        raise Refusal(turn.t("Please write a little more: what, where, and what you hope for."))
    if len(text) > LONGEST:
        raise Refusal(
            turn.t(
                "Your question has {n} characters; {limit} fit. Please shorten it.",
                n=len(text),
                limit=LONGEST,
            )
        )
    return text


def choose_theme(turn: Turn, token: str, theme_id: str) -> Draft:
    """The person corrected what we understood. ``-`` stands for none of the themes."""
    draft = _draft(turn, token)
    theme = turn.city.theme(theme_id)
    department = theme.department if theme else turn.city.general_desk
    draft = replace(draft, theme=theme.id if theme else None, department=department, because=())
    _keep(turn, draft)
    return draft


def send(turn: Turn, token: str) -> Question:
    """The draft becomes a question in its department's channel; its asker can be written back."""
    draft = _draft(turn, token)
    question = turn.store.add_question(
        Question(
            number=0,
            text=draft.text,
            language=turn.language,
            theme=draft.theme,
            department=draft.department,
            state=QuestionState.WAITING,
            asker=turn.resident,
            asker_channel=turn.who.channel,
            official=None,
            received_at=turn.now,
        )
    )
    turn.store.drop_draft(turn.resident, "question")
    _step(turn, question, "received", by="resident")
    if turn.who.channel not in PULLED:
        turn.store.keep_contact(turn.resident, turn.keyring.seal(str(turn.where)))
    _post_card(turn, question)
    return question


def cancel(turn: Turn) -> None:
    turn.store.drop_draft(turn.resident, "question")
    turn.store.drop_draft(turn.resident, "replying")


def own(turn: Turn, number: int) -> Question:
    """A question that this person may read: their own, or a public one. Refusal otherwise."""
    question = turn.store.question(number)
    if question and (question.public or _is_own(turn, question)):
        return question
    raise Refusal(turn.t("There is no such question."))


def _is_own(turn: Turn, question: Question) -> bool:
    """Asked by this person, from whichever of their accounts."""
    return question.asker is not None and question.asker in turn.accounts


def start_reply(turn: Turn, number: int) -> Question:
    """What the person writes next goes to this question, which waits for them."""
    question = own(turn, number)
    if not _is_own(turn, question) or question.state is not QuestionState.ASKED:
        raise Refusal(turn.t("The city is not waiting for your reply to this question."))
    turn.store.put_draft(turn.resident, "replying", {"number": number}, turn.now)
    return question


def replying_to(turn: Turn) -> int | None:
    """The question that the person's next text belongs to."""
    draft = turn.store.draft(turn.resident, "replying")
    return draft["number"] if draft else None


def reply(turn: Turn, number: int, text: str) -> Question:
    """The resident's reply to an official goes in the question's thread."""
    question = own(turn, number)
    if not _is_own(turn, question) or question.state is not QuestionState.ASKED:
        raise Refusal(turn.t("The city is not waiting for your reply to this question."))
    text = clean.lines(text)
    if not text or len(text) > LONGEST:
        raise Refusal(turn.t("A reply has 1 to {limit} characters.", limit=LONGEST))
    state = QuestionState.TAKEN if question.official else QuestionState.WAITING
    question = _change(turn, question, "replied", by="resident", text=text, state=state)
    turn.store.drop_draft(turn.resident, "replying")
    return question


# --- the officials' side ---------------------------------------------------------------------


def assigned(turn: Turn, number: int) -> Question:
    """An open question that this official may act on; Refusal otherwise, saying why."""
    question = _of_department(turn, number)
    if question.done:
        who = turn.city.official_by_key(question.official)
        title = plain(who.title, turn.language) if who else "–"
        raise Refusal(turn.t("This question is finished already (by: {who}).", who=title))
    return question


def _of_department(turn: Turn, number: int) -> Question:
    official = turn.staff()
    question = turn.store.question(number)
    if question is None:
        raise Refusal(turn.t("There is no such question."))
    if not official.serves(question.department):
        name = plain(turn.city.department(question.department).name, turn.language)
        raise Refusal(turn.t("This question belongs to another department: {name}.", name=name))
    return question


def take(turn: Turn, number: int) -> Question:
    question = assigned(turn, number)
    key = turn.staff().key
    if question.official == key:
        raise Refusal(turn.t("You have this question already."))
    if question.official:
        who = turn.city.official_by_key(question.official)
        title = plain(who.title, turn.language) if who else question.official
        raise Refusal(turn.t("{who} has taken this question already.", who=title))
    question = _change(turn, question, "taken", by=key, state=QuestionState.TAKEN, official=key)
    _tell_asker(turn, question, Show("taken", {"number": number}))
    return question


def draft_answer(turn: Turn, number: int, fields: Mapping[str, str]) -> Mapping[str, Any]:
    """Checks the answer and keeps it as this official's draft, to be previewed and sent."""
    question = assigned(turn, number)
    answer = _read_answer(turn, question, fields)
    publish = fields.get("publish", Publish.DIGEST)
    if publish not in set(Publish):
        raise Invalid({"publish": turn.t("Choose one of the list.")})
    draft = {"answer": answer, "publish": publish}
    turn.store.put_draft(turn.staff().key, f"answer:{number}", draft, turn.now)
    return draft


def answer_draft(turn: Turn, number: int) -> Mapping[str, Any]:
    return turn.store.draft(turn.staff().key, f"answer:{number}") or {}


def _read_answer(turn: Turn, question: Question, fields: Mapping[str, str]) -> Localized:
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


def answer(turn: Turn, number: int) -> Question:
    """Sends the official's draft: to the asker, the public page, and the chats as was chosen."""
    question = assigned(turn, number)
    draft = answer_draft(turn, number)
    if not draft:
        raise Refusal(turn.t("There is no draft of an answer. Write the answer again."))
    key = turn.staff().key
    publish = Publish(draft["publish"])
    question = _change(
        turn,
        question,
        "answered",
        by=key,
        state=QuestionState.ANSWERED,
        official=key,
        answer=draft["answer"],
        publish=publish,
        answered_at=turn.now,
    )
    turn.store.drop_draft(key, f"answer:{number}")
    _tell_asker(turn, question, Show("answered", {"number": number}))
    if publish is Publish.NOW:
        for chat in turn.city.chats:
            show = Show("answer_post", {"number": number})
            turn.publish(chat.address, show, chat.language, subject("question", number))
    return question


def ask_more(turn: Turn, number: int, text: str) -> Question:
    """Asks the resident for more; their reply comes back into the thread."""
    question = assigned(turn, number)
    if question.asker is None:
        raise Refusal(turn.t("The asker can no longer be reached: they had their data erased."))
    key = turn.staff().key
    text = _reason(turn, "text", text)
    state = QuestionState.ASKED
    question = _change(turn, question, "asked", by=key, text=text, state=state, official=key)
    turn.store.put_draft(question.asker, "replying", {"number": number}, turn.now)
    step = len(turn.store.steps(number)) - 1
    _tell_asker(turn, question, Show("asked", {"number": number, "step": step}))
    return question


def move(turn: Turn, number: int, department_id: str, note: str) -> Question:
    """Hands the question to another department, with a word for its officials."""
    question = assigned(turn, number)
    target = next((d for d in turn.city.departments if d.id == department_id), None)
    if target is None or target.id == question.department:
        raise Invalid({"department": turn.t("Choose another department.")})
    question = _change(
        turn,
        question,
        "moved",
        by=turn.staff().key,
        text=clean.lines(note)[:REASON_LIMIT],
        state=QuestionState.WAITING,
        official=None,
        department=target.id,
    )
    _post_card(turn, question)
    _tell_asker(turn, question, Show("moved", {"number": number, "department": target.id}))
    return question


def decline(turn: Turn, number: int, reason: str) -> Question:
    question = assigned(turn, number)
    key = turn.staff().key
    reason = _reason(turn, "reason", reason)
    question = _change(
        turn,
        question,
        "declined",
        by=key,
        text=reason,
        state=QuestionState.DECLINED,
        official=key,
        reason=reason,
        publish=Publish.PRIVATE,
        answered_at=turn.now,
    )
    _tell_asker(turn, question, Show("declined", {"number": number}))
    return question


def _reason(turn: Turn, field: str, text: str) -> str:
    text = clean.lines(text)
    if not text:
        raise Invalid({field: turn.t("Write this for the resident.")})
    if len(text) > REASON_LIMIT:
        raise Invalid({field: turn.t("At most {limit} characters.", limit=REASON_LIMIT)})
    return text


# --- shared ----------------------------------------------------------------------------------


def _change(
    turn: Turn, question: Question, kind: str, by: str, text: str = "", **changes: Any
) -> Question:
    """One step: saved, remembered, noted in the staff's thread, shown on every post."""
    home = turn.city.department(question.department)
    question = replace(question, **changes)
    turn.store.save_question(question)
    _step(turn, question, kind, by, text)
    step = len(turn.store.steps(question.number)) - 1
    name = subject("question", question.number)
    turn.tell_staff(home, Show("note", {"number": question.number, "step": step}), thread_of=name)
    turn.touch(name)
    return question


def _step(turn: Turn, question: Question, kind: str, by: str, text: str = "") -> None:
    turn.store.add_step(question.number, Step(turn.now, kind, by, text))


def _tell_asker(turn: Turn, question: Question, show: Show) -> None:
    turn.tell_resident(question.asker_channel, question.asker, show, question.language)


def _post_card(turn: Turn, question: Question) -> None:
    home = turn.city.department(question.department)
    show = Show("question_card", {"number": question.number, "department": home.id})
    turn.publish(home.home, show, turn.city.language, subject("question", question.number))


def _draft(turn: Turn, token: str) -> Draft:
    kept = turn.store.draft(turn.resident, "question")
    if kept is None or kept["token"] != token:
        raise Refusal(turn.t("This draft is no longer there. Write your question again."))
    return Draft(**{**kept, "because": tuple(kept["because"])})


def _keep(turn: Turn, draft: Draft) -> None:
    value = {
        "text": draft.text,
        "theme": draft.theme,
        "department": draft.department,
        "because": list(draft.because),
        "token": draft.token,
    }
    turn.store.put_draft(turn.resident, "question", value, turn.now)
