"""Everything that programs read: the API, feeds, Open311, open data. Each answer says how often one
may ask, and what has not changed is not sent again."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web

from bots.web import openapi
from bots.web.api import BASE, Api
from bots.web.discussions import DiscussionApi
from bots.web.feeds import Feeds
from bots.web.figures import Figures
from bots.web.guard import Limiter, client_address
from bots.web.http import PREFLIGHT, Wrong, answer, counted, marked
from bots.web.moderation import ModerationApi
from bots.web.open311 import BASE as OPEN311
from bots.web.open311 import Open311
from bots.web.open_data import OpenData
from bots.web.pages import Read
from bots.web.site import Site
from core.errors import TryAgain
from core.ports import Route

log = structlog.get_logger(__name__)

PER_MINUTE = 300
Answer = Callable[[web.Request], Awaitable[web.Response]]


class Programs:
    def __init__(
        self,
        site: Site,
        read: Read[Any],
        figures: Figures,
        clock: Callable[[], datetime],
        trusted_proxies: int,
    ) -> None:
        self._data = OpenData(site, read, clock)
        parts = (
            Api(site, read, figures),
            ModerationApi(site, read, clock),
            DiscussionApi(site, read),
            Feeds(site, read, clock),
            Open311(site, read),
            self._data,
        )
        self._routes = [route for part in parts for route in part.routes()]
        self._site = site
        self._limiter = Limiter(PER_MINUTE, clock)
        self._trusted_proxies = trusted_proxies

    def routes(self) -> list[Route]:
        described = Route("GET", f"{BASE}/openapi.json", self._described)
        return [
            *(replace(r, handler=self._served(r.handler)) for r in [*self._routes, described]),
            *(Route("OPTIONS", f"{base}/{{rest:.*}}", self._preflight) for base in (BASE, OPEN311)),
        ]

    async def publish(self) -> None:
        """Makes the files of open data, where they are of another day."""
        await self._data.latest()

    async def _described(self, _: web.Request) -> web.Response:
        return answer(openapi.description(self._site.city))

    async def _preflight(self, _: web.Request) -> web.Response:
        return web.Response(status=204, headers={**PREFLIGHT, **self._site.always})

    def _served(self, handler: Answer) -> Answer:
        async def served(request: web.Request) -> web.Response:
            allowance = self._limiter.take(client_address(request, self._trusted_proxies))
            if allowance.granted:
                response = marked(request, await self._tried(handler, request))
            else:
                response = fault(request, 429, "too many requests")
            counted(response, PER_MINUTE, allowance)
            response.headers.update(self._site.always)
            return response

        return served

    async def _tried(self, handler: Answer, request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except Wrong as wrong:
            return fault(request, wrong.status, str(wrong))
        except TryAgain:
            return fault(request, 503, "busy, try again")
        except Exception:
            resource = request.match_info.route.resource
            log.exception("api failed", route=resource.canonical if resource else "")
            return fault(request, 500, "something went wrong here")


def fault(request: web.Request, status: int, why: str) -> web.Response:
    """As the API, or Open311, says what is wrong."""
    if request.path.startswith(OPEN311):
        return answer([{"code": status, "description": why}], status)
    return answer({"error": why}, status)


def is_program(request: web.Request) -> bool:
    return request.path.startswith((f"{BASE}/", f"{OPEN311}/"))


def unknown(request: web.Request) -> web.Response:
    """Of an address that no route knows."""
    if request.method in ("GET", "HEAD"):
        return fault(request, 404, "there is no such address")
    response = fault(request, 405, "all here is to be read only")
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response
