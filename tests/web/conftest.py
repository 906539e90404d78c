"""The public page on a real server and a real database, and browsers that visit it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

import storage
from bots.intake import Intake
from bots.live import Hub
from bots.server import Doctor, Server, application
from bots.slack import render as slack
from bots.teams import render as teams
from bots.telegram import render as telegram
from bots.web.adapter import WebChannel
from bots.web.live import Pace
from bots.web.previews import Previews
from core import polls
from core.city import City
from core.desk import Desk
from core.errors import TryAgain
from core.events import Event
from core.inbox import Inbox
from core.messages import Reply
from core.model import (
    Poll,
    PollDraft,
    PollState,
    Publish,
    Question,
    QuestionState,
    Shows,
    Step,
)
from core.people import Keyring
from core.ports import Health, Store
from tests.fakes import Clock
from tests.stage import CITY, SECRET, three

T = TypeVar("T")
PAYLOADS = {"telegram": telegram.payload, "slack": slack.message, "teams": teams.card}
NO_PREVIEWS = Previews(lambda purpose, code: b"", {})
QUICK = Pace(heartbeat=30, gap=0, patience=5, retry=1, most=20)


class Forms(HTMLParser):
    """The forms of a page: address, fields as they stand, and the text of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self._fields: dict[str, str] = {}
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        match tag:
            case "form" if a.get("method") == "post":
                self._fields = {}
                self.found.append((a["action"], self._fields))
            case "input" if a.get("type") != "radio" or "checked" in a:
                self._fields[a["name"]] = a.get("value", "")
            case "textarea":
                self._area = a["name"]
                self._fields[self._area] = ""
            case "select":
                self._select = a["name"]
            case "option" if "selected" in a:
                self._fields[self._select] = a["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._fields[self._area] = self._fields[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._fields[self._area] += data
        if data.strip():
            self.text.append(data.strip())


@dataclass(frozen=True)
class Page:
    status: int
    path: str
    html: str
    headers: Any

    @property
    def text(self) -> str:
        """What a reader sees, blanks folded."""
        forms = Forms()
        forms.feed(self.html)
        return " ".join(" ".join(forms.text).split())

    def form(self, action: str, name: str = "") -> dict[str, str]:
        """The first one, or the one of that name where there is one."""
        forms = Forms()
        forms.feed(self.html)
        found = [fields for path, fields in forms.found if path == action]
        return dict(next((x for x in found if x.get("form") == name), found[0]))

    def forms(self, action: str) -> list[str]:
        """The names of all with that address."""
        forms = Forms()
        forms.feed(self.html)
        return [fields.get("form", "") for path, fields in forms.found if path == action]

    def has_form(self, action: str) -> bool:
        forms = Forms()
        forms.feed(self.html)
        return any(path == action for path, _ in forms.found)


class Browser:
    """Keeps cookies, follows redirects, says where a form comes from."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.session.cookie_jar}

    async def get(self, path: str, follow: bool = True, **headers: str) -> Page:
        return await self._page("GET", path, follow, headers)

    async def post(
        self, path: str, fields: Any, follow: bool = True, headers: dict[str, str] | None = None
    ) -> Page:
        given = {"Origin": self.url} if headers is None else headers
        return await self._page("POST", path, follow, given, data=fields)

    async def submit(self, page: Page, action: str, follow: bool = True, **fields: str) -> Page:
        """A form of the page, with some of its fields filled in; ``form`` is its name."""
        return await self.post(action, page.form(action, fields.get("form", "")) | fields, follow)

    async def vote(self, poll: int, option: int, language: str = "en") -> Page:
        path = f"/{language}/polls/{poll}"
        return await self.submit(await self.get(path), path, option=str(option))

    async def json(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.json()

    async def _page(
        self, method: str, path: str, follow: bool, headers: dict[str, str], **more: Any
    ) -> Page:
        async with self.session.request(
            method, self.url + path, headers=headers, allow_redirects=follow, **more
        ) as response:
            text = await response.text()
            return Page(response.status, response.url.path_qs, text, response.headers)


@dataclass
class Town:
    """A city's page that runs. ``broken`` makes the store fail."""

    database: storage.Database
    city: City
    clock: Clock
    url: str = ""
    broken: Exception | None = None
    events: list[Event] = field(default_factory=list)
    reads: int = 0
    channel: WebChannel | None = None

    def __post_init__(self) -> None:
        self.keyring = Keyring(SECRET)
        self.hub = Hub()
        self.intake = Intake(
            self.database.begin,
            Inbox(self.city, self.keyring, {"web": 0.0, "telegram": 0.0, "slack": 0.0}),
            self.clock,
            self.hub.publish,
            (storage.DatabaseUnavailable,),
        )

    async def read(self, question: Callable[[Store], T]) -> T:
        self.reads += 1
        if self.broken:
            raise self.broken

        def ask() -> T:
            with self.database.reading() as store:
                return question(store)

        return await asyncio.to_thread(ask)

    async def handle(self, event: Event) -> Reply:
        self.events.append(event)
        if self.broken:
            raise self.broken
        return await self.intake.handle(event)

    async def write(self, work: Callable[[Store], T]) -> T:
        return await self.intake.run(work)

    # --- what officials do -----------------------------------------------------------------------

    async def poll(
        self,
        shows: Shows = Shows.ALWAYS,
        state: PollState = PollState.OPEN,
        question: dict[str, str] | None = None,
        options: tuple[dict[str, str], ...] | None = None,
        final: bool = False,
    ) -> Poll:
        draft = PollDraft(
            question or three("Missä?", "Var?", "Where?"),
            options or (three("Täällä", "Här", "Here"), three("Siellä", "Där", "There")),
            shows, self.clock.now, self.clock.now + timedelta(days=2), (), "slack:U0EDITOR",
            final=final,
        )  # fmt: skip
        return await self.write(lambda store: store.add_poll(draft, bytes(32), state))

    async def close(self, id: int) -> None:
        def work(store: Store) -> None:
            store.close_poll(id, self.clock.now)
            Desk(store, self.city, self.clock.now, {}).touch(f"poll:{id}")

        await self.write(work)

    async def question(self, text: str = "When is the snow cleared?", **more: Any) -> Question:
        """Answered in public, unless told otherwise."""
        given = {
            "number": 0, "text": text, "language": "en", "theme": "winter",
            "department": "streets", "state": QuestionState.ANSWERED, "asker": "a" * 32,
            "asker_channel": "telegram", "official": "slack:U0STREETS",
            "received_at": self.clock.now, "answered_at": self.clock.now,
            "answer": three("Huomenna.", "I morgon.", "Tomorrow."), "publish": Publish.DIGEST,
            **more,
        }  # fmt: skip
        return await self.write(lambda store: store.add_question(Question(**given)))

    async def change(self, number: int, *steps: Step, **changes: Any) -> None:
        def work(store: Store) -> None:
            store.save_question(replace(store.question(number), **changes))
            for step in steps:
                store.add_step(number, step)

        await self.write(work)

    async def counts(self, id: int) -> tuple[int, ...]:
        def look(store: Store) -> tuple[int, ...]:
            kept = polls.tally(store, store.poll(id))
            assert kept == store.recount(id)
            return kept.counts

        return await self.write(look)


Open = Callable[..., Any]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


class NoWorks:
    """Workers that make nothing."""

    async def report(self, language: str, id: int) -> bytes | None:
        return None

    async def space(self, language: str, id: int) -> bytes | None:
        return None

    async def export(self, kind: str, id: int) -> bytes | None:
        return None


async def no_chart(language: str, id: int) -> bytes | None:
    return None


async def start_town(
    stack: AsyncExitStack, folder: Path, city: City = CITY, pace: Pace = QUICK, **options: Any
) -> Town:
    """A page that runs until the stack ends."""
    database = stack.enter_context(storage.open_database(f"sqlite:///{folder / 'web.db'}"))
    database.upgrade()
    town = Town(database, city, options.pop("clock", None) or Clock())
    stack.push_async_callback(town.intake.stop)
    channel = WebChannel(
        city, cookie_key=town.keyring.cookie_key, read=town.read, watch=town.hub.subscribe,
        mark=town.hub.mark, clock=town.clock, secure=options.pop("secure", False),
        resident=town.keyring.resident, pace=pace,
        chart=options.pop("chart", no_chart), works=options.pop("works", NoWorks()),
        previews=Previews(town.keyring.digest, options.pop("payloads", PAYLOADS)), **options,
    )  # fmt: skip
    await channel.start(town.handle)
    town.channel = channel

    async def fine() -> Health:
        return Health(True, "")

    doctor = Doctor("1", fine, fine, {"web": channel.health})
    server = Server(application(doctor, channel.routes()), "127.0.0.1", 0)
    town.url = await server.start()
    stack.push_async_callback(server.stop)
    stack.push_async_callback(channel.stop)
    return town


@pytest.fixture
def open_town(tmp_path: Path, stack: AsyncExitStack) -> Open:
    """Starts a page: with another city, another pace, …"""
    return partial(start_town, stack, tmp_path)


@pytest.fixture
async def town(open_town: Open) -> Town:
    return await open_town()


@pytest.fixture
def open_browser(stack: AsyncExitStack) -> Open:
    """A browser without cookies."""

    async def start(town: Town) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        return Browser(session, town.url)

    return start


@pytest.fixture
async def browser(open_browser: Open, town: Town) -> Browser:
    return await open_browser(town)


BUSY = TryAgain("not now")
