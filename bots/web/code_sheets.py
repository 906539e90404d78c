"""The page that makes a sheet of codes, for whoever has the link that an editor ordered."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bots.web.code_sheet import sheet
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.city import Part
from core.messages import Facts, Message, Reply
from core.model import Poll, Survey
from core.polls import code_orders, history
from core.ports import Route

CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""The sheet is a document that needs nothing else: its styles and pictures are in it."""
PATH = f"{LANG}/codes/{{ticket}}"

Act = Callable[[Visit, Sender, dict[str, str]], Awaitable[web.StreamResponse]]
Tell = Callable[[Any], Awaitable[Reply]]


class CodeSheets:
    """``tell`` takes an event to the rules."""

    def __init__(self, site: Site, pages: Pages, events: Events, tell: Tell) -> None:
        self._site, self._pages, self._events, self._tell = site, pages, events, tell

    def routes(self, show: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        if not self._site.city.has(Part.POLLS):
            return []
        return [Route("GET", PATH, show(self._page)), Route("POST", PATH, act(self._make, "ask"))]

    async def _page(self, visit: Visit) -> web.Response:
        """Looking uses nothing: chat apps look at links by themselves."""
        return self._shown(visit, "")

    def _shown(self, visit: Visit, fault: str) -> web.Response:
        status = 410 if fault else 200
        return self._site.page(visit, "codes.html", status, personal=True, fault=fault)

    async def _make(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        order = {"state": visit.request.match_info["ticket"]}
        reply = await self._tell(self._events.submitted(sender, code_orders.SHEET, order))
        if reply.message is None:
            return self._shown(visit, reply.notice)
        about = await self._pages.look(visit, lambda scene: _about(scene, reply.message))
        made = [code for x in reply.message.blocks if isinstance(x, Facts) for code, _ in x.rows]
        page = sheet(self._site.city, about, made)
        response = web.Response(text=page, content_type="text/html")
        self._site.dress(response)
        response.headers["Content-Security-Policy"] = CSP
        response.headers["Cache-Control"] = "no-store"
        return response


def _about(scene: Scene, message: Message | None) -> Poll | Survey:
    assert message
    poll = scene.store.poll(int(message.summary))
    assert poll
    return history.survey_of(scene.store, poll) or poll
