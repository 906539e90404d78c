"""Pictures of options on the page: seen from our own page only, and for ever the same."""

import json
from dataclasses import replace
from hashlib import sha256

import msgspec
import pytest

from bots.option_pictures import OptionPictures
from bots.picture_orders import Sheet
from core.model import Extra, Picture, PollDraft, PollState, Shows
from core.polls.pictures import sheet_path
from core.ports import Store
from core.texts import texts
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Town

PIXELS = b"\xff\xd8\xff\xe0 pixels"
PIER = Picture(sha256(PIXELS).hexdigest()[:32], "jpeg", 800, 600)
SOURCE = "https://elsewhere.example/pier.jpg"


class Painter:
    def __init__(self) -> None:
        self.sheets: list[Sheet] = []

    async def __call__(self, order: bytes) -> bytes:
        self.sheets.append(msgspec.msgpack.decode(order, type=Sheet))
        return b"sheet %d" % len(self.sheets)


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
async def town(open_town: Open, painter: Painter) -> Town:
    async def read(question: object) -> object:
        return await town.read(question)

    town: Town = await open_town(CITY, pictures=OptionPictures(read, painter))
    return town


async def pictured(town: Town, state: PollState = PollState.OPEN) -> None:
    extras = {
        0: Extra(SOURCE, {"fi": 'Laituri "ja" <penkki>'}, PIER),
        1: Extra("https://elsewhere.example/plan", {"fi": "Suunnitelma"}),
    }
    now = town.clock.now

    def work(store: Store) -> None:
        options = (three("Laituri", "Brygga", "Pier"), three("Penkki", "Bänk", "Bench"))
        store.keep_picture(SOURCE, PIER, PIXELS, now)
        draft = PollDraft(three("Mitä?", "Vad?", "What?"), options, Shows.ALWAYS, now, None, (),
                          "slack:U0EDITOR", extras=extras)  # fmt: skip
        store.add_poll(draft, bytes(32), state)

    await town.write(work)


async def get(browser: Browser, path: str) -> tuple[int, dict[str, str], bytes]:
    async with browser.session.get(f"{browser.url}{path}") as answer:
        return answer.status, dict(answer.headers), await answer.read()


async def test_a_picture_is_served_as_what_it_is_and_never_changes(
    town: Town, browser: Browser
) -> None:
    await pictured(town)
    status, headers, body = await get(browser, PIER.path)
    assert (status, body) == (200, PIXELS)
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for other in (PIER.path.replace("jpeg", "png"), "/pictures/x", f"/pictures/{'0' * 32}.jpeg",
                  PIER.path.upper(), "/pictures/..%2f..%2fetc"):  # fmt: skip
        assert (await get(browser, other))[0] == 404, other


async def test_a_poll_shows_its_pictures_and_calls_no_other_site(
    town: Town, browser: Browser
) -> None:
    await pictured(town)
    page = await browser.get("/sv/polls/1")
    assert f'<img src="{PIER.path}"' in page.html and SOURCE not in page.html
    assert 'alt="Laituri &#34;ja&#34; &lt;penkki&gt; (suomi)"' in page.html
    assert 'width="800" height="600" loading="lazy"' in page.html
    assert "https://elsewhere.example/plan" in page.html  # a link stays one
    assert page.html.index("<img src") < page.html.index("<form method")
    front = await browser.get("/sv/")
    assert PIER.path in front.html
    await town.close(1)
    page = await browser.get("/fi/polls/1")
    assert PIER.path in page.html and "elsewhere.example" not in page.html
    assert PIER.path not in (await browser.get("/fi/polls")).html


async def test_on_other_sites_it_has_its_whole_address(town: Town, browser: Browser) -> None:
    await pictured(town)
    told = await browser.get("/embed/polls/1?lang=fi")
    assert f'<img src="https://example.test{PIER.path}"' in json.loads(told.html)["html"]
    frame = await browser.get("/fi/embed/polls/1")
    assert f'src="https://example.test{PIER.path}"' in frame.html


async def test_programs_are_told(town: Town, browser: Browser) -> None:
    await pictured(town)
    _, poll = await browser.json("/api/v1/polls/1")
    pier, bench = poll["options"]
    address = f"https://example.test{PIER.path}"
    assert pier["picture"] == {"url": address, "width": 800, "height": 600}
    assert (pier["link"], pier["about"]) == (None, {"fi": 'Laituri "ja" <penkki>'})
    assert (bench["link"], bench["picture"]) == ("https://elsewhere.example/plan", None)


async def test_the_sheet_of_a_poll(town: Town, browser: Browser, painter: Painter) -> None:
    """Drawn once, of just what it names; none before the poll opens."""
    await pictured(town)
    poll = await town.read(lambda store: store.poll(1))
    path = sheet_path(texts("sv"), poll)
    status, headers, body = await get(browser, path)
    assert (status, body, headers["Content-Type"]) == (200, b"sheet 1", "image/jpeg")
    assert "immutable" in headers["Cache-Control"]
    assert (await get(browser, path))[2] == b"sheet 1"
    assert painter.sheets == [Sheet((("Brygga", PIXELS),))]
    other = sheet_path(texts("fi"), poll)
    assert other != path and (await get(browser, other))[2] == b"sheet 2"
    for wrong in (path.replace("/1/", "/2/"), path[:-5] + "x.jpg", "/sv/polls/1/pictures-.jpg",
                  other.replace("/fi/", "/sv/")):  # fmt: skip
        assert (await get(browser, wrong))[0] == 404, wrong
    await pictured(town, PollState.SCHEDULED)
    hidden = sheet_path(texts("sv"), replace(poll, id=2))
    assert (await get(browser, hidden))[0] == 404
