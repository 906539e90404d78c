"""What people come for, in a real browser, from the first page to the last: to ask, to follow what
somebody else asked, and to be answered; with scripts and without."""

import itertools

import pytest
from playwright.async_api import Page, expect

from core.events import Address, Person, Submitted
from tests.browser.chromium import DESKTOP, Visitors, axe
from tests.web.conftest import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "Milloin Rantatien lumi aurataan?"
OFFICIAL = Person("slack", "U0STREETS", "fi")
numbers = itertools.count(1)


async def official(town: Town, form: str, **fields: str) -> None:
    """Fills a form, as from Slack."""
    where = Address("slack", "C0STREETS")
    submitted = Submitted(
        id=f"story:{next(numbers)}", who=OFFICIAL, where=where, at=town.clock.now, form=form,
        fields=fields, state="1",
    )  # fmt: skip
    reply = await town.handle(submitted)
    assert not reply.errors


async def ask(page: Page, words: str) -> None:
    await page.get_by_role("link", name="Kysy kaupungilta").first.click()
    await page.get_by_role("textbox").fill(words)
    await page.locator("main form button.primary").click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_one_asks_another_follows_and_both_read_the_answer(
    town: Town, visitors: Visitors, scripts: bool
) -> None:
    asker = await visitors.come(f"{town.url}/fi/", scripts=scripts)
    await ask(asker, WORDS)
    await expect(asker.get_by_text("Talvihoito").first).to_be_visible()
    if scripts:
        assert await axe(asker) == []
    await asker.locator("main form button.primary").first.click()
    await expect(asker.get_by_text("K-1").first).to_be_visible()
    if scripts:
        assert await axe(asker) == []

    follower = await visitors.come(f"{town.url}/fi/", scripts=scripts, viewport=DESKTOP)
    await ask(follower, "Rantatien lumi: milloin aurataan?")
    await follower.locator("select[name=instead]").select_option("1")
    await follower.locator("main form button.primary").first.click()
    await expect(follower.get_by_text("Seuraat kysymystä K-1.").first).to_be_visible()
    if scripts:
        assert await axe(follower) == []

    await official(town, "answer", answer_fi="Huomenna kello kuusi.", publish="digest")
    await official(town, "answer_send")
    for page in (asker, follower):
        await page.goto(f"{town.url}/fi/mine")
        await page.locator("main a[href='/fi/questions/1']").first.click()
        await expect(page.get_by_text("Huomenna kello kuusi.")).to_be_visible()
    if scripts:
        assert await axe(asker) == []
    reader = await visitors.come(f"{town.url}/fi/questions", scripts=scripts)
    await reader.get_by_role("searchbox").fill("kuudelta auraus")
    await reader.get_by_role("searchbox").press("Enter")
    await expect(reader.get_by_text(WORDS)).to_be_visible()


async def test_a_question_is_asked_with_the_keyboard_alone(town: Town, visitors: Visitors) -> None:
    page = await visitors.come(f"{town.url}/fi/ask", viewport=DESKTOP)
    while await page.evaluate("document.activeElement.tagName") != "TEXTAREA":
        await page.keyboard.press("Tab")
    await page.keyboard.type(WORDS)
    for _ in range(2):  # what was written, then what was understood of it
        while not await page.evaluate("document.activeElement.matches('main button.primary')"):
            await page.keyboard.press("Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
    await expect(page.get_by_text("K-1").first).to_be_visible()
