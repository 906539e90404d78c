"""Conversations of statements on the page: one statement at a time, own ones, and the report."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, Protocol

from aiohttp import web

from bots.web.conversations import Card, card
from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender, number
from bots.web.render import message
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core.city import Part
from core.messages import AnyBlock, Buttons, Form, Image, Message, Reply
from core.model import Conversation, PollState
from core.ports import Route
from core.statements import acts, shown, voting
from core.statements.voting import Standing

PRESSES = frozenset({"say", "weigh", "others", "enough", "stand"})
REPORT_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""The report is a document that needs nothing else: its styles are in it, and it has no script."""
FILES: dict[str, Literal["export", "older"]] = {
    "polis-export.zip": "export",
    "participants-votes.zip": "older",
}

Act = Callable[[Visit, Sender, dict[str, str]], Awaitable[web.StreamResponse]]
Tell = Callable[[Any], Awaitable[Reply]]


class Works(Protocol):
    """What workers make of a conversation; None where there is nothing to make it of."""

    async def report(self, language: str, id: int) -> bytes | None: ...
    async def space(self, language: str, id: int) -> bytes | None: ...
    async def export(self, kind: Literal["export", "older"], id: int) -> bytes | None: ...


class StatementPages:
    """``tell`` takes an event to the rules."""

    def __init__(self, site: Site, pages: Pages, events: Events, tell: Tell, works: Works) -> None:
        self._site, self._pages, self._events = site, pages, events
        self._tell, self._works = tell, works

    def routes(self, show: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        city, base = self._site.city, f"{LANG}/statements"
        if not city.has(Part.STATEMENTS):
            return []
        made: dict[str, Show] = {
            base: self._list,
            f"{base}/{{id}}": self._stand,
            f"{base}/{{id}}/report": self._report,
            f"{base}/{{id}}/report.html": self._document,
            f"{base}/{{id}}/space.png": self._space,
        }
        if city.statement_data:
            made |= {f"{base}/{{id}}/{name}": self._file for name in FILES}
        routes = [Route("GET", path, show(page)) for path, page in made.items()]
        if city.has(Part.WEB_VOTING):
            routes.append(Route("GET", f"{base}/{{id}}/add", show(self._add)))
            routes.append(Route("POST", f"{base}/{{id}}", act(self._act, "vote")))
            routes.append(Route("POST", f"{base}/{{id}}/add", act(self._submit, "ask")))
        return routes

    async def _list(self, visit: Visit) -> web.Response:
        def found(scene: Scene) -> list[Card]:
            states = (PollState.OPEN, PollState.CLOSED)
            return [card(scene, one) for one in scene.store.conversations(*states)]

        cards = await self._pages.look(visit, found)
        return self._site.page(visit, "statements.html", cards=cards)

    # --- taking a stand --------------------------------------------------------------------------

    async def _stand(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])
        votes = self._site.city.has(Part.WEB_VOTING)

        def found(scene: Scene) -> Message | None:
            conversation = _public(scene, id)
            return _now(scene, conversation, votes) if _open(scene, conversation) else None

        made = await self._pages.look(visit, found)
        if made is None:
            return self._site.go(visit, f"/statements/{id}/report")
        return self._shown(visit, id, made)

    def _shown(self, visit: Visit, id: int, made: Message) -> web.Response:
        """The chat's message as a page: its buttons are those of a form."""
        return self._site.page(
            visit, "statement.html", personal=True, title=made.summary, id=id,
            body=message(visit.t, made), chat=self._site.city.chat_link(f"statements_{id}"),
        )  # fmt: skip

    async def _act(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id = number(visit.request.match_info["id"])
        action = fields.get("press", "")
        verb = action.partition(":")[0]
        if verb == "statement_new":
            return self._site.go(visit, f"/statements/{id}/add")
        if verb not in PRESSES:
            raise Fault(400)
        reply = await self._tell(self._events.pressed(sender, action))
        if verb in ("say", "stand") or reply.message is None:
            return self._site.go(visit, f"/statements/{id}", reply.notice)
        return self._shown(visit, id, reply.message)

    # --- own statements --------------------------------------------------------------------------

    async def _add(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])

        def found(scene: Scene) -> Form | None:
            conversation = _public(scene, id)
            takes = conversation.takes_statements(scene.now)
            return acts.add_form(scene.t, conversation) if takes else None

        form = await self._pages.look(visit, found)
        if form is None:
            return self._site.go(visit, f"/statements/{id}")
        return self._form(visit, id, form, {})

    def _form(self, visit: Visit, id: int, form: Form, errors: Mapping[str, str]) -> web.Response:
        path = f"/statements/{id}"
        return self._site.dialog(visit, form, f"{path}/add", errors, back=path)

    async def _submit(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id = number(visit.request.match_info["id"])
        if fields.get("state", "").partition(":")[0] != str(id):
            raise Fault(400)
        reply = await self._tell(self._events.submitted(sender, "statement_add", fields))
        if reply.form:
            return self._form(visit, id, reply.form, {})
        if reply.errors:
            form = await self._pages.look(
                visit, lambda scene: acts.add_form(scene.t, _public(scene, id))
            )
            return self._form(visit, id, form.again(fields), reply.errors)
        return self._site.go(visit, f"/statements/{id}", reply.notice)

    # --- the report ------------------------------------------------------------------------------

    async def _report(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])

        def found(scene: Scene) -> tuple[Card, Message, str, bool]:
            conversation = _public(scene, id)
            told = shown.conversation_result(scene, id)
            kept = tuple(
                b for b in told.blocks[1:] if not isinstance(b, Image) and not _is_report(b, id)
            )
            alt = next((b.alt for b in told.blocks if isinstance(b, Image)), "")
            any_votes = scene.store.groups(id) is not None
            return card(scene, conversation), Message(told.summary, kept), alt, any_votes

        made, told, alt, any_votes = await self._pages.look(visit, found)
        files = FILES if self._site.city.statement_data and any_votes else ()
        return self._site.page(
            visit, "statement_report.html", card=made, body=message(visit.t, told),
            alt=alt, whole=any_votes, files=list(files),
        )  # fmt: skip

    async def _document(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])
        made = await self._works.report(visit.language, id)
        response = self._made(made, "text/html", "no-cache")
        response.charset = "utf-8"
        response.headers["Content-Security-Policy"] = REPORT_CSP
        return response

    async def _space(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])
        made = await self._works.space(visit.language, id)
        return self._made(made, "image/png", "public, max-age=60")

    async def _file(self, visit: Visit) -> web.Response:
        id = number(visit.request.match_info["id"])
        name = visit.path.rpartition("/")[2]
        made = await self._works.export(FILES[name], id)
        response = self._made(made, "application/zip", "no-cache")
        told = f'attachment; filename="statements-{id}-{name}"'
        response.headers["Content-Disposition"] = told
        return response

    def _made(self, made: bytes | None, kind: str, kept: str) -> web.Response:
        if made is None:
            raise Fault(404)
        response = web.Response(body=made, content_type=kind)
        self._site.dress(response)
        response.headers["Cache-Control"] = kept
        return response


def _public(scene: Scene, id: int) -> Conversation:
    """Fault 404 where there is none yet."""
    conversation = scene.store.conversation(id)
    if conversation is None or conversation.state is PollState.SCHEDULED:
        raise Fault(404)
    return conversation


def _open(scene: Scene, conversation: Conversation) -> bool:
    return conversation.takes_votes(scene.now)


def _now(scene: Scene, conversation: Conversation, votes: bool) -> Message:
    """What the visitor is asked now; right after so many answers, with what others think."""
    standing = voting.standing(scene.store, conversation, scene.person)
    found = scene.store.statement(standing.next) if standing.next is not None else None
    if found is None:
        return shown.others(scene, standing, last=True)
    made = shown.card(scene, standing, found)
    told = _others(scene, standing) if len(standing.said) == shown.TOLD_AFTER else ()
    kept = made.blocks if votes else (b for b in made.blocks if not isinstance(b, Buttons))
    return Message(made.summary, (*kept, *told))


def _others(scene: Scene, standing: Standing) -> tuple[AnyBlock, ...]:
    told = shown.others(scene, standing).blocks
    return tuple(block for block in told if not isinstance(block, Buttons))


def _is_report(block: AnyBlock, id: int) -> bool:
    return getattr(block, "url", "").endswith(f"/statements/{id}/report")
