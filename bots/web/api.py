"""The same as the pages, for programs: docs/api.md. Only what is public; never who asked."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from bots.web import ballot_lists
from bots.web.figures import Figures
from bots.web.http import Wrong, answer, number, one_of
from bots.web.shown import PUBLIC, is_public
from core import markers, polls, search
from core.answers import Kind
from core.city import City, Part
from core.model import (
    BallotList,
    Poll,
    PollState,
    PollStep,
    Question,
    QuestionState,
    Survey,
    SurveyStep,
    Tally,
)
from core.polls.counting import mean
from core.polls.history import PUBLIC as PUBLIC_STEPS
from core.polls.results import both, counts_rankings, written
from core.polls.wordcount import Summary
from core.ports import Route, Store
from core.scene import reference
from core.texts import Localized, texts

T = TypeVar("T")
Read = Callable[[Callable[[Store], T]], Awaitable[T]]
Around = tuple[dict[int, Tally], list[PollStep], dict[int, BallotList]]
"""Of some polls: tallies, what became of them, and the lists of ballots of those closed."""

BASE = "/api/v1"
PAGE = 20
LARGEST_PAGE = 100
LONGEST = 100


class Api:
    """``read`` asks the store. Parts that are off have no address here either."""

    def __init__(self, city: City, read: Read[Any], figures: Figures) -> None:
        self._city = city
        self._read = read
        self._figures = figures

    def routes(self) -> list[Route]:
        made = [Route("GET", f"{BASE}/statistics", self._statistics)]
        if self._city.has(Part.POLLS):
            made += [
                Route("GET", f"{BASE}/polls", self._polls),
                Route("GET", f"{BASE}/polls/{{id}}", self._poll),
                Route("GET", f"{BASE}/polls/{{id}}/answers", self._answers),
                Route("GET", f"{BASE}/surveys", self._surveys),
                Route("GET", f"{BASE}/surveys/{{id}}", self._survey),
            ]
        if self._city.has(Part.QUESTIONS):
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
            return page, _around(store, page)

        page, around = await self._read(found)
        shown = [poll(self._city, p, around) for p in page[:limit]]
        more = len(page) > limit
        following = self._next(request, page[limit - 1].id) if more else None
        return answer({"polls": shown, "next": following})

    async def _poll(self, request: web.Request) -> web.Response:
        id = number(request.match_info["id"], 404, "there is no such poll")

        def found(store: Store) -> tuple[Poll | None, Around]:
            one = store.poll(id)
            return one, _around(store, [one] if one else [])

        one, around = await self._read(found)
        if one is None or not is_public(one):
            raise Wrong(404, "there is no such poll")
        return answer(poll(self._city, one, around))

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
        following = _url(self._city, f"{request.path}?{query}") if more else None
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
        return answer({"surveys": [survey(self._city, one) for one in found]})

    async def _survey(self, request: web.Request) -> web.Response:
        """With its polls in their order, and once it is closed how groups answered."""
        id = number(request.match_info["id"], 404, "there is no such survey")

        def found(store: Store) -> tuple[Survey, list[dict[str, Any]]] | None:
            one = store.survey(id)
            if one is None or one.state is PollState.SCHEDULED:
                return None
            asked = [p for x in one.polls if (p := store.poll(x))]
            around = _around(store, asked)
            return one, [poll(self._city, p, around) for p in asked]

        if (shown := await self._read(found)) is None:
            raise Wrong(404, "there is no such survey")
        one, asked = shown
        asked = [{**p, **_asked(step)} for p, step in zip(asked, one.steps, strict=True)]
        groups = [{"by": x.by, "poll": x.poll, "groups": x.groups} for x in one.tables]
        whole = {"history": asked[0]["history"], "polls": asked, "groups": groups}
        return answer({**survey(self._city, one), **whole})

    # --- questions -------------------------------------------------------------------------------

    async def _questions(self, request: web.Request) -> web.Response:
        by, limit, before = self._wanted(request.query), _limit(request), _before(request)
        page = await self._read(lambda store: store.public_questions(limit + 1, before, **by))
        shown = [question(self._city, q) for q in page[:limit]]
        more = len(page) > limit
        following = self._next(request, page[limit - 1].number) if more else None
        return answer({"questions": shown, "next": following})

    def _wanted(self, query: Mapping[str, str]) -> dict[str, Any]:
        state = one_of(query, "state", ("answered", "declined"))
        words = query.get("q", "")
        if len(words) > LONGEST:
            raise Wrong(400, f"q has at most {LONGEST} characters")
        return {
            "theme": one_of(query, "theme", tuple(t.id for t in self._city.themes)),
            "department": one_of(query, "department", tuple(d.id for d in self._city.departments)),
            "state": QuestionState(state) if state else None,
            "words": search.wanted(words),
        }

    async def _question(self, request: web.Request) -> web.Response:
        wanted = number(request.match_info["number"], 404, "there is no such question")
        one = await self._read(lambda store: store.question(wanted))
        if one is None or not one.public:
            raise Wrong(404, "there is no such question")
        return answer(question(self._city, one))

    def _next(self, request: web.Request, last: int) -> str:
        query = {**request.query, "before": str(last)}
        return _url(self._city, f"{request.path}?{urlencode(query)}")


def _around(store: Store, some: Sequence[Poll]) -> Around:
    ids = {p.id for p in some}
    if not ids:
        return {}, [], {}
    lists = {p.id: store.ballot_list(p.id) for p in some if p.state is PollState.CLOSED}
    kept = {id: one for id, one in lists.items() if one}
    return store.tallies(ids), store.poll_steps(ids, *PUBLIC_STEPS), kept


# --- shapes --------------------------------------------------------------------------------------


def poll(city: City, one: Poll, around: Around) -> dict[str, Any]:
    """Votes are null while the poll hides them from somebody who has not voted."""
    tallies, steps, lists = around
    tally = tallies.get(one.id) or Tally(one.paper)
    visible = polls.shows_results(one)
    more = _counted(one, tally) if visible else {}
    return {
        "id": one.id,
        "url": _url(city, f"/polls/{one.id}"),
        "question": one.question,
        "kind": one.kind,
        "least": one.least,
        "most": one.most,
        "options": [
            {
                "index": i,
                "text": text,
                "votes": count if visible else None,
                "withdrawn": i in one.withdrawn,
                "not_counted": tally.uncounted.get(i, 0) if visible else None,
            }
            for i, (text, count) in enumerate(zip(one.options, tally.counts, strict=True))
        ],
        "total": tally.total,
        "channels": dict(sorted(tally.parted.items())),
        "state": one.state,
        "shows": one.shows,
        "staff_sees": visible or (city.staff_sees_hidden_results and not one.state.over),
        "voters": one.voters,
        "areas": one.areas,
        "opens_at": _time(one.opens_at),
        "closes_at": _time(one.closes_at),
        "closed_at": _time(one.closed_at),
        "history": [
            {"kind": step.kind, "at": _time(step.at), "text": step.text, "option": step.option}
            for step in steps
            if step.poll == one.id
        ],
        "ballots": _list(city, lists.get(one.id)),
        **more,
    }


def _list(city: City, kept: BallotList | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    file = _url(city, ballot_lists.FILE.format(id=kept.poll))
    return {"url": file, "sha256": kept.digest, "lines": kept.ballots + 1}


def _counted(one: Poll, tally: Tally) -> dict[str, Any]:
    """What counting says beyond each option's figure."""
    if one.kind is Kind.SCALE:
        return {"mean": mean(tally.counts)}
    if one.kind is not Kind.RANKING:
        return {}
    if not counts_rankings(one, tally):
        return {"run_off": None, "schulze": None}
    instant, pairs = both(tally)
    rounds = [
        {"votes": {str(i): n for i, n in r.counts.items()}, "exhausted": r.spent, "out": r.out}
        for r in instant.rounds
    ]
    return {
        "run_off": {"winners": instant.winners, "rounds": rounds},
        "schulze": {"order": pairs.order, "preferred": pairs.preferred},
    }


def _asked(step: SurveyStep) -> dict[str, Any]:
    when = [{"poll": poll, "options": options} for poll, options in step.when]
    return {"background": step.background, "when": when}


def survey(city: City, one: Survey) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": _url(city, f"/surveys/{one.id}"),
        "title": one.title,
        "intro": one.intro,
        "state": one.state,
        "opens_at": _time(one.opens_at),
        "closes_at": _time(one.closes_at),
        "closed_at": _time(one.closed_at),
    }


def question(city: City, one: Question) -> dict[str, Any]:
    theme = city.theme(one.theme)
    unit = next((d for d in city.departments if d.id == one.department), None)
    official = city.official_by_key(one.official)
    return {
        "number": one.number,
        "reference": reference(city, one.number),
        "url": _url(city, f"/questions/{one.number}"),
        "text": markers.shown(one.text, texts(one.language)),
        "hidden": list(markers.kinds(one.text)),
        "language": one.language,
        "theme": _named(theme.id, theme.name) if theme else None,
        "department": _named(unit.id, unit.name) if unit else None,
        "state": one.state,
        "received_at": _time(one.received_at),
        "answered_at": _time(one.answered_at),
        "answer": one.answer,
        "answered_by": official.title if official else None,
        "links": [{"name": name, "url": url} for name, url in one.links],
        "grounds": one.grounds,
        "reason": one.reason or None,
        "whose": one.whose or None,
        "merged_into": one.merged_into,
        "answered_by_name": (official.name or None) if official else None,
    }


def _named(id: str, name: Localized) -> dict[str, Any]:
    return {"id": id, "name": name}


def _time(when: datetime | None) -> str | None:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def _url(city: City, path: str) -> str:
    """Whole where the city has a public address, otherwise from the root."""
    return city.page(path) or path


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
