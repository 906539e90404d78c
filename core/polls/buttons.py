"""What one presses to vote, for each kind of poll."""

from collections.abc import Sequence
from hashlib import blake2b

from core.answers import Kind
from core.messages import AnyBlock, Button, Link, rows, text
from core.model import Poll, Voters
from core.scene import Scene, button, page_link
from core.texts import plain

HERE = frozenset({Kind.SEVERAL})
"""Kinds that can be voted on where everybody sees the same buttons; those of one option apart."""


ALONE = frozenset({Voters.CODE, Voters.AREAS})
"""Who may vote is asked first, where nobody else is by."""


def order(poll: Poll, reader: str | None) -> Sequence[int]:
    """The options that are left, as this reader gets them: in an order of their own, always the
    same, where the poll asks for it. Shared chats have one message for all, so there is one."""
    plain_order = [i for i in range(len(poll.options)) if i not in poll.withdrawn]
    if not poll.shuffled or reader is None:
        return plain_order
    return sorted(plain_order, key=lambda i: blake2b(f"{poll.id}:{i}:{reader}".encode()).digest())


def vote_buttons(
    scene: Scene,
    poll: Poll,
    numbered: str = "",
    marks: int | None = None,
    reader: str | None = None,
) -> list[AnyBlock]:
    """``marks``: what the reader has marked, where the message is theirs alone."""
    if poll.voters in ALONE and reader is None:
        vote = button(numbered + scene.t("Answer the poll"), "ballot", poll.id, primary=True)
        return [rows(vote), *ways_in(scene, poll)]
    if poll.paper.one:
        return [_choices(scene, poll, numbered, reader)]
    if poll.kind in HERE and marks is None:
        return [_ticks(scene, poll, numbered, 0, reader)]
    if marks is None:
        vote = button(numbered + scene.t("Answer the poll"), "ballot", poll.id, primary=True)
        return [rows(vote), *ways_in(scene, poll)]
    if poll.kind is Kind.WORDS:
        return [rows(button(scene.t("Write your answer"), "ballot", poll.id, primary=True))]
    if poll.kind is Kind.POINTS:
        left = scene.t("Points left: {n}", n=poll.most - sum(poll.paper.support(marks)))
        return [text(left), _points(scene, poll, marks, reader)]
    return [_ticks(scene, poll, numbered, marks, reader)]


def ways_in(scene: Scene, poll: Poll) -> list[AnyBlock]:
    """To where one can answer alone."""
    link = scene.city.chat_link(f"poll_{poll.id}")
    if link:
        return [Link(scene.t("Answer in Telegram"), link)]
    return page_link(scene, scene.t("Answer on the web page"), f"/polls/{poll.id}")


def _choices(scene: Scene, poll: Poll, numbered: str, reader: str | None) -> AnyBlock:
    verb = "vote" if poll.survey is None else "survey_take"
    made = [
        button(numbered + plain(poll.options[i], scene.t.language), verb, poll.id, i)
        for i in order(poll, reader)
    ]
    wide = max(len(b.label) for b in made) > 14
    return rows(*made, width=1 if wide else 5 if poll.kind is Kind.SCALE else 3)


def _ticks(scene: Scene, poll: Poll, numbered: str, marks: int, reader: str | None) -> AnyBlock:
    chosen = poll.paper.chosen(marks)
    ranked = poll.kind is Kind.RANKING
    made = []
    for i in order(poll, reader):
        name = numbered + plain(poll.options[i], scene.t.language)
        if i in chosen:
            name = f"{chosen.index(i) + 1}. {name}" if ranked else f"✓ {name}"
        made.append(button(name, "tick", poll.id, i))
    if ranked and chosen:
        made.append(button(scene.t("Undo the last one"), "undo", poll.id))
    return rows(*made)


def _points(scene: Scene, poll: Poll, marks: int, reader: str | None) -> AnyBlock:
    given = poll.paper.support(marks)
    made: list[Button] = []
    for i in order(poll, reader):
        name = plain(poll.options[i], scene.t.language)
        made.append(button(f"+ {name}: {given[i]}", "give", poll.id, i, 1))
        made.append(button(f"− {name}", "give", poll.id, i, 0))
    return rows(*made, width=2)
