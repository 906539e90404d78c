"""Statements in a real browser: each state of their pages, and the report, without a fault that
axe-core knows; and what the report prints."""

import pytest
from playwright.async_api import Page

from core.model import StatementState
from core.opinions import Conversation, Statement, Votes, analyse
from core.opinions.report import report
from core.opinions.synthetic import synthetic
from tests.browser.chromium import DESKTOP, Visitors, axe
from tests.web.conftest import Town
from tests.web.test_statements import grouped, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

LANGUAGES = ("fi", "sv", "en")
SECOND, THIRD = 1, 2  # of the three buttons


class Walk:
    """A visitor's steps; what axe finds on any of them is in ``found``."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.found = page, base, list[str]()

    async def to(self, path: str) -> None:
        await self.page.goto(self.base + path)
        await self.look(path)

    async def press(self, action: str) -> None:
        """The first button whose action begins so."""
        await self.page.locator(f'button[value^="{action}"]').first.click()
        await self.look(action)

    async def look(self, name: str) -> None:
        self.found += [f"{name}: {fault}" for fault in await axe(self.page)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_whatever_state_they_are_in(
    town: Town, visitors: Visitors, language: str
) -> None:
    walk = Walk(await visitors.come(), f"{town.url}/{language}/statements")
    await walk.to("")  # there are none
    await opened(town, n=11)
    await walk.to("")
    await walk.to("/1/report")  # nobody has taken part
    await walk.to("/1")
    await walk.press("weigh:")
    await walk.press("say:")
    await walk.press("enough:")
    await grouped(town, size=4)  # groups that are too small to be told of
    await walk.to("/1/report")
    await grouped(town)
    for _ in range(9):
        await walk.page.goto(f"{walk.base}/1")
        await walk.page.locator('button[value^="say:"]').nth(SECOND).click()
    await walk.look("after ten")
    await walk.press("others:")
    await walk.to("/1/add")
    field = walk.page.locator('main [name="text"]')
    for words in ("040 123 4567", "Is it windy there?!"):  # refused; doubted
        await field.fill(words)
        await walk.page.locator("main form button.primary").click()
        await walk.look(words)
    await walk.page.locator("main form button.primary").click()
    await walk.look("sent")
    await walk.to("/1")
    await walk.page.locator('button[value^="say:"]').nth(THIRD).click()
    await walk.look("the last")
    now = town.clock.now
    await town.write(lambda s: s.judge_statement(2, StatementState.REMOVED, "", now))
    await town.write(lambda s: s.close_conversation(1, now))
    await walk.to("/1/report")
    await walk.to("")
    visitors.complaints[:] = [x for x in visitors.complaints if "404" not in x and "422" not in x]
    assert walk.found == []


def reports(language: str) -> dict[str, str]:
    """Of a conversation with groups, some of them named; and of such as have none."""
    grown, _ = synthetic(80, 20, 3, seed=3)
    alike = Votes.of([(who, what, 1, 0) for who in range(9) for what in range(8)])
    few = Votes.of([(who, 1, who % 3 - 1, 0) for who in range(4)])
    told = Conversation("Keskusta", "", (Statement(1, "Torille puita"),), few)
    made = {
        "groups": report(grown, analyse(grown.votes, grown.statements), language, {"A": "Puut"}),
        "few votes": report(told, analyse(few, told.statements), language),
    }
    for name, votes in (("alike", alike), ("no votes", Votes.of([]))):
        empty = Conversation("Keskusta", "Tausta", told.statements, votes)
        made[name] = report(empty, analyse(votes, told.statements), language)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_in_the_report(visitors: Visitors, language: str) -> None:
    page, found = await visitors.come(viewport=DESKTOP), {}
    for name, html in reports(language).items():
        await page.set_content(html)
        if faults := await axe(page):
            found[name] = faults
    assert found == {}


async def test_the_report_prints_in_colour_and_breaks_between_its_rows(visitors: Visitors) -> None:
    page = await visitors.come(viewport=DESKTOP)
    await page.set_content(reports("fi")["groups"])
    await page.emulate_media(media="print")
    style = "(name, what) => getComputedStyle(document.querySelector(name))[what]"

    async def told(name: str, what: str) -> str:
        return await page.evaluate(f"([name, what]) => ({style})(name, what)", [name, what])

    assert await told("tr", "breakInside") == await told("svg", "breakInside") == "avoid"
    assert await told("h2", "breakAfter") == "avoid"
    assert await told(".split b", "printColorAdjust") == "exact"
    pdf = await page.pdf()
    assert pdf.startswith(b"%PDF-") and b"/Type /Page" in pdf


@pytest.mark.parametrize("width", [360, 660])  # a phone; a sheet of paper
async def test_the_report_is_as_wide_as_its_page(visitors: Visitors, width: int) -> None:
    page = await visitors.come(viewport={"width": width, "height": 900})
    wide = {}
    for language in LANGUAGES:
        await page.set_content(reports(language)["groups"])
        found = await page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[language] = found
    assert wide == {}
