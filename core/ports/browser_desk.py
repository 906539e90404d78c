"""What the store keeps for the staff's desk on the web."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from core.model.browser_desk import DeskMessage, Pass, PassKind


class BrowserDeskStore(Protocol):
    """Messages of its channels, passes of browsers, and who has signed in."""

    def add_desk_message(self, chat: str, shown: bytes, at: datetime, parent: int | None) -> int:
        """``parent`` is left out where it is gone."""
        ...

    def edit_desk_message(self, id: int, shown: bytes, at: datetime) -> bool:
        """False where it is gone."""
        ...

    def desk_messages(self, chat: str, limit: int, before: int | None = None) -> list[DeskMessage]:
        """The newest, newest first: those that answer none, below ``before``."""
        ...

    def desk_answers(self, ids: Collection[int]) -> list[DeskMessage]:
        """What answers these, oldest first."""
        ...

    def latest_on_desk(self) -> dict[str, datetime]:
        """Chat to when its newest message came or changed."""
        ...

    def put_pass(self, given: Pass) -> None:
        """In the place of one with the same digest."""
        ...

    def find_pass(self, digest: str, kind: PassKind) -> Pass | None:
        """Whether or not its time is over."""
        ...

    def take_pass(self, digest: str, kind: PassKind) -> Pass | None:
        """As `find_pass`, and nobody else gets it ever."""
        ...

    def keep_sign_in(
        self, account: str, values: Collection[str], name: str, at: datetime
    ) -> None:
        """What the claim said of the person; nothing of them is kept where there are no values."""
        ...

    def sign_ins(self) -> dict[str, tuple[list[str], str]]:
        """Account to what the claim said last, and the name."""
        ...
