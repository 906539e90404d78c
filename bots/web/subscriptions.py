"""One's own round-up on the page: what to hear of, and what is new of that."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web
from markupsafe import Markup

from bots.web import render
from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.city import Part
from core.digests import page
from core.digests.registry import gather
from core.events import Event
from core.messages import Buttons, Form, Message, Reply
from core.model import Results, Subscription
from core.people import PULLED
from core.ports import Route
from core.subscriptions import cards
from core.subscriptions.sending import contents_for
from core.texts import plain

Act = Callable[[Visit, Sender, dict[str, str]], Awaitable[web.StreamResponse]]
Tell = Callable[[Event], Awaitable[Reply]]
MONTH = timedelta(days=30)


class SubscriptionPages:
    """``tell`` takes an event to the rules."""

    def __init__(self, site: Site, pages: Pages, events: Events, tell: Tell) -> None:
        self._site = site
        self._pages = pages
        self._events = events
        self._tell = tell

    def routes(self, show: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        if not self._site.city.has(Part.SUBSCRIPTIONS):
            return []
        path = f"{LANG}/subscription"
        return [Route("GET", path, show(self._page)), Route("POST", path, act(self._act, "ask"))]

    async def _page(self, visit: Visit) -> web.Response:
        def found(scene: Scene) -> tuple[Form, Subscription | None, Markup]:
            mine = _own(scene)
            news = render.blocks(visit.t, _news(scene, mine).blocks) if mine else Markup()
            return cards.form(scene, mine), mine, news

        form, mine, news = await self._pages.look(visit, found)
        return self._site.page(
            visit,
            "subscription.html",
            personal=True,
            form=form,
            fields=render.blocks(visit.t, form.blocks),
            begun=mine is not None,
            comes=mine is not None and mine.channel not in PULLED,
            news=news,
            themes=[(one.id, plain(one.name, visit.language)) for one in self._site.city.themes],
            chat=self._site.city.chat_link("subscribe"),
        )

    async def _act(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        press = fields.get("press", "")
        if press == "sub_stop":
            reply = await self._tell(self._events.pressed(sender, press))
        elif not press:
            reply = await self._tell(self._events.submitted(sender, "subscribe", fields))
        else:
            raise Fault(400)
        said = reply.message.summary if reply.message else reply.notice
        return self._site.go(visit, "/subscription", said)


def _own(scene: Scene) -> Subscription | None:
    """Rather one that reaches the person by itself."""
    found = scene.store.subscriptions_of(scene.accounts)
    return min(found, key=lambda s: (s.channel in PULLED, s.resident), default=None)


def _news(scene: Scene, mine: Subscription) -> Message:
    """The last month, whatever was told elsewhere. Votes are cast on the polls' own pages."""
    since = scene.now - MONTH
    followed = scene.store.followed_polls(scene.accounts) if mine.results is Results.VOTED else ()
    contents = contents_for(mine, gather(scene, since, scene.now), scene.now, since, followed)
    made = page.digest(scene, **page.show(contents, scene.now).args)
    return Message(made.summary, tuple(b for b in made.blocks if not isinstance(b, Buttons)))
