"""The whole stand-in for Teams' Bot Connector: one object that an aiohttp application serves."""

import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bots.playground.teams_api import BASE, ConnectorApi, Trouble
from bots.playground.teams_keys import ISSUER, SigningKey, openid_configuration
from bots.playground.teams_people import App, People
from bots.playground.teams_world import TeamsWorld

Json = dict[str, Any]
OPENID = "/teams/.well-known/openidconfiguration"
KEYS = "/teams/.well-known/keys"
LOGIN = "/teams/login"
AUDIENCE = "https://api.botframework.com"


class TeamsStandin:
    """Tell it where it is served (`at`) before anyone acts. Tokens carry real times, for those
    who check them do so by the real clock."""

    def __init__(
        self,
        app: App | None = None,
        *,
        token: str = "standin-token",
        key: SigningKey | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app, self.token = app or App(), token
        self.world = TeamsWorld()
        self.key = key or SigningKey("standin-1")
        self.keys = [self.key]
        self.keys_asked = 0
        self.people = People(self.world, self.app, self.key, clock)
        self.api = ConnectorApi(self.world, token, clock)
        self.base_url = ""

    def at(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.people.service_url = f"{self.base_url}{BASE}/"

    @property
    def openid_url(self) -> str:
        return self.base_url + OPENID

    def failing(self, method: str, *statuses: int, **more: Any) -> None:
        self.api.troubles.extend(Trouble(method, status, **more) for status in statuses)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(OPENID, self._openid),
            web.get(KEYS, self._keys),
            web.post(f"{LOGIN}/{{tenant}}/oauth2/v2.0/token", self._sign_in),
            *self.api.routes(),
        ]

    async def _sign_in(self, request: web.Request) -> web.Response:
        """Microsoft Entra's, with its codes for a wrong tenant, app and secret."""
        form = await request.post()
        known = (
            (request.match_info["tenant"] == self.app.tenant_id, 90002),
            (form.get("client_id") == self.app.app_id, 700016),
            (form.get("client_secret") == self.app.secret, 7000215),
            (form.get("scope") == f"{AUDIENCE}/.default", 70011),
        )
        for right, code in known:
            if not right:
                error = {"error": "invalid_client", "error_codes": [code]}
                return web.json_response(error, status=401)
        return web.json_response({"access_token": self.token, "expires_in": 3599})

    async def _openid(self, request: web.Request) -> web.Response:
        return web.json_response(openid_configuration(ISSUER, self.base_url + KEYS))

    async def _keys(self, request: web.Request) -> web.Response:
        self.keys_asked += 1
        return web.json_response({"keys": [key.jwk() for key in self.keys]})

    async def close(self) -> None:
        await self.people.close()
