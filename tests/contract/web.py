"""The public page: people come to it, and nothing can be sent to it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from bots.server import Doctor, Server, application
from bots.web.adapter import WebChannel
from core.events import Address, Person
from core.messages import Message
from core.ports import Channel, Health, MessageRef
from storage import Database
from tests.contract.bench import Rules
from tests.stage import CITY
from tests.web.conftest import NO_PREVIEWS, QUICK, Browser, Clock, NoWorks, Page, Town, no_chart

POLL = "1"


class WebDoor:
    """Its shared place is the page of poll 1, which shows itself."""

    name = "web"
    brings_again = False

    def __init__(self, channel: Channel, browser: Browser, rules: Rules) -> None:
        self.channel, self.browser, self.rules = channel, browser, rules
        self._path = f"/fi/polls/{POLL}"
        self._fields: dict[str, str] = {}
        self._shown: list[Page] = []

    @property
    def person(self) -> Person:
        """As many browsers as there are people: theirs is known by its cookie."""
        return self.rules.events[0].who

    @property
    def home(self) -> Address:
        return self.rules.events[0].where

    async def show(self, message: Message) -> MessageRef:
        return POLL

    async def press(self, ref: MessageRef, label: str) -> None:
        page = await self.browser.get(self._path)
        option = str(page.html.count("<label", 0, page.html.index(f"{label}</span></label>")) - 1)
        self._fields = page.form(self._path) | {"option": option}
        await self._send()

    async def _send(self) -> None:
        self._shown.append(await self.browser.post(self._path, self._fields))

    async def told(self, number: int = 1) -> list[str]:
        return [page.text for page in self._shown]

    async def again(self) -> None:
        """The browser sends the same form once more."""
        await self._send()

    async def forge(self, action: str) -> int | None:
        fields = {"token": "forged", "option": action.rpartition(":")[2]}
        return (await self.browser.post(self._path, fields)).status


async def _fine() -> Health:
    return Health(True, "")


@asynccontextmanager
async def web(rules: Rules, database: Database) -> AsyncIterator[WebDoor]:
    async with AsyncExitStack() as stack:
        town = Town(database, CITY, Clock())
        stack.push_async_callback(town.intake.stop)
        channel = WebChannel(
            CITY, cookie_key=town.keyring.cookie_key, read=town.read, watch=town.hub.subscribe,
            clock=town.clock, secure=False, resident=town.keyring.resident, pace=QUICK,
            chart=no_chart, mark=town.hub.mark,
            works=NoWorks(), previews=NO_PREVIEWS,
        )  # fmt: skip
        await channel.start(rules)
        stack.push_async_callback(channel.stop)
        doctor = Doctor("1", _fine, _fine, {"web": channel.health})
        server = Server(application(doctor, channel.routes()), "127.0.0.1", 0)
        url = await server.start()
        stack.push_async_callback(server.stop)
        jar = aiohttp.CookieJar(unsafe=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        yield WebDoor(channel, Browser(session, url), rules)
