"""Questions as Open311 GeoReport v2 tells them, for the city's other systems: read-only, and only
what is public. Helsinki's feedback service speaks the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bots.web.http import LARGEST_NUMBER, Wrong, answer, number, one_of
from bots.web.pages import Read
from bots.web.site import Site
from core import clean, markers, search
from core.city import City, Part
from core.model import Question
from core.ports import Route
from core.scene import reference
from core.texts import LANGUAGES, known, plain, texts

BASE = "/open311/v2"
MOST = 1000
SPAN = timedelta(days=90)
"""What is listed where no days are asked for, as the standard has it."""
OTHER = "other"


class Open311:
    def __init__(self, site: Site, read: Read[Any]) -> None:
        self._site, self._read = site, read

    def routes(self) -> list[Route]:
        if not self._site.city.has(Part.QUESTIONS):
            return []
        return [
            Route("GET", f"{BASE}/discovery.json", self._discovery),
            Route("GET", f"{BASE}/services.json", self._services),
            Route("GET", f"{BASE}/requests.json", self._requests),
            Route("GET", f"{BASE}/requests/{{id}}.json", self._request),
        ]

    async def _discovery(self, _: web.Request) -> web.Response:
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": self._site.city.page(BASE) or BASE,
            "type": "production",
            "formats": ["application/json"],
        }
        return answer({"changeset": "2026-11-22T00:00:00Z", "endpoints": [endpoint]})

    async def _services(self, request: web.Request) -> web.Response:
        language = self._language(request)
        t = texts(language)
        named = {theme.id: plain(theme.name, language) for theme in self._site.city.themes}
        return answer(
            [
                {
                    "service_code": code,
                    "service_name": name,
                    "description": name,
                    "metadata": False,
                    "type": "realtime",
                    "keywords": "",
                    "group": "",
                }
                for code, name in {**named, OTHER: t("Other")}.items()
            ]
        )

    async def _requests(self, request: web.Request) -> web.Response:
        query, language = request.query, self._language(request)
        if ids := query.get("service_request_id"):
            why = "service_request_id is numbers, with commas between"
            numbers = [number(x.strip(), 400, why) for x in ids.split(",")[:50]]
            found = await self._read(lambda store: store.questions_numbered(numbers))
            return self._told(request, [q for q in found if q.public], language)
        if one_of(query, "status", ("open", "closed")) == "open":
            return answer([])  # what is open is between its asker and the city
        since, until = _span(query)
        theme = one_of(query, "service_code", (*(t.id for t in self._site.city.themes), OTHER))
        words = search.wanted(query.get("q", "")[:100])
        page = number(query.get("page", "1"), 400, "page is a number from 1")
        size = number(query.get("page_size", str(MOST)), 400, f"page_size is 1 to {MOST}")
        if not 1 <= size <= MOST or page < 1:
            raise Wrong(400, f"page is at least 1, page_size 1 to {MOST}")
        by: dict[str, Any] = {"since": since, "until": until, "words": words}
        by["theme"] = "" if theme == OTHER else theme
        skip = min((page - 1) * size, LARGEST_NUMBER)
        listed = await self._read(lambda s: s.public_questions(limit=size, skip=skip, **by))
        return self._told(request, listed, language)

    async def _request(self, request: web.Request) -> web.Response:
        id = number(request.match_info["id"], 404, "there is no such request")
        one = await self._read(lambda store: store.question(id))
        if one is None or not one.public:
            raise Wrong(404, "there is no such request")
        return self._told(request, [one], self._language(request))

    def _told(self, request: web.Request, found: list[Question], language: str) -> web.Response:
        more = request.query.get("extensions") == "true"
        return answer([service_request(self._site.city, one, language, more) for one in found])

    def _language(self, request: web.Request) -> str:
        return known(request.query.get("locale")) or self._site.city.language


def service_request(city: City, one: Question, language: str, extensions: bool) -> dict[str, Any]:
    theme = city.theme(one.theme)
    unit = next((d for d in city.departments if d.id == one.department), None)
    words = next((one.answer[x] for x in (language, *LANGUAGES) if one.answer.get(x)), one.reason)
    made = {
        "service_request_id": str(one.number),
        "status": "closed",
        "status_notes": words,
        "service_code": theme.id if theme else OTHER,
        "service_name": plain(theme.name, language) if theme else texts(language)("Other"),
        "description": markers.shown(one.text, texts(one.language)),
        "agency_responsible": plain(unit.name, language) if unit else "",
        "requested_datetime": _time(one.received_at),
        "updated_datetime": _time(one.answered_at or one.received_at),
    }
    if extensions:
        made["extended_attributes"] = {
            "title": clean.short(one.text, 100),
            "detailed_status": one.state,
            "reference": reference(city, one.number),
            "url": city.page(f"/questions/{one.number}") or f"/questions/{one.number}",
            "language": one.language,
        }
    return made


def _span(query: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """``start_date`` and ``end_date``; of one alone, ninety days of it."""
    since, until = _moment(query, "start_date"), _moment(query, "end_date")
    if since and not until:
        until = since + SPAN
    if until and not since:
        since = until - SPAN
    return since, until


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        made = datetime.fromisoformat(text)
        made = made if made.tzinfo else made.replace(tzinfo=UTC)
        if not 1990 <= made.year <= 2190:
            raise ValueError
        return made.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(400, f"{name} is written as 2026-11-22T10:00:00Z") from None


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
