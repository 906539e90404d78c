"""Pictures of options, from sites as they are: what is taken, and what is refused and why."""

import asyncio
import io
import itertools
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from random import Random
from typing import Any

import msgspec
import pytest
from aiohttp import web
from PIL import Image

from bots.fetching import LIMIT, Fetcher, is_public
from bots.intake import Intake
from bots.picture_orders import Sheet, Shrink, Shrunk
from bots.workshop import Workshop
from core.city import City
from core.errors import TryAgain
from core.events import Submitted
from core.inbox import Inbox
from core.messages import Reply
from core.model import Fetched
from core.people import Keyring
from storage import Database
from tests.bots.websites import Sites, bomb, moving, picture, websites, with_place
from tests.fakes import Clock
from tests.stage import CITY, DESK, GAPS, PEOPLE, SECRET, START

HOME = "https://city.example"
IDS = itertools.count()


@pytest.fixture
async def worker() -> AsyncIterator[Workshop]:
    workshop = Workshop((sys.executable, "-m", "bots.picture_worker"))
    yield workshop
    await workshop.stop()


class Bench:
    """A fetcher before the rules, over a real database and real sites."""

    def __init__(
        self, database: Database, sites: Sites, worker: Workshop, city: City = CITY, **more: Any
    ) -> None:
        self.clock, self.database = Clock(START), database
        inbox = Inbox(city, Keyring(SECRET), GAPS)
        self.intake = Intake(database.begin, inbox, self.clock, lambda touched: None)
        usual = {"resolver": sites.names, "tls": sites.trust, "wait": 30.0, "patience": 20.0}
        usual["allows"] = lambda address: address == "127.0.0.1"
        make = more.pop("make", worker.make)
        self.fetcher = Fetcher(self.intake.handle, self.run, make, self.clock, **usual | more)
        self.sites, self.writes = sites, asyncio.Queue[None]()

    async def run(self, work: Callable[[Any], Any]) -> None:
        """``writes`` has one more after each."""
        await self.intake.run(work)
        self.writes.put_nowait(None)

    async def submit(self, who: str = "editor", form: str = "poll", **fields: str) -> Reply:
        given = {"question_fi": "Mikä?", "options_fi": "Penkki\nLaituri"} | fields
        person = PEOPLE[who]
        event = Submitted(
            id=f"t:{next(IDS)}", who=person, where=DESK, at=self.clock(), form=form,
            fields=given, state="",
        )  # fmt: skip
        return await self.fetcher.handle(event)

    async def error(self, url: str) -> str:
        reply = await self.submit(extras=f"1 {url} Kuva")
        return reply.errors.get("extras", "")

    def gave(self, *urls: str) -> dict[str, Fetched]:
        with self.database.reading() as store:
            return store.fetched(urls)

    async def stop(self) -> None:
        await self.fetcher.stop()
        await self.intake.stop()


@pytest.fixture
async def bench(
    sqlite_database: Database, worker: Workshop
) -> AsyncIterator[Callable[..., Bench]]:
    made: list[Bench] = []
    async with websites() as sites:

        def one(**more: Any) -> Bench:
            made.append(Bench(sqlite_database, sites, worker, **more))
            return made[-1]

        yield one
        for each in made:
            await each.stop()


def leads(to: str, status: int = 302) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": to})

    return answer


async def unmeasured(request: web.Request) -> web.StreamResponse:
    """Says nothing of its length, and does not end early."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(LIMIT // 65536 + 2):
        await response.write(b"x" * 65536)
    return response


REFUSED: dict[str, tuple[Any, str]] = {
    "large.jpg": (b"\xff\xd8\xff" + b"x" * (LIMIT + LIMIT // 20), "Kuva on yli 2 Mt."),
    "endless.jpg": (unmeasured, "Kuva on yli 2 Mt."),
    "gone.jpg": (None, "Tässä osoitteessa ei ole kuvaa."),
    "text.png": (b"hello", "Tämä ei ole PNG-, JPEG-, WebP- tai GIF-kuva."),
    "page.jpg": (b"<!doctype html><title>Laituri</title>", "Tämä ei ole PNG-"),
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "Tämä ei ole PNG-"),
    "disguised.png": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "Tämä ei ole PNG-"),
    "empty.gif": (b"", "Tämä ei ole PNG-"),
    "bomb.png": (bomb(), "Kuvassa on yli 40 miljoonaa kuvapistettä."),
    "wide.png": (bomb(41_000, 1_000), "Kuvassa on yli 40 miljoonaa kuvapistettä."),
    "short.jpg": (picture()[:2000], "Kuva on rikki tai jäänyt kesken."),
    "cut.png": (picture("PNG")[:1000], "Kuva on rikki tai jäänyt kesken."),
    "lying.png": (bomb(900, 900), "Kuva on rikki tai jäänyt kesken."),
    "tiff.png": (picture("TIFF", (20, 20)), "Tämä ei ole PNG-"),
    "home.jpg": (leads("https://127.0.0.1/a.jpg"), "Kuva ei ole julkisessa verkossa."),
    "cloud.jpg": (leads("https://169.254.169.254/latest"), "Kuva ei ole julkisessa verkossa."),
    "six.jpg": (leads("https://[::1]/a.jpg"), "Kuva ei ole julkisessa verkossa."),
    "named.jpg": (leads("https://inside.example/a.jpg"), "Kuva ei ole julkisessa verkossa."),
    "plain.jpg": (leads("http://city.example/ok.jpg"), "Tässä osoitteessa ei ole kuvaa."),
    "port.jpg": (leads("https://city.example:8443/ok.jpg"), "Tässä osoitteessa ei ole kuvaa."),
    "file.jpg": (leads("file:///etc/passwd"), "Tässä osoitteessa ei ole kuvaa."),
    "round.jpg": (leads("/round.jpg"), "Tässä osoitteessa ei ole kuvaa."),
    "nowhere.jpg": (leads("https://gone.example/a.jpg"), "Kuvan sivustoon ei saada yhteyttä."),
}


async def test_what_is_no_picture_for_us_is_said_in_the_form(bench: Callable[..., Bench]) -> None:
    told = bench()
    told.sites.elsewhere |= {"inside.example": "10.0.0.5", "metadata.example": "169.254.169.254",
                             "mapped.example": "::ffff:127.0.0.1"}  # fmt: skip
    for name, (content, _) in REFUSED.items():
        if content is not None:
            told.sites.pages[f"/{name}"] = content
    found = {name: await told.error(f"{HOME}/{name}") for name in REFUSED}
    for name, (_, words) in REFUSED.items():
        assert words in found[name], (name, found[name])
        assert name in found[name]
    for address in ("https://inside.example/a.jpg", "https://metadata.example/a.png",
                    "https://mapped.example/a.png", "https://127.0.0.1/a.png"):  # fmt: skip
        assert "julkisessa verkossa" in await told.error(address), address
    with told.database.reading() as store:
        assert store.polls() == []


async def test_three_languages_and_all_faults_at_once(bench: Callable[..., Bench]) -> None:
    told = bench()
    told.sites.pages["/a.png"] = b"no"
    lines = f"1 {HOME}/a.png Yksi\n2 {HOME}/b.png Kaksi"
    errors = (await told.submit(extras=lines)).errors["extras"]
    assert errors.count("\n") == 1 and "a.png" in errors and "b.png" in errors
    for language, words in {"sv": "ingen PNG-", "en": "no PNG,"}.items():
        event = Submitted(
            id=f"x:{language}", who=msgspec.structs.replace(PEOPLE["editor"], language=language),
            where=DESK, at=told.clock(), form="poll", state="",
            fields={"question_fi": "Q", "options_fi": "A\nB", "extras": f"1 {HOME}/a.png x"},
        )  # fmt: skip
        assert words in (await told.fetcher.handle(event)).errors["extras"]


async def test_a_picture_is_fetched_once_and_made_the_citys_own(
    bench: Callable[..., Bench],
) -> None:
    told = bench()
    told.sites.pages |= {
        "/photo.jpg": with_place(), "/way.jpg": leads("https://other.example/step.jpg", 301),
        "/step.jpg": leads("/map.png"), "/map.png": picture("PNG", (300, 200)),
        "/web.webp": picture("WEBP"), "/moves.gif": moving(),
    }  # fmt: skip
    urls = [f"{HOME}/{name}" for name in ("photo.jpg", "way.jpg", "web.webp", "moves.gif")]
    lines = "\n".join(f"{n} {url} Kuva" for n, url in enumerate(urls, 1))
    made = await told.submit(options_fi="A\nB\nC\nD", extras=lines)
    assert "Kysely 1 on auki" in made.notice
    again = await told.submit(options_fi="A\nB\nC\nD", extras=lines)
    assert "Kysely 2 on auki" in again.notice
    assert sum(asked.endswith("/photo.jpg") for asked in told.sites.asked) == 1
    with told.database.reading() as store:
        extras = store.poll(1).extras
        assert extras == store.poll(2).extras
        kept = {i: store.picture(extra.picture.digest) for i, extra in extras.items()}
    photo = Image.open(io.BytesIO(kept[0][1]))
    assert photo.size == (500, 800), "turned the way it was taken, and made smaller"
    assert not photo.getexif() and b"Kamera" not in kept[0][1]
    assert (extras[0].picture.width, extras[0].picture.height) == (500, 800)
    assert Image.open(io.BytesIO(kept[1][1])).size == (300, 200)
    first = Image.open(io.BytesIO(kept[3][1]))
    assert getattr(first, "n_frames", 1) == 1
    red, green, blue = first.convert("RGB").getpixel((5, 5))
    assert red > 250 and green == blue == 0
    assert {kind for kind, _ in kept.values()} <= {"png", "jpeg"}


async def test_twelve_pictures_at_once(bench: Callable[..., Bench]) -> None:
    told = bench()
    for n in range(1, 13):
        told.sites.pages[f"/{n}.jpg"] = picture(size=(200 + n, 150))
    options = "\n".join(f"Vaihtoehto {n}" for n in range(1, 13))
    lines = "\n".join(f"{n} {HOME}/{n}.jpg Kuva {n}" for n in range(1, 13))
    made = await told.submit(options_fi=options, extras=lines)
    assert "Kysely 1 on auki" in made.notice
    with told.database.reading() as store:
        assert [e.picture.width for e in store.poll(1).extras.values()] == list(range(201, 213))


async def test_a_site_that_hangs_holds_nobody_up(bench: Callable[..., Bench]) -> None:
    """The form says that the picture is on its way, and a draft keeps what was written."""
    told, later = bench(wait=0.01, patience=0.2), bench()
    told.sites.pages["/slow.jpg"] = told.sites.never
    assert "Kuvaa haetaan vielä" in await told.error(f"{HOME}/slow.jpg")
    for _ in ("it is on its way", "it took too long"):
        await told.writes.get()
    assert "liian hitaasti" in await told.error(f"{HOME}/slow.jpg")
    told.sites.pages["/slow.jpg"] = picture()
    later.clock.advance(16)
    made = await later.submit(extras=f"1 {HOME}/slow.jpg Laituri")
    assert "Kysely 1 on auki" in made.notice


async def test_for_nobody_but_editors_is_anything_fetched(bench: Callable[..., Bench]) -> None:
    told = bench()
    for who in ("stranger", "official", "resident"):
        reply = await told.submit(who, extras=f"1 {HOME}/a.jpg Kuva")
        assert reply.notice and not reply.errors
    assert told.sites.asked == [] and told.gave(f"{HOME}/a.jpg") == {}


async def test_where_the_city_wants_links_nothing_is_fetched(
    bench: Callable[..., Bench],
) -> None:
    told = bench(city=replace(CITY, option_pictures=False))
    made = await told.submit(extras=f"1 {HOME}/a.jpg Kuva")
    assert "Kysely 1 on auki" in made.notice and told.sites.asked == []
    with told.database.reading() as store:
        assert store.poll(1).extras[0].picture is None


async def test_a_worker_that_dies_of_a_picture_is_no_loss(bench: Callable[..., Bench]) -> None:
    async def die(order: bytes) -> bytes:
        raise TryAgain("it died")

    told = bench(make=die)
    told.sites.pages["/a.jpg"] = picture()
    assert "rikki" in await told.error(f"{HOME}/a.jpg")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "2002:7f00:1::", "2001:0:1::1",
        "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_addresses_within_networks_are_none_of_the_public_web(address: str) -> None:
    assert not is_public(address)


def test_addresses_of_the_public_web() -> None:
    assert is_public("8.8.8.8") and is_public("2a00:1450:4026:804::200e")


# --- the worker ----------------------------------------------------------------------------------


async def test_a_sheet_of_all_pictures(worker: Workshop) -> None:
    """As large as a chat takes, whatever the words and the shapes."""
    shapes = [(800, 20), (20, 800), (160, 120)] * 4
    for count in (1, 2, 5, 12):
        cells = [(f"{'Äö' * 30} 🌳 {n}", picture("PNG", shapes[n])) for n in range(count)]
        order = msgspec.msgpack.encode(Sheet(tuple(cells)))
        made = Image.open(io.BytesIO(await worker.make(order)))
        assert made.format == "JPEG" and sum(made.size) < 10_000
        assert made.width == {1: 1, 2: 2, 5: 3, 12: 3}[count] * 416 + 16


async def test_what_is_see_through_stays_so(worker: Workshop) -> None:
    made = io.BytesIO()
    Image.new("RGBA", (1200, 600), (0, 0, 255, 80)).save(made, "PNG")
    order = msgspec.msgpack.encode(Shrink(made.getvalue()))
    shrunk = msgspec.msgpack.decode(await worker.make(order), type=Shrunk)
    assert (shrunk.kind, shrunk.width, shrunk.height, shrunk.fault) == ("png", 800, 400, None)


async def test_no_picture_that_is_kept_is_large(worker: Workshop) -> None:
    """Not even noise that one can see through."""
    noise = Random(1).randbytes(600 * 600 * 4)
    made = io.BytesIO()
    Image.frombytes("RGBA", (600, 600), noise).save(made, "PNG")
    order = msgspec.msgpack.encode(Shrink(made.getvalue()))
    shrunk = msgspec.msgpack.decode(await worker.make(order), type=Shrunk)
    assert shrunk.kind == "jpeg" and len(shrunk.content) < 500_000 < len(made.getvalue())
