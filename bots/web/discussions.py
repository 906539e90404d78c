"""Discussions on the page: the comments of all channels, one's own and what became of them."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bots.web import http, own_texts, shapes
from bots.web.conversations import Card, discussion_card
from bots.web.faults import Fault
from bots.web.http import Wrong, answer
from bots.web.pages import LANG, Pages, Read, Show
from bots.web.parse import Events, Sender, number
from bots.web.render import blocks
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.city import City, Part
from core.discussions import data, shown
from core.discussions.board import Board, Order, Wanted, board
from core.messages import AnyBlock, Form, Reply, rows, text
from core.model import CommentState, Discussion, ItemKind, PollState
from core.ports import Route, Store
from core.texts import pick

PRESSES = frozenset({"comment_up", "comment_report", "comment_off", "comment_topic"})
FILES: dict[str, Callable[[Store, City, Discussion], bytes]] = {
    "csv": data.comments_csv,
    "json": lambda *of: json.dumps(data.comments_json(*of), ensure_ascii=False).encode(),
}
BASE, LARGEST_PAGE = "/api/v1/discussions", 100
KINDS = {"csv": "text/csv", "json": "application/json"}
Act = Callable[[Visit, Sender, dict[str, str]], Awaitable[web.StreamResponse]]
Tell = Callable[[Any], Awaitable[Reply]]


class DiscussionPages:
    """``tell`` takes an event to the rules."""

    def __init__(self, site: Site, pages: Pages, events: Events, tell: Tell) -> None:
        self._site, self._pages, self._events, self._tell = site, pages, events, tell

    def routes(self, show: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        if not self._site.city.has(Part.DISCUSSIONS):
            return []
        base = f"{LANG}/discussions"
        return [
            Route("GET", base, show(self._list)),
            Route("GET", f"{base}/{{id}}", show(self._one)),
            Route("GET", f"{base}/{{id}}/write", show(self._write)),
            *(Route("GET", f"{base}/{{id}}/comments.{x}", show(self._file)) for x in FILES),
            Route("POST", f"{base}/{{id}}", act(self._press, "vote")),
            Route("POST", f"{base}/{{id}}/write", act(self._submit, "ask")),
        ]

    async def _list(self, visit: Visit) -> web.Response:
        def found(scene: Scene) -> list[Card]:
            seen = scene.store.discussions(PollState.OPEN, PollState.CLOSED)
            return [discussion_card(scene, one) for one in seen]

        cards = await self._pages.look(visit, found)
        return self._site.page(visit, "discussions.html", cards=cards)

    async def _one(self, visit: Visit) -> web.Response:
        id, who, asked = _id(visit), self._accounts(visit), _wanted(visit)

        def found(scene: Scene) -> tuple[Discussion, Board, list[AnyBlock]]:
            accounts = who(scene)
            discussion = _public(scene, id)
            made = board(scene, discussion, asked, shown.Reader(accounts))
            return discussion, made, _own(scene, discussion, accounts)

        discussion, made, own = await self._pages.look(visit, found)
        t = visit.t
        return self._site.page(
            visit, "discussion.html", personal=True, id=id, wanted=asked, topics=made.topics,
            title=t("Discussion: {title}", title=pick(discussion.title, visit.language)),
            open=discussion.state is PollState.OPEN, head=blocks(t, made.head),
            entries=made.entries, further=made.further, link=partial(_link, asked),
            blocks=partial(blocks, t), own=blocks(t, own),
            chat=self._site.city.chat_link(f"discussion_{id}"),
        )  # fmt: skip

    def _accounts(self, visit: Visit) -> Callable[[Scene], list[str]]:
        resident = self._pages.whose(visit)
        return lambda scene: scene.store.accounts(resident) if resident else []

    async def _press(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id, action = _id(visit), fields.get("press", "")
        verb, _, rest = action.partition(":")
        if verb in own_texts.FORMS:
            return self._site.go(visit, f"{own_texts.PATH}/{verb}/{rest.replace(':', '/')}")
        if verb == "comment_reply":
            return self._site.go(visit, f"/discussions/{id}/write?to={rest}")
        if verb not in PRESSES:
            raise Fault(400)
        reply = await self._tell(self._events.pressed(sender, action))
        return self._site.go(visit, f"/discussions/{id}", reply.notice)

    async def _file(self, visit: Visit) -> web.Response:
        """All comments that are shown, to take along."""
        id, kind = _id(visit), visit.path.rpartition(".")[2]

        def found(scene: Scene) -> bytes:
            return FILES[kind](scene.store, scene.city, _public(scene, id))

        body = await self._pages.look(visit, found)
        response = web.Response(body=body, content_type=KINDS[kind], charset="utf-8")
        self._site.dress(response)
        response.headers["Cache-Control"] = "no-cache"
        told = f'attachment; filename="discussion-{id}-comments.{kind}"'
        response.headers["Content-Disposition"] = told
        return response

    # --- writing ---------------------------------------------------------------------------------

    async def _write(self, visit: Visit) -> web.Response:
        query, id = visit.request.query, _id(visit)
        form = await self._pages.look(visit, lambda scene: _form(scene, id, query))
        return self._form_page(visit, id, form, {})

    def _form_page(
        self, visit: Visit, id: int, form: Form, errors: Mapping[str, str]
    ) -> web.Response:
        path = f"/discussions/{id}"
        return self._site.dialog(visit, form, f"{path}/write", errors, back=path)

    async def _submit(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id, state = _id(visit), fields.get("state", "")
        named, _, above = state.partition(":")
        if named != str(id) or fields.get("form", "comment") != "comment":
            raise Fault(400)
        given = {key: words for key, words in fields.items() if key != "form"}
        reply = await self._tell(self._events.submitted(sender, "comment", given))
        if reply.errors:
            form = await self._pages.look(visit, lambda scene: _form(scene, id, {"to": above}))
            return self._form_page(visit, id, form.again(fields), reply.errors)
        said = reply.notice or (reply.message.summary if reply.message else "")
        return self._site.go(visit, f"/discussions/{id}", said)


def _id(visit: Visit) -> int:
    return number(visit.request.match_info["id"])


def _wanted(visit: Visit) -> Wanted:
    query = visit.request.query
    order, topic = query.get("order", Order.NEW), query.get("topic", "")
    if order not in set(Order) or (topic not in ("", shown.NO_TOPIC) and not topic.isdecimal()):
        raise Fault(404)
    return Wanted(topic, Order(order), number(query.get("skip", "0")))


def _link(wanted: Wanted, **changed: str | int) -> str:
    """The query of another view; from its first comment on, where nothing else is said."""
    asked = {"topic": wanted.topic, "order": str(wanted.order), "skip": 0} | changed
    told = {name: value for name, value in asked.items() if value not in ("", 0, Order.NEW)}
    return f"?{urlencode(told)}" if told else ""


def _public(scene: Scene, id: int) -> Discussion:
    discussion = scene.store.discussion(id)
    if discussion is None or discussion.state is PollState.SCHEDULED:
        raise Fault(404)
    return discussion


def _form(scene: Scene, id: int, query: Mapping[str, str]) -> Form:
    discussion = _public(scene, id)
    to = query.get("to", "")
    return shown.comment_form(scene.t, discussion, number(to) if to else None)


def _own(scene: Scene, discussion: Discussion, accounts: list[str]) -> list[AnyBlock]:
    """What waits, or was not let through, with the reason and what can be done about it."""
    made: list[AnyBlock] = []
    for comment in scene.store.own_comments(accounts, discussion.id) if accounts else ():
        if comment.state is CommentState.SHOWN:
            continue
        if told := own_texts.own_verdict(scene, ItemKind.COMMENT, str(comment.id)):
            made += [text(comment.text, role="quote"), *told]
            suggested = shown.sort_under(scene, discussion, comment)
            made += [rows(*suggested)] if suggested else []
    return made


class DiscussionApi:
    """The same for programs."""

    def __init__(self, site: Site, read: Read[Any]) -> None:
        self._site, self._read = site, read

    def routes(self) -> list[Route]:
        if not self._site.city.has(Part.DISCUSSIONS):
            return []
        return [
            Route("GET", BASE, self._all),
            Route("GET", f"{BASE}/{{id}}", self._whole),
        ]

    async def _all(self, _: web.Request) -> web.Response:
        def found(store: Store) -> list[dict[str, Any] | None]:
            some = store.discussions(*data.PUBLIC, limit=LARGEST_PAGE)
            return [shapes.discussion(store, self._site.city, one) for one in some]

        return answer({"discussions": await self._read(found)})

    async def _whole(self, request: web.Request) -> web.Response:
        id = http.number(request.match_info["id"], 404, "there is no such discussion")

        def found(store: Store) -> dict[str, Any] | None:
            if (one := data.public(store, id)) is None:
                return None
            told = shapes.discussion(store, self._site.city, one)
            return {"discussion": told, **data.comments_json(store, self._site.city, one)}

        if (whole := await self._read(found)) is None:
            raise Wrong(404, "there is no such discussion")
        return answer(whole)
