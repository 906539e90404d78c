"""What discussions bring to round-ups."""

from collections.abc import Iterator
from datetime import datetime

from core import clean
from core.city import Part
from core.digests.items import Item, Section
from core.discussions.shown import ways_in
from core.messages import AnyBlock, bold, text
from core.model import PollState
from core.scene import Scene, page_link
from core.texts import pick


def discussions(scene: Scene, since: datetime, until: datetime) -> Iterator[Item]:
    """News when they open."""
    for one in scene.store.discussions(PollState.OPEN):
        yield Item("discussions", one.id, one.opens_at, True)


def discussion(scene: Scene, id: int, numbered: str) -> list[AnyBlock]:
    """What it is about; how to take part for as long as it is open."""
    found = scene.store.discussion(id)
    if found is None:
        return []
    t = scene.t
    blocks: list[AnyBlock] = [text(bold(numbered + pick(found.title, t.language)))]
    if background := pick(found.background, t.language):
        blocks.append(text(clean.short(background, 200)))
    if found.state is PollState.OPEN:
        blocks += ways_in(scene, found)
    else:
        blocks.append(text(t("The discussion is closed."), role="note"))
    return [*blocks, *page_link(scene, t("All comments on the web page"), f"/discussions/{id}")]


def line(scene: Scene, id: int) -> str:
    found = scene.store.discussion(id)
    return pick(found.title, scene.t.language) if found else ""


SECTION = Section(
    "discussions", Part.DISCUSSIONS, lambda t: t("Discussions"), discussions, discussion, line,
    "/discussions", frozenset({"comments", "comment_new", "comment_up"}), "discussion",
)  # fmt: skip
