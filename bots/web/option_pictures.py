"""Pictures of options, as they were fetched: what an address shows never changes."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from bots.web.faults import Fault
from bots.web.pages import LANG
from bots.web.parse import number
from bots.web.site import Site
from core.ports import Route

_NAME = re.compile(r"([0-9a-f]{32})\.(jpeg|png)", re.ASCII)
_MARK = re.compile(r"[0-9a-f]{16}", re.ASCII)
FOREVER = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",  # for polls elsewhere
    "Access-Control-Allow-Origin": "*",
}


class Pictured(Protocol):
    """`bots.option_pictures.OptionPictures`."""

    async def one(self, digest: str) -> tuple[str, bytes] | None: ...
    async def sheet(self, language: str, id: int, mark: str) -> bytes | None: ...


class PicturePages:
    def __init__(self, site: Site, pictures: Pictured) -> None:
        self._site, self._pictures = site, pictures

    def routes(self, wrap: Callable[[Callable[[web.Request], Awaitable[Any]]], Any]) -> list[Route]:
        sheet = f"{LANG}/polls/{{id}}/pictures-{{mark}}.jpg"
        return [
            Route("GET", "/pictures/{name}", wrap(self._one)),
            Route("GET", sheet, wrap(self._sheet)),
        ]

    async def _one(self, request: web.Request) -> web.Response:
        name = _NAME.fullmatch(request.match_info["name"])
        kept = await self._pictures.one(name[1]) if name else None
        if not name or kept is None or kept[0] != name[2]:
            raise Fault(404)
        return self._served(kept[1], kept[0])

    async def _sheet(self, request: web.Request) -> web.Response:
        given = request.match_info
        if not _MARK.fullmatch(given["mark"]):
            raise Fault(404)
        made = await self._pictures.sheet(given["lang"], number(given["id"]), given["mark"])
        if made is None:
            raise Fault(404)
        return self._served(made, "jpeg")

    def _served(self, content: bytes, kind: str) -> web.Response:
        response = web.Response(body=content, content_type=f"image/{kind}")
        self._site.dress(response)
        response.headers.update(FOREVER)
        return response
