"""The rules of discussion, and what moderators decided by them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web

from bots.web.http import answer
from bots.web.pages import LANG, Pages, Read, Show
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.moderation import log, rules
from core.moderation.words import KINDS, OUTCOMES
from core.ports import Route
from core.tabular import Table
from core.texts import Texts, plain

BASE = "/api/v1/moderation"
SHOWN = 200
"""Lines of the log on the page; the file has all."""


class ModerationPages:
    def __init__(self, site: Site, pages: Pages) -> None:
        self._site, self._pages = site, pages

    def routes(self, show: Callable[[Show], Any]) -> list[Route]:
        if not rules.in_use(self._site.city):
            return []
        made: dict[str, Show] = {
            f"{LANG}/rules": self._rules,
            f"{LANG}/moderation": self._log,
            f"{LANG}/moderation.csv": partial(self._csv, log.LOG),
            f"{LANG}/moderation-months.csv": partial(self._csv, log.MONTHS),
        }
        return [Route("GET", path, show(page)) for path, page in made.items()]

    async def _rules(self, visit: Visit) -> web.Response:
        given = rules.of(self._site.city)
        shown = [(plain(x.name, visit.language), plain(x.text, visit.language)) for x in given]
        return self._site.page(visit, "rules.html", rules=shown)

    async def _log(self, visit: Visit) -> web.Response:
        city, t = self._site.city, visit.t

        def found(scene: Scene) -> tuple[list[log.Month], list[log.Line]]:
            return (
                log.months(scene.store, city, scene.now),
                log.lines(scene.store, city, scene.now),
            )

        months, lines = await self._pages.look(visit, found)
        rows = [
            (_day(t, x.day), KINDS[x.kind](t), rules.title(city, x.rule, t), OUTCOMES[x.outcome](t),
             OUTCOMES[x.appeal](t) if x.appeal else "")
            for x in lines[:SHOWN]
        ]  # fmt: skip
        return self._site.page(visit, "moderation.html", months=months, rows=rows)

    async def _csv(self, table: Table, visit: Visit) -> web.Response:
        city = self._site.city
        body = await self._pages.look(
            visit, lambda scene: log.file(table, scene.store, city, scene.now)
        )
        named = {"Content-Disposition": f'attachment; filename="{table.name}.csv"'}
        return web.Response(body=body, content_type="text/csv", charset="utf-8", headers=named)


class ModerationApi:
    """The same for programs."""

    def __init__(self, site: Site, read: Read[Any], clock: Callable[[], datetime]) -> None:
        self._site, self._read, self._clock = site, read, clock

    def routes(self) -> list[Route]:
        if not rules.in_use(self._site.city):
            return []
        made: dict[str, Callable[[web.Request], Awaitable[web.Response]]] = {
            BASE: self._json,
            "/api/v1/rules": self._rules,
        }
        return [Route("GET", path, show) for path, show in made.items()]

    async def _json(self, _: web.Request) -> web.Response:
        city, now = self._site.city, self._clock()
        return answer(await self._read(lambda store: log.as_json(store, city, now)))

    async def _rules(self, _: web.Request) -> web.Response:
        given = rules.of(self._site.city)
        return answer({"rules": [{"id": x.id, "name": x.name, "text": x.text} for x in given]})


def _day(t: Texts, day: str) -> str:
    return t.day(datetime.fromisoformat(day).replace(tzinfo=UTC), "UTC")
