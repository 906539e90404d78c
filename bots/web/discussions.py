"""Discussions on the page: the comments of all channels, one's own and what became of them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from msgspec import structs

from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender, number
from bots.web.render import blocks, message
from bots.web.shown import Scene
from bots.web.site import Site, Visit
from core.city import Part
from core.discussions import shown
from core.messages import AnyBlock, Ask, Form, Message, Reply, bold, text
from core.model import CommentState, Discussion, ItemKind, PollState
from core.moderation import told
from core.ports import Route
from core.texts import pick

PRESSES = frozenset({"comment_up", "comment_report", "comment_off"})
FORMS = frozenset({"comment", "my_reword", "my_appeal"})
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
            Route("POST", f"{base}/{{id}}", act(self._press, "vote")),
            Route("POST", f"{base}/{{id}}/write", act(self._submit, "ask")),
        ]

    async def _list(self, visit: Visit) -> web.Response:
        def found(scene: Scene) -> list[tuple[int, str, bool]]:
            seen = scene.store.discussions(PollState.OPEN, PollState.CLOSED)
            return [
                (x.id, pick(x.title, visit.language), x.state is PollState.OPEN) for x in seen
            ]

        cards = await self._pages.look(visit, found)
        return self._site.page(visit, "discussions.html", cards=cards)

    async def _one(self, visit: Visit) -> web.Response:
        id, skip = _id(visit), number(visit.request.query.get("skip", "0"))
        who = self._accounts(visit)

        def found(scene: Scene) -> tuple[Message, list[AnyBlock]]:
            accounts = who(scene)
            made = shown.reading(scene, _public(scene, id), skip, shown.Reader(accounts))
            return made, _own(scene, id, accounts)

        made, own = await self._pages.look(visit, found)
        return self._site.page(
            visit, "discussion.html", personal=True, id=id, title=made.summary,
            body=message(visit.t, made), own=blocks(visit.t, own, {}),
            chat=self._site.city.chat_link(f"discussion_{id}"),
        )  # fmt: skip

    def _accounts(self, visit: Visit) -> Callable[[Scene], list[str]]:
        resident = self._pages.whose(visit)
        return lambda scene: scene.store.accounts(resident) if resident else []

    async def _press(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id, action = _id(visit), fields.get("press", "")
        verb, _, rest = action.partition(":")
        if verb in ("comment_new", "comment_reply", "my_reword", "my_appeal"):
            query = f"?to={rest}" if verb == "comment_reply" else f"?{verb}={rest}"
            return self._site.go(visit, f"/discussions/{id}/write{query}")
        if verb == "comments":
            return self._site.go(visit, f"/discussions/{id}?skip={rest.rpartition(':')[2]}")
        if verb not in PRESSES:
            raise Fault(400)
        reply = await self._tell(self._events.pressed(sender, action))
        return self._site.go(visit, f"/discussions/{id}", reply.notice)

    # --- writing ---------------------------------------------------------------------------------

    async def _write(self, visit: Visit) -> web.Response:
        query, id = visit.request.query, _id(visit)
        form = await self._pages.look(visit, lambda scene: _form(scene, id, query))
        return self._form_page(visit, id, form, {})

    def _form_page(
        self, visit: Visit, id: int, form: Form, errors: Mapping[str, str]
    ) -> web.Response:
        return self._site.page(
            visit, "discussion_write.html", 422 if errors else 200, personal=True, id=id, form=form,
            blocks=blocks(visit.t, form.blocks, dict(errors)),
        )  # fmt: skip

    async def _submit(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        id, name, state = _id(visit), fields.get("form", "comment"), fields.get("state", "")
        if name not in FORMS or (name == "comment" and state.partition(":")[0] != str(id)):
            raise Fault(400)
        given = {key: words for key, words in fields.items() if key != "form"}
        reply = await self._tell(self._events.submitted(sender, name, given))
        if reply.errors:
            query = {"to": state.partition(":")[2]} if name == "comment" else {name: state}
            form = await self._pages.look(visit, lambda scene: _form(scene, id, query))
            return self._form_page(visit, id, _filled(form, fields), reply.errors)
        said = reply.notice or (reply.message.summary if reply.message else "")
        return self._site.go(visit, f"/discussions/{id}", said)


def _id(visit: Visit) -> int:
    return number(visit.request.match_info["id"])


def _public(scene: Scene, id: int) -> Discussion:
    discussion = scene.store.discussion(id)
    if discussion is None or discussion.state is PollState.SCHEDULED:
        raise Fault(404)
    return discussion


def _form(scene: Scene, id: int, query: Mapping[str, str]) -> Form:
    """A comment, a reply, other words for a comment, or an appeal."""
    t, discussion = scene.t, _public(scene, id)
    for name, label in (("my_reword", t("Say it in other words")), ("my_appeal", t("Appeal"))):
        if state := query.get(name):
            return Form(name, label, t("Send"), (Ask("text", label, "lines", limit=1000),), state)
    to = query.get("to", "")
    return shown.comment_form(t, discussion, number(to) if to else None)


def _filled(form: Form, fields: Mapping[str, str]) -> Form:
    """As it was written, so that nothing is lost."""
    kept = tuple(
        structs.replace(one, value=fields[one.name])
        if isinstance(one, Ask) and one.name in fields
        else one
        for one in form.blocks
    )
    return structs.replace(form, blocks=kept)


def _own(scene: Scene, id: int, accounts: list[str]) -> list[AnyBlock]:
    """What waits, or was not let through, with the reason and what can be done about it."""
    made: list[AnyBlock] = []
    for comment in scene.store.own_comments(accounts, id) if accounts else ():
        item = scene.store.item(ItemKind.COMMENT, str(comment.id))
        if item is None or comment.state is CommentState.SHOWN:
            continue
        made += [text(comment.text, role="quote"), text(bold(told.state(scene.t, item)))]
        made += [*told.reasons(scene, item), *told.own_buttons(scene, item)]
    return made


