"""What every view is made with: where it looks, and the small parts all of them share."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from core.actions import encode
from core.city import City
from core.messages import AnyBlock, Button, Link
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


def reference(city: City, number: int) -> str:
    """What a resident quotes: ``K-12``."""
    return f"{city.reference_prefix}-{number}"


def button(label: str, verb: str, *args: object, primary: bool = False) -> Button:
    return Button(label, encode(verb, *args), "primary" if primary else "normal")


def page_link(scene: Scene, label: str, path: str) -> list[AnyBlock]:
    """A link to the public page, where the city has one."""
    url = scene.city.page(f"/{scene.t.language}{path}")
    return [Link(label, url)] if url else []


IN: dict[str, Callable[[Texts], str]] = {
    "fi": lambda t: t("in Finnish"),
    "sv": lambda t: t("in Swedish"),
    "en": lambda t: t("in English"),
}
