"""The staff's desk: an official's browser, whose shared place is a channel of the desk."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from core.events import Address, Person
from core.messages import Message
from core.ports import MessageRef
from storage import Database
from tests.contract.bench import Rules
from tests.web.conftest import Browser, Page
from tests.web.staff import EXAMPLE, Office, pressed, start_office

ROOM, FORM = "/fi/desk/c/streets", "/fi/desk/form"


class DeskDoor:
    name = "desk"
    brings_again = False
    person = Person("desk", EXAMPLE.account, "fi")
    home = Address("desk", "streets")

    def __init__(self, office: Office, browser: Browser, rules: Rules) -> None:
        self.channel, self.rules = office.channel, rules
        self._office, self._browser = office, browser
        self._sent: tuple[str, dict[str, str]] = ("", {})
        self._shown: list[Page] = []

    async def show(self, message: Message) -> MessageRef:
        return await self.channel.send(self.home, message)

    async def press(self, ref: MessageRef, label: str) -> None:
        self._sent = pressed(await self._browser.get(ROOM), label)
        await self.again()

    async def again(self) -> None:
        """The browser sends the same form once more."""
        self._shown.append(await self._browser.post(*self._sent))

    async def told(self, number: int = 1) -> list[str]:
        return [page.text for page in self._shown]

    async def leave_unsent(self, ref: MessageRef, label: str, **fields: str) -> None:
        page = await self._form(label)
        await self._browser.post(FORM, page.form(FORM) | fields | {"draft": "1"})

    async def opened(self, ref: MessageRef, label: str) -> dict[str, str]:
        return (await self._form(label)).form(FORM)

    async def _form(self, label: str) -> Page:
        return await self._browser.post(*pressed(await self._browser.get(ROOM), label))

    async def forge(self, action: str) -> int | None:
        stranger = await self._office.open_browser()
        fields = {"token": "forged", "press": action, "room": "streets"}
        return (await stranger.post("/fi/desk/press", fields)).status


@asynccontextmanager
async def desk(rules: Rules, database: Database) -> AsyncIterator[DeskDoor]:
    async with AsyncExitStack() as stack:
        office = await start_office(
            stack, Path(), provider=False, database=database, handle=rules
        )
        browser = await office.open_browser()
        await browser.get(await office.invited())
        rules.events.clear()  # the desk showed what waits
        rules.tried.clear()
        yield DeskDoor(office, browser, rules)
