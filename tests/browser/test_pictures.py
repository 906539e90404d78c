"""Pictures of options in a real browser: seen with scripts and without, from our own page only."""

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import expect

from bots.option_pictures import OptionPictures
from core.model import Extra, Picture, PollDraft, PollState, Shows
from core.ports import Store
from tests.browser.chromium import Visitors, axe
from tests.stage import three
from tests.web.conftest import Town, start_town

pytestmark = pytest.mark.asyncio(loop_scope="session")
PIER = Picture("ab" * 16, "png", 80, 60)
SOURCE = "https://elsewhere.example/pier.png"


async def nothing(order: bytes) -> bytes:
    return b""


@pytest_asyncio.fixture(loop_scope="session")
async def pictured(tmp_path: Path) -> AsyncIterator[Town]:
    made = io.BytesIO()
    Image.new("RGB", (PIER.width, PIER.height), "#8d5a2b").save(made, "PNG")

    async def read(question: Any) -> Any:
        return await town.read(question)

    def work(store: Store) -> None:
        options = (three("Laituri", "Brygga", "Pier"), three("Penkki", "Bänk", "Bench"))
        extras = {i: Extra(SOURCE, {"fi": "Puinen laituri"}, PIER) for i in range(2)}
        store.keep_picture(SOURCE, PIER, made.getvalue(), town.clock.now)
        store.add_poll(
            PollDraft(three("Mitä?", "Vad?", "What?"), options, Shows.ALWAYS, town.clock.now, None,
                      (), "slack:U0EDITOR", extras=extras),
            bytes(32), PollState.OPEN,
        )  # fmt: skip

    async with AsyncExitStack() as stack:
        town = await start_town(stack, tmp_path, pictures=OptionPictures(read, nothing))
        await town.write(work)
        yield town


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("path", ["polls/1", ""])
async def test_they_are_seen_and_no_other_site_is_asked(
    pictured: Town, visitors: Visitors, path: str, scripts: bool
) -> None:
    page = await visitors.come(scripts=scripts)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{pictured.url}/fi/{path}")
    drawn = page.locator(".pictures img")
    assert await drawn.count() == 2
    await drawn.last.scroll_into_view_if_needed()
    for n in range(2):
        await expect(drawn.nth(n)).to_have_js_property("naturalWidth", PIER.width)
        assert await drawn.nth(n).get_attribute("alt") == "Puinen laituri"
    assert {url for url in asked if not url.startswith(("data:", f"{pictured.url}/"))} == set()
    if scripts:
        assert await axe(page) == []
