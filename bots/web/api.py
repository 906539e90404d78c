"""The same as the pages, for programs: docs/api.md. Only what is public; never who asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from bots.web import shapes
from bots.web.figures import Figures
from bots.web.http import Wrong, answer, number, one_of
from bots.web.poll_cards import PUBLIC, is_public
from bots.web.shapes import Around, around, poll, question, survey, url
from bots.web.site import Site
from core import polls, search
from core.answers import Kind
from core.city import Part
from core.model import (
    Poll,
    PollState,
    QuestionState,
)
from core.polls.results import written
from core.polls.wordcount import Summary
from core.ports import Route, Store

T = TypeVar("T")
Read = Callable[[Callable[[Store], T]], Awaitable[T]]

BASE = "/api/v1"
PAGE = 20
LARGEST_PAGE = 100
LONGEST = 100


class Api:
    """``read`` asks the store. Parts that are off have no address here either."""

    def __init__(self, site: Site, read: Read[Any], figures: Figures) -> None:
        self._site = site
        self._read = read
        self._figures = figures

    def routes(self) -> list[Route]:
        made = [Route("GET", f"{BASE}/statistics", self._statistics)]
        if self._site.city.has(Part.POLLS):
            made += [
                Route("GET", f"{BASE}/polls", self._polls),
                Route("GET", f"{BASE}/polls/{{id}}", self._poll),
                Route("GET", f"{BASE}/polls/{{id}}/answers", self._answers),
                Route("GET", f"{BASE}/surveys", self._surveys),
                Route("GET", f"{BASE}/surveys/{{id}}", self._survey),
            ]
        if self._site.city.has(Part.QUESTIONS):
            made += [
                Route("GET", f"{BASE}/questions", self._questions),
                Route("GET", f"{BASE}/questions/{{number}}", self._question),
            ]
        return made

    async def _statistics(self, request: web.Request) -> web.Response:
        made = await self._figures.latest()
        told = {"figures": made.answers, "participation": made.months}
        return answer({name: [asdict(one) for one in listed] for name, listed in told.items()})

    # --- polls -----------------------------------------------------------------------------------

    async def _polls(self, request: web.Request) -> web.Response:
        state = one_of(request.query, "state", ("open", "closed", "cancelled"))
        states = (PollState(state),) if state else PUBLIC
        limit, before = _limit(request), _before(request)

        def found(store: Store) -> tuple[list[Poll], Around]:
            page = store.polls(*states, limit=limit + 1, before=before)
            return page, around(store, page)

        page, beside = await self._read(found)
        shown = [poll(self._site.city, p, beside) for p in page[:limit]]
        more = len(page) > limit
        following = self._next(request, page[limit - 1].id) if more else None
        return answer({"polls": shown, "next": following})

    async def _poll(self, request: web.Request) -> web.Response:
        id = number(request.match_info["id"], 404, "there is no such poll")

        one = await self._read(lambda store: shapes.public_poll(store, self._site.city, id))
        if one is None:
            raise Wrong(404, "there is no such poll")
        return answer(one)

    async def _answers(self, request: web.Request) -> web.Response:
        """What people wrote in their own words, the most frequent first."""
        id = number(request.match_info["id"], 404, "there is no such poll")
        limit, start = _limit(request), _from(request)

        def found(store: Store) -> Summary | None:
            one = store.poll(id)
            if one is None or not is_public(one) or one.kind is not Kind.WORDS:
                raise Wrong(404, "there is no such poll")
            tally = polls.tally(store, one)
            return written(store, one, tally) if polls.shows_results(one) else None

        summary = await self._read(found)
        every = summary.answers if summary else ()
        page = [{"text": text, "count": n} for text, n in every[start : start + limit]]
        words = [{"word": word, "count": n} for word, n in summary.words] if summary else []
        query = urlencode({**request.query, "from": str(start + limit)})
        more = start + limit < len(every)
        following = url(self._site.city, f"{request.path}?{query}") if more else None
        return answer(
            {
                "shown": summary.total if summary else None,
                "words": words,
                "answers": page,
                "next": following,
            }
        )

    # --- surveys ---------------------------------------------------------------------------------

    async def _surveys(self, _: web.Request) -> web.Response:
        found = await self._read(lambda store: store.surveys(*PUBLIC, limit=LARGEST_PAGE))
        return answer({"surveys": [survey(self._site.city, one) for one in found]})

    async def _survey(self, request: web.Request) -> web.Response:
        """With its polls in their order, and once it is closed how groups answered."""
        id = number(request.match_info["id"], 404, "there is no such survey")

        one = await self._read(lambda store: shapes.public_survey(store, self._site.city, id))
        if one is None:
            raise Wrong(404, "there is no such survey")
        return answer(one)

    # --- questions -------------------------------------------------------------------------------

    async def _questions(self, request: web.Request) -> web.Response:
        by, limit, before = self._wanted(request.query), _limit(request), _before(request)
        page = await self._read(lambda store: store.public_questions(limit + 1, before, **by))
        shown = [question(self._site.city, q) for q in page[:limit]]
        more = len(page) > limit
        following = self._next(request, page[limit - 1].number) if more else None
        return answer({"questions": shown, "next": following})

    def _wanted(self, query: Mapping[str, str]) -> dict[str, Any]:
        city, state = self._site.city, one_of(query, "state", ("answered", "declined"))
        words = query.get("q", "")
        if len(words) > LONGEST:
            raise Wrong(400, f"q has at most {LONGEST} characters")
        return {
            "theme": one_of(query, "theme", tuple(t.id for t in city.themes)),
            "area": one_of(query, "area", tuple(a.id for a in city.areas)),
            "department": one_of(query, "department", tuple(d.id for d in city.departments)),
            "state": QuestionState(state) if state else None,
            "words": search.wanted(words),
        }

    async def _question(self, request: web.Request) -> web.Response:
        wanted = number(request.match_info["number"], 404, "there is no such question")
        one = await self._read(lambda s: shapes.public_question(s, self._site.city, wanted))
        if one is None:
            raise Wrong(404, "there is no such question")
        return answer(one)

    def _next(self, request: web.Request, last: int) -> str:
        query = {**request.query, "before": str(last)}
        return url(self._site.city, f"{request.path}?{urlencode(query)}")


# --- input ---------------------------------------------------------------------------------------


def _limit(request: web.Request) -> int:
    why = f"limit is a number from 1 to {LARGEST_PAGE}"
    limit = number(request.query.get("limit", str(PAGE)), 400, why)
    if not 1 <= limit <= LARGEST_PAGE:
        raise Wrong(400, why)
    return limit


def _before(request: web.Request) -> int | None:
    text = request.query.get("before")
    return None if text is None else number(text, 400, "before is a number")


def _from(request: web.Request) -> int:
    return number(request.query.get("from", "0"), 400, "from is a number")
