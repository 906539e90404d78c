"""What a browser keeps for us, signed: who it is, its language, one notice; and the forms' tokens.

Nobody gets a cookie for reading. What is forged, damaged or too old is as good as absent.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import SigningAlgorithm

from core.texts import known

YEAR = 365 * 24 * 3600
FORM_AGE = 7 * 24 * 3600
NOTICE_AGE = 60
NOTICE_LIMIT = 500
_VISITOR = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pass:
    """A form that came back: whose it is, and its own random name."""

    visitor: str
    nonce: str


class Cookies:
    """Reads and writes them. ``secure``: only over https, and for this host alone."""

    def __init__(self, key: bytes, secure: bool, clock: Callable[[], datetime]) -> None:
        prefix = "__Host-" if secure else ""
        self._visitor, self._notice, self._language, self._embedded = (
            f"{prefix}kuulolla{x}" for x in ("", "_notice", "_language", "_embedded")
        )
        self._secure = secure
        self._clock = clock
        self._visitors, self._notices, self._forms = (
            _signer(key, what) for what in ("visitor", "notice", "form")
        )

    # --- who -------------------------------------------------------------------------------------

    def visitor(self, request: web.Request, embedded: bool = False) -> str | None:
        """The resident's random id, where this browser has one; ``embedded`` in another site, it
        may have one for that site alone."""
        mine = self._id(request, self._visitor)
        return mine or (self._id(request, self._embedded) if embedded else None)

    def _id(self, request: web.Request, name: str) -> str | None:
        id = _opened(self._visitors, request.cookies.get(name, ""))
        return id if _VISITOR.fullmatch(id) else None

    def remember(self, response: web.StreamResponse, visitor: str, embedded: bool = False) -> None:
        """For another year, unless this very answer makes the browser forget."""
        if self._visitor in response.cookies:
            return
        sealed = self._visitors.sign(visitor).decode()
        if embedded:
            self._lend(response, sealed)
        else:
            self._set(response, self._visitor, sealed, YEAR)

    def forget(self, response: web.StreamResponse) -> None:
        self._set(response, self._visitor, "", 0)

    # --- the language that was chosen ------------------------------------------------------------

    def language(self, request: web.Request) -> str | None:
        return known(request.cookies.get(self._language))

    def choose_language(self, response: web.StreamResponse, language: str) -> None:
        self._set(response, self._language, language, YEAR)

    # --- a notice for the next page --------------------------------------------------------------

    def notice(self, request: web.Request) -> str:
        at, _, words = _opened(self._notices, request.cookies.get(self._notice, "")).partition("~")
        fresh = at and self._now() - int(at) <= NOTICE_AGE
        return base64_decode(words).decode() if fresh else ""

    def leave_notice(self, response: web.StreamResponse, words: str) -> None:
        coded = base64_encode(words[:NOTICE_LIMIT]).decode()
        sealed = self._notices.sign(f"{self._now()}~{coded}").decode()
        self._set(response, self._notice, sealed, NOTICE_AGE)

    def drop_notice(self, response: web.StreamResponse) -> None:
        self._set(response, self._notice, "", 0)

    # --- forms -----------------------------------------------------------------------------------

    def token(self, visitor: str | None) -> str:
        """For the forms of one page. A newcomer's carries the id that they get by sending it, so
        that a form which is sent twice at once makes one resident, not two."""
        random = secrets.token_hex(28)
        whose, new, nonce = visitor or random[:32], "" if visitor else "n", random[32:]
        return self._forms.sign(f"{whose}~{new}~{nonce}~{self._now()}").decode()

    def admit(self, token: str, visitor: str | None) -> Pass | None:
        """Whose form it is; None where it is not ours, too old, or another resident's."""
        try:
            whose, new, nonce, at = self._forms.unsign(token).decode().split("~")
        except (BadSignature, ValueError):
            return None
        if self._now() - int(at) > FORM_AGE or (whose != visitor and not new):
            return None
        return Pass(visitor or whose, nonce)

    # --- sealing ---------------------------------------------------------------------------------

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _set(self, response: web.StreamResponse, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def _lend(self, response: web.StreamResponse, value: str) -> None:
        """For the site around us alone. The standard library knows no partitioned cookies before
        Python 3.14."""
        kept = f"{self._embedded}={value}; Max-Age={YEAR}; Path=/; HttpOnly; "
        where = "Secure; SameSite=None; Partitioned" if self._secure else "SameSite=Lax"
        response.headers.add("Set-Cookie", kept + where)


def _signer(key: bytes, what: str) -> Signer:
    """Of a key of its own, derived once: every page that is read has a token, and no JSON either,
    for this is a tenth of the work."""
    own = hmac.digest(key, f"kuulolla {what}".encode(), "sha256")
    return Signer(own, sep="~", key_derivation="none", algorithm=_Hmac())


class _Hmac(SigningAlgorithm):
    """HMAC-SHA256 as one call in C: a vote on the page signs or checks seven times."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")


def _opened(signer: Signer, sealed: str) -> str:
    """ "" for what is not ours."""
    if not sealed:
        return ""
    try:
        return signer.unsign(sealed).decode()
    except (BadSignature, UnicodeError):
        return ""
