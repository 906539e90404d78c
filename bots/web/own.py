"""Pages between the city and one person: what is kept of them, and what does not work for them."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bots.web.acts import Act, Acts
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender
from bots.web.render import blocks
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core import own_data
from core.city import Part
from core.ports import Route
from core.questions import feedback
from core.texts import plain


class OwnPages:
    def __init__(self, site: Site, pages: Pages, acts: Acts, events: Events) -> None:
        self._site, self._pages, self._acts, self._events = site, pages, acts, events

    def routes(self, page: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        made = [
            Route("GET", f"{LANG}/data", page(self._data)),
            Route("GET", f"{LANG}/data.json", page(self._file)),
            Route("GET", f"{LANG}/accessibility", page(self._accessibility)),
        ]
        if self._site.city.has(Part.QUESTIONS):
            made.append(Route("POST", f"{LANG}/accessibility", act(self._feedback, "ask")))
        return made

    # --- what is kept ----------------------------------------------------------------------------

    async def _data(self, visit: Visit) -> web.Response:
        return self._site.page(visit, "data.html", personal=True, data=await self._kept(visit))

    async def _file(self, visit: Visit) -> web.Response:
        """The same, to take along."""
        text = json.dumps(await self._kept(visit) or {}, ensure_ascii=False, indent=2)
        response = web.Response(text=text, content_type="application/json")
        self._site.dress(response)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Disposition"] = 'attachment; filename="kuulolla.json"'
        return response

    async def _kept(self, visit: Visit) -> dict[str, Any] | None:
        """None of somebody unknown."""

        def found(scene: Scene) -> dict[str, Any] | None:
            return own_data.gather(scene, scene.resident) if scene.resident else None

        return await self._pages.look(visit, found) if visit.visitor else None

    # --- accessibility ---------------------------------------------------------------------------

    async def _accessibility(self, visit: Visit) -> web.Response:
        return self._statement(visit, {}, "")

    async def _feedback(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        filled = {"text": fields.get("text", "")}
        reply = await self._acts.tell(self._events.submitted(sender, feedback.NAME, filled))
        if reply.message is None:
            errors = reply.errors or {"text": reply.notice}
            return self._statement(visit, errors, filled["text"])
        newest = await self._pages.newest(visit)
        path = f"/questions/{newest}" if newest else "/mine"
        return self._site.go(visit, path, reply.message.summary)

    def _statement(self, visit: Visit, errors: dict[str, str], words: str) -> web.Response:
        city = self._site.city
        form = feedback.form(visit.t, words)
        return self._site.page(
            visit,
            "accessibility.html",
            status=422 if errors else 200,
            statement=plain(city.web.accessibility, visit.language),
            finnish=city.country == "FI",
            form=form,
            fields=blocks(visit.t, form.blocks, errors),
        )
