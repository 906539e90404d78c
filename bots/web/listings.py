"""Polls and questions that are looked for: by words in any form, and by what they are. Every
address stays: what was sought stands in it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import number
from bots.web.poll_cards import poll_cards, survey_cards
from bots.web.question_cards import question_card
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core import clean, search
from core.city import Part
from core.model import Poll, PollState, QuestionState
from core.ports import Route
from core.questions import following
from core.questions.words import STATES
from core.texts import plain

A_PAGE = 15
MOST_OPEN = 50
MOST_SOUGHT = 2_000
"""Polls that are looked through, the newest."""
LONGEST = 100
SHOWN_STATES = (QuestionState.ANSWERED, QuestionState.DECLINED)
OVER = (PollState.CLOSED, PollState.CANCELLED)


class Listings:
    def __init__(self, site: Site, pages: Pages) -> None:
        self._site, self._pages = site, pages

    def routes(self, page: Callable[[Show], Any]) -> list[Route]:
        made = []
        if self._site.city.has(Part.POLLS):
            made.append(Route("GET", f"{LANG}/polls", page(self.polls)))
        if self._site.city.has(Part.QUESTIONS):
            made.append(Route("GET", f"{LANG}/questions", page(self.questions)))
            made.append(Route("GET", f"{LANG}/waiting", page(self.waiting)))
        return made

    # --- polls -----------------------------------------------------------------------------------

    async def polls(self, visit: Visit) -> web.Response:
        """What is open, and what was, page by page; what was sought, where something was."""
        words, before = _words(visit), _before(visit)

        def found(scene: Scene) -> dict[str, Any]:
            if words:
                return {"found": poll_cards(scene, _sought(scene, words)[:MOST_OPEN])}
            past = scene.store.polls(*OVER, limit=A_PAGE + 1, before=before)
            now = [] if before else scene.store.polls(PollState.OPEN, limit=MOST_OPEN)
            return {
                "open": poll_cards(scene, now),
                "closed": poll_cards(scene, past[:A_PAGE]),
                "surveys": [] if before else survey_cards(scene),
                "more": past[A_PAGE - 1].id if len(past) > A_PAGE else None,
            }

        empty: dict[str, Any] = {"open": [], "closed": [], "surveys": [], "found": [], "more": None}
        shown = empty | await self._pages.look(visit, found)
        return self._site.page(visit, "polls.html", sought=words, before=before, **shown)

    # --- questions -------------------------------------------------------------------------------

    async def questions(self, visit: Visit) -> web.Response:
        words, before = _words(visit), _before(visit)
        themes = {one.id: plain(one.name, visit.language) for one in self._site.city.themes}
        units = {one.id: plain(one.name, visit.language) for one in self._site.city.departments}
        areas = {one.id: plain(one.name, visit.language) for one in self._site.city.areas}
        states = {state.value: STATES[state](visit.t) for state in SHOWN_STATES}
        chosen = {
            "theme": _one_of(visit, "theme", themes),
            "area": _one_of(visit, "area", areas),
            "department": _one_of(visit, "department", units),
            "state": _one_of(visit, "state", states),
        }
        by: dict[str, Any] = {**chosen, "words": search.wanted(words)}
        by["state"] = QuestionState(chosen["state"]) if chosen["state"] else None

        def found(scene: Scene) -> list[Any]:
            listed = scene.store.public_questions(A_PAGE + 1, before, **by)
            return [question_card(scene, q) for q in listed]

        cards = await self._pages.look(visit, found)
        asked = {name: value for name, value in {"q": words, **chosen}.items() if value}
        return self._site.page(
            visit,
            "questions.html",
            answers=cards[:A_PAGE],
            older=_address(asked, cards[A_PAGE - 1].number) if len(cards) > A_PAGE else "",
            newest=_address(asked) if before else "",
            sought=words,
            chosen=chosen,
            choices=[
                ("theme", visit.t("Theme"), visit.t("All themes"), themes),
                ("area", visit.t("Area"), visit.t("All areas"), areas),
                ("department", visit.t("Department"), visit.t("All departments"), units),
                ("state", visit.t("State"), visit.t("All states"), states),
            ],
        )

    async def waiting(self, visit: Visit) -> web.Response:
        """What is open, for anybody to follow."""
        before = _before(visit)

        def found(scene: Scene) -> list[tuple[Any, str]]:
            listed = following.waiting(scene, A_PAGE + 1, before)
            return [
                (question_card(scene, q, own=False), following.followers(scene, q)) for q in listed
            ]

        cards = await self._pages.look(visit, found)
        older = _address({}, cards[A_PAGE - 1][0].number) if len(cards) > A_PAGE else ""
        shown = {"questions": cards[:A_PAGE], "older": older, "before": before}
        return self._site.page(visit, "waiting.html", **shown)


def _sought(scene: Scene, words: str) -> list[Poll]:
    listed = scene.store.polls(PollState.OPEN, *OVER, limit=MOST_SOUGHT)
    return [poll for poll in listed if search.fits(words, poll)]


def _words(visit: Visit) -> str:
    return clean.line(visit.request.query.get("q", ""))[:LONGEST].strip()


def _before(visit: Visit) -> int | None:
    text = visit.request.query.get("before")
    return number(text) if text else None


def _one_of(visit: Visit, name: str, known: Mapping[str, str]) -> str | None:
    """Fault 404 where there is no such one."""
    value = visit.request.query.get(name) or None
    if value is not None and value not in known:
        raise Fault(404)
    return value


def _address(asked: Mapping[str, str], before: int | None = None) -> str:
    query = urlencode({**asked, **({"before": str(before)} if before else {})})
    return f"?{query}" if query else ""
