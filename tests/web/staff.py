"""The staff's desk on a real server and a real database, and a strict provider to sign in with."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

import storage
from bots.courier import Courier
from bots.server import Doctor, Server, application
from bots.timetable import next_fire_in
from bots.web.adapter import WebChannel
from bots.web.previews import Previews
from bots.web.staff.adapter import CALLBACK, DeskChannel
from bots.web.staff.oidc import Provider
from core.city import City, Department, Official, Role
from core.digests import chats as digests
from core.events import Address
from core.ports import Handle, Health, Route
from core.roster import Grant, Roster, SignIn
from core.views import render
from tests.fakes import Clock
from tests.stage import CITY, three
from tests.web.conftest import PAYLOADS, QUICK, Browser, NoWorks, Page, Town, no_chart

KEY = RSAKey.generate_key(2048, {"kid": "one"})
CLIENT, SECRET = "kuulolla", "a secret: of the client"
STREETS, SERVICE = Address("desk", "streets"), Address("desk", "service")
TITLE = three("Katuinsinööri", "Gatuingenjör", "Street engineer")
GRANTS = (
    Grant("engineer", TITLE, ("streets",)),
    Grant("adviser", three("Neuvoja", "Rådgivare", "Adviser"), ("desk",)),
    Grant("editor", three("Toimittaja", "Redaktör", "Editor"), ("desk",),
          frozenset({Role.EDITOR, Role.MODERATOR})),
    Grant("admin", three("Ylläpitäjä", "Administratör", "Administrator"), (),
          frozenset({Role.ADMIN})),
)  # fmt: skip
EXAMPLE = Official("desk", "example", three("Esimerkki", "Exempel", "Example"), ("streets", "desk"),
                   frozenset({Role.ADMIN}))  # fmt: skip
OFFICE = replace(
    CITY,
    departments=(
        Department("streets", CITY.departments[0].name, STREETS),
        Department("desk", CITY.departments[1].name, SERVICE),
    ),
    officials=(EXAMPLE,),
    sign_in=SignIn("roles", GRANTS),
    escalation=Address("desk", "overdue"),
    public_url="",
)


@dataclass
class Idp:
    """A provider that refuses what it should: unknown clients and addresses, codes that were used
    or have another verifier. Tests change what it says by ``changes`` (of the claims), ``header``
    and ``key``; ``person`` is who signs in."""

    clock: Clock
    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "anna", "roles": ["engineer"]})
    changes: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    down: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = {"one": KEY}
        self._codes: dict[str, dict[str, str]] = {}

    def routes(self) -> list[Route]:
        get = {"/.well-known/openid-configuration": self._about, "/jwks": self._jwks,
               "/authorize": self._authorize}  # fmt: skip
        made = [Route("GET", path, handler) for path, handler in get.items()]
        return [*made, Route("POST", "/token", self._token)]

    async def _about(self, _: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503)
        return web.json_response(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                **self.metadata,
            }
        )

    async def _jwks(self, _: web.Request) -> web.Response:
        public = [key.as_dict(private=False) for key in self.keys.values()]
        return web.json_response({"keys": public})

    async def _authorize(self, request: web.Request) -> web.Response:
        given = dict(request.query)
        assert given["response_type"] == "code" and given["client_id"] == CLIENT
        assert given["redirect_uri"].endswith(CALLBACK)
        assert given["code_challenge_method"] == "S256" and len(given["code_challenge"]) == 43
        assert len(given["state"]) >= 43 and len(given["nonce"]) >= 43
        assert "openid" in given["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        self.asked.append(given)
        back = {"code": code, "state": given["state"], **self.answer}
        back = {name: value for name, value in back.items() if value}
        raise web.HTTPFound(f"{given['redirect_uri']}?{urlencode(back)}")

    async def _token(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self._codes.pop(given.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        )
        if (
            request.headers.get("Authorization") != wanted
            or given.get("grant_type") != "authorization_code"
            or asked is None
            or asked["redirect_uri"] != given.get("redirect_uri")
            or asked["code_challenge"] != challenge.decode().rstrip("=")
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response(
            {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked["nonce"])}
        )

    def _signed(self, nonce: str) -> str:
        now = int(self.clock.now.timestamp())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
                  **self.person, **self.changes}  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.sign:
            return self.sign(claims)
        kid, key = list(self.keys.items())[-1]
        return jwt.encode({"alg": "RS256", "kid": kid}, claims, key)


@dataclass
class Office:
    """A city's desk that runs, with its provider and a courier."""

    town: Town
    channel: DeskChannel
    idp: Idp
    courier: Courier
    folder: Path
    open_browser: Callable[[], Any]

    @property
    def url(self) -> str:
        return self.town.url

    async def come(self, *roles: str, sub: str = "anna", name: str = "") -> Browser:
        """Somebody signs in, with these roles by the provider's word."""
        browser = await self.open_browser()
        self.idp.person = {"sub": sub, "roles": list(roles), "name": name or None}
        page = await browser.get("/en/desk/sign-in")
        assert page.status == 200 and page.path == "/en/desk", page.text
        return browser

    async def invited(self, account: str = EXAMPLE.account) -> str:
        """A link that opens the desk once."""
        return f"/desk/open?key={await self.channel.gate.invite(account)}"

    async def round_ups(self) -> None:
        """The timetable looks whether any are due, or to be looked at."""
        city, now = self.town.city, self.town.clock.now
        fire = next_fire_in(city.timezone)
        await self.town.write(lambda store: digests.tick(store, city, now, fire, {}))
        await self.delivered()

    async def delivered(self) -> None:
        """All that is due has been sent."""
        for _ in range(3):
            await self.courier.round()
            await self.courier.landed()


async def press(browser: Browser, page: Page, label: str) -> Page:
    return await browser.post(*pressed(page, label))


def pressed(page: Page, label: str) -> tuple[str, dict[str, str]]:
    """What a button of the page sends, by its label, with the form that it is in: where, what."""
    forms = [part.partition("</form>")[0] for part in page.html.split("<form ")[1:]]
    for form in forms:
        for button in form.split("<button")[1:]:
            tag, _, words = button.partition(">")
            if words.partition("</button>")[0] == label:
                whole = Page(200, "", f"<form {form}</form>", {})
                action = form.partition('action="')[2].partition('"')[0]
                fields = whole.form(action)
                if 'value="' in tag and 'name="' in tag:
                    name = tag.partition('name="')[2].partition('"')[0]
                    fields[name] = tag.partition('value="')[2].partition('"')[0]
                return action, fields
    raise AssertionError(f"there is no button {label!r} in: {page.text}")


async def start_office(
    stack: AsyncExitStack,
    folder: Path,
    city: City = OFFICE,
    provider: bool = True,
    secure: bool = False,
    database: storage.Database | None = None,
    handle: Handle | None = None,
) -> Office:
    """``handle``: who handles events, instead of the rules."""
    city = replace(city, roster=Roster())
    if database is None:
        url = f"sqlite:///{folder / 'office.db'}"
        database = stack.enter_context(storage.open_database(url))
        database.upgrade()
    clock = Clock()
    town = Town(database, city, clock)
    stack.push_async_callback(town.intake.stop)
    idp = Idp(clock)
    there = Server(_served(idp.routes()), "127.0.0.1", 0)
    idp.url = await there.start()
    stack.push_async_callback(there.stop)
    previews = Previews(town.keyring.digest, PAYLOADS)
    page = WebChannel(
        city, cookie_key=town.keyring.cookie_key, read=town.read, watch=town.hub.subscribe,
        mark=town.hub.mark, clock=clock, secure=secure, resident=town.keyring.resident,
        pace=QUICK, chart=no_chart, works=NoWorks(), previews=previews,
    )  # fmt: skip
    redirect = _Later()
    channel = DeskChannel(
        city,
        cookie_key=town.keyring.cookie_key,
        run=town.write,
        read=town.read,
        render=lambda store, show, language, now: render(store, city, show, language, now),
        watch=town.hub.subscribe,
        previews=previews,
        clock=clock,
        secure=secure,
        provider=redirect if provider else None,
    )
    for each in (channel, page):
        await each.start(handle or town.handle)
        stack.push_async_callback(each.stop)
    server = Server(_served([*channel.routes(), *page.routes()]), "127.0.0.1", 0)
    town.url = await server.start()
    stack.push_async_callback(server.stop)
    stack.callback(town.hub.close)  # pages that are open would hold the server up
    redirect.real = Provider(
        idp.url, CLIENT, SECRET, "openid", "roles", f"{town.url}{CALLBACK}", clock
    )
    courier = Courier(
        channel, town.intake.run, town.read,
        lambda store, show, language, now: render(store, city, show, language, now),
        lambda store, address: address, clock, lambda *_: None,
    )  # fmt: skip

    stack.push_async_callback(courier.stop)

    async def open_browser() -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        return Browser(session, town.url)

    return Office(town, channel, idp, courier, folder, open_browser)


class _Later:
    """The provider, which can be made only once our own address is known."""

    real: Provider

    async def address(self, *args: Any) -> str:
        return await self.real.address(*args)

    async def identify(self, *args: Any) -> Any:
        return await self.real.identify(*args)


def _served(routes: list[Route]) -> web.Application:
    async def fine() -> Health:
        return Health(True, "")

    return application(Doctor("1", fine, fine, {}), routes)
