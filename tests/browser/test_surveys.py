"""A survey on a phone: one question after another, with and without scripts."""

import pytest
from playwright.async_api import expect

from tests.browser.chromium import Visitors, axe
from tests.dialogs.surveys import OWN_WORDS
from tests.web.conftest import Town
from tests.web.test_surveys import closed, made

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_survey_is_answered_and_gone_back_in(
    town: Town, visitors: Visitors, scripts: bool
) -> None:
    """Nothing is chosen before the person chooses: a list would give its first to the hasty."""
    await made(town, OWN_WORDS)
    page = await visitors.come(f"{town.url}/fi/surveys/1", scripts=scripts)
    await page.get_by_label("Vastauksesi").fill("Laituri")
    await page.get_by_role("button", name="Vastaa").click()
    await expect(page.get_by_role("heading", name="Arvosana")).to_be_visible()
    assert await page.locator(":checked").count() == 0
    await page.get_by_role("button", name="Vastaa").click()  # the browser asks for a choice
    await expect(page.get_by_role("heading", name="Arvosana")).to_be_visible()
    await page.get_by_label("4", exact=True).check()
    if scripts:
        assert await axe(page) == []
    await page.get_by_role("button", name="Vastaa").click()
    await expect(page.get_by_text("Kiitos! Vastauksesi on laskettu.")).to_be_visible()
    await page.get_by_role("button", name="Takaisin").click()
    await expect(page.get_by_label("4", exact=True)).to_be_checked()
    assert await town.counts(2) == (0, 0, 0, 1, 0)
    await closed(town)
    await page.goto(f"{town.url}/fi/surveys/1")
    await expect(page.get_by_role("heading", name="Arvosana")).to_be_visible()
    if scripts:
        assert await axe(page) == []
