"""All that is shown of the scene, by part."""

from collections.abc import Callable, Iterator

from core.ports import Store
from tests.golden import kinds, round_ups, statements, surveys
from tests.golden.scene import Scene, Shown

Part = Callable[[Scene], Iterator[tuple[str, Shown]]]
PARTS: dict[str, Part] = {
    "views": Scene.views,
    "residents": Scene.residents,
    "officials": Scene.officials,
    "kinds": kinds.shown,
    "surveys": surveys.shown,
    "round_ups": round_ups.shown,
    "statements": statements.shown,
    "withdrawn": kinds.withdrawn,
    "pictures": kinds.pictures,
}


def shown(store: Store, language: str) -> dict[str, dict[str, Shown]]:
    """Part → name → what is shown there."""
    scene = Scene(store, language)
    return {name: dict(part(scene)) for name, part in PARTS.items()}
