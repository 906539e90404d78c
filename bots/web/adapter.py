"""The web channel: the city's public page. People come to it; nothing can be sent to them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import structlog
from aiohttp import web

from bots.web.acts import Act, Acts, language_choice
from bots.web.ballot_lists import FILE, BallotLists
from bots.web.code_sheets import CodeSheets
from bots.web.cookies import Cookies
from bots.web.discussions import DiscussionPages
from bots.web.embed import Embeds
from bots.web.faults import Fault
from bots.web.flood import Flood
from bots.web.guard import Limiter, client_address, same_site
from bots.web.kept import KeptPages, Mark
from bots.web.listings import Listings
from bots.web.live import MOST_POLLS, Live, Pace, Watch
from bots.web.moderation import ModerationPages
from bots.web.option_pictures import Pictured, PicturePages
from bots.web.own import OwnPages
from bots.web.own_texts import OwnTexts
from bots.web.pages import LANG, Chart, Pages, Show
from bots.web.parse import NAME, Events, Sender, number, read_form
from bots.web.poll_cards import own_choices, public_poll
from bots.web.previews import PreviewPages, Previews
from bots.web.programs import Programs, is_program, unknown
from bots.web.questions import QuestionPages
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from bots.web.statements import StatementPages, Works
from bots.web.subscriptions import SubscriptionPages
from bots.web.surveys import SurveyPages
from core.city import City, Part
from core.errors import TryAgain
from core.events import Address
from core.messages import Message
from core.ports import (
    Handle,
    Health,
    Limits,
    MessageRef,
    Removal,
    Restriction,
    Route,
    SendFailed,
    Store,
)
from core.texts import known

T = TypeVar("T")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

MOST_READ = f"{LANG}/polls/{{id}}"
"""Its routes come first and together: aiohttp tries the pages' addresses one after another."""
VOTES_PER_MINUTE = 60
VOTES_OF_ONE = 30  # of one browser, whatever its address
ASKS_PER_MINUTE = 20  # ten questions: each is two forms
ROBOTS = "User-agent: *\nDisallow: /live/\nDisallow: /language/\n"

log = structlog.get_logger(__name__)


class WebChannel:
    """``read`` runs a question on a store that can't write, in a thread; ``watch`` yields at once
    and whenever a subject changed, which ``mark`` tells too; ``resident`` makes pseudonyms.
    ``pictures`` are those of options. ``frame_ancestors`` is the value of that CSP directive.
    ``trusted_proxies``: how many of our own are in front."""

    name = NAME
    limits = Limits(per_second=1000, chat_gap=0, edit_gap=0)

    def __init__(
        self,
        city: City,
        *,
        cookie_key: bytes,
        read: Callable[[Callable[[Store], T]], Awaitable[T]],
        watch: Watch,
        clock: Callable[[], datetime],
        secure: bool,
        resident: Callable[[str, str], str],
        chart: Chart,
        works: Works,
        mark: Mark,
        previews: Previews,
        pictures: Pictured | None = None,
        frame_ancestors: str = "'self'",
        trusted_proxies: int = 0,
        pace: Pace | None = None,
    ) -> None:
        self._read = read
        self._clock = clock
        self._trusted_proxies = trusted_proxies
        self._cookies = Cookies(cookie_key, secure, clock)
        self._site = Site(city, self._cookies, frame_ancestors, secure)
        kept = KeptPages(mark, clock)
        self._pages = Pages(self._site, read, clock, resident, chart, kept)
        events = Events(clock)
        self._acts = Acts(self._site, self._pages, events)
        self._surveys = SurveyPages(self._site, self._pages, events, self._acts.tell)
        self._subscriptions = SubscriptionPages(self._site, self._pages, events, self._acts.tell)
        self._questions = QuestionPages(self._site, self._pages, events, self._acts)
        self._listings = Listings(self._site, self._pages)
        self._own = OwnPages(self._site, self._pages, self._acts, events)
        self._embeds = Embeds(self._site, self._pages, self._acts)
        self._statements = StatementPages(self._site, self._pages, events, self._acts.tell, works)
        self._moderation = ModerationPages(self._site, self._pages)
        self._own_texts = OwnTexts(self._site, self._pages, events, self._acts.tell)
        self._discussions = DiscussionPages(self._site, self._pages, events, self._acts.tell)
        self._picture_pages = PicturePages(self._site, pictures) if pictures else None
        self._previews = PreviewPages(self._site, self._pages, previews)
        self._lists = BallotLists(self._site, self._pages)
        self._code_sheets = CodeSheets(self._site, self._pages, events, self._acts.tell)
        self._programs = Programs(self._site, read, self._pages.figures, clock, trusted_proxies)
        self._live = Live(read, watch, pace or Pace())
        self._limiters = {
            "vote": Limiter(VOTES_PER_MINUTE, clock),
            "ask": Limiter(ASKS_PER_MINUTE, clock),
        }
        self._of_one = Limiter(VOTES_OF_ONE, clock)
        self._flood = Flood(cookie_key, clock, city.web.newcomers_a_minute)

    # --- the channel -----------------------------------------------------------------------------

    @property
    def city(self) -> City:
        return self._site.city

    @city.setter
    def city(self, city: City) -> None:
        self._site.city = city

    async def start(self, handle: Handle) -> None:
        self._acts.handle = handle

    async def stop(self) -> None:
        """Lets those who watch live results go."""
        await self._live.stop()

    async def send(
        self, to: Address, message: Message, thread: MessageRef | None = None
    ) -> MessageRef:
        raise SendFailed("nothing can be sent to the web page: people come to it", permanent=True)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        raise SendFailed("nothing was sent to the web page", permanent=True)

    async def enforce(self, at: Address, act: Removal | Restriction) -> None:
        raise SendFailed("nobody writes on the web page but by its forms", permanent=True)

    async def health(self) -> Health:
        started = self._acts.handle is not None
        return Health(started, "public page" if started else "not started")

    async def publish(self) -> None:
        """What is made anew each night."""
        await self._programs.publish()

    def routes(self) -> Sequence[Route]:
        """Parts that are off have none. The last one answers whatever no other route knows."""
        shared = [
            Route("GET", "/", self._guarded(self._to_language)),
            Route("GET", LANG, self._guarded(self._to_language)),
            Route("GET", "/static/{file}", self._guarded(self._static)),
            Route("GET", "/robots.txt", self._robots),
        ]
        path, choose = language_choice(self._site)
        pages = [
            *self._pages.routes(self._page),
            *self._listings.routes(self._page),
            *self._acts.routes(self._act),
            *self._surveys.routes(self._page, self._act),
            *self._statements.routes(self._page, self._act),
            *self._subscriptions.routes(self._page, self._act),
            *self._questions.routes(self._page, self._act),
            *self._own.routes(self._page, self._act),
            *self._moderation.routes(self._page),
            *self._code_sheets.routes(self._page, self._act),
            *self._discussions.routes(self._page, self._act),
            *self._own_texts.routes(self._page, self._act),
            *self._previews.routes(self._page),
            *self._poll_routes(),
            *self._embeds.routes(
                lambda show: self._lent(self._page(show, embedded=True)),
                lambda act, kind: self._lent(self._act(act, kind, embedded=True)),
            ),
        ]
        pages.sort(key=lambda page: page.path != MOST_READ)
        return [
            *shared,
            Route("GET", path, self._page(choose)),
            *self._neutral(pages),
            *pages,
            *self._programs.routes(),
            Route("*", "/{rest:.*}", self._guarded(self._unknown)),
        ]

    def _neutral(self, pages: Sequence[Route]) -> list[Route]:
        """Every page's address without a language goes on to the reader's: for posters, links in
        chats, and whoever writes to no reader in particular."""
        there = [r.path for r in pages if r.method == "GET"]
        named = [path for path in there if path.startswith(f"{LANG}/")]
        paths = [path.removeprefix(LANG) for path in named]
        to_language = self._guarded(self._to_language)
        taken = {"/", *there}
        return [Route("GET", path, to_language) for path in paths if path not in taken]

    def _poll_routes(self) -> list[Route]:
        if not self.city.has(Part.POLLS):
            return []
        path, page = self._lists.page()
        return [
            *(self._picture_pages.routes(self._guarded) if self._picture_pages else ()),
            Route("GET", "/live/polls/{ids}", self._guarded(self._watch)),
            Route("GET", path, self._page(page)),
            Route("GET", FILE, self._guarded(self._lists.file)),
        ]

    # --- around every answer ---------------------------------------------------------------------

    def _guarded(self, answer: Answer) -> Answer:
        """Whatever goes wrong becomes a page in the reader's language."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            fields: Mapping[str, str] = {}
            try:
                return await answer(request)
            except Fault as fault:
                status, fields = fault.status, fault.fields
            except TryAgain:
                status = 503
            except Exception as error:
                if isinstance(error, web.HTTPException | ConnectionError):
                    raise
                log.exception("page failed", route=_route(request))
                status = 500
            return self._site.fault(request, status, fields)

        return guarded

    def _page(self, show: Show, embedded: bool = False) -> Answer:
        async def shown(request: web.Request) -> web.StreamResponse:
            return await show(self._site.visit(request, embedded))

        return self._guarded(shown)

    def _act(self, act: Act, kind: str, embedded: bool = False) -> Answer:
        """A form is let in when it comes from our own page, or ``embedded`` in one that may show
        polls; carries a token that we gave to this browser; and not too many came before it. In a
        flood a newcomer shows some work first. Whoever acts gets, or renews, their cookie."""

        async def acted(request: web.Request) -> web.StreamResponse:
            theirs = embedded and request.headers.get("Origin", "") in self.city.web.frames
            if not theirs and not same_site(request, self.city.public_url):
                raise Fault(403)
            address = client_address(request, self._trusted_proxies)
            if not self._limiters[kind].allows(address):
                raise Fault(429)
            fields = await read_form(request)
            visit = self._site.visit(request, embedded)
            admitted = self._cookies.admit(fields.get("token", ""), visit.visitor)
            if admitted is None:
                raise Fault(403)
            if not self._of_one.allows(admitted.visitor):
                raise Fault(429)
            if visit.visitor is None and (asked := self._work_first(visit, address, fields)):
                return asked
            visit = replace(visit, visitor=admitted.visitor)
            try:
                response = await act(visit, Sender(admitted, visit.language), fields)
            except TryAgain:
                raise Fault(503, fields) from None
            abroad = embedded and self._cookies.visitor(request) is None
            self._cookies.remember(response, admitted.visitor, abroad)
            return response

        return self._guarded(acted)

    def _work_first(
        self, visit: Visit, address: str, fields: Mapping[str, str]
    ) -> web.Response | None:
        """A newcomer's task, where there is a flood and it isn't done yet."""
        subject = visit.request.path
        self._flood.came()
        if not self._flood.seen or self._flood.done(subject, address, fields):
            return None
        return self._site.check(visit, self._flood.task(subject), fields)

    def _lent(self, answer: Answer) -> Answer:
        async def lent(request: web.Request) -> web.StreamResponse:
            response = await answer(request)
            self._site.lend(request, response)
            return response

        return lent

    # --- the small ones --------------------------------------------------------------------------

    async def _to_language(self, request: web.Request) -> web.Response:
        visit = self._site.visit(request)
        query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
        path = request.rel_url.raw_path if visit.path else "/"  # "/fi" is a page without its slash
        response = self._site.go(visit, f"{path}{query}")
        response.set_status(302)
        response.headers["Vary"] = "Accept-Language, Cookie"
        return response

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        if name not in self._site.files:
            raise Fault(404)
        kept = "public, max-age=31536000, immutable" if request.query.get("v") else "no-cache"
        return self._site.asset(request, name, kept)

    async def _robots(self, request: web.Request) -> web.Response:
        return web.Response(text=ROBOTS)

    async def _unknown(self, request: web.Request) -> web.Response:
        if is_program(request):
            return unknown(request)
        raise Fault(404)

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        """``/live/polls/7``, or several: ``/live/polls/7,8``, since a browser opens few
        connections to one host. ``lang`` is that of the words."""
        asked = request.match_info["ids"].split(",")
        ids = dict.fromkeys(map(number, asked[: MOST_POLLS + 1]))
        if len(ids) > MOST_POLLS:
            raise Fault(404)
        visit = self._site.visit(request)
        if language := known(request.query.get("lang")):
            visit = replace(visit, language=language)

        def found(scene: Scene) -> dict[int, bool] | None:
            if not all(public_poll(scene, id) for id in ids):
                return None
            voted = own_choices(scene.store, set(ids), scene.person)
            return {id: id in voted for id in ids}

        watched = await self._pages.look(visit, found)
        if watched is None:
            raise Fault(404)
        response = web.StreamResponse(
            headers={
                **self._site.headers,
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
                "Access-Control-Allow-Origin": "*",
            }
        )
        if request.method == "HEAD":
            return response
        await self._live.serve(response, request, watched, visit.language)
        return response


def _route(request: web.Request) -> str:
    """For the log: the shape of the address, without what people put in it."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""
