"""Pictures of options: fetched once from where an editor has them, then the city's own."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

LIMIT_MB = 2
MOST_MEGAPIXELS = 40


class Picture(msgspec.Struct, frozen=True):
    """A picture that is kept; ``digest`` is of its bytes (SHA-256, 32 hexadecimal digits)."""

    digest: str
    kind: Literal["jpeg", "png"]
    width: int
    height: int

    @property
    def path(self) -> str:
        """Of our page; what is there never changes."""
        return f"/pictures/{self.digest}.{self.kind}"


class PictureFault(StrEnum):
    """Why an address has no picture for us."""

    WAITING = "waiting"  # it is on its way
    AWAY = "away"
    SLOW = "slow"
    MISSING = "missing"  # the site has nothing there, or nothing for us
    PRIVATE = "private"  # an address within a network, or it leads on to one
    LARGE = "large"
    PIXELS = "pixels"
    KIND = "kind"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave, and when: a picture, or why none."""

    at: datetime
    picture: Picture | None = None
    fault: PictureFault | None = None
