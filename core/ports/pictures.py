"""What is stored of pictures."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from core.model import Fetched, Picture, PictureFault


class PictureStore(Protocol):
    def fetched(self, urls: Collection[str]) -> dict[str, Fetched]:
        """Those that are known."""
        ...

    def keep_picture(self, url: str, picture: Picture, content: bytes, at: datetime) -> None:
        """Of an address that has one already, that one stays."""
        ...

    def keep_picture_fault(self, url: str, fault: PictureFault, at: datetime) -> None:
        """An address that has a picture keeps it."""
        ...

    def picture(self, digest: str) -> tuple[str, bytes] | None:
        """Its kind and its bytes."""
        ...

    def prune_pictures(self, before: datetime) -> None:
        """Forgets what addresses gave before, unless a plan names them; then pictures that neither
        an address nor a poll names."""
        ...
