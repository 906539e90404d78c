"""The kinds of items that polls, surveys and questions bring."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core import clean
from core.city import Part
from core.digests.items import Item, Section
from core.events import Address
from core.messages import AnyBlock, Link, bold, text
from core.model import OPEN, Poll, PollState, Publish, Question, Voters
from core.polls import history
from core.polls.shown import poll_blocks
from core.public import answer_in, quote
from core.questions.following import in_public
from core.routing import find_area
from core.scene import Scene, page_link, reference
from core.texts import pick

CLOSING = timedelta(days=2)
"""So long before its end a poll is among those that close soon."""
FOLLOWED = 2
"""Followers, its asker apart, from which on an open question is told of."""


# --- questions -----------------------------------------------------------------------------------


def _about(scene: Scene, question: Question) -> dict[str, object]:
    area, _ = find_area(scene.city, question.text)
    return {"theme": question.theme, "areas": (area,) if area else ()}


def answers(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    for q in scene.store.answered_between(since, until, Publish.DIGEST):
        yield Item("answers", q.number, q.answered_at, **_about(scene, q))


def answer(scene: Scene, number: int, numbered: str) -> list[AnyBlock]:
    q = scene.store.question(number)
    if q is None or not q.public:
        return []
    label = scene.t("The full answer: {reference}", reference=reference(scene.city, number))
    shown = [text(bold(clean.short(q.text, 150))), quote(answer_in(q, scene.t.language), 350)]
    return [*shown, *page_link(scene, label, f"/questions/{number}")]


def answer_line(scene: Scene, number: int) -> str:
    q = scene.store.question(number)
    return f"{reference(scene.city, number)}: {q.text}" if q and q.public else ""


def followed(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    for number in scene.store.most_followed(OPEN, FOLLOWED, limit=50):
        if (q := scene.store.question(number)) and in_public(scene, q):
            yield Item("followed", number, None, standing=True, **_about(scene, q))


def followed_question(scene: Scene, number: int, numbered: str) -> list[AnyBlock]:
    q = scene.store.question(number)
    if q is None or not in_public(scene, q):
        return []
    n = scene.store.follower_counts({number})[number]
    waits = scene.t.plural("{n} person waits for an answer.", "{n} people wait for an answer.", n)
    shown: list[AnyBlock] = [quote(q.text, 150), text(waits, role="note")]
    link = scene.city.chat_link(f"follow_{number}")
    return [*shown, Link(scene.t("I want to know too"), link)] if link else shown


def followed_line(scene: Scene, number: int) -> str:
    q = scene.store.question(number)
    return f"{reference(scene.city, number)}: {q.text}" if q and in_public(scene, q) else ""


# --- polls ---------------------------------------------------------------------------------------


def _only_in(poll: Poll) -> tuple[Address, ...]:
    return poll.chats if poll.voters is Voters.CHATS else ()


def _closing(poll: Poll, until: datetime) -> datetime | None:
    """Since when it has been closing soon; None where it isn't, or was never anything else."""
    if poll.closes_at is None or poll.closes_at - poll.opens_at <= CLOSING:
        return None
    soon = poll.closes_at - CLOSING
    return soon if soon <= until else None


def open_polls(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    for p in scene.store.polls(PollState.OPEN):
        if not _closing(p, until):
            yield Item("open", p.id, p.opens_at, True, areas=p.areas, chats=_only_in(p))


def closing_polls(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    found = [(soon, p) for p in scene.store.polls(PollState.OPEN) if (soon := _closing(p, until))]
    for soon, p in sorted(found, key=lambda pair: (pair[0], pair[1].id)):
        yield Item("closing", p.id, soon, True, areas=p.areas, chats=_only_in(p))


def results(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    for p in scene.store.polls_closed_between(since, until):
        yield Item("results", p.id, p.closed_at, areas=p.areas, chats=_only_in(p))


def poll(scene: Scene, id: int, numbered: str) -> list[AnyBlock]:
    found = scene.store.poll(id)
    return poll_blocks(scene, found, numbered=numbered) if found else []


def poll_line(scene: Scene, id: int) -> str:
    found = scene.store.poll(id)
    return pick(found.question, scene.t.language) if found else ""


def sequels(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    for step in scene.store.poll_steps_between("followed_up", since, until):
        yield Item("next", step.id, step.at)


def sequel(scene: Scene, id: int, numbered: str) -> list[AnyBlock]:
    step = scene.store.poll_step(id)
    found = scene.store.poll(step.poll) if step else None
    if step is None or found is None:
        return []
    shown: list[AnyBlock] = [
        text(bold(clean.short(history.named(scene, found)[0], 150))),
        text(clean.short(pick(step.text, scene.t.language), 350), role="quote"),
    ]
    return shown + history.link(scene, found)


def sequel_line(scene: Scene, id: int) -> str:
    step = scene.store.poll_step(id)
    found = scene.store.poll(step.poll) if step else None
    return history.named(scene, found)[0] if found else ""


# --- surveys -------------------------------------------------------------------------------------


def surveys(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    for one in scene.store.surveys(PollState.OPEN):
        yield Item("surveys", one.id, one.opens_at, True)


def survey(scene: Scene, id: int, numbered: str) -> list[AnyBlock]:
    found = scene.store.survey(id)
    if found is None or found.state is not PollState.OPEN:
        return []
    t, title = scene.t, pick(found.title, scene.t.language)
    shown: list[AnyBlock] = [text(bold(title))]
    if intro := pick(found.intro, t.language):
        shown.append(text(clean.short(intro, 350)))
    link = scene.city.chat_link(f"survey_{id}")
    shown += [Link(t("Answer the survey"), link)] if link else []
    return shown + page_link(scene, t("The survey on the web page"), f"/surveys/{id}")


def survey_line(scene: Scene, id: int) -> str:
    found = scene.store.survey(id)
    return pick(found.title, scene.t.language) if found else ""


SECTIONS = (
    Section(
        "answers", Part.QUESTIONS, lambda t: t("New answers"), answers, answer, answer_line,
        "/questions", frozenset({"thumb", "read"}),
    ),
    Section(
        "open", Part.POLLS, lambda t: t("Have your say"), open_polls, poll, poll_line, "/polls",
        frozenset({"vote", "tick", "ballot", "poll"}), "poll",
    ),
    Section(
        "surveys", Part.POLLS, lambda t: t("Surveys"), surveys, survey, survey_line, "/polls",
        frozenset({"survey"}),
    ),
    Section(
        "closing", Part.POLLS, lambda t: t("Closes soon"), closing_polls, poll, poll_line,
        "/polls", subject="poll",
    ),
    Section(
        "results", Part.POLLS, lambda t: t("Results"), results, poll, poll_line, "/polls",
        frozenset({"check"}), "poll",
    ),
    Section(
        "next", Part.POLLS, lambda t: t("What happened next"), sequels, sequel, sequel_line,
        "/polls",
    ),
    Section(
        "followed", Part.QUESTIONS, lambda t: t("Many wait for these"), followed,
        followed_question, followed_line, "/questions", frozenset({"me_too"}),
    ),
)  # fmt: skip
