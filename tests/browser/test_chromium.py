"""The browser of the tests: one that is there, or words that say what to do. Never a skip."""


import pytest
from playwright.async_api import async_playwright

from tests.browser.chromium import Visitors, axe, brought, launching

pytestmark = pytest.mark.asyncio(loop_scope="session")

BAD = """<!doctype html><html><title>x</title><img src="data:,"><input>
<p style="color:#ccc;background:#fff">faint<script>missing()</script>"""


async def test_the_one_that_is_brought_runs() -> None:
    """Whatever else the machine has, and with nothing of the machine's own fonts."""
    started = launching(None, brought())
    assert brought() in started["executable_path"].parents
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**started)
        page = await browser.new_page()
        await page.set_content("<h1>Hyvää päivää</h1>")
        assert await page.locator("h1").bounding_box()
        await browser.close()


async def test_without_one_the_tests_say_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="KUULOLLA_CHROMIUM"):
        launching(None, None)
    assert launching("/opt/chrome", None)["executable_path"] == "/opt/chrome"


async def test_what_is_wrong_with_a_page_is_found(visitors: Visitors) -> None:
    page = await visitors.come()
    await page.set_content(BAD)
    found = {line.split()[0] for line in await axe(page)}
    assert {"html-has-lang", "image-alt", "label", "color-contrast"} <= found
    [complaint] = visitors.complaints
    assert "missing is not defined" in complaint
    visitors.complaints.clear()
