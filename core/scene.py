"""What every view is made with: where it looks, and the small parts all of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.actions import encode
from core.city import City
from core.messages import AnyBlock, Button, Buttons, Link, text
from core.ports import Store
from core.texts import Texts

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


@dataclass(frozen=True, slots=True)
class Room:
    """A scene with nobody in it."""

    store: Store
    city: City
    now: datetime
    t: Texts


def reference(city: City, number: int) -> str:
    """What a resident quotes: ``K-12``."""
    return f"{city.reference_prefix}-{number}"


def button(label: str, verb: str, *args: object, primary: bool = False) -> Button:
    return Button(label, encode(verb, *args), "primary" if primary else "normal")


def page_link(scene: Scene, label: str, path: str) -> list[AnyBlock]:
    """A link to the public page, where the city has one."""
    url = scene.city.page(f"/{scene.t.language}{path}")
    return [Link(label, url)] if url else []


def unpressable(block: AnyBlock) -> AnyBlock:
    """As it looks in a preview, where nothing can be pressed."""
    if not isinstance(block, Buttons):
        return block
    return text("\n".join("  ".join(f"[ {b.label} ]" for b in row) for row in block.rows))


IN: dict[str, Callable[[Texts], str]] = {
    "fi": lambda t: t("in Finnish"),
    "sv": lambda t: t("in Swedish"),
    "en": lambda t: t("in English"),
}
