"""A broadcast as it would reach each channel: its chats, and subscribers in private."""

from collections.abc import Iterator

from core.broadcasts import card, sending
from core.city import Chat, Part
from core.errors import Refusal
from core.model import Broadcast
from core.people import PULLED
from core.previews.specimen import Preview, Specimen, by_channel, names, speaking
from core.scene import Scene
from core.texts import LANGUAGES

USUAL = "telegram"
"""Shown where nobody would get it yet."""


def preview(scene: Scene, id: int) -> Preview:
    """Refusal where there is none."""
    t, found = scene.t, scene.store.broadcast(id)
    if found is None or not scene.city.has(Part.BROADCASTS):
        raise Refusal(t("There is no such broadcast."))
    title = t("Broadcast {id}: {audience}", id=id, audience=card.audience(scene, found))
    return Preview(title, tuple(_specimens(scene, found)))


def _specimens(scene: Scene, found: Broadcast) -> Iterator[Specimen]:
    store, city, t = scene.store, scene.city, scene.t
    chats = by_channel(sending.chats_of(city, found))
    readers = store.recipients_by_channel(found.theme, found.area, PULLED)
    for channel in sorted({*chats, *readers}) or [USUAL]:
        yield from _in_chats(scene, found, channel, chats.get(channel, []))
        if readers.get(channel) or channel not in chats:
            for x in LANGUAGES:
                shown = card.message(speaking(scene, x), found, private=True)
                yield Specimen(channel, x, shown, group=t("To subscribers"))


def _in_chats(
    scene: Scene, found: Broadcast, channel: str, chats: list[Chat]
) -> Iterator[Specimen]:
    for x in LANGUAGES if chats else ():
        shown = card.message(speaking(scene, x), found)
        yield Specimen(channel, x, shown, names(chats, x), scene.t("In chats"))
