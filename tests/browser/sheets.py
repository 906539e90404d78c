"""Draws docs/pictures/*.webp anew: polls of every kind in Telegram, Slack, Teams and on a phone's
web page. ``python -m tests.browser.sheets [FOLDER]``, then look at them before they are kept.

Telegram and Slack are the playground's stand-ins, Teams' cards are drawn by Microsoft's own
``adaptivecards``; the service is the real one.
"""

import asyncio
import io
import json
import sys
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from matplotlib import get_data_path
from PIL import Image, ImageDraw
from playwright.async_api import Page, Route

from bots.app import Service, play
from bots.picture_worker import shrink
from bots.playground.server import IMAGES
from bots.teams import render as teams
from config.city import load_city
from config.settings import EXAMPLE_CITY, Settings
from core.answers import Kind, points, ranking, several
from core.city import City
from core.desk import Desk
from core.events import Address
from core.messages import Message
from core.model import (
    Ballot,
    Extra,
    Picture,
    PollDraft,
    Show,
    Shows,
    Words,
    WordsState,
)
from core.polls import life
from core.ports import Store
from core.surveys import definition
from core.surveys import life as surveys
from core.texts import texts
from core.views import render
from tests.browser.chromium import Visitors, chromium
from tests.node.install import modules

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
GROUP, STAFF = Address("telegram", "-4000000001"), Address("slack", "C0VIESTINTA")
CHATS = (GROUP, STAFF)
GAP, PAPER, LARGEST = 16, "#ffffff", 200_000
PLACES = ("Rantapuistoon", "Torin viereen", "Koulun pihaan")
KINDS: dict[Kind, tuple[str, Sequence[str], Sequence[int]]] = {
    Kind.SINGLE: ("Mihin uusi penkki tulee?", PLACES, (0,) * 7 + (1,) * 4 + (2,)),
    Kind.SEVERAL: (
        "Mitä lähipuistoon lisätään?", ("Keinuja", "Pöytiä", "Valoja", "Roska-astioita"),
        (several([0, 2]), several([2]), several([1, 2, 3]), several([0])),
    ),
    Kind.YES_NO: ("Suljetaanko Rantatie kesäksi autoilta?", ("Kyllä", "Ei", "En osaa sanoa"),
                  (0,) * 9 + (1,) * 5 + (2,) * 2),
    Kind.SCALE: (
        "Miten hyvin talvikunnossapito toimii?",
        ("1: huonosti", "2", "3", "4", "5: hyvin"), (0, 1, 2, 2, 3, 3, 3, 4),
    ),
    Kind.POINTS: ("Jaa 10 pistettä: mihin raha menee?", ("Kirjastoon", "Pyöriin", "Puistoihin"),
                  (points([5, 3, 2]), points([0, 10, 0]), points([2, 4, 4]))),
    Kind.RANKING: ("Pane kesätapahtumat järjestykseen", ("Toripäivä", "Konsertti", "Ulkoelokuva"),
                   (ranking([2, 0, 1]), ranking([0, 2]), ranking([2]), ranking([1, 2, 0]),
                    ranking([2, 1]))),
    Kind.WORDS: ("Millä sanalla kuvaat keskustaa?", (), (0,) * 6),
}  # fmt: skip
WRITTEN = ("Vihreä", "Vilkas", "vihreä", "Meluisa", "Vihreä ja rauhallinen", "Kaunis")
BENCHES = {
    "Puupenkki": ("#8d5a2b", "Leveä ruskea puupenkki nurmikolla"),
    "Teräspenkki": ("#7d8a94", "Harmaa teräspenkki nurmikolla"),
    "Värikäs penkki": ("#c2334d", "Punaiseksi maalattu penkki nurmikolla"),
    "Kivipenkki": ("#4d4a46", "Matala tumma kivipenkki nurmikolla"),
}
SURVEY = """
title: Liikkuminen Espoossa
intro: Kerro, miten kuljet arjessasi. Vastaaminen vie kolme minuuttia.
chats: [telegram:-4000000001, slack:C0VIESTINTA]
questions:
  - question: Miten kuljet useimmin töihin tai kouluun?
    options: [Kävellen, Pyörällä, Bussilla tai junalla, Autolla]
  - question: Mikä saisi sinut pyöräilemään enemmän?
    kind: several
    options: [Paremmat pyörätiet, Talvikunnossapito, Turvalliset telineet]
  - question: Ikäsi?
    background: true
    options: [alle 30, 30–64, 65 tai yli]
"""


# --- what is shown -------------------------------------------------------------------------------


def seed(store: Store, city: City, now: datetime) -> list[str]:
    """A poll of every kind, one with pictures, a survey; what the page calls each."""
    desk, t = Desk(store, city, now, {}), texts("fi")
    found = [life.begin(desk, _draft(kind, now)).id for kind in KINDS]
    for id, (_, _, answers) in zip(found, KINDS.values(), strict=True):
        _vote(store, id, answers, now)
    for n, words in enumerate(WRITTEN):
        mine = Words("", words, "fi", WordsState.APPROVED)
        store.put_words(found[-1], f"{n:016x}".encode(), mine, first=False)
    benches = _benches(store, now)
    found.append(life.begin(desk, benches).id)
    _vote(store, found[-1], (0, 0, 0, 2, 2, 1), now)
    survey = surveys.begin(desk, definition.read(city, t, SURVEY, "slack:U1", now))
    return [*(f"polls/{id}" for id in found), f"surveys/{survey.id}"]


def _draft(kind: Kind, now: datetime, **more: object) -> PollDraft:
    question, options, _ = KINDS[kind]
    least_most = {Kind.SEVERAL: (1, len(options)), Kind.RANKING: (1, len(options)),
                  Kind.POINTS: (1, 10)}.get(kind, (1, 1))  # fmt: skip
    usual = PollDraft(
        {"fi": question}, tuple({"fi": x} for x in options), Shows.ALWAYS, now,
        now + timedelta(days=14), CHATS, "slack:U1", kind=kind, least=least_most[0],
        most=least_most[1],
    )  # fmt: skip
    return replace(usual, **more)


def _vote(store: Store, poll: int, answers: Sequence[int], now: datetime) -> None:
    store.put_ballots(
        Ballot(poll, f"{n:016x}".encode(), answer, "telegram" if n % 3 else "web", n, now)
        for n, answer in enumerate(answers)
    )


def _benches(store: Store, now: datetime) -> PollDraft:
    extras = {}
    for n, (colour, about) in enumerate(BENCHES.values()):
        made = shrink(_bench(colour))
        assert made.kind in ("png", "jpeg")
        digest = sha256(made.content).hexdigest()[:32]
        picture = Picture(digest, "png", made.width, made.height)
        url = f"https://city.example/{n}.png"
        store.keep_picture(url, picture, made.content, now)
        extras[n] = Extra(url, {"fi": about}, picture)
    options = tuple({"fi": name} for name in BENCHES)
    question = {"fi": "Millainen penkki rantaan?"}
    return _draft(Kind.SINGLE, now, question=question, options=options, extras=extras)


def _bench(colour: str) -> bytes:
    whole = Image.new("RGB", (800, 600), "#bfe3f2")
    pen = ImageDraw.Draw(whole)
    pen.rectangle((0, 380, 800, 600), "#7fb069")
    pen.ellipse((610, 60, 710, 160), "#ffd166")
    for top in (230, 275, 350):
        pen.rounded_rectangle((180, top, 620, top + 28), 8, colour)
    for left in (215, 565):
        pen.rectangle((left, 230, left + 20, 470), colour)
    made = io.BytesIO()
    whole.save(made, "PNG")
    return made.getvalue()


# --- shots ---------------------------------------------------------------------------------------


def bars() -> str:
    """The tests' browser has one font, which knows no blocks; matplotlib's does."""
    file = Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSansMono.ttf"
    coded = b64encode(file.read_bytes()).decode()
    face = f"src: url(data:font/ttf;base64,{coded}); unicode-range: U+2580-259F"
    first = "* { font-family: Blocks, 'Open Sans', sans-serif !important }"
    return f"@font-face {{ font-family: Blocks; {face} }} {first}"


@asynccontextmanager
async def service(folder: str) -> AsyncIterator[Service]:
    settings = Settings(
        database_url=f"sqlite:///{folder}/sheets.db", city_file=Path(folder) / "none.yaml",
        port=0, playground_port=0,
    )  # fmt: skip
    begun: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    playing = asyncio.create_task(play(settings, load_city(EXAMPLE_CITY), begun.set_result, stop))
    try:
        await asyncio.wait({playing, begun}, timeout=60, return_when="FIRST_COMPLETED")
        if playing.done():
            await playing
        yield await begun
    finally:
        stop.set()
        await playing


async def in_playground(page: Page, count: int) -> tuple[list[bytes], list[bytes]]:
    """Posts as the phone and the workplace show them."""
    await page.add_style_tag(content=bars())
    await page.locator(".side").get_by_text("viestinta").click()
    posts, entries = page.locator("#phone .message"), page.locator("#desk .entry")
    for found in (posts, entries):
        await found.nth(count - 1).wait_for(timeout=60_000)
    await page.wait_for_function("[...document.images].every((one) => one.complete)")
    return [[await found.nth(n).screenshot() for n in range(count)] for found in (posts, entries)]


async def on_the_web(page: Page, url: str, paths: Sequence[str]) -> list[bytes]:
    shots = []
    for path in paths:
        await page.goto(f"{url}/fi/{path}")
        await page.wait_for_function("[...document.images].every((one) => one.complete)")
        shots.append(await page.locator("main > *").first.screenshot())
    return shots


async def in_teams(page: Page, url: str, messages: Sequence[Message]) -> list[bytes]:
    async def ours(route: Route) -> None:
        answer = await page.request.get(url + route.request.url.removeprefix(IMAGES))
        await route.fulfill(body=await answer.body(), content_type="image/jpeg")

    await page.route(f"{IMAGES}/**", ours)
    await page.set_content(TEAMS)
    await page.add_style_tag(content=bars())
    await page.add_script_tag(path=str(modules() / "adaptivecards" / "dist" / "adaptivecards.js"))
    for message in messages:
        await page.evaluate(DRAW, json.dumps(teams.card(message)))
    await page.wait_for_function("[...document.images].every((one) => one.complete)")
    cards = page.locator(".card")
    return [await cards.nth(n).screenshot() for n in range(len(messages))]


TEAMS = """<style>
body { font: 14px 'Segoe UI', Selawik, sans-serif; background: #f5f5f5; margin: 12px; }
.card { width: 366px; background: #fff; border: 1px solid #e0e0e0; border-radius: 8px;
  box-shadow: 0 1px 3px #0002; margin-bottom: 12px; }
.ac-pushButton { font: 600 14px 'Segoe UI', sans-serif; background: #fff; color: #242424;
  border: 1px solid #d1d1d1; border-radius: 4px; padding: 5px 12px; }
.ac-pushButton.style-positive, .ac-pushButton.primary { background: #5b5fc7; color: #fff; }
</style>"""
DRAW = """(card) => {
  const made = new AdaptiveCards.AdaptiveCard();
  made.hostConfig = new AdaptiveCards.HostConfig({
    fontFamily: "Segoe UI, sans-serif", spacing: { small: 8, default: 12, padding: 16 },
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    containerStyles: { default: { backgroundColor: "#ffffff", foregroundColors: { default: {
      default: "#242424", subtle: "#616161" } } }, emphasis: { backgroundColor: "#f0f0f0" } },
    actions: { maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left",
      buttonSpacing: 8 },
  });
  made.parse(JSON.parse(card));
  const box = document.createElement("div");
  box.className = "card";
  box.append(made.render());
  document.body.append(box);
}"""


# --- the sheets ----------------------------------------------------------------------------------


def sheet(shots: Sequence[bytes], columns: int) -> Image.Image:
    """Each goes into the column that is shortest by then."""
    drawn = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    wide = max(one.width for one in drawn)
    heights, places = [GAP] * columns, []
    for one in drawn:
        column = heights.index(min(heights))
        places.append((GAP + column * (wide + GAP), heights[column]))
        heights[column] += one.height + GAP
    whole = Image.new("RGB", (GAP + columns * (wide + GAP), max(heights)), PAPER)
    for one, place in zip(drawn, places, strict=True):
        whole.paste(one, place)
    return whole


def save(whole: Image.Image, path: Path) -> None:
    for quality in range(80, 20, -6):
        whole.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size < LARGEST:
            return


async def draw(folder: Path) -> None:
    city = replace(load_city(EXAMPLE_CITY), images_url=IMAGES)
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as room:
        async with service(room) as served, chromium() as browser:
            paths = await served.intake.run(lambda store: seed(store, city, now))
            visitors = Visitors(browser)
            high = {"width": 1500, "height": 3000}  # so that no picture waits to be scrolled to
            desk = await visitors.come(served.playground, viewport=high, bypass_csp=True)
            phone = await visitors.come(viewport={**high, "width": 390}, bypass_csp=True)
            card = await visitors.come()
            telegram, slack = await in_playground(desk, len(paths))

            def messages(store: Store) -> list[Message]:
                *polls, survey = [int(path.partition("/")[2]) for path in paths]
                shows = [Show("poll", {"id": id}) for id in polls]
                shows.append(Show("survey", {"id": survey, "forms": True}))
                return [render(store, city, show, "fi", now) for show in shows]

            told = await served.intake.run(messages)
            looks = {
                "telegram": (telegram, 4),
                "slack": (slack, 3),
                "teams": (await in_teams(card, served.url, told), 4),
                "web": (await on_the_web(phone, served.url, paths), 4),
            }
            await visitors.leave()
    folder.mkdir(exist_ok=True)
    for name, (shots, columns) in looks.items():
        save(sheet(shots, columns), folder / f"polls-{name}.webp")
        print(f"{name}: {(folder / f'polls-{name}.webp').stat().st_size} bytes")


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
