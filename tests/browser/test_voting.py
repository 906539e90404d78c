"""Voting in a real browser: with scripts and without, on a phone."""

import re

import pytest
from playwright.async_api import Page, expect

from core.model import Shows
from tests.browser.chromium import DESKTOP, Visitors, axe
from tests.web.conftest import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def vote(page: Page, option: str) -> None:
    change = page.locator("summary", has_text="Vaihda ääntäsi")
    if await change.count():
        await change.click()
    await page.get_by_label(option).check()
    await page.get_by_role("button", name=re.compile("Äänestä|Vaihda ääntäsi")).click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_vote_is_counted_and_may_be_changed(
    town: Town, visitors: Visitors, scripts: bool
) -> None:
    await town.poll()
    page = await visitors.come(f"{town.url}/fi/polls/1", scripts=scripts)
    await vote(page, "Täällä")
    await expect(page.get_by_text("Äänesi on laskettu: Täällä.")).to_be_visible()
    assert await town.counts(1) == (1, 0)
    await vote(page, "Siellä")
    await expect(page.get_by_text("Äänesi on laskettu: Siellä.")).to_be_visible()
    assert await town.counts(1) == (0, 1)


async def test_others_votes_arrive_while_the_page_is_open(town: Town, visitors: Visitors) -> None:
    """`live.js`: nothing is loaded again."""
    await town.poll()
    watching = await visitors.come(f"{town.url}/fi/polls/1", viewport=DESKTOP)
    await watching.evaluate("window.same = true")
    total = watching.locator("[data-total]")
    for votes in ("1 ääni", "2 ääntä"):
        await vote(await visitors.come(f"{town.url}/fi/polls/1"), "Siellä")
        await expect(total).to_have_text(f"{votes} tähän mennessä.")
    row = watching.locator("[data-option='1']")
    await expect(row.locator("[data-votes]")).to_have_text("2 ääntä")
    assert await row.locator("meter").evaluate("meter => meter.value") == 1
    await town.close(1)
    await expect(watching.locator("[data-closed]")).to_be_visible()
    assert await watching.evaluate("window.same")


async def test_hidden_results_stay_hidden_from_a_page_that_waits(
    town: Town, visitors: Visitors
) -> None:
    await town.poll(Shows.AFTER_CLOSE)
    watching = await visitors.come(f"{town.url}/fi/polls/1")
    await vote(await visitors.come(f"{town.url}/fi/polls/1"), "Siellä")
    await expect(watching.locator("[data-total]")).to_have_text("1 ääni tähän mennessä.")
    assert await watching.locator("[data-votes]").count() == 0


async def test_the_page_of_a_poll_is_accessible(town: Town, visitors: Visitors) -> None:
    await town.poll()
    page = await visitors.come(f"{town.url}/fi/polls/1")
    assert await axe(page) == []
    await vote(page, "Täällä")
    assert await axe(page) == []
    await town.close(1)
    await page.reload()
    assert await axe(page) == []
