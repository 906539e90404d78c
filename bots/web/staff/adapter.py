"""The desk: a channel of messages that stand in the database, and the pages that show them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bots.web.cookies import Cookies
from bots.web.faults import Fault
from bots.web.guard import Limiter, client_address, same_site
from bots.web.pages import LANG
from bots.web.parse import read_form
from bots.web.previews import Previews
from bots.web.site import Site, Visit
from bots.web.staff.gate import Do, Gate, Session
from bots.web.staff.live import Pace, Watch, tell
from bots.web.staff.pages import DeskPages, Guest, Render
from bots.web.staff.parse import FIELDS_LIMIT, FORM_LIMIT, Shapes
from bots.web.staff.render import packed
from bots.web.staff.rooms import rooms
from bots.web.staff.sign_in import Refused, SignInProvider, Unreachable
from core.city import City
from core.errors import TryAgain
from core.events import Address
from core.messages import Message
from core.model.browser_desk import SIGN_INS, desk_subject
from core.ports import Handle, Health, Limits, MessageRef, Route, SendFailed
from core.roster import DESK

log = structlog.get_logger(__name__)
TEMPLATES = Path(__file__).parent / "templates"
CALLBACK = "/desk/callback"
ACTS_PER_MINUTE = 120
SIGN_INS_PER_MINUTE = 120
"""From one address, which a whole town hall may have; each is two requests."""
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Look = Callable[[Guest], Awaitable[web.StreamResponse]]
Act = Callable[[Guest, Mapping[str, str]], Awaitable[web.StreamResponse]]


class DeskChannel:
    """``run`` writes and ``read`` asks, each in a transaction; ``render`` makes a view's message;
    ``watch`` yields whenever a subject changed. Without a ``provider`` one comes in by invitation
    alone, from this machine. ``trusted_proxies``: how many of our own are in front."""

    name = DESK
    limits = Limits(per_second=1000, chat_gap=0, edit_gap=1)

    def __init__(
        self,
        city: City,
        *,
        cookie_key: bytes,
        run: Do[Any],
        read: Do[Any],
        render: Render,
        watch: Watch,
        previews: Previews,
        clock: Callable[[], datetime],
        secure: bool,
        provider: SignInProvider | None = None,
        trusted_proxies: int = 0,
        pace: Pace | None = None,
    ) -> None:
        self._run, self._clock, self._watch = run, clock, watch
        self._pace, self._trusted_proxies = pace or Pace(), trusted_proxies
        self._rooms = rooms(city)
        self._site = Site(city, Cookies(cookie_key, secure, clock), "'none'", secure, TEMPLATES)
        self.gate = Gate(self._site, cookie_key, secure, clock, run, read, provider)
        self._pages = DeskPages(
            self._site, self.gate, read, render, clock, Shapes(cookie_key), previews
        )
        self._acts = Limiter(ACTS_PER_MINUTE, clock)
        self._sign_ins = Limiter(SIGN_INS_PER_MINUTE, clock)
        self._listening: asyncio.Task[None] | None = None

    # --- the channel

    @property
    def city(self) -> City:
        return self._site.city

    @city.setter
    def city(self, city: City) -> None:
        self._site.city = city

    async def start(self, handle: Handle) -> None:
        await self.gate.call_the_roll()
        self._pages.handle = handle
        self._listening = asyncio.create_task(self._listen(), name="desk sign-ins")

    async def stop(self) -> None:
        self._pages.handle = None
        if self._listening:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def _listen(self) -> None:
        """Others may have let somebody in."""
        async for _ in self._watch(SIGN_INS):
            with contextlib.suppress(TryAgain):
                await self.gate.call_the_roll()

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        if self._pages.handle is None:
            raise RuntimeError("not started")
        if to.chat not in self._rooms:
            raise SendFailed("the desk has no such channel", permanent=True)
        parent = int(thread) if thread else None
        shown, now = packed(message), self._clock()
        try:
            made = await self._run(
                lambda store: store.add_desk_message(to.chat, shown, now, parent)
            )
        except TryAgain as error:
            raise SendFailed(f"the database does not answer: {error}") from None
        return str(made)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        if self._pages.handle is None:
            raise RuntimeError("not started")
        shown, now = packed(message), self._clock()
        try:
            found = await self._run(lambda store: store.edit_desk_message(int(ref), shown, now))
        except TryAgain as error:
            raise SendFailed(f"the database does not answer: {error}") from None
        if not found:
            raise SendFailed("gone", permanent=True)

    async def health(self) -> Health:
        started = self._pages.handle is not None
        return Health(started, "staff's desk" if started else "not started")

    # --- addresses

    def routes(self) -> Sequence[Route]:
        pages: dict[str, Look] = {
            f"{LANG}/desk": self._pages.front,
            f"{LANG}/desk/c/{{chat}}": self._pages.room,
            f"{LANG}/desk/preview/{{ticket}}": self._pages.preview,
        }
        acts: dict[str, Act] = {
            f"{LANG}/desk/press": self._pages.press,
            f"{LANG}/desk/form": self._pages.submit,
            f"{LANG}/desk/command": self._pages.command,
            f"{LANG}/desk/leave": self._leave,
        }
        ways_in: dict[str, Answer] = {"/desk": self._to_language}
        if self.gate.has_provider:
            ways_in |= {CALLBACK: self._arrive, f"{LANG}/desk/sign-in": self._depart}
        else:
            ways_in["/desk/open"] = self._accept
        return [
            *(Route("GET", path, self._guarded(answer)) for path, answer in ways_in.items()),
            Route("GET", "/desk/live/{chat}", self._guarded(self._live)),
            *(Route("GET", path, self._guarded(self._look(look))) for path, look in pages.items()),
            *(Route("POST", path, self._guarded(self._act(act))) for path, act in acts.items()),
        ]

    def _guarded(self, answer: Answer) -> Answer:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await answer(request)
            except Fault as fault:
                return self._site.fault(request, fault.status, fault.fields)
            except TryAgain:
                return self._site.fault(request, 503, {})
            except Exception as error:
                if isinstance(error, web.HTTPException | ConnectionError):
                    raise
                log.exception("page failed", route=_route(request))
                return self._site.fault(request, 500, {})

        return guarded

    def _look(self, look: Look) -> Answer:
        async def shown(request: web.Request) -> web.StreamResponse:
            visit = self._site.visit(request)
            session = await self.gate.session(request)
            if session is None or session.official is None:
                return self._door(visit, session)
            return await look(Guest(visit, session, session.official))

        return shown

    def _act(self, act: Act) -> Answer:
        """A form is let in when it comes from our own page, with a token of this very session."""

        async def acted(request: web.Request) -> web.StreamResponse:
            if not same_site(request, self.city.public_url):
                raise Fault(403)
            visit = self._site.visit(request)
            session = await self.gate.session(request)
            if session is None:
                return self._door(visit, None, 401)
            if not self._acts.allows(session.digest):
                raise Fault(429)
            fields = await read_form(request, FORM_LIMIT, FIELDS_LIMIT)
            if self.gate.named(fields.get("token", ""), session) is None:
                raise Fault(403)
            if session.official is None:
                if "shape" in fields and session.over:
                    await self.gate.put_aside(session, fields)
                return self._door(visit, session, 401)
            return await act(Guest(visit, session, session.official), fields)

        return acted

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """A browser whose session is over is not answered again: it stops asking."""
        session = await self.gate.session(request)
        room = self._rooms.get(request.match_info["chat"])
        official = session.official if session else None
        if official is None or room is None or not room.open_to(self.city, official):
            return web.Response(status=204)
        subject = desk_subject(room.chat)
        return await tell(request, self._site.headers, self._watch, subject, self._pace)

    # --- coming and going

    def _door(self, visit: Visit, session: Session | None, status: int = 200) -> web.StreamResponse:
        """The page of whoever is not signed in."""
        over, to = bool(session and session.over), ""
        if status == 200 and visit.path.startswith("/desk/c/"):
            to = visit.path
        provider = self.gate.has_provider
        return self._site.page(
            visit, "door.html", status, personal=True, over=over, to=to, provider=provider
        )

    async def _to_language(self, request: web.Request) -> web.StreamResponse:
        return self._site.go(self._site.visit(request), "/desk")

    async def _depart(self, request: web.Request) -> web.StreamResponse:
        visit = self._site.visit(request)
        self._not_too_often(request)
        to = request.query.get("to", "")
        to = to if to.removeprefix("/desk/c/") in self._rooms else "/desk"
        try:
            url, browser = await self.gate.depart(visit.language, to)
        except (Refused, Unreachable) as error:
            return self._refused(visit, error)
        response = web.Response(status=303, headers={"Location": url, "Cache-Control": "no-store"})
        self._site.dress(response)
        self.gate.bind(response, browser)
        self._site.cookies.choose_language(response, visit.language)
        return response

    async def _arrive(self, request: web.Request) -> web.StreamResponse:
        visit = self._site.visit(request)
        self._not_too_often(request)
        try:
            entry = await self.gate.arrive(request)
        except (Refused, Unreachable) as error:
            return self._refused(visit, error)
        visit = Visit(request, entry.language, "/desk", visit.visitor, visit.cookies)
        if not entry.secret:
            account = f"{DESK}:{entry.account}"
            return self._site.page(
                visit, "no_role.html", 403, personal=True, account=account, provider=True
            )
        response = self._site.go(visit, entry.to)
        self.gate.admit(response, entry.secret)
        return response

    def _not_too_often(self, request: web.Request) -> None:
        if not self._sign_ins.allows(client_address(request, self._trusted_proxies)):
            raise Fault(429)

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        """The playground's link: from this machine, by this machine's name, once."""
        visit = self._site.visit(request)
        if not _on_this_machine(request):
            raise Fault(404)
        try:
            secret = await self.gate.accept(request, request.query.get("key", ""))
        except Refused as error:
            return self._refused(visit, error)
        if not secret:
            raise Fault(404)
        response = self._site.go(visit, "/desk")
        self.gate.admit(response, secret)
        return response

    async def _leave(self, guest: Guest, fields: Mapping[str, str]) -> web.StreamResponse:
        said = guest.t("You have signed out of the desk.")
        response = self._site.go(guest.visit, "/desk", said)
        await self.gate.leave(guest.visit.request, response)
        return response

    def _refused(self, visit: Visit, error: Exception) -> web.StreamResponse:
        log.warning("a sign-in to the desk failed", why=str(error))
        away = isinstance(error, Unreachable)
        status = 503 if away else 403
        return self._site.page(
            visit, "refused.html", status, personal=True, away=away, provider=self.gate.has_provider
        )


def _on_this_machine(request: web.Request) -> bool:
    """A proxy of ours would say so; a name of elsewhere may be somebody's trick on the browser."""
    host = (request.url.host or "").lower()
    try:
        near = ip_address(request.remote or "").is_loopback
        named = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
    return near and named and "X-Forwarded-For" not in request.headers


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""
