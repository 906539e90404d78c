"""The one place where all is wired. Everything else is handed what it needs.

An SDK is imported only where its channel is configured: imports inside functions are for that.
"""

import asyncio
import signal
import sys
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web
from pydantic import SecretStr

import storage
from bots import logs
from bots.courier import LEASE, Courier, Do, Render
from bots.duties import Duties
from bots.intake import Intake
from bots.live import Hub
from bots.memory import settle
from bots.meters import Meters, Unmeasured
from bots.opinion_works import Grouping, OpinionWorks
from bots.pictures import Pictures
from bots.reader import Reader
from bots.samples import load_samples
from bots.server import Doctor, Server, application
from bots.timetable import Timetable
from bots.version import package_version
from bots.web.adapter import WebChannel
from bots.workshop import Workshop
from config.key import key_mark, secret_key
from config.settings import Settings
from config.webhooks import secrets
from core.city import City, Official
from core.commands import about, all_offers
from core.duty import ALONE, Duty
from core.errors import TryAgain
from core.events import Address
from core.inbox import Inbox
from core.messages import Message
from core.model import Delivery, Show
from core.people import PULLED, Keyring, resident_of
from core.ports import Channel, Health, Route, Store
from core.roster import DESK
from core.texts import LANGUAGES
from core.views import render

if TYPE_CHECKING:
    from bots.playground.server import Playground
    from bots.web.staff.adapter import DeskChannel

log = structlog.get_logger(__name__)

LOCK_WAIT = 5.0

Clock = Callable[[], datetime]
Posts = Callable[[str], Duty]
"""The duty of that name."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """What runs, for whoever started it. ``url`` is the page's; ``playground`` is "" without, and
    so is ``desk``, a link that opens the staff's desk once."""

    url: str
    city: City
    channels: Sequence[Channel]
    intake: Intake
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
            await stop.wait()
            log.info("stopping")


async def play(
    settings: Settings, city: City, announce: Callable[[Service], None], stop: asyncio.Event
) -> None:
    """The real adapters, over HTTP to stand-ins of the platforms. Those keep all in memory, so
    that the database begins anew with them: it is one of its own, never that of the settings."""
    from bots.playground.server import playground

    async with playground("127.0.0.1", settings.playground_port, city) as ground:
        mine = in_playground(settings, ground)
        told = False
        while not stop.is_set():
            discard_database(mine)
            async with running(
                mine,
                city,
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
        database = open_database(settings, lock_wait)
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
        inbox = meters.inbox(Inbox(city, keyring, edit_gaps))
        intake = Intake(
            meters.begin(database.begin),
            inbox,
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
        pictures = Pictures(city, reader.read, workshop.make, clock)
        works = OpinionWorks(shown, reader.read, opinions.make, workshop.make)

        async def picture(url: str) -> bytes | None:
            return await pictures.at(url) or await works.at(url)

        records = Records(
            intake.run, reader.read, words.render, picture, hub.subscribe, keyring.cookie_key
        )
        staff = [desk(settings, city, clock, records)] if settings.desk.issuer or guest else []
        public = page(settings, shown, clock, keyring, reader, hub, frames, pictures, works)
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
            await channel.start(intake.handle)
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
        timetable = Timetable(
            city, intake.run, reader.read, clock, edit_gaps, on_time, grouping.tick, public.publish
        )
        stack.push_async_callback(timetable.stop)
        timetable.start()
        link = f"{url}/desk/open?key={await staff[0].gate.invite(guest.account)}" if guest else ""
        yield Service(url, city, channels, intake, desk=link)


def meters_of(settings: Settings) -> Meters:
    if settings.metrics_token is None:
        return Unmeasured()
    from bots.metrics import Metrics

    return Metrics(settings.metrics_token.get_secret_value(), package_version())


def open_database(settings: Settings, wait: float) -> storage.Database:
    """New tables are made at once; older ones are brought up to date by ``kuulolla migrate``."""
    database = storage.open_database(
        settings.database_url,
        readers=settings.database_readers,
        writers=settings.database_writers,
        wait=wait,
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


# --- channels --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Records:
    """What adapters may ask of the database, and write there."""

    run: Do
    read: Do
    render: Render
    picture: Callable[[str], Awaitable[bytes | None]]
    watch: Callable[[str], AsyncGenerator[None, None]]
    cookie_key: bytes


def platforms(
    settings: Settings, city: City, clock: Clock, records: Records, post: Posts
) -> list[Channel]:
    """Those that are configured."""
    channels: list[Channel] = []
    if settings.telegram.token:
        channels.append(_telegram(settings, city, clock, post, records))
    if settings.slack.bot_token:
        channels.append(_slack(settings, city, clock, post))
    if settings.teams.app_id or settings.teams.development_url:
        channels.append(_teams(settings, city, clock, records))
    if city.polis_server:
        channels.append(_polis(city))
    if city.webhooks:
        channels.append(_webhooks(settings, city, clock, records))
    return channels


def invited(city: City) -> Official | None:
    """Whom the playground's link lets in: the first official that the city file has at the desk."""
    return next((one for one in city.officials if one.channel == DESK), None)


def desk(settings: Settings, city: City, clock: Clock, records: Records) -> "DeskChannel":
    from bots.web.staff.adapter import CALLBACK, DeskChannel

    provider, given = None, settings.desk
    if given.issuer and given.client_id:
        from bots.web.staff.oidc import Provider

        secret = given.client_secret.get_secret_value() if given.client_secret else None
        provider = Provider(
            given.issuer, given.client_id, secret, given.scope, city.sign_in.claim,
            f"{settings.public_url}{CALLBACK}", clock,
        )  # fmt: skip
    return DeskChannel(
        city,
        cookie_key=records.cookie_key,
        run=records.run,
        read=records.read,
        render=records.render,
        watch=records.watch,
        clock=clock,
        secure=(settings.public_url or "").startswith("https:"),
        provider=provider,
    )


def _telegram(
    settings: Settings, city: City, clock: Clock, post: Posts, records: Records
) -> Channel:
    from bots.telegram.adapter import TelegramChannel

    given = settings.telegram
    assert given.token
    secret = given.webhook_secret.get_secret_value() if given.webhook_secret else None
    return TelegramChannel(
        given.token.get_secret_value(),
        api_url=given.api_url,
        public_url=settings.public_url,
        secret=secret,
        offers=all_offers(city),
        about={language: about(city, language) for language in LANGUAGES},
        clock=clock,
        polls=post("polling:telegram"),
        picture=records.picture,
        paid=given.paid_broadcast,
        reads=any(at.channel == "telegram" for at in city.threads),
        topics=[c.address.chat for c in city.chats if c.address.channel == "telegram"],
    )


def _slack(settings: Settings, city: City, clock: Clock, post: Posts) -> Channel:
    from bots.slack.adapter import SlackChannel

    given = settings.slack
    assert given.bot_token
    return SlackChannel(
        given.bot_token.get_secret_value(),
        app_token=given.app_token.get_secret_value() if given.app_token else None,
        signing_secret=given.signing_secret.get_secret_value() if given.signing_secret else None,
        api_url=given.api_url,
        public_url=settings.public_url if settings.slack_by_http else None,
        clock=clock,
        zone=city.timezone,
        language=city.language,
        listens=post("socket:slack"),
        threads=[at.chat for at in city.threads if at.channel == "slack"],
    )


def _polis(city: City) -> Channel:
    from bots.polis import PolisChannel

    return PolisChannel(city.polis_server)


def _webhooks(settings: Settings, city: City, clock: Clock, records: Records) -> Channel:
    from bots.web.shapes import public
    from bots.webhooks import WebhookChannel

    async def look(kind: str, id: int) -> dict[str, Any] | None:
        return await records.read(lambda store: public(store, city, kind, id))

    return WebhookChannel(city.webhooks, secrets(settings.webhook_secrets), look, clock)


def _teams(settings: Settings, city: City, clock: Clock, records: Records) -> Channel:
    from bots.teams.adapter import Account, Memory, TeamsChannel
    from bots.teams.tokens import HOSTS, Cloud

    async def keep(chat: str, reference: str) -> None:
        await records.run(lambda store: store.keep_reference(Address("teams", chat), reference))

    async def recall() -> Mapping[str, str]:
        return await records.read(lambda store: store.references("teams"))

    async def see(chat: Address, ref: str) -> Message | None:
        def look(store: Store) -> Message | None:
            found = store.showing(chat, ref)
            return records.render(store, *found, clock()) if found else None

        return await records.read(look)

    given = settings.teams
    hosts = tuple(filter(None, given.service_hosts.split(",")))
    account = Account(
        given.app_id or "",
        given.app_secret.get_secret_value() if given.app_secret else "",
        given.tenant_id or "",
        given.development_url,
        Cloud(hosts=(*HOSTS, *hosts)),
    )
    chats = dict.fromkeys([*city.homes, *(chat.address for chat in city.chats)])
    return TeamsChannel(
        account,
        Memory(keep, recall, see),
        clock=clock,
        chats=[address.chat for address in chats if address.channel == "teams"],
        officials={o.account for o in city.officials if o.channel == "teams"},
        names={offer.name for offers in all_offers(city).values() for offer in offers},
        language=city.language,
        page_url=city.page(f"/{city.language}/"),
        threads={at.chat for at in city.threads if at.channel == "teams"},
    )


def page(
    settings: Settings,
    city: City,
    clock: Clock,
    keyring: Keyring,
    reader: Reader,
    hub: Hub,
    frames: str,
    pictures: Pictures,
    works: OpinionWorks,
) -> WebChannel:
    public = settings.public_url or ""
    return WebChannel(
        city,
        cookie_key=keyring.cookie_key,
        read=reader.read,
        watch=hub.subscribe,
        mark=hub.mark,
        clock=clock,
        secure=public.startswith("https:"),
        resident=keyring.resident,
        chart=pictures.chart,
        works=works,
        frame_ancestors=frames,
        trusted_proxies=1 if public else 0,  # we speak no https ourselves: a proxy does
    )


class Deliveries:
    """What couriers need to know of this city."""

    def __init__(self, city: City, keyring: Keyring) -> None:
        self._city = city
        self._keyring = keyring

    def render(self, store: Store, show: Show, language: str, now: datetime) -> Message:
        return render(store, self._city, show, language, now)

    def resolve(self, store: Store, address: Address) -> Address | None:
        resident = resident_of(address)
        if resident is None:
            return address
        sealed = store.contact(resident)
        return Address.parse(self._keyring.open(sealed)) if sealed else None

    def on_trouble(self, store: Store, delivery: Delivery, reason: str, now: datetime) -> None:
        """Tells the general desk; not of residents, who may come and go unnoticed, and not of a
        chat of the staff's own, through which it could not be told."""
        log.warning("given up", channel=delivery.to.channel, delivery=delivery.id)
        city = self._city
        if resident_of(delivery.to) or city.is_staff_chat(delivery.to):
            return
        show = Show("trouble", {"address": str(delivery.to), "reason": reason})
        home = city.department(city.general_desk).home
        store.tell(home, show, city.language, now)


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
