"""What a sign-in is, whoever the provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Refused(Exception):
    """A sign-in that is not to be believed, or that the provider refused. No secret in its text."""


class Unreachable(Exception):
    """The provider does not answer, or not as one does."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider named: an account (a digest of issuer and subject), the values of the
    claim that says what they may do, and a name, where the provider tells one."""

    account: str
    values: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in on its way: random words that belong together."""

    state: str
    nonce: str
    verifier: str


class SignInProvider(Protocol):
    """As `bots.web.staff.oidc.Provider`, which is loaded only where the city has one."""

    async def address(self, attempt: Attempt, language: str) -> str: ...
    async def identify(self, attempt: Attempt, given: Mapping[str, str]) -> Identity: ...
