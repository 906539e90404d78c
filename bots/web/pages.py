"""What can be read: each page is one look at the store, and a template."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, TypeVar

import segno
from aiohttp import web

from bots.web.conversations import open_cards, open_discussions
from bots.web.faults import Fault
from bots.web.figures import Figures, figure_months, part_months
from bots.web.kept import KeptPages
from bots.web.parse import NAME, number
from bots.web.poll_cards import (
    poll_cards,
    public_poll,
    sequels,
    shown_answers,
    survey_cards,
)
from bots.web.question_cards import question_card
from bots.web.render import blocks, result_table, results
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from bots.web.together import Together
from core import links, markers, talk
from core.city import Part
from core.messages import Bars, Form
from core.model import PollState
from core.polls import receipts
from core.ports import Route, Store, subject
from core.texts import LANGUAGES, plain

T = TypeVar("T")
Read = Callable[[Callable[[Store], T]], Awaitable[T]]
Show = Callable[[Visit], Awaitable[web.StreamResponse]]
Chart = Callable[[str, int], Awaitable[bytes | None]]
"""Language and poll → a picture (PNG) of its result; None where there is none to show."""

LANG = "/{lang:" + "|".join(LANGUAGES) + "}"
FRONT_POLLS = 4
FRONT_ANSWERS = 4
FRONT_CONVERSATIONS = 4
FRONT_DISCUSSIONS = 4
FRONT_RESULTS = 2
ANSWERS_A_PAGE = 50
NO_BARS = Bars((), "")


class Pages:
    """``resident`` makes the pseudonym of a browser's id."""

    def __init__(
        self,
        site: Site,
        read: Read[Any],
        clock: Callable[[], datetime],
        resident: Callable[[str, str], str],
        chart: Chart,
        kept: KeptPages,
    ) -> None:
        self._site = site
        self._kept = kept
        self.read = read
        self._together = Together(read)
        self._clock = clock
        self._resident = resident
        self._chart = chart
        self.figures = Figures(site, read, clock)

    def routes(self, wrap: Callable[[Show], Any]) -> list[Route]:
        shown: dict[str, Show] = {
            f"{LANG}/": self.front,
            f"{LANG}/about": self.about,
            f"{LANG}/statistics": self.statistics,
        }
        if self._site.city.has(Part.POLLS):
            shown |= {
                f"{LANG}/polls/{{id}}": self.poll,
                f"{LANG}/polls/{{id}}/chart.png": self.chart,
                f"{LANG}/polls/{{id}}/answers": self.answers,
            }
        if self._site.city.has(Part.WEB_VOTING) and self._site.city.has(*links.VOTED):
            shown[f"{LANG}/link"] = self.link
        if self._site.city.has(Part.QUESTIONS):
            shown |= {
                f"{LANG}/ask": self.ask,
            }
        return [Route("GET", path, wrap(show)) for path, show in shown.items()]

    def whose(self, visit: Visit) -> str | None:
        return self._resident(NAME, visit.visitor) if visit.visitor else None

    async def look(
        self, visit: Visit, question: Callable[[Scene], T], read: Read[Any] | None = None
    ) -> T:
        """Asks the store, as this visitor."""
        city, now, t, who = self._site.city, self._clock(), visit.t, self.whose(visit)
        asked = read or self.read
        return await asked(lambda store: question(Scene(store, city, now, t, who)))

    # --- front and about -------------------------------------------------------------------------

    async def front(self, visit: Visit) -> web.Response:
        with_polls = self._site.city.has(Part.POLLS)
        with_questions = self._site.city.has(Part.QUESTIONS)
        with_statements = self._site.city.has(Part.STATEMENTS)
        with_discussions = self._site.city.has(Part.DISCUSSIONS)

        def found(scene: Scene) -> dict[str, Any]:
            store = scene.store
            open = store.polls(PollState.OPEN, limit=FRONT_POLLS) if with_polls else []
            closed = store.polls(PollState.CLOSED, limit=FRONT_RESULTS) if with_polls else []
            answers = store.public_questions(limit=FRONT_ANSWERS) if with_questions else []
            return {
                "sequels": sequels(scene) if with_polls else [],
                "surveys": survey_cards(scene, PollState.OPEN) if with_polls else [],
                "open": poll_cards(scene, open),
                "conversations": open_cards(scene, FRONT_CONVERSATIONS) if with_statements else [],
                "discussions": open_discussions(scene, FRONT_DISCUSSIONS)
                if with_discussions
                else [],
                "closed": poll_cards(scene, closed),
                "answers": [question_card(scene, q) for q in answers],
            }

        return self._site.page(visit, "front.html", **await self.look(visit, found))

    async def about(self, visit: Visit) -> web.Response:
        privacy = plain(self._site.city.privacy, visit.language)
        chat = self._site.city.chat_link("start")
        return self._site.page(visit, "about.html", privacy=privacy, chat=chat)

    # --- polls -----------------------------------------------------------------------------------

    async def poll(self, visit: Visit) -> web.Response:
        """To those who are nobody yet, as it was sent last while nothing changed in it."""
        id = number(visit.request.match_info["id"])
        if visit.visitor or visit.notice or visit.request.rel_url.raw_query_string:
            return await self.poll_page(visit, {}, {})
        key, name = (id, visit.language), subject("poll", id)
        if (body := self._kept.find(key, name, visit.token)) is not None:
            return self._site.sent(visit, body)
        mark, at = self._kept.mark(name), self._clock()

        def keep(made: bytes) -> None:
            self._kept.keep(key, mark, at, made, visit.token)

        return await self.poll_page(visit, {}, {}, keep)

    async def poll_page(
        self,
        visit: Visit,
        filled: Mapping[str, str],
        faults: Mapping[str, str],
        keep: Callable[[bytes], None] | None = None,
    ) -> web.Response:
        """``filled`` in again, with its ``faults``, where a ballot was none. ``keep`` is given a
        page that is the same for others as well."""
        id = number(visit.request.match_info["id"])

        def found(scene: Scene) -> Any:
            if (poll := public_poll(scene, id)) is None:
                raise Fault(404)
            kept = scene.store.ballot_list(id) if poll.state.over else None
            mine = receipts.mine(scene.store, scene.person, {id}) if scene.person else {}
            return poll_cards(scene, [poll])[0].again(filled), kept, mine.get(id, "")

        who = self.whose(visit)
        ask = partial(self._together.ask, reader=(id, who) if who else None)
        card, kept, receipt = await self.look(visit, found, ask)
        chat = self._site.city.chat_link(f"poll_{id}") if card.open else ""
        more = {"list": kept, "chat": chat, "qr": qr(chat) if chat else "", "faults": faults}
        if faults or card.mine:
            status = 422 if faults else 200
            return self._site.page(
                visit, "poll.html", status, poll=card, receipt=receipt, votes=card.votes, **more
            )
        own = {"receipt": receipt, "votes": card.votes}
        shown = results(visit.t, card.bars, card.more, card.votes, card.why)
        if card.bars and not card.open and any(bar.count for bar in card.bars.bars):
            picture = f"/{visit.language}/polls/{id}/chart.png"
            shown += result_table(visit.t, card.bars, picture)
        alike = replace(card, bars=card.bars and NO_BARS, more=(), votes="")
        response = self._site.poured(
            visit, "poll.html", (id, card.choice), own, shown, poll=alike, **more
        )
        if keep and not card.shuffled and isinstance(response.body, bytes):
            keep(response.body)
        return response

    async def answers(self, visit: Visit) -> web.Response:
        """What people wrote in their own words, page by page."""
        id = number(visit.request.match_info["id"])
        page = number(visit.request.query.get("page", "1"))

        def found(scene: Scene) -> dict[str, Any]:
            if (shown := shown_answers(scene, id)) is None:
                raise Fault(404)
            return shown

        shown = await self.look(visit, found)
        every, start = shown.pop("answers"), (page - 1) * ANSWERS_A_PAGE
        if page < 1 or (start >= len(every) and page > 1):
            raise Fault(404)
        more = page + 1 if start + ANSWERS_A_PAGE < len(every) else 0
        listed = every[start : start + ANSWERS_A_PAGE]
        return self._site.page(
            visit, "answers.html", id=id, page=page, more=more, answers=listed, **shown
        )

    async def link(self, visit: Visit) -> web.Response:
        return await self.link_page(visit, {})

    async def link_page(self, visit: Visit, errors: dict[str, str]) -> web.Response:
        """Where a code from another channel is entered, or one for it is made."""
        accounts = await self.look(visit, lambda scene: scene.accounts) if visit.visitor else []
        form = links.form(visit.t)
        return self._site.page(
            visit,
            "link.html",
            status=422 if errors else 200,
            personal=True,
            form=form,
            fields=blocks(visit.t, form.blocks, errors),
            about=links.about(visit.t, self._site.city),
            linked=len(accounts),
        )

    async def chart(self, visit: Visit) -> web.Response:
        picture = await self._chart(visit.language, number(visit.request.match_info["id"]))
        if picture is None:
            raise Fault(404)
        response = web.Response(body=picture, content_type="image/png")
        self._site.dress(response)
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    # --- questions -------------------------------------------------------------------------------

    async def statistics(self, visit: Visit) -> web.Response:
        made = await self.figures.latest()
        months = figure_months(visit.t, self._site.city, made.answers)
        taking_part = part_months(visit.t, made.months)
        return self._site.page(visit, "statistics.html", months=months, taking_part=taking_part)

    async def ask(self, visit: Visit) -> web.Response:
        """With the text of a draft that was not sent, to be corrected."""

        def found(scene: Scene) -> str:
            draft = scene.store.draft(scene.resident, "question") if scene.resident else None
            return draft["text"] if draft else ""

        words = await self.look(visit, found) if visit.visitor else ""
        return self.form_page(visit, self.ask_form(visit, words))

    def ask_form(self, visit: Visit, words: str = "") -> Form:
        shown = markers.shown(words, visit.t)
        return talk.ask_form(visit, shown)  # of the turn it only needs the words

    def form_page(self, visit: Visit, form: Form, errors: dict[str, str] | None = None) -> Any:
        return self._site.dialog(visit, form, "/ask", errors or {}, template="ask.html")

    async def newest(self, visit: Visit) -> int | None:
        """The number of the question that this visitor asked last."""

        def found(scene: Scene) -> int | None:
            listed = scene.store.questions_of([scene.resident], 1) if scene.resident else []
            return listed[0].number if listed else None

        return await self.look(visit, found)


@lru_cache(maxsize=256)
def qr(link: str) -> str:
    """A QR code as the address of a picture."""
    code = segno.make(link, error="m", micro=False)
    return code.svg_data_uri(border=3, dark="#10222b", light="#fff")
