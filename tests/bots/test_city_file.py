"""The city file edited while the service runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bots.app import Service, loader, running
from bots.city_file import CityFile
from bots.timetable import EVERYWHERE, Timetable
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings
from core.city import City
from core.errors import TryAgain
from core.events import Address, Person, Said
from core.messages import as_text
from core.model import Show
from tests.bots.test_timetable import CITY, GAPS
from tests.fakes import START, FakeDuty

WEEKLY = "digest: 0 16 * * mon,thu"
LATER = datetime(2100, 1, 1, tzinfo=UTC)
WRITTEN = EXAMPLE_CITY.read_text("utf-8")


@dataclass
class Edited:
    """A city file, and what became of its edits."""

    path: Path
    cities: list[City] = field(default_factory=list)
    told: dict[str, Show] = field(default_factory=dict)
    busy: bool = False

    def __post_init__(self) -> None:
        self.write(WRITTEN)
        settings = Settings(city_file=self.path, playground="off")
        self.city = load_city(self.path)
        self.file = CityFile(self.path, loader(settings), self.city, self.cities.append, self._tell)

    async def _tell(self, show: Show, key: str) -> None:
        if self.busy:
            raise TryAgain("busy")
        self.told.setdefault(key, show)

    def write(self, text: str) -> None:
        self.path.write_text(text, "utf-8")

    async def becomes(self, text: str) -> None:
        self.write(text)
        await self.file.look()
        await self.file.look()


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    return Edited(tmp_path / "city.yaml")


def daily(text: str) -> str:
    assert WEEKLY in text
    return text.replace(WEEKLY, "digest: 0 9 * * *")


async def test_an_edit_holds_once_it_was_seen_twice(edited: Edited) -> None:
    await edited.file.look()
    edited.write(daily(WRITTEN))
    await edited.file.look()
    assert edited.cities == [], "it may be half written"
    await edited.file.look()
    await edited.file.look()
    [city] = edited.cities
    assert "0 9 * * *" in [chat.digest for chat in city.chats] and not edited.told
    assert city.roster is edited.city.roster, "who signed in stays known"


async def test_what_is_still_being_written_is_waited_for(edited: Edited) -> None:
    whole = daily(WRITTEN)
    for end in (len(whole) // 3, len(whole) // 2, len(whole)):
        edited.write(whole[:end])
        await edited.file.look()
    assert not edited.cities and not edited.told
    await edited.file.look()
    assert len(edited.cities) == 1 and not edited.told


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('digest: "61 9 * * *"', "digest"),
        ('digest: "0 9 31 2 *"', "never"),
        ("digest: [", "is not YAML"),
        ("digets: x", "Did you mean digest?"),
    ],
)
async def test_a_broken_edit_changes_nothing_and_is_told_once(
    edited: Edited, line: str, fault: str
) -> None:
    await edited.becomes(WRITTEN.replace(WEEKLY, line))
    await edited.file.look()
    [show] = edited.told.values()
    assert show.view == "city_edited" and show.args["why"] == "faults"
    assert fault in "\n".join(show.args["what"]) and not edited.cities
    await edited.becomes(daily(WRITTEN))
    assert len(edited.cities) == 1 and len(edited.told) == 1


async def test_a_file_that_is_gone_changes_nothing(edited: Edited) -> None:
    edited.path.unlink()
    await edited.file.look()
    await edited.file.look()
    [show] = edited.told.values()
    assert not edited.cities and str(edited.path) in show.args["what"][0]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: text.replace("timezone: Europe/Helsinki", "timezone: UTC"), ["timezone"]),
        (lambda text: text.replace("  - broadcasts #", "  #"), ["parts"]),
    ],
)
async def test_what_cannot_change_waits_with_the_whole_edit(
    edited: Edited, change: Callable[[str], str], what: list[str]
) -> None:
    changed = change(daily(WRITTEN))
    assert changed != daily(WRITTEN)
    await edited.becomes(changed)
    [show] = edited.told.values()
    assert show.args == {"why": "restart", "what": what} and not edited.cities
    await edited.becomes(daily(WRITTEN))
    assert len(edited.cities) == 1, "without it, the rest holds"


async def test_staff_are_told_when_the_database_answers_again(edited: Edited) -> None:
    edited.busy = True
    edited.write("name: [")
    await edited.file.look()
    with pytest.raises(TryAgain):
        await edited.file.look()
    edited.busy = False
    await edited.file.look()
    assert len(edited.told) == 1


def test_each_process_looks_for_itself(records) -> None:
    async def look() -> None: ...

    timetable = Timetable(
        CITY, records.intake.run, records.reader.read, records.clock, GAPS, FakeDuty(held=False),
        reread=look,
    )  # fmt: skip
    assert timetable.jobs["city file"] is look and "city file" in EVERYWHERE


# --- the whole service -----------------------------------------------------------------------


NEW = "Lumi ja jää"


async def page(service: Service, client: aiohttp.ClientSession, path: str) -> str:
    async with client.get(service.url + path) as response:
        assert response.status == 200
        return await response.text()


async def asked(service: Service, id: str) -> str:
    """What somebody is replied who asks of snow."""
    who = Person("telegram", id, "fi")
    said = Said(
        id=id, who=who, where=Address("telegram", id), at=START, text="Milloin aurataan Rantatie?"
    )
    return as_text((await service.intake.handle(said)).message)


async def counts_by(service: Service, line: str) -> None:
    """Until the timetable has noted that line for the first chat with round-ups, with its next
    look at the clock."""
    chat = next(one.address for one in service.city.chats if one.digest)
    async with asyncio.timeout(20):
        while True:
            clock = await service.intake.run(lambda store: store.digest_clock(chat))
            if clock and clock.cron == line:
                return


async def told(service: Service, view: str) -> list[Show]:
    """What waits for a staff chat, to which nothing carries here."""
    claimed = await service.intake.run(lambda store: store.claim("slack", LATER, 0, 100))
    return [delivery.show for delivery in claimed if delivery.show.view == view]


async def test_pages_replies_and_clocks_go_by_the_edited_file(tmp_path: Path) -> None:
    path = tmp_path / "city.yaml"
    path.write_text(WRITTEN, "utf-8")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'kuulolla.db'}", city_file=path, port=0,
        playground="off",
    )  # fmt: skip

    async def edit(text: str) -> None:
        path.write_text(text, "utf-8")
        await service.city_file.look()
        await service.city_file.look()

    async with (
        running(settings, load_city(path)) as service,
        aiohttp.ClientSession() as client,
    ):
        assert NEW not in await page(service, client, "/fi/questions")
        assert "Talvihoito" in await asked(service, "1")
        await counts_by(service, WEEKLY.removeprefix("digest: "))
        await edit(daily(WRITTEN).replace("fi: Talvihoito", f"fi: {NEW}"))
        assert NEW in await page(service, client, "/fi/questions")
        assert NEW in await asked(service, "2")
        await counts_by(service, "0 9 * * *")
        assert await told(service, "city_edited") == []
        await edit("name: [")
        assert NEW in await asked(service, "3")
        [show] = await told(service, "city_edited")
        assert "is not YAML" in show.args["what"][0]
