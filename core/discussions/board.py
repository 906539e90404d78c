"""A discussion as its page shows it: by sub-theme, the newest or the most supported first."""

from collections import Counter, defaultdict
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
    """One page of it, whose replies stand all of them."""
    store, id = scene.store, discussion.id
    counts, under = Counter[str](), defaultdict[str, list[int | None]](list)
    for topic, n in store.firsts_by_topic(id).items():
        counts[_named(discussion, topic)] += n
        under[_named(discussion, topic)].append(topic)
    topics = under[wanted.topic] if wanted.topic else None
    found = store.firsts(id, PAGE + 1, wanted.skip, topics, wanted.order is Order.SUPPORT)
    replies = defaultdict[int | None, list[Entry]](list)

    def entry(comment: Comment) -> Entry:
        blocks = comment_blocks(scene, discussion, comment)
        blocks += buttons(scene, discussion, comment, who)
        return Entry(comment.id, tuple(blocks), tuple(replies[comment.id]))

    for reply in store.replies([comment.id for comment in found[:PAGE]]):
        replies[reply.parent].append(entry(reply))
    return Board(
        tuple(head(scene, discussion, store.comment_count(id))),
        _topics(scene, discussion, counts),
        tuple(map(entry, found[:PAGE])),
        wanted.skip + PAGE if len(found) > PAGE else None,
    )


def _named(discussion: Discussion, topic: int | None) -> str:
    """As `Wanted.topic` has it."""
    known = topic is not None and topic < len(discussion.topics)
    return str(topic) if known else NO_TOPIC


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
