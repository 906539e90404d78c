"""What can be done: a form comes in, an event goes to the rules, and the browser to a page."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender, number
from bots.web.poll_cards import public_poll
from bots.web.render import message
from bots.web.site import Site, Visit
from core import links
from core.actions import encode
from core.city import Part
from core.errors import Invalid
from core.events import Event
from core.messages import Message, Reply
from core.polls.fields import read_ballot
from core.ports import Handle, Route

Act = Callable[[Visit, Sender, dict[str, str]], Awaitable[web.StreamResponse]]
FORGETTING = ("forget_yes", "keep")
ENDS = ("link_yes", "unlink_yes", "keep")
LINKING = ("unlink", *ENDS)


class Acts:
    """``handle`` is known once the channel is started."""

    def __init__(self, site: Site, pages: Pages, events: Events) -> None:
        self._site = site
        self._pages = pages
        self._events = events
        self.handle: Handle | None = None

    def routes(self, wrap: Callable[[Act, str], Any]) -> list[Route]:
        """``wrap`` is told what kind of act it is, for the limits."""
        city = self._site.city
        made = [Route("POST", f"{LANG}/about", wrap(self._forget, "ask"))]
        if city.has(Part.POLLS) and city.has(Part.WEB_VOTING):
            made.append(Route("POST", f"{LANG}/polls/{{id}}", wrap(self._vote, "vote")))
        if city.has(*links.VOTED) and city.has(Part.WEB_VOTING):
            made.append(Route("POST", f"{LANG}/link", wrap(self._link, "ask")))
        if city.has(Part.QUESTIONS):
            made.append(Route("POST", f"{LANG}/ask", wrap(self._ask, "ask")))
        return made

    async def tell(self, event: Event) -> Reply:
        if self.handle is None:
            raise Fault(503)
        return await self.handle(event)

    # --- voting ----------------------------------------------------------------------------------

    async def _vote(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id = number(visit.request.match_info["id"])
        if "text" in fields:
            return await self._write(visit, sender, id, fields)
        try:
            answer = await self._answer(visit, id, fields)
        except Invalid as invalid:
            return await self._pages.poll_page(visit, fields, invalid.errors)
        if answer is None:
            return self._site.go(visit, f"/polls/{id}", visit.t("Choose one of the options first."))
        if refused := await self._enter(visit, sender, id, fields):
            return refused
        return self._site.go(visit, f"/polls/{id}", await self.press_vote(sender, id, answer))

    async def press_vote(self, sender: Sender, id: int, answer: int) -> str:
        """What is said of it."""
        reply = await self.tell(self._events.pressed(sender, encode("vote", id, answer)))
        return reply.notice.partition("\n")[0]  # the rest are the results, which pages show

    async def _write(
        self, visit: Visit, sender: Sender, id: int, fields: dict[str, str]
    ) -> web.Response:
        """An answer in words."""
        filled = {"state": str(id), "text": fields["text"]}
        reply = await self.tell(self._events.submitted(sender, "ballot", filled))
        if reply.errors:
            return await self._pages.poll_page(visit, filled, reply.errors)
        return self._site.go(visit, f"/polls/{id}", reply.notice)

    async def _enter(
        self, visit: Visit, sender: Sender, id: int, fields: dict[str, str]
    ) -> web.Response | None:
        """What the poll asks before a vote, where it does; the page again where that is faulty."""
        asked = {name: fields[name] for name in ("code", "area") if name in fields}
        if not asked:
            return None
        told = {**asked, "state": str(id)}
        reply = await self.tell(self._events.submitted(sender, "entrance", told))
        if not reply.errors and not reply.notice:
            return None
        errors = reply.errors or dict.fromkeys(asked, reply.notice)
        return await self._pages.poll_page(visit, fields, errors)

    # --- being one person ------------------------------------------------------------------------

    async def _link(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        press = fields.get("press", "")
        if press == "code":
            reply = await self.tell(self._events.commanded(sender, "link"))
        elif press in LINKING:
            reply = await self.tell(self._events.pressed(sender, press))
        elif not press:
            reply = await self.tell(self._events.submitted(sender, "link", fields))
        else:
            raise Fault(400)
        if reply.message is None:
            return await self._pages.link_page(visit, reply.errors or {"code": reply.notice})
        if press in ENDS:
            return self._site.go(visit, "/link", said(reply))
        return self.shown(visit, reply.message)

    def shown(self, visit: Visit, shown: Message) -> web.Response:
        body = message(visit.t, shown)
        return self._site.page(visit, "message.html", personal=True, title=shown.summary, body=body)

    async def _answer(self, visit: Visit, id: int, fields: dict[str, str]) -> int | None:
        """Only a ballot of other kinds than one option needs to know its poll."""
        if (option := fields.get("option")) is not None:
            return _option(option)
        poll = await self._pages.look(visit, lambda scene: public_poll(scene, id))
        if poll is None or poll.paper.one:
            return None
        return read_ballot(visit.t, poll, fields)

    # --- asking ----------------------------------------------------------------------------------

    async def _ask(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        if fields.get("press") == "ask_cancel":
            reply = await self.tell(self._events.pressed(sender, "ask_cancel"))
            return self._site.go(visit, "/", said(reply))
        name = fields.get("form", "")
        if name not in ("ask", "ask_send"):
            raise Fault(400)
        reply = await self.tell(self._events.submitted(sender, name, fields))
        if reply.form:
            return self._pages.form_page(visit, reply.form)
        if reply.errors:
            form = self._pages.ask_form(visit, fields.get("text", ""))
            return self._pages.form_page(visit, form, reply.errors)
        if reply.message is None:  # refused: the draft is another by now, and is shown
            return self._site.go(visit, "/ask", reply.notice)
        return self._site.go(visit, await self._where(visit, fields), reply.message.summary)

    async def _where(self, visit: Visit, fields: dict[str, str]) -> str:
        """The page of what was just sent, or of what is followed instead."""
        followed = fields.get("instead", "")
        id = number(followed) if followed.isdigit() else await self._pages.newest(visit)
        return f"/questions/{id}" if id else "/mine"

    # --- being forgotten -------------------------------------------------------------------------

    async def _forget(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        """First the rules are asked what it would mean, then comes the answer to that."""
        press = fields.get("press", "")
        if press and press not in FORGETTING:
            raise Fault(400)
        if not press:
            reply = await self.tell(self._events.commanded(sender, "forget"))
            return self.shown(visit, reply.message or Message(reply.notice))
        reply = await self.tell(self._events.pressed(sender, press))
        response = self._site.go(visit, "/data", said(reply))
        if press == "forget_yes":
            self._site.cookies.forget(response)
        return response


def _option(text: str) -> int:
    try:
        return number(text)
    except Fault:
        raise Fault(400) from None


def said(reply: Reply) -> str:
    return reply.message.summary if reply.message else reply.notice


def language_choice(site: Site) -> tuple[str, Show]:
    """``/language/sv?to=/polls/7``: remembers the choice, and on to that page in that language."""

    async def choose(visit: Visit) -> web.Response:
        path = visit.request.query.get("to", "/")
        if not path.startswith("/") or not path.isprintable() or "\\" in path:
            path = "/"
        # Always below our own /sv: there is no way out to other sites.
        response = site.go(visit, quote(path, safe="/?&=%:,+~-._"))
        site.cookies.choose_language(response, visit.language)
        return response

    return "/language" + LANG, choose
