"""A discussion as its page shows it: by sub-theme, the newest or the most supported first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.discussions.shown import NO_TOPIC, Reader, buttons, comment_blocks, head
from core.messages import AnyBlock
from core.model import Comment, Discussion
from core.scene import Scene

PAGE = 20


class Order(StrEnum):
    NEW = "new"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``topic``: a sub-theme's index, `NO_TOPIC` for comments under none, "" for all."""

    topic: str = ""
    order: Order = Order.NEW
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    blocks: tuple[AnyBlock, ...]
    replies: tuple["Entry", ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """``topics``: what `Wanted.topic` takes → the name and how many there are. ``further`` is the
    next ``skip``, None at the end."""

    head: tuple[AnyBlock, ...]
    topics: dict[str, tuple[str, int]]
    entries: tuple[Entry, ...]
    further: int | None


def board(scene: Scene, discussion: Discussion, wanted: Wanted, who: Reader) -> Board:
    every = scene.store.comments(discussion.id)
    replies = _replies(every)
    firsts = [one for one in every if one.parent is None or one.parent not in replies]
    counts = Counter(_topic(discussion, one) for one in firsts)
    chosen = [one for one in firsts if wanted.topic in ("", _topic(discussion, one))]
    if wanted.order is Order.SUPPORT:
        chosen.sort(key=lambda one: -one.support)
    shown = chosen[wanted.skip : wanted.skip + PAGE]

    def entry(comment: Comment) -> Entry:
        blocks = comment_blocks(scene, discussion, comment)
        blocks += buttons(scene, discussion, comment, who)
        below = map(entry, replies.get(comment.id, ()))
        return Entry(comment.id, tuple(blocks), tuple(below))

    return Board(
        tuple(head(scene, discussion, len(every))),
        _topics(scene, discussion, counts),
        tuple(map(entry, shown)),
        wanted.skip + PAGE if len(chosen) > wanted.skip + PAGE else None,
    )


def _replies(every: Sequence[Comment]) -> dict[int, list[Comment]]:
    """Oldest first, by the comment they answer, where that is shown itself."""
    shown = {one.id for one in every}
    replies: dict[int, list[Comment]] = {}
    for one in reversed(every):
        if one.parent in shown:
            replies.setdefault(one.parent, []).append(one)
    return replies


def _topic(discussion: Discussion, comment: Comment) -> str:
    known = comment.topic is not None and comment.topic < len(discussion.topics)
    return str(comment.topic) if known else NO_TOPIC


def _topics(
    scene: Scene, discussion: Discussion, counts: Counter[str]
) -> dict[str, tuple[str, int]]:
    """None where there is nothing to choose between."""
    names = {str(n): name for n, name in enumerate(discussion.topics)}
    names[NO_TOPIC] = scene.t("Other")
    found = {topic: (name, counts[topic]) for topic, name in names.items() if counts[topic]}
    if len(found) < 2:
        return {}
    return {"": (scene.t("All"), counts.total())} | found
