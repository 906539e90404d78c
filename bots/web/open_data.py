"""Open data as files, made once a night by the timetable; where that missed it, the first who asks
on a new day has them made."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from bots.web.http import ANYBODY, Wrong
from bots.web.pages import Read
from bots.web.site import Site
from core import open_data
from core.ports import Route

BASE = "/open-data"
KINDS = {"csv": "text/csv", "json": "application/json"}


class OpenData:
    def __init__(self, site: Site, read: Read[Any], clock: Callable[[], datetime]) -> None:
        self._site, self._read, self._clock = site, read, clock
        self._made: tuple[datetime, dict[str, bytes]] | None = None
        self._turn = asyncio.Lock()

    def routes(self) -> list[Route]:
        return [Route("GET", f"{BASE}/{{file}}", self._file)]

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        if name not in self._names():
            raise Wrong(404, "there is no such file")
        made = (await self.latest())[name]
        kind = KINDS[name.rpartition(".")[2]]
        return web.Response(body=made, content_type=kind, charset="utf-8", headers=ANYBODY)

    def _names(self) -> set[str]:
        named = {f"{t.name}.{kind}" for t in open_data.tables(self._site.city) for kind in KINDS}
        return {"datapackage.json", *named}

    async def latest(self) -> dict[str, bytes]:
        """By name; all of one moment of this day."""
        async with self._turn:
            now = self._clock()
            since = open_data.night(self._site.city, now)
            if self._made is None or self._made[0] < since:
                files = await self._read(lambda store: open_data.files(store, self._site.city, now))
                self._made = now, files
            return self._made[1]
