"""A stage for conversations: residents and officials act, the city answers, on a real database.

Every delivery is "sent" at once, so that a dialog reads as people would see it. Time stands still
until the dialog moves it.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from core import polls
from core.actions import decode
from core.city import Chat, City, Department, Official, Part, Role, Theme
from core.errors import Lacking
from core.events import (
    Address,
    Command,
    Deleted,
    Edited,
    Event,
    Joined,
    Left,
    Moved,
    Person,
    Pressed,
    Said,
    Spot,
    Submitted,
    Written,
)
from core.inbox import Inbox
from core.messages import Ask, Buttons, Form, Message, Reply, as_text
from core.messages import text as paragraph
from core.model import REMOVE, RESTRICT, Picture, PictureFault
from core.people import Keyring, resident_of
from core.statements import life as statements
from core.views import render

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
SECRET = bytes(range(32))
GAPS = {"telegram": 3.0, "slack": 3.0, "teams": 2.0}
STREETS = Address("slack", "C0STREETS")
DESK = Address("slack", "C0DESK")
GROUP = Address("telegram", "-100")
NEWS = Address("telegram", "-200")


def three(fi: str, sv: str, en: str) -> dict[str, str]:
    return {"fi": fi, "sv": sv, "en": en}


CITY = City(
    name=three("Mallikaupunki", "Modellstaden", "Model City"),
    timezone="Europe/Helsinki",
    language="fi",
    parts=frozenset(Part),
    departments=(
        Department("streets", three("Kadut", "Gator", "Streets"), STREETS),
        Department("desk", three("Asiakaspalvelu", "Kundtjänst", "Customer service"), DESK),
    ),
    themes=(
        Theme(
            "winter",
            three("Talvihoito", "Vinterunderhåll", "Winter care"),
            "streets",
            {"fi": ("aura", "hiekoit", "lumi", "lume"), "sv": ("snö", "plog"), "en": ("snow",)},
        ),
    ),
    officials=(
        Official("slack", "U0STREETS", three("Katuinsinööri", "Gatuingenjör", "Street engineer"),
                 ("streets",)),
        Official("slack", "U0SECOND", three("Katumestari", "Gatumästare", "Street foreman"),
                 ("streets",)),
        Official("slack", "U0EDITOR", three("Toimittaja", "Redaktör", "Editor"), ("desk",),
                 frozenset({Role.EDITOR})),
    ),
    chats=(
        Chat(GROUP, "Naapurusto", "fi", "0 9 * * 1"),
        Chat(NEWS, "Nyheter", "sv", "0 9 * * 1"),
    ),
    general_desk="desk",
    public_url="https://example.test",
    telegram_bot="mallibot",
)  # fmt: skip
PEOPLE = {
    "resident": Person("telegram", "11", "fi"),
    "invånare": Person("telegram", "12", "sv"),
    "neighbour": Person("telegram", "13", "en"),
    "official": Person("slack", "U0STREETS"),
    "second": Person("slack", "U0SECOND"),
    "editor": Person("slack", "U0EDITOR"),
    "gardener": Person("slack", "U0GARDENER"),
    "botanist": Person("slack", "U0BOTANIST"),
    "stranger": Person("slack", "U0NOBODY"),
    "browser": Person("web", "b1", "fi"),
    "principal": Person("teams", "a-principal", "fi"),
    "pupil": Person("teams", "a-pupil", "fi"),
}


@dataclass
class Stage:
    """``database`` is a `storage.Database`; ``posts`` what each chat shows now, newest last."""

    database: object
    city: City = CITY
    now: datetime = START
    posts: dict[str, dict[str, Message]] = field(default_factory=dict)
    sent: list[tuple[str, Message]] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    hangs: dict[str, str] = field(default_factory=dict)
    enforced: list[tuple[str, str]] = field(default_factory=list)
    web: dict[str, PictureFault] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keyring = Keyring(SECRET)
        self.inbox = Inbox(self.city, self.keyring, GAPS)
        self._ids = itertools.count(1)

    # --- acting ------------------------------------------------------------------------------

    def says(self, who: str, words: str, **more: object) -> Reply:
        return self.act(Said, who, text=words, **more)

    def commands(self, who: str, line: str, **more: object) -> Reply:
        """``/kysy jotain``; officials' ``/kuulolla kysely`` as the adapter passes it on."""
        name, _, args = line.removeprefix("/").partition(" ")
        if name == "kuulolla":
            name, _, args = args.partition(" ")
        return self.act(Command, who, name=name, args=args, **more)

    def presses(self, who: str, label: str, **more: object) -> Reply:
        return self.act(Pressed, who, action=self.button(who, label), **self._order(), **more)

    def forges(self, who: str, action: str, **more: object) -> Reply:
        return self.act(Pressed, who, action=action, **self._order(), **more)

    def submits(self, who: str, **fields: str) -> Reply:
        """The form that was last opened to the person, with some of its fields filled anew."""
        form = self.form(who)
        filled = {b.name: b.value for b in form.blocks if isinstance(b, Ask)} | fields
        return self.act(Submitted, who, form=form.name, fields=filled, state=form.state)

    def fills(self, who: str, form: str, fields: dict[str, str], state: str = "") -> Reply:
        """A form, whether or not it was ever opened to the person."""
        return self.act(Submitted, who, form=form, fields=fields, state=state)

    def joins(self, who: str, title: str = "", **more: object) -> Reply:
        return self.act(Joined, who, title=title, **more)

    def leaves(self, who: str, **more: object) -> Reply:
        return self.act(Left, who, **more)

    def moves(self, who: str, to: Address, **more: object) -> Reply:
        return self.act(Moved, who, to=to, **more)

    def act(self, kind: type[Event], who: str, **more: object) -> Reply:
        person = PEOPLE[who]
        event = kind(
            **{
                "id": f"{person.channel}:{next(self._ids)}",
                "who": person,
                "where": Address(person.channel, person.account),
                "at": self.now,
                **more,
            }
        )
        return self.handle(event, who)

    def handle(self, event: Event, who: str) -> Reply:
        try:
            reply = self._handled(event)
        except Lacking as lacking:
            self.fetch(lacking.urls)
            reply = self._handled(event)
        self.replies.setdefault(who, []).append(reply)
        self.deliver()
        return reply

    def _handled(self, event: Event) -> Reply:
        with self.database.begin() as store:
            return self.inbox.handle(store, event, self.now)

    def fetch(self, urls: Iterable[str]) -> None:
        """What the fetcher does: ``web`` says what is wrong at an address; else there is a
        picture, of its own."""
        with self.database.begin() as store:
            for url in urls:
                if fault := self.web.get(url):
                    store.keep_picture_fault(url, fault, self.now)
                else:
                    digest = sha256(url.encode()).hexdigest()[:32]
                    picture = Picture(digest, "png", 640, 480)
                    store.keep_picture(url, picture, url.encode(), self.now)

    def _order(self) -> dict[str, int]:
        return {"order": next(self._ids)}

    def writes(self, who: str, chat: str, text: str, to: str = "", **more: object) -> Reply:
        """In a thread: under what says ``to`` there, or the newest post of the chat."""
        ref = f"w{next(self._ids)}"
        said = Message(text, (paragraph(text),))
        above = self.message(chat, to) if to else next(reversed(self.posts[chat]))
        self.posts.setdefault(f"{chat} thread", {})[ref] = said
        place = Address.parse(chat)
        under = (Spot(place, above),)
        about = {"under": under, "text": text, **more}
        return self.act(Written, who, where=place, private=False, ref=ref, **about)

    def rewrites(self, who: str, chat: str, old: str, text: str) -> Reply:
        ref, place = self.message(chat, old, "w"), Address.parse(chat)
        self.posts[f"{chat} thread"][ref] = Message(text, (paragraph(text),))
        return self.act(Edited, who, where=place, private=False, ref=ref, text=text)

    def deletes(self, who: str, chat: str, what: str) -> Reply:
        ref, place = self.message(chat, what, "w"), Address.parse(chat)
        del self.posts[f"{chat} thread"][ref]
        return self.act(Deleted, who, where=place, private=False, ref=ref)

    def message(self, chat: str, says: str, begins: str = "") -> str:
        """The reference of the newest message there that says so; people's own begin with w."""
        every = {**self.posts.get(chat, {}), **self.posts.get(f"{chat} thread", {})}
        named = [ref for ref, shown in every.items() if says in as_text(shown)]
        return [ref for ref in named if ref.startswith(begins)][-1]

    # --- time and deliveries -----------------------------------------------------------------

    def passes(self, **span: float) -> None:
        """Time passes: ``passes(minutes=5)``."""
        self.now += timedelta(**span)
        self.deliver()

    def ticks(self) -> None:
        """The timetable looks whether polls are due."""
        with self.database.begin() as store:
            if polls.due(store, self.city, self.now):
                polls.tick(store, self.city, self.now, GAPS)
            if statements.due(store, self.city, self.now):
                statements.tick(store, self.city, self.now, GAPS)
        self.deliver()

    def deliver(self) -> None:
        """Sends all that is due now, and the edits of posts without their pause."""
        soon = self.now + timedelta(seconds=5)
        for channel in GAPS:
            with self.database.begin() as store:
                while claimed := store.claim(channel, soon, 60, 50):
                    for delivery in claimed:
                        self._send(store, delivery)

    def _send(self, store, delivery) -> None:
        if delivery.show.view in (REMOVE, RESTRICT):
            self.enforced.append((str(delivery.to), delivery.show.view))
            if ref := delivery.show.args.get("ref"):
                del self.posts[f"{delivery.to} thread"][ref]
            return store.sent(delivery, "", "", self.now)
        message = render(store, self.city, delivery.show, delivery.language, self.now)
        to = self._name(delivery.to)
        ref = (delivery.post and delivery.post.ref) or f"m{next(self._ids)}"
        for name, chat in self.posts.items():
            if ref in chat and name.endswith(" thread"):
                to = name
        if delivery.thread_ref:
            to = f"{to.removesuffix(' thread')} thread"
            self.hangs[ref] = delivery.thread_ref
        self.posts.setdefault(to, {}).pop(ref, None)
        self.posts[to][ref] = message
        self.sent.append((to, message))
        store.sent(delivery, ref, "", self.now)

    def _name(self, to: Address) -> str:
        resident = resident_of(to)
        for name, person in PEOPLE.items():
            if resident and resident == self.keyring.resident(person.channel, person.account):
                return name
        return str(to)

    # --- looking -----------------------------------------------------------------------------

    def chat(self, name: str) -> str:
        """All that a chat (or a person's private one) shows now, as text, oldest first."""
        shown = (as_text(m) for m in self.posts.get(name, {}).values())
        return "\n---\n".join(shown).replace("\N{NO-BREAK SPACE}", " ")

    def last(self, name: str) -> str:
        """The newest message of a chat."""
        return as_text(list(self.posts[name].values())[-1])

    def form(self, who: str) -> Form:
        return next(r.form for r in reversed(self.replies[who]) if r.form)

    def button(self, who: str, label: str) -> str:
        """The action of the newest button with that label that the person can see."""
        seen = [m for r in self.replies.get(who, []) if (m := r.message)]
        shared = [m for name, chat in self.posts.items() if name == who or ":" in name
                  for m in chat.values()]  # fmt: skip
        for message in [*reversed(seen), *reversed(shared)]:
            for block in message.blocks:
                if isinstance(block, Buttons):
                    for one in (b for row in block.rows for b in row):
                        if one.label == label:
                            decode(one.action)
                            return one.action
        raise AssertionError(f"{who} sees no button {label!r}")

    def tally(self, poll: int) -> tuple[int, ...]:
        """From the counters, after checking them against a recount."""
        with self.database.reading() as store:
            kept = store.tallies({poll})[poll]
            assert kept == store.recount(poll)
            return kept.counts


def words(reply: Reply) -> str:
    """All that a reply says, as text."""
    parts = [reply.notice, *reply.errors.values()]
    if reply.message:
        parts.append(as_text(reply.message))
    if reply.form:
        shown = Message("", tuple(b for b in reply.form.blocks if not isinstance(b, Ask)))
        labels = [b.label for b in reply.form.blocks if isinstance(b, Ask)]
        hints = [b.hint for b in reply.form.blocks if isinstance(b, Ask)]
        parts += [reply.form.title, as_text(shown), *labels, *hints]
    return "\n".join(p for p in parts if p).replace("\N{NO-BREAK SPACE}", " ")
