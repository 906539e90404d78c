"""What residents are shown of polls, questions and round-ups: values of the domain → messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core import clean, polls
from core.actions import encode
from core.city import City
from core.digests import MOST
from core.messages import (
    AnyBlock,
    Bar,
    Bars,
    Button,
    Buttons,
    Facts,
    Link,
    Message,
    bold,
    rows,
    text,
)
from core.model import Poll, PollState, Question, QuestionState, Shows, Tally
from core.ports import Store
from core.texts import Localized, Texts, pick, plain

LABEL = 55
"""As much of a button's label as every platform shows."""


class Scene(Protocol):
    """What a view may look at; a `core.desk.Turn` is one."""

    @property
    def store(self) -> Store: ...
    @property
    def city(self) -> City: ...
    @property
    def now(self) -> datetime: ...
    @property
    def t(self) -> Texts: ...


def reference(city: City, number: int) -> str:
    """What a resident quotes: ``K-12``."""
    return f"{city.reference_prefix}-{number}"


def button(label: str, verb: str, *args: object, primary: bool = False) -> Button:
    return Button(label, encode(verb, *args), "primary" if primary else "normal")


def page_link(scene: Scene, label: str, path: str) -> list[AnyBlock]:
    """A link to the public page, where the city has one."""
    url = scene.city.page(f"/{scene.t.language}{path}")
    return [Link(label, url)] if url else []


# --- polls -----------------------------------------------------------------------------------


def poll_post(scene: Scene, id: int) -> Message:
    """A poll as everybody in a chat sees it."""
    if poll := scene.store.poll(id):
        return Message(_poll_summary(scene, poll), tuple(poll_blocks(scene, poll)))
    return Message(scene.t("This poll is gone."))


def poll_for(scene: Scene, poll: Poll, choice: int | None) -> Message:
    """A poll as one person sees it: with their own choice, and results once they may see them."""
    blocks = poll_blocks(scene, poll, choice=choice)
    return Message(_poll_summary(scene, poll), tuple(blocks))


def _poll_summary(scene: Scene, poll: Poll) -> str:
    words = pick(poll.question, scene.t.language)
    if poll.state is PollState.CLOSED:
        return scene.t("Result: {question}", question=words)
    return scene.t("Poll: {question}", question=words)


def poll_blocks(
    scene: Scene, poll: Poll, choice: int | None = None, numbered: str = ""
) -> list[AnyBlock]:
    """Question, results where they may be seen, vote buttons while open, and until when."""
    t = scene.t
    tally = polls.tally(scene.store, poll)
    blocks: list[AnyBlock] = [text(numbered + pick(poll.question, t.language), role="heading")]
    if polls.shows_results(poll, voted=choice is not None):
        blocks.append(bars(t, poll, tally, choice))
    else:
        blocks += _in_full(poll, t.language)
        blocks.append(text(_hidden(t, poll, tally)))
        if choice is not None:
            mine = plain(poll.options[choice], t.language)
            blocks.append(text(bold(t("Your vote: {option}", option=mine))))
    if poll.state is PollState.OPEN:
        blocks.append(vote_buttons(poll, t.language, numbered))
    blocks.append(text(_when(scene, poll), role="note"))
    return blocks


def _in_full(poll: Poll, language: str) -> list[AnyBlock]:
    """The options, where no result names them and a button would cut them."""
    options = [plain(option, language) for option in poll.options]
    if max(map(len, options)) <= LABEL:
        return []
    return [text("\n".join(f"– {option}" for option in options))]


def bars(t: Texts, poll: Poll, tally: Tally, choice: int | None = None) -> Bars:
    total = tally.total
    shares = [count / total if total else 0.0 for count in tally.counts]
    made = tuple(
        Bar(plain(option, t.language), count, share, i == choice, t.percent(share))
        for i, (option, count, share) in enumerate(
            zip(poll.options, tally.counts, shares, strict=True)
        )
    )
    return Bars(made, t.plural("{n} vote", "{n} votes", total))


def vote_buttons(poll: Poll, language: str, numbered: str = "") -> Buttons:
    labels = [numbered + plain(option, language) for option in poll.options]
    width = 1 if max(map(len, labels)) > 14 else 3
    made = [button(label, "vote", poll.id, i) for i, label in enumerate(labels)]
    return rows(*made, width=width)


def _hidden(t: Texts, poll: Poll, tally: Tally) -> str:
    votes = t.plural("{n} vote so far.", "{n} votes so far.", tally.total)
    if poll.shows is Shows.AFTER_VOTE:
        return votes + " " + t("You see the results once you have voted.")
    return votes + " " + t("The results are shown when the poll closes.")


def _when(scene: Scene, poll: Poll) -> str:
    t, zone = scene.t, scene.city.timezone
    if poll.state is PollState.CLOSED:
        return t("Closed {time}.", time=t.time(poll.closed_at or scene.now, zone))
    if poll.state is PollState.SCHEDULED:
        return t("Opens {time}.", time=t.time(poll.opens_at, zone))
    if poll.closes_at:
        return t("Open until {time}. You may change your vote.", time=t.time(poll.closes_at, zone))
    return t("You may change your vote while the poll is open.")


def vote_notice(t: Texts, options: Sequence[Localized], option: int, tally: Tally | None) -> str:
    """The short line a voter sees at once; with the tally, where only voters see it."""
    counted = t("Your vote is counted: {option}.", option=plain(options[option], t.language))
    if tally is None:
        return counted
    total = tally.total or 1
    shares = (
        f"{clean.short(plain(o, t.language), 30)} {t.percent(n / total)}"
        for o, n in zip(options, tally.counts, strict=True)
    )
    return f"{counted}\n" + "\n".join(shares)


def poll_list(scene: Scene, private: bool) -> Message:
    """Open polls: in a private chat each with a button that opens it there; in a shared one with
    a link, because what one member opens is not everybody's."""
    t = scene.t
    found = scene.store.polls(PollState.OPEN, limit=20)
    if not found:
        title = t("No polls are open now.")
        return Message(title, (text(title), *page_link(scene, t("Past polls"), "/polls")))
    title = t("Open polls")
    named = [(clean.short(pick(poll.question, t.language), 60), poll.id) for poll in found]
    if private:
        shown: list[AnyBlock] = [rows(*(button(name, "poll", id) for name, id in named))]
    else:
        shown = [block for name, id in named for block in _way_to_poll(scene, name, id)]
    return Message(title, (text(title, role="heading"), *shown))


def _way_to_poll(scene: Scene, name: str, id: int) -> list[AnyBlock]:
    link = scene.city.chat_link(f"poll_{id}")
    return [Link(name, link)] if link else page_link(scene, name, f"/polls/{id}") or [text(name)]


# --- questions, to the resident --------------------------------------------------------------


def _quote(words: str, limit: int = 300) -> AnyBlock:
    return text(clean.short(words, limit), role="quote")


def theme_name(scene: Scene, question: Question) -> str:
    theme = scene.city.theme(question.theme)
    return plain(theme.name, scene.t.language) if theme else scene.t("Other")


def department_name(scene: Scene, id: str) -> str:
    return plain(scene.city.department(id).name, scene.t.language)


def answer_in(question: Question, language: str) -> str:
    return pick(question.answer, language)


STATES = {
    QuestionState.WAITING: lambda t: t("waiting for an official"),
    QuestionState.TAKEN: lambda t: t("an official is preparing the answer"),
    QuestionState.ASKED: lambda t: t("waiting for your reply"),
    QuestionState.ANSWERED: lambda t: t("answered"),
    QuestionState.DECLINED: lambda t: t("not answered"),
}


def receipt(scene: Scene, question: Question) -> Message:
    t = scene.t
    name = reference(scene.city, question.number)
    title = t("Your question has been sent. Its number is {reference}.", reference=name)
    where = t(
        "It went to: {department}. I will tell you here when it is taken and when it is answered.",
        department=department_name(scene, question.department),
    )
    if question.asker_channel == "web":
        where = t(
            "It went to: {department}. You can follow it on this browser, under My questions.",
            department=department_name(scene, question.department),
        )
    return Message(title, (text(bold(title)), _quote(question.text), text(where)))


def _to_asker(scene: Scene, number: int, title: str, *blocks: AnyBlock) -> Message:
    question = _question(scene, number)
    name = reference(scene.city, number)
    return Message(
        f"{name}: {title}", (text(bold(f"{name}: {title}")), _quote(question.text), *blocks)
    )


def _question(scene: Scene, number: int) -> Question:
    question = scene.store.question(number)
    if question is None:
        raise KeyError(f"question {number}")
    return question


def taken(scene: Scene, number: int) -> Message:
    title = scene.t("An official has taken your question.")
    return _to_asker(scene, number, title)


def moved(scene: Scene, number: int, department: str) -> Message:
    name = department_name(scene, department)
    title = scene.t("Your question was passed on to: {department}.", department=name)
    return _to_asker(scene, number, title)


def asked(scene: Scene, number: int, step: int) -> Message:
    t = scene.t
    words = scene.store.steps(number)[step].text
    return _to_asker(
        scene,
        number,
        t("The official asks you for more."),
        text(words),
        text(t("Write your reply here. It goes to the official only."), role="note"),
        rows(button(t("Reply"), "reply", number, primary=True)),
    )


def declined(scene: Scene, number: int) -> Message:
    t = scene.t
    title = t("Your question was not answered.")
    return _to_asker(scene, number, title, text(_question(scene, number).reason))


def answered(scene: Scene, number: int) -> Message:
    """The answer, in the asker's own chat."""
    t, question = scene.t, _question(scene, number)
    link = page_link(scene, t("On the web page"), f"/questions/{number}") if question.public else []
    return _to_asker(
        scene,
        number,
        t("The city has answered your question."),
        text(answer_in(question, t.language)),
        text(_signature(scene, question), role="note"),
        *link,
    )


def _signature(scene: Scene, question: Question) -> str:
    official = scene.city.official_by_key(question.official)
    title = plain(official.title, scene.t.language) if official else ""
    unit = department_name(scene, question.department)
    day = scene.t.day(question.answered_at or scene.now, scene.city.timezone)
    return ", ".join(part for part in (title, unit, day) if part)


def answer_post(scene: Scene, number: int) -> Message:
    """A question and its answer, for everybody."""
    t, question = scene.t, _question(scene, number)
    blocks = (
        text(t("The city answers"), role="heading"),
        _quote(question.text, 600),
        text(answer_in(question, t.language)),
        text(_signature(scene, question), role="note"),
        *page_link(scene, t("On the web page"), f"/questions/{number}"),
    )
    summary = t("The city answers: {question}", question=clean.short(question.text, 80))
    return Message(summary, blocks)


def question_page(scene: Scene, question: Question) -> Message:
    """One question as its asker or anybody who may read it sees it in a chat."""
    if question.state is QuestionState.ANSWERED:
        view = answer_post if question.public else answered
        return view(scene, question.number)
    if question.state is QuestionState.DECLINED:
        return declined(scene, question.number)
    return _to_asker(scene, question.number, STATES[question.state](scene.t))


def mine(scene: Scene, questions: Sequence[Question]) -> Message:
    t = scene.t
    title = t("My questions")
    if not questions:
        return Message(title, (text(t("You have not asked anything yet.")),))
    facts = tuple(
        (reference(scene.city, q.number), f"{clean.short(q.text, 60)} ({STATES[q.state](t)})")
        for q in questions
    )
    buttons = [
        button(t("Read {reference}", reference=reference(scene.city, q.number)), "read", q.number)
        for q in questions
        if q.done
    ]
    blocks: list[AnyBlock] = [text(title, role="heading"), Facts(facts)]
    return Message(title, (*blocks, *([rows(*buttons, width=2)] if buttons else [])))


# --- digests ---------------------------------------------------------------------------------


def digest(
    scene: Scene, questions: list[int], open: list[int], closed: list[int], at: str
) -> Message:
    """A round-up: what was answered, what is open, how it went."""
    t = scene.t
    day = t.day(datetime.fromisoformat(at), scene.city.timezone)
    name = plain(scene.city.name, t.language)
    title = t("{city} listens: round-up {day}", city=name, day=day)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    blocks += _answers(scene, questions)
    blocks += _polls(scene, t("Have your say"), open)
    blocks += _polls(scene, t("Results"), closed)
    blocks += page_link(scene, t("All on the web page"), "/")
    return Message(title, tuple(blocks))


def _answers(scene: Scene, numbers: list[int]) -> list[AnyBlock]:
    t = scene.t
    found = [q for n in numbers[:MOST] if (q := scene.store.question(n)) and q.public]
    blocks: list[AnyBlock] = [text(bold(t("New answers")))] if found else []
    for q in found:
        blocks.append(text(bold(clean.short(q.text, 150))))
        blocks.append(_quote(answer_in(q, t.language), 350))
        label = t("Whole answer: {reference}", reference=reference(scene.city, q.number))
        blocks += page_link(scene, label, f"/questions/{q.number}")
    return blocks + _rest(scene, numbers, "/questions")


def _polls(scene: Scene, title: str, ids: list[int]) -> list[AnyBlock]:
    found = [p for id in ids[:MOST] if (p := scene.store.poll(id))]
    blocks: list[AnyBlock] = [text(bold(title))] if found else []
    for i, poll in enumerate(found, 1):
        blocks += poll_blocks(scene, poll, numbered=f"{i}. " if len(found) > 1 else "")
    return blocks + _rest(scene, ids, "/polls")


def _rest(scene: Scene, ids: list[int], path: str) -> list[AnyBlock]:
    more = len(ids) - MOST
    if more <= 0:
        return []
    label = scene.t.plural("{n} more", "{n} more", more)
    return page_link(scene, label, path) or [text(label)]
