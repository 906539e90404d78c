"""What a visitor wrote and moderators hold back or have rejected, of every kind: the rule and why,
and the forms to say it otherwise and to appeal."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bots.web.faults import Fault
from bots.web.pages import LANG, Pages, Show
from bots.web.parse import Events, Sender
from bots.web.render import blocks
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from core import markers
from core.errors import BadAction
from core.messages import AnyBlock, Ask, Form, Reply, bold, text
from core.model import Item, ItemKind, ItemState
from core.moderation import authors, desk, rules, told
from core.moderation.source import Source
from core.moderation.sources import source_of
from core.moderation.words import KINDS
from core.ports import Route

PATH = "/mine/texts"
REWORD, APPEAL = "my_reword", "my_appeal"
FORMS = (REWORD, APPEAL)
LISTED = 50
HELD = frozenset(ItemState) - {ItemState.APPROVED}
Act = Callable[[Visit, Sender, dict[str, str]], Awaitable[web.StreamResponse]]
Tell = Callable[[Any], Awaitable[Reply]]


class OwnTexts:
    """``tell`` takes an event to the rules."""

    def __init__(self, site: Site, pages: Pages, events: Events, tell: Tell) -> None:
        self._site, self._pages, self._events, self._tell = site, pages, events, tell

    def routes(self, show: Callable[[Show], Any], act: Callable[[Act, str], Any]) -> list[Route]:
        if not rules.in_use(self._site.city):
            return []
        path = f"{LANG}{PATH}"
        return [
            Route("GET", path, show(self._list)),
            Route("GET", f"{path}/{{form}}/{{kind}}/{{ref}}", show(self._write)),
            Route("POST", path, act(self._press, "vote")),
            Route("POST", f"{path}/{{form}}/{{kind}}/{{ref}}", act(self._submit, "ask")),
        ]

    async def _list(self, visit: Visit) -> web.Response:
        def found(scene: Scene) -> list[AnyBlock]:
            store, who = scene.store, scene.accounts
            held = store.own_items(who, HELD, LISTED)
            granted = store.own_items(who, [ItemState.APPROVED], LISTED)
            items = [*held, *(one for one in granted if one.appeal)]
            return [block for one in items for block in verdict(scene, one)]

        made = await self._pages.look(visit, found) if visit.visitor else []
        told_ = blocks(visit.t, made)
        return self._site.page(visit, "own_texts.html", personal=True, body=told_, path=PATH)

    async def _press(self, visit: Visit, _: Sender, fields: dict[str, str]) -> web.Response:
        """The buttons of a list, which lead to forms."""
        form, _, named = fields.get("press", "").partition(":")
        kind, _, ref = named.partition(":")
        if form not in FORMS or kind not in set(ItemKind) or not ref.replace(".", "").isalnum():
            raise Fault(400)
        return self._site.go(visit, f"{PATH}/{form}/{kind}/{ref}")

    async def _write(self, visit: Visit) -> web.Response:
        return await self._form(visit, {}, {})

    async def _form(
        self, visit: Visit, filled: Mapping[str, str], errors: Mapping[str, str]
    ) -> web.Response:
        named = visit.request.match_info
        form, said = await self._pages.look(visit, lambda scene: _asked(scene, named))
        form = form.again(filled) if filled else form
        action = f"{PATH}/{form.name}/{form.state}"
        said_ = blocks(visit.t, said)
        return self._site.dialog(visit, form, action, errors, back=PATH, said=said_)

    async def _submit(self, visit: Visit, sender: Sender, fields: dict[str, str]) -> web.Response:
        named = visit.request.match_info
        if named["form"] not in FORMS:
            raise Fault(404)
        given = {"text": fields.get("text", ""), "state": f"{named['kind']}:{named['ref']}"}
        reply = await self._tell(self._events.submitted(sender, named["form"], given))
        if reply.message is None:
            errors = reply.errors or {"text": reply.notice}
            return await self._form(visit, given, errors)
        return self._site.go(visit, PATH, reply.message.summary)


def verdict(scene: Scene, item: Item) -> list[AnyBlock]:
    """What was decided on it and why, and what its author can do."""
    source, t = source_of(item.kind), scene.t
    seen = source.seen(scene, item)
    if seen is None:
        return []
    about = text(f"{KINDS[item.kind](t)} · {seen.about}", role="note")
    said = text(markers.shown(seen.text, t), role="quote")
    state = text(bold(told.state(t, item)))
    return [about, said, state, *told.reasons(scene, item), *told.own_buttons(scene, item)]


def own_verdict(scene: Scene, kind: ItemKind, ref: str) -> list[AnyBlock]:
    """For the page of one text; nothing where nothing was held against it."""
    item = scene.store.item(kind, ref)
    if item is None or (item.state is ItemState.APPROVED and not item.appeal):
        return []
    if item.author not in scene.accounts:
        return []
    state = text(bold(told.state(scene.t, item)))
    return [state, *told.reasons(scene, item), *told.own_buttons(scene, item)]


def _asked(scene: Scene, named: Mapping[str, str]) -> tuple[Form, list[AnyBlock]]:
    """The form, and above it what it is about. Fault 404 where it is not theirs, or not open."""
    source, item = _own(scene, named)
    seen, t, name = source.seen(scene, item), scene.t, named["form"]
    if seen is None:
        raise Fault(404)
    words = markers.shown(seen.text, t)
    if name == REWORD and authors.may_reword(source, item):
        title, value, limit = t("Say it in other words"), words, desk.TEXT_LIMIT
        field = Ask("text", t("In other words"), "lines", value, limit=limit)
    elif name == APPEAL and authors.may_appeal(item):
        title, limit = t("Appeal"), desk.REASON_LIMIT
        hint = t("Another moderator reads it. You can appeal once.")
        field = Ask("text", t("Why should it be let through?"), "lines", "", hint, limit)
    else:
        raise Fault(404)
    said: list[AnyBlock] = [text(words, role="quote"), *told.reasons(scene, item)]
    return Form(name, title, t("Send"), (field,), f"{item.kind}/{item.ref}"), said


def _own(scene: Scene, named: Mapping[str, str]) -> tuple[Source, Item]:
    try:
        source = source_of(named["kind"])
    except BadAction:
        raise Fault(404) from None
    item = scene.store.item(source.kind, named["ref"])
    if item is None or not item.author or item.author not in scene.accounts:
        raise Fault(404)
    return source, item
