"""Tokens: the ones that come with requests, and the one that we go out with."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from jwt import PyJWK, PyJWKSet, PyJWTError
from microsoft_agents.authentication.msal import MsalAuth
from microsoft_agents.hosting.core import AgentAuthConfiguration
from microsoft_agents.hosting.core.authorization import JwtTokenValidator

from bots.teams.failures import SignInFailed

AUDIENCE = "https://api.botframework.com"
FRESH = 24 * 3600.0  # seconds that keys are good for
HOSTS = ("smba.trafficmanager.net", "teams.microsoft.com")
PAUSE = 300.0  # between two looks for a key that we do not know
EARLY = 300.0
SIGN_IN = 20.0

GetToken = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where Teams is: Microsoft's public one, unless told otherwise. ``hosts`` (and those below
    them) may be sent our token."""

    issuer: str = "https://api.botframework.com"
    keys: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    authority: str = "https://login.microsoftonline.com"
    service_url: str = "https://smba.trafficmanager.net/teams/"
    hosts: tuple[str, ...] = HOSTS


class Forged(Exception):
    """A request that is not the Bot Connector's. The text holds no value of it."""


class Keys:
    """The Bot Connector's public keys, looked up when one is not known: seldom, for anybody can
    name a key that there is not."""

    def __init__(
        self, url: str, endorsed: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url, self._endorsed, self._clock = url, endorsed, clock
        self._keys: dict[str, PyJWK] = {}
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def get_signing_key(self, jwks_uri: str, header: Mapping[str, Any]) -> PyJWK:
        """In the place of the SDK's own, which asks the network for every unknown key."""
        id = header.get("kid")
        async with self._reading:
            if id not in self._keys or self._age() > FRESH:
                await self._look()
        if id not in self._keys:
            raise ValueError("no such key")
        return self._keys[id]

    def _age(self) -> float:
        return float("inf") if self._read_at is None else self._clock() - self._read_at

    async def _look(self) -> None:
        if self._age() < PAUSE:
            return
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            metadata = await _json(session, self._url)
            found = await _json(session, metadata["jwks_uri"])
        mine = [key for key in found["keys"] if self._endorsed in key.get("endorsements", ())]
        self._keys = {key.key_id: key for key in PyJWKSet(mine) if key.key_id}
        self._read_at = self._clock()


async def _json(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url, raise_for_status=True) as answer:
        return await answer.json(content_type=None)


class Checker(JwtTokenValidator):
    """The SDK's check with its issuer list on, and what it leaves open: that the issuer is the Bot
    Connector itself, that there is an end, and that the token speaks for this very service URL."""

    def __init__(self, app_id: str, tenant_id: str, cloud: Cloud, keys: Keys) -> None:
        super().__init__(
            AgentAuthConfiguration(
                client_id=app_id, tenant_id=tenant_id, authority=f"{cloud.authority}/{tenant_id}",
                issuers=[cloud.issuer], VALIDATE_ISSUER=True, ANONYMOUS_ALLOWED=False,
            )
        )  # fmt: skip
        self._issuer = cloud.issuer
        self._jwk_client_manager = keys

    async def check(self, authorization: str | None, service_url: str) -> None:
        """Forged where the token is not good for a request from that service URL. Errors of the
        network where the keys can't be had."""
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Forged("no token")
        try:
            identity = await self.validate_token(token)
        except PyJWTError as error:
            raise Forged(type(error).__name__) from None
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise Forged(str(error) if type(error) is ValueError else "unreadable") from None
        claims = identity.claims
        if claims.get("iss") != self._issuer:
            raise Forged("not from the Bot Connector")
        if not isinstance(claims.get("exp"), int | float):
            raise Forged("without an end")
        told = claims.get("serviceurl") or claims.get("serviceUrl")
        if not isinstance(told, str) or told.rstrip("/") != service_url.rstrip("/"):
            raise Forged("for another service URL")


class SignIn:
    """Our own token for the Bot Connector, from the city's tenant."""

    def __init__(self, app_id: str, secret: str, tenant_id: str, authority: str) -> None:
        self._auth = MsalAuth(
            AgentAuthConfiguration(
                client_id=app_id, client_secret=secret, tenant_id=tenant_id,
                authority=f"{authority}/{tenant_id}",
            )
        )  # fmt: skip
        self._token, self._until = "", 0.0

    async def __call__(self) -> str:
        if time.monotonic() > self._until:
            async with asyncio.timeout(SIGN_IN):
                self._token = await asyncio.to_thread(self._ask)
            self._until = time.monotonic() + EARLY
        return self._token

    def _ask(self) -> str:
        """In a thread, with a loop of its own: the SDK asks the network before its first await.
        It keeps the token itself until that runs out."""
        try:
            return asyncio.run(self._auth.get_access_token(AUDIENCE, [f"{AUDIENCE}/.default"]))
        except Exception as error:
            raise SignInFailed(f"Microsoft gives no token ({why(error)})") from None


def why(error: Exception) -> str:
    """Microsoft's own code for it, AADSTS700016 as an example: the rest may hold anything."""
    code = re.search(r"AADSTS\d{1,9}", str(error))
    return code[0] if code else type(error).__name__


def quiet() -> None:
    """The SDK's logs name conversations and print answers; what matters of them we say."""
    for name in ("microsoft_agents", "msal", "azure"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
