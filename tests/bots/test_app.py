"""The whole service, wired: starts on nothing, says how it is, starts again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

import storage
from bots.app import Service, package_version, play, running
from bots.deliveries import Deliveries
from bots.dictionaries import Dictionaries, readied, ready
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings
from core.events import Address
from core.model import REMOVE, RESTRICT, Delivery, PollState, Profile, Show
from core.people import Keyring, private_chat
from core.ports import Store
from tests.fakes import START

CITY = load_city(EXAMPLE_CITY)


def settings_of(folder: Path, **more: object) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'kuulolla.db'}",
        city_file=folder / "city.yaml",
        port=0,
        playground="off",
        **more,
    )


async def test_it_starts_on_nothing_and_says_how_it_is(tmp_path: Path) -> None:
    async with running(settings_of(tmp_path), CITY) as service, aiohttp.ClientSession() as client:
        async with client.get(service.url + "/healthz") as response:
            assert response.status == 200
        async with client.get(service.url + "/readiness") as response:
            answer = await response.json()
            assert response.status == 200
        async with client.get(service.url + "/fi/") as response:
            assert response.status == 200
            assert "Content-Security-Policy" in response.headers
    assert answer["packageVersion"] == package_version()
    assert answer["database"]["ok"] and answer["schema"]["ok"]
    assert set(answer["channels"]) == {"web"}


async def test_its_words_go_by_dictionaries_once_they_are_there(
    tmp_path: Path, dictionaries: Dictionaries
) -> None:
    settings = settings_of(tmp_path, dictionaries=str(dictionaries.folder))
    async with running(settings, CITY) as service:
        async with readied(service.dictionaries):
            await ready(service.dictionaries)
        name = await service.intake.run(lambda store: store.lemmas.name)
        assert name == dictionaries.name != ""


async def test_what_was_written_is_there_the_next_time(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    def write(store: Store) -> None:
        store.set_language("abc", "sv")

    async with running(settings, CITY) as service:
        await service.intake.run(write)
    async with running(settings, CITY) as service:
        assert await service.intake.run(lambda s: s.profiles(["abc"])) == {"abc": Profile("sv")}


async def test_the_example_city_has_something_to_look_at_once(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    async def polls() -> int:
        async with running(settings, CITY, samples=True) as service:
            return len(await service.intake.run(lambda store: store.polls(PollState.OPEN)))

    first = await polls()
    assert first > 0
    assert await polls() == first


async def test_two_services_on_one_file_are_refused(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    async with running(settings, CITY):
        with pytest.raises(storage.DatabaseInUse):
            async with running(settings, CITY):
                pass


# --- the playground --------------------------------------------------------------------------


class Visit:
    """The playground, while it runs, and somebody who looks at it."""

    def __init__(self, folder: Path) -> None:
        self.settings = settings_of(folder).model_copy(
            update={"playground": "auto", "playground_port": 0, "dictionaries": "off"}
        )
        self.service: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
        self.stop = asyncio.Event()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[aiohttp.ClientSession]:
        playing = asyncio.create_task(play(self.settings, CITY, self.service.set_result, self.stop))
        try:
            async with asyncio.timeout(20):
                url = (await self.service).playground
                async with aiohttp.ClientSession(url) as client:
                    yield client
        finally:
            self.stop.set()
            await playing

    async def states(self, client: aiohttp.ClientSession) -> AsyncIterator[dict]:
        """What the playground's page draws, now and after each change."""
        async with client.get("/_playground/events") as events:
            async for line in events.content:
                if line.startswith(b"data:"):
                    async with client.get("/_playground/state") as response:
                        yield await response.json()


async def test_the_playground_has_the_whole_service_in_it(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    async with visit.opened() as client, aclosing(visit.states(client)) as states:
        called: set[str] = set()
        async for state in states:
            for platform in ("telegram", "slack"):  # the page shows the last few alone
                async with client.get(f"/_playground/{platform}/calls") as response:
                    called |= {platform} if (await response.json())["calls"] else set()
            page = state["page"]
            if called == {"telegram", "slack"}:
                break
        async with client.get(page + "/readiness") as response:
            answer = await response.json()
        link = (await visit.service).desk
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as official:
            async with official.get(link) as desk:
                assert "Rakennusvalvonnan päällikkö" in await desk.text()
            async with aiohttp.ClientSession() as other, other.get(link) as refused:
                assert refused.status == 403
    assert set(answer["channels"]) == {"telegram", "slack", "web", "desk"}
    assert not (tmp_path / "kuulolla.db").exists()  # the city's own database is left alone


async def test_starting_over_forgets_all(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    async with visit.opened() as client, aclosing(visit.states(client)) as states:
        service = await visit.service
        await service.intake.run(lambda store: store.set_language("abc", "sv"))
        async with client.post("/_playground/reset") as response:
            assert response.status == 200
        async for state in states:
            if state["starts"] == 1 and state["page"]:
                break
    url = f"sqlite:///{tmp_path / 'playground.db'}"
    with storage.open_database(url) as database, database.reading() as store:
        assert store.profiles(["abc"]) == {}


# --- what couriers are told ------------------------------------------------------------------

KEYRING = Keyring(b"k" * 32)
DELIVERIES = Deliveries(CITY, KEYRING)


POLL = Show("poll", {"id": 1})


async def trouble(records, to: Address, show: Show = POLL) -> list[Delivery]:
    """What the staff get to read of it."""
    lost = Delivery(1, to, show, "fi", tries=1)

    def work(store: Store) -> list[Delivery]:
        DELIVERIES.on_trouble(store, lost, "blocked", START)
        return store.claim("slack", START, lease=1, limit=9)

    return await records.write(work)


async def test_the_general_desk_hears_of_a_chat_that_is_lost(records) -> None:
    (told,) = await trouble(records, Address("telegram", "-1"))
    assert told.to == CITY.department(CITY.general_desk).home
    message = records.read(lambda s: DELIVERIES.render(s, told.show, "en", START))
    assert "telegram:-1" in message.summary and "blocked" in message.summary


@pytest.mark.parametrize(
    ("show", "says"),
    [
        (Show(REMOVE, {"ref": "-1:9", "comment": 7}), "could not take a comment away"),
        (Show(RESTRICT, {"who": "ab", "until": "x"}), "could not keep a muted person"),
    ],
)
async def test_moderators_hear_of_what_only_people_can_do(records, show: Show, says: str) -> None:
    (told,) = await trouble(records, Address("telegram", "-1"), show)
    assert told.to == CITY.moderators.home
    message = records.read(lambda s: DELIVERIES.render(s, told.show, "en", START))
    assert says in message.summary and "blocked" in message.summary


async def test_of_a_resident_or_its_own_chat_it_hears_nothing(records) -> None:
    assert await trouble(records, private_chat("telegram", "ab" * 16)) == []
    assert await trouble(records, CITY.department(CITY.general_desk).home) == []


async def test_a_resident_is_found_while_their_address_is_kept(records) -> None:
    resident = KEYRING.resident("telegram", "42")
    chat, real = private_chat("telegram", resident), Address("telegram", "42")
    await records.write(lambda store: store.keep_contact(resident, KEYRING.seal(str(real))))
    assert records.read(lambda store: DELIVERIES.resolve(store, chat)) == real
    await records.write(lambda store: store.forget(resident))
    assert records.read(lambda store: DELIVERIES.resolve(store, chat)) is None
    group = Address("telegram", "-1")
    assert records.read(lambda store: DELIVERIES.resolve(store, group)) == group
