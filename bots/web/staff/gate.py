"""Who is let in: signing in, sessions, and the tokens of their forms.

Of what a browser shows only a digest is kept, so that nobody who reads the database can come in.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from aiohttp import web
from itsdangerous import BadData, Signer

from bots.web.site import Site
from bots.web.staff.sign_in import Attempt, Identity, Refused, SignInProvider
from core.city import Official
from core.model.browser_desk import Pass, PassKind
from core.ports import Store
from core.roster import DESK

T = TypeVar("T")
Do = Callable[[Callable[[Store], T]], Awaitable[T]]

ON_ITS_WAY = timedelta(minutes=10)
LONGEST = timedelta(hours=10)
INVITED = timedelta(minutes=30)
RENEWED = timedelta(minutes=1)
UNSENT_KEPT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """``official`` is None where the account may do nothing (any more). ``over``: it was left
    alone for too long, or has lasted a whole day; then only unsent words are kept for it."""

    digest: str
    account: str
    official: Official | None
    over: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign-in that came to its end: the session's secret ("" for nobody), whose account it is,
    and the language and the page that they came from."""

    secret: str
    account: str
    language: str
    to: str


class Gate:
    def __init__(
        self,
        site: Site,
        key: bytes,
        secure: bool,
        clock: Callable[[], datetime],
        run: Do[Any],
        read: Do[Any],
        provider: SignInProvider | None,
    ) -> None:
        self._site, self._clock, self._run, self._read = site, clock, run, read
        self._secure, self._provider = secure, provider
        prefix = "__Host-" if secure else ""
        self._session, self._browser = f"{prefix}kuulolla_desk", f"{prefix}kuulolla_sign_in"
        self._tokens = Signer(key, salt="kuulolla desk", sep="~", digest_method=hashlib.sha256)
        self._idle = timedelta(minutes=site.city.sign_in.idle_minutes)

    @property
    def has_provider(self) -> bool:
        return self._provider is not None

    # --- sessions

    async def session(self, request: web.Request) -> Session | None:
        """Of this browser, renewed by its coming; None for a stranger."""
        secret = request.cookies.get(self._session, "")
        if not secret:
            return None
        digest, now = _digest(secret), self._clock()
        kept = await self._read(lambda store: store.find_pass(digest, PassKind.SESSION))
        if kept is None:
            return None
        since = datetime.fromisoformat(kept.holder["since"])
        over = now >= min(kept.until, since + LONGEST)
        if not over and kept.until < now + self._idle - RENEWED:
            fresh = Pass(digest, PassKind.SESSION, kept.holder, now + self._idle)
            await self._run(lambda store: store.put_pass(fresh))
        account = kept.holder["account"]
        holder = kept.holder
        official = None if over else self._official(account, holder["values"], holder["name"])
        return Session(digest, account, official, over)

    def _official(self, account: str, values: list[str], name: str) -> Official | None:
        """The city file may name the account; otherwise what the sign-in said of it decides."""
        found = self._site.city.signed_in(account, values, name)
        if found and self._site.city.roster.find(found.key) != found:
            self._site.city.roster.keep(found)
        key = f"{DESK}:{account}"
        return next((one for one in self._site.city.officials if one.key == key), None) or found

    async def leave(self, request: web.Request, response: web.StreamResponse) -> None:
        digest = _digest(request.cookies.get(self._session, ""))
        await self._run(lambda store: store.take_pass(digest, PassKind.SESSION))
        self._set(response, self._session, "", 0)

    def admit(self, response: web.StreamResponse, secret: str) -> None:
        """The cookie ends with the browser, the session before that."""
        self._set(response, self._session, secret, None)
        self._set(response, self._browser, "", 0)

    # --- signing in

    async def depart(self, language: str, to: str) -> tuple[str, str]:
        """The provider's address, and what this browser is to show when it comes back."""
        if self._provider is None:
            raise Refused("there is no provider")
        attempt = Attempt(*(secrets.token_urlsafe(48) for _ in range(3)))
        browser = secrets.token_urlsafe(32)
        url = await self._provider.address(attempt, language)
        holder = {
            "nonce": attempt.nonce, "verifier": attempt.verifier, "browser": _digest(browser),
            "language": language, "to": to,
        }  # fmt: skip
        until = self._clock() + ON_ITS_WAY
        kept = Pass(_digest(attempt.state), PassKind.SIGN_IN, holder, until)
        await self._run(lambda store: store.put_pass(kept))
        return url, browser

    def bind(self, response: web.StreamResponse, browser: str) -> None:
        self._set(response, self._browser, browser, int(ON_ITS_WAY.total_seconds()))

    async def arrive(self, request: web.Request) -> Entry:
        """Back from the provider. Refused where it is another browser, too late, or known already;
        and whatever the provider raises."""
        given = dict(request.query)
        state = given.get("state", "")
        digest = _digest(state)
        kept = await self._run(lambda store: store.take_pass(digest, PassKind.SIGN_IN))
        if kept is None or self._provider is None or kept.until <= self._clock():
            raise Refused("no sign-in is on its way")
        shown = _digest(request.cookies.get(self._browser, ""))
        if not hmac.compare_digest(shown, kept.holder["browser"]):
            raise Refused("another browser began this sign-in")
        attempt = Attempt(state, kept.holder["nonce"], kept.holder["verifier"])
        identity = await self._provider.identify(attempt, given)
        secret = await self._enter(request, identity)
        return Entry(secret, identity.account, kept.holder["language"], kept.holder["to"])

    async def invite(self, account: str) -> str:
        """What opens the desk once as that official of the city file: for the playground alone."""
        secret = secrets.token_urlsafe(32)
        until = self._clock() + INVITED
        kept = Pass(_digest(secret), PassKind.INVITATION, {"account": account}, until)
        await self._run(lambda store: store.put_pass(kept))
        return secret

    async def accept(self, request: web.Request, secret: str) -> str:
        """The session's secret for an invitation. Refused where it was used, or is too old."""
        digest = _digest(secret)
        kept = await self._run(lambda store: store.take_pass(digest, PassKind.INVITATION))
        if kept is None or kept.until <= self._clock():
            raise Refused("this link was used, or is too old")
        return await self._enter(request, Identity(kept.holder["account"], ()))

    async def _enter(self, request: web.Request, who: Identity) -> str:
        """A new session, never one that the browser brought along; "" for who may do nothing."""
        granted = [grant.value for grant in self._site.city.sign_in.granted(who.values)]
        now, secret = self._clock(), secrets.token_urlsafe(32)
        before = _digest(request.cookies.get(self._session, ""))
        holder = {"account": who.account, "values": granted, "name": who.name,
                  "since": now.isoformat()}  # fmt: skip
        known = self._official(who.account, granted, who.name)
        if not granted:
            self._site.city.roster.drop(f"{DESK}:{who.account}")

        def work(store: Store) -> None:
            store.take_pass(before, PassKind.SESSION)
            store.keep_sign_in(who.account, granted, who.name, now)
            if known:
                kept = Pass(_digest(secret), PassKind.SESSION, holder, now + self._idle)
                store.put_pass(kept)

        await self._run(work)
        return secret if known else ""

    async def call_the_roll(self) -> None:
        """Learns who has signed in, here or in other processes."""
        found = await self._read(lambda store: store.sign_ins())
        people = (self._site.city.signed_in(account, *said) for account, said in found.items())
        self._site.city.roster.learn(filter(None, people))

    # --- forms

    def token(self, session: Session) -> str:
        """For the forms of one page; its random part names what comes from there."""
        whose = f"{session.digest[:32]}~{secrets.token_hex(12)}"
        return self._tokens.sign(whose).decode()

    def named(self, token: str, session: Session) -> str | None:
        """The random part; None where the token is not of this session."""
        try:
            whose, _, nonce = self._tokens.unsign(token).decode().partition("~")
        except (BadData, UnicodeDecodeError):
            return None
        return nonce if hmac.compare_digest(whose, session.digest[:32]) else None

    # --- words of a form whose session was over

    async def put_aside(self, session: Session, fields: Mapping[str, str]) -> None:
        kept = Pass(
            _digest(f"unsent {session.account}"), PassKind.UNSENT, dict(fields),
            self._clock() + UNSENT_KEPT,
        )  # fmt: skip
        await self._run(lambda store: store.put_pass(kept))

    async def take_up(self, session: Session) -> Mapping[str, str] | None:
        digest = _digest(f"unsent {session.account}")
        kept = await self._run(lambda store: store.take_pass(digest, PassKind.UNSENT))
        return kept.holder if kept and kept.until > self._clock() else None

    def _set(
        self, response: web.StreamResponse, name: str, value: str, seconds: int | None
    ) -> None:
        response.set_cookie(
            name, value, max_age=seconds, path="/", secure=self._secure, httponly=True,
            samesite="Lax",
        )  # fmt: skip


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
