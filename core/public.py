"""What residents are shown of questions and round-ups: values of the domain → messages."""

from collections.abc import Sequence
from datetime import datetime

from core import clean
from core.digests import MOST
from core.messages import AnyBlock, Message, bold, text
from core.model import Question
from core.polls.shown import poll_blocks
from core.scene import Scene, page_link, reference
from core.texts import pick, plain

# --- of questions ----------------------------------------------------------------------------


def quote(words: str, limit: int = 300) -> AnyBlock:
    return text(clean.short(words, limit), role="quote")


def theme_name(scene: Scene, question: Question) -> str:
    theme = scene.city.theme(question.theme)
    return plain(theme.name, scene.t.language) if theme else scene.t("Other")


def department_name(scene: Scene, id: str) -> str:
    return plain(scene.city.department(id).name, scene.t.language)


def answer_in(question: Question, language: str) -> str:
    return pick(question.answer, language)


# --- digests ---------------------------------------------------------------------------------


def digest(
    scene: Scene,
    questions: list[int],
    open: list[int],
    closed: list[int],
    at: str,
    next: Sequence[int] = (),
) -> Message:
    """A round-up: what was answered, what is open, how it went, and what came of it. ``next`` may
    be missing from a delivery that an older version left."""
    t = scene.t
    day = t.day(datetime.fromisoformat(at), scene.city.timezone)
    name = plain(scene.city.name, t.language)
    title = t("{city} listens: round-up {day}", city=name, day=day)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    blocks += _answers(scene, questions)
    blocks += _polls(scene, t("Have your say"), open)
    blocks += _polls(scene, t("Results"), closed)
    blocks += _sequels(scene, next)
    blocks += page_link(scene, t("All on the web page"), "/")
    return Message(title, tuple(blocks))


def _sequels(scene: Scene, steps: Sequence[int]) -> list[AnyBlock]:
    found = [step for id in steps[:MOST] if (step := scene.store.poll_step(id))]
    blocks: list[AnyBlock] = [text(bold(scene.t("What happened next")))] if found else []
    for step in found:
        if poll := scene.store.poll(step.poll):
            question = clean.short(pick(poll.question, scene.t.language), 150)
            blocks += [
                text(bold(question)),
                text(clean.short(pick(step.text, scene.t.language), 350), role="quote"),
            ]
            blocks += page_link(scene, scene.t("The poll on the web page"), f"/polls/{poll.id}")
    return blocks


def _answers(scene: Scene, numbers: list[int]) -> list[AnyBlock]:
    t = scene.t
    found = [q for n in numbers[:MOST] if (q := scene.store.question(n)) and q.public]
    blocks: list[AnyBlock] = [text(bold(t("New answers")))] if found else []
    for q in found:
        blocks.append(text(bold(clean.short(q.text, 150))))
        blocks.append(quote(answer_in(q, t.language), 350))
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
