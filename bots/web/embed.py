"""A poll on other sites: as a web component (``embed.js``) and in a plain frame. Reading leaves no
cookie; votes are taken from the sites that the city file names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from bots.web.acts import Act, Acts
from bots.web.faults import Fault
from bots.web.http import answer
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Sender, number
from bots.web.poll_cards import PollCard, poll_cards, public_poll
from bots.web.site import Site, Visit
from core.city import Part
from core.ports import Route
from core.texts import known

FRAME = f"{LANG}/embed/polls/{{id}}"
COMPONENT = "/embed/polls/{id}"
SCRIPT = "/embed.js"


class Embeds:
    def __init__(self, site: Site, pages: Pages, acts: Acts) -> None:
        self._site, self._pages, self._acts = site, pages, acts

    def routes(self, page: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        """``page`` and ``act`` let in what comes from the sites that may show polls."""
        if not self._site.city.has(Part.POLLS):
            return []
        made = [
            Route("GET", SCRIPT, page(self._script)),
            Route("GET", FRAME, page(self._frame)),
            Route("GET", COMPONENT, page(self._component)),
        ]
        if self._site.city.has(Part.WEB_VOTING):
            made.append(Route("POST", FRAME, act(self._vote_in_frame, "vote")))
            made.append(Route("POST", COMPONENT, act(self._vote, "vote")))
        return made

    async def _script(self, visit: Visit) -> web.Response:
        return self._site.asset(visit.request, "embed.js", "public, max-age=600")

    async def _frame(self, visit: Visit) -> web.Response:
        card = await self._card(visit)
        told = self._shown(visit, card, visit.notice, _simple(card))
        return self._site.page(visit, "embed.html", level=1, **told)

    async def _vote_in_frame(
        self, visit: Visit, sender: Sender, fields: dict[str, str]
    ) -> web.Response:
        notice = await self._press(visit, sender, fields)
        return self._site.go(visit, visit.path, notice)

    async def _component(self, visit: Visit) -> web.Response:
        """What stands in the component, as HTML within JSON."""
        visit = _in_language(visit)
        origin = visit.request.headers.get("Origin", "")
        return await self._told(visit, "", origin in self._site.city.web.frames)

    async def _vote(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        visit = _in_language(visit)
        return await self._told(visit, await self._press(visit, sender, fields), True)

    async def _told(self, visit: Visit, notice: str, votes_here: bool) -> web.Response:
        card = await self._card(visit)
        told = self._shown(visit, card, notice, votes_here and _simple(card))
        html = self._site.fragment(visit, "embed_poll.html", level=2, **told)
        return answer({"html": html, "open": card.open})

    def _shown(self, visit: Visit, card: PollCard, said: str, form: bool) -> dict[str, Any]:
        path = f"/{visit.language}/polls/{card.id}"
        own = f"{visit.request.scheme}://{visit.request.host}"
        origin = self._site.city.page("") or own
        told = {"poll": card, "said": said, "form": form}
        return {**told, "address": f"{origin}{path}", "origin": origin}

    async def _press(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> str:
        """A vote of the plain kind; the others are cast on the page."""
        card = await self._card(visit)
        if not _simple(card) or "option" not in fields:
            raise Fault(400)
        return await self._acts.press_vote(sender, card.id, number(fields["option"]))

    async def _card(self, visit: Visit) -> PollCard:
        id = number(visit.request.match_info["id"])

        def found(scene: Any) -> PollCard:
            if (poll := public_poll(scene, id)) is None:
                raise Fault(404)
            return poll_cards(scene, [poll])[0]

        return await self._pages.look(visit, found)


def _simple(card: PollCard) -> bool:
    """Whether one press is a whole vote."""
    return card.may_vote and not card.fields and not card.entrance


def _in_language(visit: Visit) -> Visit:
    language = known(visit.request.query.get("lang"))
    return replace(visit, language=language) if language else visit
