"""What is kept of people."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from core.model import (
    Profile,
)


class PeopleStore(Protocol):
    """What is kept of residents: pseudonym, chosen language, sealed way back, drafts."""

    def profiles(self, residents: Collection[str]) -> dict[str, Profile]:
        """Of those of whom something is kept."""
        ...

    def set_language(self, resident: str, language: str) -> None: ...
    def keep_contact(self, resident: str, sealed: str) -> None: ...
    def contact(self, resident: str) -> str | None: ...
    def put_draft(self, owner: str, kind: str, value: Mapping[str, Any], at: datetime) -> None:
        """One a person and kind; the newer replaces the older."""
        ...

    def draft(self, owner: str, kind: str) -> dict[str, Any] | None: ...
    def drop_draft(self, owner: str, kind: str) -> None: ...
    def forget(self, resident: str) -> None:
        """Erases language, contact, links, drafts and kept replies, takes the asker off their
        questions and ends deliveries that were on their way to them."""
        ...


class LinkStore(Protocol):
    """Which accounts are one person."""

    def keep_link_code(self, account: str, digest: bytes, at: datetime) -> None:
        """One an account: the newer replaces the older."""
        ...

    def link_code(self, digest: bytes, since: datetime) -> str | None:
        """The account that was given this code, at ``since`` or later."""
        ...

    def drop_link_code(self, digest: bytes) -> bool:
        """False where it is gone already."""
        ...

    def hold_votes(self) -> None:
        """Until the transaction ends nobody else casts a ballot. Ask before looking at who is one
        person: whoever votes looks at the polls first (`ballot_boxes`), then at that."""
        ...

    def accounts(self, person: str) -> list[str]:
        """All that are this person: at least ``person`` itself."""
        ...

    def link(self, accounts: Collection[str], person: str) -> None: ...
    def unlink(self, account: str) -> None:
        """The account stands alone; where the others were linked to it, all of them do."""
        ...

    def merge_ballots(self, poll: int, kept: bytes, gone: bytes, *, first: bool) -> None:
        """Two voters of an open poll become one, ``kept``, with the later of their ballots; with
        the earlier one where ``first``."""
        ...
