"""What is stored of round-ups."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from core.events import Address
from core.model import DigestClock, DigestPreview


class DigestStore(Protocol):
    """When each chat gets its round-ups, what editors make of them, and what the chat likes."""

    def digest_clock(self, chat: Address) -> DigestClock | None:
        """None where the chat is new."""
        ...

    def set_digest_clock(self, chat: Address, covered: datetime, fired: datetime) -> None: ...
    def put_digest_preview(self, preview: DigestPreview) -> DigestPreview:
        """One a chat: another takes its place, under a new number."""
        ...

    def digest_preview(self, id: int) -> DigestPreview | None: ...
    def digest_preview_of(self, chat: Address) -> DigestPreview | None: ...
    def save_digest_preview(self, preview: DigestPreview) -> None: ...
    def drop_digest_preview(self, id: int) -> None: ...
    def add_reactions(self, counts: Mapping[tuple[Address, str], int]) -> None:
        """Votes and presses by chat and section; of persons nothing is kept."""
        ...

    def reactions(self, chat: Address) -> dict[str, int]: ...
    def fade_reactions(self, chat: Address) -> None:
        """Halves them, so that what was liked long ago counts less."""
        ...
