"""The list of a closed poll's ballots: the file, and a page that counts it in the browser."""

from aiohttp import web

from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import number
from bots.web.poll_cards import public_poll
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.model import BallotList, Poll
from core.polls import ballot_list
from core.ports import Store
from core.texts import pick

FILE = "/polls/{id}/ballots.jsonl"
PAGE = LANG + "/polls/{id}/ballots"


class BallotLists:
    def __init__(self, site: Site, pages: Pages) -> None:
        self._site = site
        self._pages = pages

    def page(self) -> tuple[str, Show]:
        return PAGE, self._page

    async def _page(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])

        def found(scene: Scene) -> tuple[Poll | None, BallotList | None]:
            return public_poll(scene, id), scene.store.ballot_list(id)

        poll, kept = await self._pages.look(visit, found)
        if poll is None or kept is None:
            raise Fault(404)
        return self._site.page(
            visit,
            "ballots.html",
            id=id,
            question=pick(poll.question, visit.language),
            kept=kept,
            address=FILE.format(id=id),
            ranked=poll.kind == "ranking",
        )

    async def file(self, request: web.Request) -> web.StreamResponse:
        """As long as it is: some thousands of lines at a time."""
        id = number(request.match_info["id"])

        def found(store: Store) -> tuple[Poll | None, BallotList | None]:
            return store.poll(id), store.ballot_list(id)

        poll, kept = await self._pages.read(found)
        if poll is None or kept is None:
            raise Fault(404)
        response = web.StreamResponse(headers=_headers(id, kept))
        self._site.dress(response)
        await response.prepare(request)
        if request.method != "HEAD":
            await response.write(kept.head.encode())
            await self._write(response, poll)
        return response

    async def _write(self, response: web.StreamResponse, poll: Poll) -> None:
        after = b""

        def page(store: Store) -> list[tuple[bytes, int]]:
            return store.closed_ballots(poll.id, after, ballot_list.PAGE)

        while found := await self._pages.read(page):
            await response.write(ballot_list.lines(poll.paper, found))
            after = found[-1][0]


def _headers(id: int, kept: BallotList) -> dict[str, str]:
    return {
        "Content-Type": "application/jsonl; charset=utf-8",
        "Content-Disposition": f'attachment; filename="kuulolla-{id}.jsonl"',
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, max-age=3600",
        "ETag": f'"{kept.digest}"',
    }
