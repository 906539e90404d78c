"""Where all is wired. Everything else is handed what it needs.

What few need is imported where they begin: imports inside functions are for that.
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from pydantic import SecretStr

import storage
from bots import logs
from bots.channels import Clock, Posts, Records, desk, invited, page, payloads, platforms
from bots.city_file import CityFile, Load
from bots.courier import LEASE, Courier
from bots.deliveries import Deliveries
from bots.dictionaries import Dictionaries, readied
from bots.duties import Duties
from bots.fetching import Fetcher
from bots.intake import Intake
from bots.live import Hub
from bots.memory import settle
from bots.meters import Meters, Unmeasured
from bots.opinion_works import Grouping, OpinionWorks
from bots.option_pictures import OptionPictures
from bots.parcels import Do
from bots.pictures import Pictures
from bots.reader import Reader
from bots.samples import load_samples
from bots.server import Doctor, Server, application
from bots.timetable import Timetable
from bots.version import package_version
from bots.web.previews import Previews
from bots.workshop import Workshop
from config.city import load_city
from config.faults import ConfigFault
from config.key import key_mark, secret_key
from config.settings import Settings
from core.city import City, Official
from core.duty import ALONE
from core.errors import TryAgain
from core.inbox import Inbox
from core.model import Show
from core.people import PULLED, Keyring
from core.ports import Channel, Health, Route
from core.words import Lemmas

if TYPE_CHECKING:
    from bots.playground.server import Playground

log = structlog.get_logger(__name__)

LOCK_WAIT = 5.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """What runs, for whoever started it. ``url`` is the page's, ``city`` what the ``city_file``
    said at the start; ``playground`` is "" without, and so is ``desk``, a link that opens the
    staff's desk once. ``dictionaries`` are yet to be readied."""

    url: str
    city: City
    city_file: CityFile
    channels: Sequence[Channel]
    intake: Intake
    dictionaries: Dictionaries
    playground: str = ""
    desk: str = ""


def run(settings: Settings, city: City, announce: Callable[[Service], None]) -> None:
    """Serves until SIGINT or SIGTERM. ``announce`` is called once all is up."""
    serving = serve(settings, city, announce)
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        asyncio.run(serving)
    else:
        uvloop.run(serving)


async def serve(settings: Settings, city: City, announce: Callable[[Service], None]) -> None:
    logs.configure(settings.log_format, settings.log_level)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    if settings.playground_on:
        await play(settings, city, announce, stop)
    else:
        async with running(settings, city, samples=settings.samples_wanted) as service:
            settle()
            announce(service)
            async with readied(service.dictionaries):
                await stop.wait()
            log.info("stopping")


async def play(
    settings: Settings, city: City, announce: Callable[[Service], None], stop: asyncio.Event
) -> None:
    """The real adapters, over HTTP to stand-ins of the platforms. Those keep all in memory, so
    that the database begins anew with them: it is one of its own, never that of the settings."""
    from bots.playground.server import IMAGES, playground

    async with playground("127.0.0.1", settings.playground_port, city) as ground:
        mine = in_playground(settings, ground)
        told = False
        while not stop.is_set():
            discard_database(mine)
            async with running(
                mine,
                replace(city, images_url=IMAGES),
                samples=settings.samples_wanted,
                frames=f"'self' {ground.url}",
                page_links=ground.links_url,
                guest=invited(city),
            ) as service:
                ground.open_page(service.url)
                if settings.samples_wanted:
                    ground.set_the_scene()
                if not told:
                    announce(replace(service, playground=ground.url))
                elif service.desk:
                    log.info("the staff's desk has another link now", link=service.desk)
                told = True
                async with readied(service.dictionaries):
                    await either(stop, ground.reset_wanted)
            ground.start_over()


def in_playground(settings: Settings, ground: "Playground") -> Settings:
    telegram = {"token": SecretStr(ground.telegram_token), "api_url": ground.telegram_url}
    slack = {
        "bot_token": SecretStr(ground.slack_bot_token),
        "app_token": SecretStr(ground.slack_app_token),
        "api_url": ground.slack_url,
    }
    return settings.model_copy(
        update={
            "database_url": f"sqlite:///{settings.database_folder / 'playground.db'}",
            "public_url": None,  # long polling and Socket Mode: nothing has to reach us
            "telegram": settings.telegram.model_copy(update=telegram),
            "slack": settings.slack.model_copy(update=slack),
        }
    )


def discard_database(settings: Settings) -> None:
    """DatabaseInUse where another playground has it."""
    if file := settings.database_file:
        storage.open_database(settings.database_url).close()
        for part in ("", "-wal", "-shm"):
            file.with_name(file.name + part).unlink(missing_ok=True)


async def either(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


@asynccontextmanager
async def running(
    settings: Settings,
    city: City,
    *,
    clock: Clock = utc_now,
    lease: float = LEASE,
    lock_wait: float = LOCK_WAIT,
    samples: bool = False,
    frames: str = "'self'",
    page_links: str = "",
    guest: Official | None = None,
) -> AsyncIterator[Service]:
    """The whole service. It ends in the reverse order: first nothing new is taken, then what runs
    is finished, then the platforms and the database are let go.

    ``lock_wait``: seconds that a write waits for a database that is busy, before it is refused.
    ``samples``: an empty database gets something to look at. ``frames``: who may show the page in
    a frame (CSP). ``page_links``: what takes the place of https://t.me on the page. ``guest``: an
    official whom a link lets in to the staff's desk, where nobody can sign in.
    """
    async with AsyncExitStack() as stack:
        dictionaries = Dictionaries(settings.dictionaries_folder)
        database = open_database(settings, lock_wait, dictionaries)
        stack.callback(database.close)
        busy = (storage.DatabaseUnavailable,)
        reader = Reader(database.reading, busy, settings.database_readers)
        stack.push_async_callback(reader.stop)
        keyring, hub, couriers = Keyring(secret_key(settings)), Hub(), list[Courier]()
        shown = replace(city, chat_links=page_links or city.chat_links)

        def on_commit(touched: frozenset[str]) -> None:
            hub.publish(touched)
            wake()
            if duties:
                duties.tell(touched)

        def wake() -> None:
            for courier in couriers:
                courier.wake()

        def hear(touched: Collection[str] | None) -> None:
            if touched is None:
                hub.refresh()
            else:
                hub.publish(touched)
            wake()

        line = database.line(key_mark(settings))
        duties = Duties(line, hear) if line else None
        post: Posts = duties.post if duties else lambda name: ALONE

        edit_gaps: dict[str, float] = {}
        meters = meters_of(settings)
        inbox = Inbox(city, keyring, edit_gaps)
        intake = Intake(
            meters.begin(database.begin),
            meters.inbox(inbox),
            clock,
            on_commit,
            busy,
            writers=database.writers_at_once,
            near=meters.begin(partial(database.begin, patient=False)) if database.near else None,
        )
        stack.push_async_callback(intake.stop)
        words = Deliveries(city, keyring)
        workshop = Workshop()
        stack.push_async_callback(workshop.stop)
        opinions = Workshop((sys.executable, "-m", "bots.opinion_worker"), idle=15.0)
        stack.push_async_callback(opinions.stop)
        painting = Workshop((sys.executable, "-m", "bots.picture_worker"), idle=15.0)
        stack.push_async_callback(painting.stop)
        pictures = Pictures(city, reader.read, workshop.make, clock)
        of_options = OptionPictures(reader.read, painting.make)
        fetcher = Fetcher(intake.handle, intake.run, painting.make, clock)
        stack.push_async_callback(fetcher.stop)
        works = OpinionWorks(shown, reader.read, opinions.make, workshop.make)

        async def picture(url: str) -> bytes | None:
            return await pictures.at(url) or await works.at(url)

        records = Records(
            intake.run, reader.read, words.render, picture, hub.subscribe, keyring.cookie_key,
            lambda: words.city,
        )  # fmt: skip
        looks = Previews(keyring.digest, payloads(settings, city))
        at_desks = settings.desk.issuer or guest
        staff = [desk(settings, city, clock, records, looks)] if at_desks else []
        drawn = (pictures, of_options, works, looks)
        public = page(settings, shown, clock, keyring, reader, hub, frames, *drawn)
        channels = [*platforms(settings, city, clock, records, post), *staff, public]
        edit_gaps |= {channel.name: channel.limits.edit_gap for channel in channels}
        carried = [channel for channel in channels if channel.name not in PULLED]
        posts = {channel.name: post(f"courier:{channel.name}") for channel in carried}
        on_time = post("timetable")
        if duties:
            stack.push_async_callback(duties.stop)
            await duties.start()
        if samples:
            await intake.run(lambda store: load_samples(store, city, clock()))
        for channel in channels:
            stack.push_async_callback(channel.stop)
            await channel.start(fetcher.handle)
        couriers += [
            Courier(
                meters.channel(channel), intake.run, reader.read, words.render, words.resolve,
                clock, words.on_trouble, lease, posts[channel.name],
            )
            for channel in carried
        ]  # fmt: skip
        for courier in couriers:
            stack.push_async_callback(courier.stop)
            courier.start()
        keepers = meters.routes(reader, [channel.name for channel in carried], clock)
        app = http(channels, database, hub, intake.run, duties, keepers)
        server = Server(app, settings.host, settings.port)
        stack.push_async_callback(server.stop)
        url = await server.start()
        grouping = Grouping(
            city, intake.run, reader.read, opinions.make, clock, edit_gaps, opinions.wake
        )

        def take(edited: City) -> None:
            edited = replace(edited, images_url=city.images_url)
            for one in (inbox, words, pictures, grouping, timetable, *staff):
                one.city = edited
            for one in (works, public):
                one.city = replace(edited, chat_links=shown.chat_links)

        async def tell_staff(show: Show, key: str) -> None:
            home, now = city.department(city.general_desk).home, clock()
            await intake.run(lambda s: s.tell(home, show, city.language, now, dedupe=key))

        city_file = CityFile(settings.city_file, loader(settings), city, take, tell_staff)
        timetable = Timetable(
            city, intake.run, reader.read, clock, edit_gaps, on_time, grouping.tick,
            public.publish, city_file.look,
        )  # fmt: skip
        stack.push_async_callback(timetable.stop)
        timetable.start()
        link = f"{url}/desk/open?key={await staff[0].gate.invite(guest.account)}" if guest else ""
        yield Service(url, city, city_file, channels, intake, dictionaries, desk=link)


def loader(settings: Settings) -> Load:
    def load() -> City | list[str]:
        try:
            return load_city(settings.city_file, settings.page_url)
        except ConfigFault as fault:
            return [str(one) for one in fault.faults]

    return load


def meters_of(settings: Settings) -> Meters:
    if settings.metrics_token is None:
        return Unmeasured()
    from bots.metrics import Metrics

    return Metrics(settings.metrics_token.get_secret_value(), package_version())


def open_database(settings: Settings, wait: float, lemmas: Lemmas) -> storage.Database:
    """New tables are made at once; older ones are brought up to date by ``kuulolla migrate``."""
    database = storage.open_database(
        settings.database_url,
        readers=settings.database_readers,
        writers=settings.database_writers,
        wait=wait,
        lemmas=lemmas,
    )
    try:
        found, _ = database.schema()
        if found is None:
            database.upgrade()
        database.check()
    except BaseException:
        database.close()
        raise
    return database


# --- http ------------------------------------------------------------------------------------


def http(
    channels: Sequence[Channel],
    database: storage.Database,
    hub: Hub,
    write: Do,
    duties: Duties | None,
    more: Sequence[Route] = (),
) -> web.Application:
    loop = asyncio.get_running_loop()

    async def alive() -> Health:
        """By the way that all writing goes: it waits behind what is written now."""
        try:
            await write(lambda store: None)
        except TryAgain as error:
            return Health(False, str(error))
        return Health(False, duties.fault) if duties and duties.fault else Health(True, "answers")

    async def schema() -> Health:
        found, wanted = await loop.run_in_executor(None, database.schema)
        return Health(found == wanted, f"version {found}, wanted {wanted}")

    async def let_go(_: web.Application) -> None:
        hub.close()

    doctor = Doctor(
        package_version(),
        alive,
        schema,
        {channel.name: channel.health for channel in channels},
        duties=lambda: duties.held() if duties else None,
    )
    routes = [route for channel in channels for route in channel.routes()]
    app = application(doctor, [*routes, *more])
    app.on_shutdown.append(let_go)
    return app
