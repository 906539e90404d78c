"""What a preview shows: the messages as they would go out, by channel and language."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from core.city import Chat
from core.messages import AnyBlock, Message, Pictures
from core.model import Poll
from core.scene import Room, Scene
from core.texts import texts


@dataclass(frozen=True, slots=True)
class Specimen:
    """``place``: who gets it so, in the looker's words; "" for anybody. Those of one ``group``
    stand beside one another."""

    channel: str
    language: str
    message: Message
    place: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """``title`` names what it is of. ``poll``: what the city's own page would show as well."""

    title: str
    specimens: tuple[Specimen, ...]
    poll: Poll | None = None


def speaking(scene: Scene, language: str) -> Room:
    """The same scene in another language."""
    return Room(scene.store, scene.city, scene.now, texts(language))


def by_channel(chats: Sequence[Chat]) -> dict[str, list[Chat]]:
    found: dict[str, list[Chat]] = {}
    for chat in chats:
        found.setdefault(chat.address.channel, []).append(chat)
    return found


def names(chats: Sequence[Chat], language: str) -> str:
    """Of those in that language."""
    return ", ".join(chat.name for chat in chats if chat.language == language)


def with_sheet(shown: Message) -> Message:
    """As if there were one picture of all pictures, which is made once the poll has a number."""
    return replace(shown, blocks=tuple(map(_with_sheet, shown.blocks)))


def _with_sheet(block: AnyBlock) -> AnyBlock:
    return replace(block, sheet="/sheet") if isinstance(block, Pictures) else block
