"""Who reads a page, and of what."""

from dataclasses import dataclass
from datetime import datetime

from core.city import City
from core.ports import Store
from core.texts import Texts


@dataclass(frozen=True, slots=True)
class Scene:
    """A `core.scene.Scene`, and who reads: None for somebody unknown."""

    store: Store
    city: City
    now: datetime
    t: Texts
    resident: str | None = None

    @property
    def person(self) -> str | None:
        """Under whom the reader votes."""
        if self.resident is None:
            return None
        kept = self.store.profiles([self.resident]).get(self.resident)
        return (kept and kept.person) or self.resident

    @property
    def accounts(self) -> list[str]:
        """All accounts that are the reader."""
        person = self.person
        return self.store.accounts(person) if person else []
