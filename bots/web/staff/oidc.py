"""Signing in with the city's OpenID Connect provider: authorization code with PKCE (Authlib)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from bots.web.staff.sign_in import Attempt, Identity, Refused, Unreachable
from core.clean import harmless, line, short

ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512")
"""Signed with a key that the provider alone has: never `none`, never one that we know as well."""
LEEWAY = 60
LARGEST = 512 * 1024
FRESH = 12 * 3600.0
TIMEOUT = aiohttp.ClientTimeout(total=10)
MOST_VALUES, LONGEST_VALUE, LONGEST_NAME = 500, 200, 60


class Provider:
    """``issuer`` letter by letter as the provider names itself; ``redirect_uri`` is our page that
    it sends people back to."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        scope: str,
        claim: str,
        redirect_uri: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._issuer, self._client_id, self._claim = issuer, client_id, claim
        self._secret, self._redirect_uri, self._clock = client_secret, redirect_uri, clock
        self._client = OAuth2Client(
            None, client_id, client_secret, scope=scope, redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )  # fmt: skip
        self._metadata: Mapping[str, Any] = {}
        self._read_at = 0.0

    async def address(self, attempt: Attempt, language: str) -> str:
        """Where the person signs in."""
        metadata = await self._about()
        url, _ = self._client.create_authorization_url(
            metadata["authorization_endpoint"], attempt.state, attempt.verifier,
            nonce=attempt.nonce, ui_locales=language,
        )  # fmt: skip
        return str(url)

    async def identify(self, attempt: Attempt, given: Mapping[str, str]) -> Identity:
        """Who came back with these parameters. Refused, Unreachable."""
        metadata = await self._about()
        named = given.get("iss")
        must = metadata.get("authorization_response_iss_parameter_supported") is True
        if (named or must) and named != self._issuer:
            raise Refused("another provider answered")
        if "error" in given or not given.get("code"):
            raise Refused("the provider refused")
        token = await self._exchange(metadata, given["code"], attempt.verifier)
        return self._identity(await self._claims(metadata, token, attempt.nonce))

    # --- tokens

    async def _exchange(
        self, metadata: Mapping[str, Any], code: str, verifier: str
    ) -> Mapping[str, Any]:
        body = prepare_token_request(
            "authorization_code", redirect_uri=self._redirect_uri, code=code,
            code_verifier=verifier,
        )  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        auth = self._client.client_auth(self._way_in(metadata))
        url, headers, body = auth.prepare("POST", metadata["token_endpoint"], headers, body)
        status, token = await _asked("POST", url, headers=headers, data=body)
        if status != 200:
            raise Refused("the code was not taken")
        return token

    def _way_in(self, metadata: Mapping[str, Any]) -> str:
        if not self._secret:
            return "none"
        taken = metadata.get("token_endpoint_auth_methods_supported", ())
        posts = "client_secret_post" in taken  # which needs no rule for what a colon means
        return "client_secret_post" if posts else "client_secret_basic"

    async def _claims(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any], nonce: str
    ) -> CodeIDToken:
        raw = token.get("id_token")
        if not isinstance(raw, str):
            raise Refused("there is no id token")
        try:
            decoded = await self._verified(metadata, raw)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {"nonce": nonce, "client_id": self._client_id,
                 "access_token": token.get("access_token")},
            )  # fmt: skip
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Refused(f"the id token is not good ({type(error).__name__})") from None
        return claims

    async def _verified(self, metadata: Mapping[str, Any], raw: str) -> jwt.Token:
        """A key that we do not know is looked up once more: providers change theirs."""
        try:
            return jwt.decode(raw, await self._keys(metadata), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(raw, await self._keys(metadata, anew=True), algorithms=ALGORITHMS)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Refused("there is no subject")
        named = f"{self._issuer}\0{subject}".encode()
        account = hashlib.sha256(named).hexdigest()[:32]
        return Identity(account, values_of(claims, self._claim), name_of(claims))

    # --- what the provider tells of itself

    async def _about(self) -> Mapping[str, Any]:
        """By OpenID Connect Discovery: found below the issuer, and of that very issuer."""
        if self._metadata and self._clock().timestamp() - self._read_at < FRESH:
            return self._metadata
        status, found = await _asked("GET", get_well_known_url(self._issuer, external=True))
        if status != 200 or found.get("issuer") != self._issuer:
            raise Unreachable("the provider's description is not of this issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _is_safe(found.get(name), self._issuer):
                raise Unreachable(f"the provider's {name} is not https")
        self._metadata, self._read_at = dict(found), self._clock().timestamp()
        return self._metadata

    async def _keys(self, metadata: Mapping[str, Any], anew: bool = False) -> KeySet:
        if anew or "keys" not in metadata:
            status, found = await _asked("GET", metadata["jwks_uri"])
            if status != 200 or not isinstance(found.get("keys"), list):
                raise Unreachable("the provider's keys cannot be had")
            metadata = self._metadata = {**metadata, "keys": found["keys"]}
        usable = [key for key in metadata["keys"] if key.get("kty") in ("RSA", "EC")]
        return KeySet.import_key_set({"keys": usable})


def values_of(claims: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    """One value or a list of them, under the claim's whole name or, parted by dots, within others
    (``realm_access.roles``)."""
    found: Any = claims
    if claim in claims:
        found = claims[claim]
    else:
        for name in claim.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return tuple(x for x in listed[:MOST_VALUES] if isinstance(x, str) and len(x) <= LONGEST_VALUE)


def name_of(claims: Mapping[str, Any]) -> str:
    name = claims.get("name")
    return short(line(harmless(name)), LONGEST_NAME) if isinstance(name, str) else ""


def _is_safe(url: object, issuer: str) -> bool:
    """https; plain http only where the issuer itself is, which settings allow on loopback alone."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return bool(parts.hostname) and parts.scheme in ("https", urlsplit(issuer).scheme)


async def _asked(method: str, url: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """Status and JSON; {} where it is none. No redirect is followed, and no long answer read."""
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True) as session,
            session.request(method, url, allow_redirects=False, **more) as answer,
        ):
            if answer.status >= 500:
                raise Unreachable(f"the provider answered with {answer.status}")
            found = json.loads(await _body(answer))
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Unreachable(f"the provider does not answer ({type(error).__name__})") from None
    except ValueError:
        return answer.status, {}
    return answer.status, found if isinstance(found, dict) else {}


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(16_384):
        body += chunk
        if len(body) > LARGEST:
            raise Unreachable("the provider's answer has no end")
    return bytes(body)
