"""What a round-up looks like."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from core.digests.items import Contents
from core.digests.registry import SECTIONS
from core.messages import AnyBlock, Message, bold, text
from core.model import Show
from core.ports import subject
from core.scene import Scene, page_link
from core.texts import Localized, pick, plain

Named = tuple[str, int]
"""Section and id of an item."""


def show(contents: Contents, at: datetime, opening: Localized | None = None) -> Show:
    items = [[item.section, item.id] for item in contents.items]
    args = {"items": items, "more": dict(contents.more), "at": at.isoformat()}
    return Show("digest", args | ({"opening": opening} if opening else {}))


def subjects(items: Sequence[Named]) -> list[str]:
    """What the post follows as it changes."""
    named = [(SECTIONS[name].subject, id) for name, id in items if name in SECTIONS]
    return [subject(kind, id) for kind, id in named if kind]


def digest(
    scene: Scene,
    items: Sequence[Named],
    at: str,
    more: Mapping[str, int] | None = None,
    opening: Localized | None = None,
) -> Message:
    """What is new, by section. Without any items: a line that says that there is nothing."""
    t = scene.t
    day = t.day(datetime.fromisoformat(at), scene.city.timezone)
    name = plain(scene.city.name, t.language)
    title = t("{city} listens: round-up {day}", city=name, day=day)
    blocks: list[AnyBlock] = [text(title, role="heading")]
    if opening:
        blocks.append(text(pick(opening, t.language)))
    if not items:
        blocks.append(text(t("Nothing new this time.")))
    for name, group in groupby(items, key=lambda item: item[0]):
        blocks += _section(scene, name, [id for _, id in group], (more or {}).get(name, 0))
    return Message(title, (*blocks, *page_link(scene, t("Everything on the web page"), "/")))


def _section(scene: Scene, name: str, ids: Sequence[int], more: int) -> list[AnyBlock]:
    section = SECTIONS.get(name)
    if section is None:
        return []
    blocks: list[AnyBlock] = []
    for i, id in enumerate(ids, 1):
        blocks += section.show(scene, id, f"{i}. " if len(ids) > 1 else "")
    if not blocks:
        return []
    rest = scene.t.plural("{n} more", "{n} more", more) if more else ""
    folded = (page_link(scene, rest, section.path) or [text(rest)]) if rest else []
    return [text(bold(section.title(scene.t))), *blocks, *folded]


VIEWS = {"digest": digest}
