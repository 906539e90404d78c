"""Officials whom the city's sign-in names, rather than the city file."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.texts import Localized

if TYPE_CHECKING:
    from core.city import Official, Role

DESK = "desk"
"""The channel of officials who work in a browser."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a ``value`` of the sign-in's claim lets somebody do, and the title they have then."""

    value: str
    title: Localized
    departments: tuple[str, ...] = ()
    roles: "frozenset[Role]" = frozenset()


@dataclass(frozen=True, slots=True)
class SignIn:
    """Which ``claim`` of a sign-in says what somebody may do (``realm_access.roles`` is within
    another), and for how long an open desk may be left alone."""

    claim: str = "roles"
    grants: tuple[Grant, ...] = ()
    idle_minutes: int = 30

    def granted(self, values: Collection[str]) -> tuple[Grant, ...]:
        """In the order of the city file: the first gives the title."""
        return tuple(grant for grant in self.grants if grant.value in values)


class Roster:
    """Who signed in, as far as this process knows, by official's key. Each change is a whole new
    mapping, for rules read it in threads of their own."""

    def __init__(self) -> None:
        self._known: Mapping[str, Official] = {}

    def learn(self, officials: "Iterable[Official]") -> None:
        """All that there are."""
        self._known = {one.key: one for one in officials}

    def keep(self, official: "Official") -> None:
        self._known = {**self._known, official.key: official}

    def drop(self, key: str) -> None:
        self._known = {k: one for k, one in self._known.items() if k != key}

    def find(self, key: str | None) -> "Official | None":
        return self._known.get(key or "")

    def everybody(self) -> "tuple[Official, ...]":
        return tuple(self._known.values())
