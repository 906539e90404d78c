"""The desk's pages: its channels, what stands in them, and what comes of a button or a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bots.web.faults import Fault
from bots.web.parse import number
from bots.web.previews import Previews, parts
from bots.web.render import blocks
from bots.web.scene import Scene
from bots.web.site import Site, Visit
from bots.web.staff.gate import Do, Gate, Session
from bots.web.staff.parse import (
    LINE_LIMIT,
    Events,
    Sender,
    Shapes,
    draft,
    filled,
    line_shows,
    press_shows,
)
from bots.web.staff.render import Card, card, unpacked
from bots.web.staff.rooms import Room, rooms
from core.city import Official
from core.events import Address, Event
from core.messages import Form, Message, Reply
from core.model import Show
from core.model.browser_desk import DeskMessage
from core.ports import Handle, Store
from core.roster import DESK
from core.texts import Texts, plain

A_PAGE = 30
Render = Callable[[Store, Show, str, datetime], Message]


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is at the desk in this request."""

    visit: Visit
    session: Session
    official: Official

    @property
    def t(self) -> Texts:
        return self.visit.t


class DeskPages:
    def __init__(
        self,
        site: Site,
        gate: Gate,
        read: Do[Any],
        render: Render,
        clock: Callable[[], datetime],
        shapes: Shapes,
        previews: Previews,
    ) -> None:
        self._site, self._gate = site, gate
        self._read, self._render, self._clock, self._shapes = read, render, clock, shapes
        self._rooms, self._previews = rooms(site.city), previews
        self._events = Events(clock)
        self.handle: Handle | None = None

    # --- pages

    async def front(self, guest: Guest) -> web.Response:
        """The channels that the person may look at, what they can do, and what waits for them."""
        if (unsent := await self._gate.take_up(guest.session)) is not None:
            return await self._unsent(guest, unsent)
        latest = await self._read(lambda store: store.latest_on_desk())
        zone, t = self._site.city.timezone, guest.t
        listed = [
            (room.chat, room.name(self._site.city, t), t.time(at, zone) if at else "")
            for room in self._open(guest)
            for at in (latest.get(room.chat),)
        ]
        shown = await self._tell(self._events.commanded(self._sender(guest), "home"))
        found = shown.message or Message(shown.notice)
        return self._page(guest, "desk.html", rooms=listed, home_card=card(t, found))

    async def room(self, guest: Guest) -> web.Response:
        chat = guest.visit.request.match_info["chat"]
        room = self._rooms.get(chat)
        if room is None or not room.open_to(self._site.city, guest.official):
            raise Fault(404)
        before = guest.visit.request.query.get("before")
        below = number(before) if before else None
        cards = await self._read(lambda store: self._cards(store, guest, room, below))
        older = min((int(each.ref) for each in cards), default=0) if len(cards) > A_PAGE else 0
        cards = cards[:A_PAGE]
        older = int(cards[-1].ref) if older else 0
        return self._page(
            guest, "room.html", room=chat, name=room.name(self._site.city, guest.t), cards=cards,
            older=older, newest=not before,
        )  # fmt: skip

    async def preview(self, guest: Guest) -> web.Response:
        """For editors alone, whose ticket is good elsewhere for whoever has it."""
        if not guest.official.may_edit():
            raise Fault(403)
        given, city, now = guest.visit.request.match_info["ticket"], self._site.city, self._clock()
        sheet = await self._read(
            lambda store: self._previews.sheet(Scene(store, city, now, guest.t), given)
        )
        shown = parts(self._site, guest.visit, sheet)
        return self._page(guest, "desk_preview.html", 410 if sheet.fault else 200, **shown)

    def _open(self, guest: Guest) -> list[Room]:
        city = self._site.city
        return [room for room in self._rooms.values() if room.open_to(city, guest.official)]

    def _cards(self, store: Store, guest: Guest, room: Room, below: int | None) -> list[Card]:
        """One more than a page has, where there are more."""
        found = store.desk_messages(room.chat, A_PAGE + 1, below)
        answers: dict[int, list[Card]] = {}
        for one in store.desk_answers([each.id for each in found]):
            answers.setdefault(one.parent or 0, []).append(self._card(store, guest, one))
        return [self._card(store, guest, one, answers.get(one.id, [])) for one in found]

    def _card(
        self, store: Store, guest: Guest, one: DeskMessage, answers: list[Card] | None = None
    ) -> Card:
        """What a post shows now, in the reader's language; any other message as it came."""
        post = store.showing(Address(DESK, one.chat), str(one.id))
        language, now = guest.visit.language, self._clock()
        shown = self._render(store, post[0], language, now) if post else unpacked(one.shown)
        at = guest.t.time(one.at, self._site.city.timezone)
        return card(guest.t, shown, str(one.id), at, answers or [])

    # --- acts

    async def press(self, guest: Guest, fields: Mapping[str, str]) -> web.Response:
        action = fields.get("press", "")
        sender = self._sender(guest, fields)
        event = self._events.pressed(sender, action, fields.get("ref", ""))
        shows = f"press {action}" if press_shows(action) else ""
        return await self._told(guest, fields, await self._tell(event), shows)

    async def command(self, guest: Guest, fields: Mapping[str, str]) -> web.Response:
        line = fields.get("line", "")[:LINE_LIMIT]
        event = self._events.commanded(self._sender(guest, fields), line)
        shows = f"line {line}" if line_shows(line) else ""
        return await self._told(guest, fields, await self._tell(event), shows)

    async def submit(self, guest: Guest, fields: Mapping[str, str]) -> web.Response:
        form = self._shapes.opened(fields.get("shape", ""))
        if form is None:
            raise Fault(400)
        if "close" in fields:
            return self._back(guest, fields, "")
        if "draft" in fields and form.keeps:
            form = draft(form)
        given = filled(form, fields)
        reply = await self._tell(self._events.submitted(self._sender(guest, fields), form, given))
        if reply.errors:
            return self._form(guest, form.again(given), fields, reply.errors)
        return await self._told(guest, fields, reply, "")

    async def _unsent(self, guest: Guest, fields: Mapping[str, str]) -> web.Response:
        """The form that was filled in when the session was over, to be sent now."""
        form = self._shapes.opened(fields.get("shape", ""))
        if form is None:
            return self._site.go(guest.visit, "/desk")
        said = guest.t("You were signed out meanwhile. Nothing was sent yet: here is your text.")
        return self._form(guest, form.again(filled(form, fields)), fields, {}, said)

    async def _told(
        self, guest: Guest, fields: Mapping[str, str], reply: Reply, shows: str
    ) -> web.Response:
        """``shows``: what to ask anew after a button of this reply was pressed."""
        if reply.form:
            return self._form(guest, reply.form, fields, {}, reply.notice)
        if reply.message:
            return self._reply(guest, fields, reply.message, reply.notice, shows)
        said = " ".join(filter(None, (reply.notice, *reply.errors.values())))
        if fields.get("again"):
            return await self._anew(guest, fields, said)
        return self._back(guest, fields, said)

    async def _anew(self, guest: Guest, fields: Mapping[str, str], said: str) -> web.Response:
        """What was looked at, as it is after the act. Only what shows is asked again."""
        kind, _, what = fields["again"].partition(" ")
        sender = self._sender(guest)
        if kind == "press" and press_shows(what):
            shown = await self._tell(self._events.pressed(sender, what))
        elif kind == "line" and line_shows(what):
            shown = await self._tell(self._events.commanded(sender, what[:LINE_LIMIT]))
        else:
            raise Fault(400)
        if shown.message is None:
            return self._back(guest, fields, said)
        return self._reply(guest, fields, shown.message, said, fields["again"])

    # --- answers

    async def _tell(self, event: Event) -> Reply:
        if self.handle is None:
            raise Fault(503)
        return await self.handle(event)

    def _sender(self, guest: Guest, fields: Mapping[str, str] | None = None) -> Sender:
        """Of a form of a page; or of a look, which is another each time."""
        named = (fields or {}).get("token") or self._gate.token(guest.session)
        nonce = self._gate.named(named, guest.session)
        room = self._rooms.get((fields or {}).get("room", ""))
        if nonce is None or (room and not room.open_to(self._site.city, guest.official)):
            raise Fault(403)
        chat = room.chat if room else ""
        return Sender(guest.session.account, guest.visit.language, nonce, chat)

    def _reply(
        self, guest: Guest, fields: Mapping[str, str], shown: Message, said: str, shows: str
    ) -> web.Response:
        made = card(guest.t, shown)
        return self._page(
            guest, "reply.html", made=made, said=said, again=shows, room=fields.get("room", "")
        )

    def _form(
        self,
        guest: Guest,
        form: Form,
        fields: Mapping[str, str],
        errors: Mapping[str, str],
        said: str = "",
    ) -> web.Response:
        known = {block.name for block in form.blocks if hasattr(block, "name")}
        elsewhere = " ".join(words for name, words in errors.items() if name not in known)
        return self._page(
            guest,
            "form_of_desk.html",
            422 if errors else 200,
            form=form,
            fields=blocks(guest.t, form.blocks, errors),
            faults=list(errors.values()),
            elsewhere=elsewhere,
            said=said,
            shape=self._shapes.sealed(form),
            room=fields.get("room", ""),
            again=fields.get("again", ""),
        )

    def _back(self, guest: Guest, fields: Mapping[str, str], said: str) -> web.Response:
        room = fields.get("room", "")
        ref = fields.get("ref", "")
        place = f"#m{ref}" if ref.isascii() and ref.isdigit() else ""
        path = f"/desk/c/{room}{place}" if room in self._rooms else "/desk"
        return self._site.go(guest.visit, path, said)

    def _page(self, guest: Guest, template: str, status: int = 200, **more: Any) -> web.Response:
        return self._site.page(
            guest.visit, template, status, personal=True, token=self._gate.token(guest.session),
            official=plain(guest.official.title, guest.visit.language), **more,
        )  # fmt: skip
