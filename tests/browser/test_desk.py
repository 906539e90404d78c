"""Staff at work in a real browser: with scripts and without, on a phone, by keyboard."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from core.model import QuestionState
from tests.browser.chromium import DESKTOP, Visitors, axe
from tests.web.staff import Office, start_office

pytestmark = pytest.mark.asyncio(loop_scope="session")
NARROW = {"width": 320, "height": 640}


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        yield await start_office(stack, tmp_path)


async def ask(office: Office, visitors: Visitors, words: str, scripts: bool = True) -> Page:
    """A resident, on the page of what they asked."""
    page = await visitors.come(f"{office.url}/fi/ask", scripts=scripts)
    await page.get_by_role("textbox").fill(words)
    await page.locator("main form button.primary").click()
    await page.locator("main form button.primary").click()
    await expect(page).to_have_url(re.compile("/fi/questions/"))
    await office.delivered()
    return page


async def sign_in(
    office: Office, visitors: Visitors, *roles: str, language: str = "fi", **options: object
) -> Page:
    office.idp.person = {"sub": "anna", "roles": list(roles)}
    page = await visitors.come(f"{office.url}/{language}/desk", **options)
    await page.locator("main a.primary").click()
    await expect(page.locator(".who")).to_be_visible()
    return page


@pytest.mark.parametrize("scripts", [True, False])
async def test_staff_answers(office: Office, visitors: Visitors, scripts: bool) -> None:
    """A resident asks on the page; an official takes and answers it there; the resident reads."""
    resident = await ask(office, visitors, "Milloin Järvitien lumi aurataan?", scripts)
    page = await sign_in(office, visitors, "engineer", scripts=scripts)
    await expect(page.locator(".who")).to_contain_text("Katuinsinööri")
    await page.get_by_role("link", name="Kadut").click()
    card = page.get_by_role("article")
    await expect(card).to_contain_text("Järvitien lumi")
    await card.get_by_role("button", name="Ota käsittelyyn").click()
    await expect(page.get_by_role("status").first).to_contain_text("on nyt sinulla")
    await expect(card).to_contain_text("Katuinsinööri")
    await card.get_by_role("button", name="Vastaa", exact=True).click()
    await page.get_by_label("Vastaus suomeksi").fill("Maanantaina.")
    await page.locator("main form button.primary").click()
    await expect(page.get_by_role("main")).to_contain_text("Maanantaina.")
    await page.locator("main form button.primary").click()
    await expect(page).to_have_url(f"{office.url}/fi/desk/c/streets")
    await resident.reload()
    await expect(resident.get_by_role("main")).to_contain_text("Maanantaina.")
    question = await office.town.read(lambda store: store.question(1))
    assert question.state is QuestionState.ANSWERED
    await page.get_by_role("button", name="Kirjaudu ulos").click()
    await expect(page.get_by_role("link", name="Kirjaudu sisään")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_text("Maanantaina.")).to_have_count(0)


async def test_a_page_that_is_left_keeps_what_was_written(
    office: Office, visitors: Visitors
) -> None:
    """Without a word about it, as in a chat's dialog; what is cancelled is not kept."""
    await ask(office, visitors, "Milloin Järvitien lumi aurataan?")
    page = await sign_in(office, visitors, "engineer")

    async def open_form() -> Locator:
        await page.goto(f"{office.url}/fi/desk/c/streets")
        await page.locator("button[value='answer:1']").click()
        return page.get_by_label("Vastaus suomeksi")

    await (await open_form()).fill("Maanant")
    await page.get_by_role("link", name="Henkilöstön työpöytä").click()
    async with asyncio.timeout(10):  # it is sent as the page goes, and comes in its own time
        while await (answer := await open_form()).input_value() != "Maanant":
            pass
    await answer.fill("Tiistaina")
    await page.get_by_role("button", name="Peruuta").click()
    await expect(await open_form()).to_have_value("Maanant")


async def test_an_open_channel_says_that_something_came(
    office: Office, visitors: Visitors
) -> None:
    page = await sign_in(office, visitors, "engineer")
    await page.get_by_role("link", name="Kadut").click()
    news = page.locator("[data-live]")
    async with page.expect_request("**/desk/live/streets"):
        await page.reload()
    await expect(news).to_be_hidden()
    await ask(office, visitors, "Milloin Järvitien lumi aurataan?")
    await expect(news).to_be_visible()
    await news.get_by_role("link").click()
    await expect(page.get_by_role("article")).to_contain_text("Järvitien")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_axe_finds_nothing(office: Office, visitors: Visitors, language: str) -> None:
    await ask(office, visitors, "Milloin Järvitien lumi aurataan?")
    stranger = await visitors.come(f"{office.url}/{language}/desk")
    found = {"door": await axe(stranger)}
    office.idp.person = {"sub": "carl"}
    await stranger.goto(f"{office.url}/{language}/desk/sign-in")
    found["no role"] = await axe(stranger)
    await stranger.goto(f"{office.url}/desk/callback?code=x&state=y")
    found["refused"] = await axe(stranger)
    page = await sign_in(office, visitors, "admin", "engineer", language=language)
    found["desk"] = await axe(page)
    await page.goto(f"{office.url}/{language}/desk/c/streets")
    found["channel"] = await axe(page)
    await page.locator("button[value='take:1']").click()
    await page.locator("button[value='answer:1']").click()
    found["form"] = await axe(page)
    await page.locator("[name=links]").fill("x")
    await page.locator("main form button.primary").click()
    found["faulty form"] = await axe(page)
    await page.goto(f"{office.url}/{language}/desk")
    for button in ("poll_list", "desk", "poll_new", "staff_help"):
        await page.goto(f"{office.url}/{language}/desk")
        await page.locator(f"button[value={button}]").first.click()
        found[button] = await axe(page)
    await page.goto(f"{office.url}/{language}/desk/c/overdue")
    found["empty channel"] = await axe(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    visitors.complaints[:] = [x for x in visitors.complaints if "403" not in x and "422" not in x]


async def test_on_a_narrow_screen_nothing_is_cut_off(office: Office, visitors: Visitors) -> None:
    await ask(office, visitors, "Milloin Järvitien lumi aurataan? https://example.fi/" + "a" * 90)
    page = await sign_in(office, visitors, "admin", viewport=NARROW)
    wide = {}
    for path in ("/desk", "/desk/c/streets", "/desk/c/service"):
        await page.goto(f"{office.url}/fi{path}")
        wide[path] = await page.evaluate("document.documentElement.scrollWidth")
    await page.goto(f"{office.url}/fi/desk")
    await page.locator("button[value=poll_new]").first.click()
    wide["form"] = await page.evaluate("document.documentElement.scrollWidth")
    assert {path: width for path, width in wide.items() if width > NARROW["width"]} == {}


async def test_by_keyboard_alone(office: Office, visitors: Visitors) -> None:
    await ask(office, visitors, "Milloin Järvitien lumi aurataan?")
    page = await sign_in(office, visitors, "engineer", viewport=DESKTOP)

    async def to(selector: str) -> None:
        for _ in range(80):
            await page.keyboard.press("Tab")
            if await page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"no way to {selector}")

    await page.goto(f"{office.url}/fi/desk")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await to("a[href$='/desk/c/streets']")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await to("button[value='take:1']")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await to("button[value='answer:1']")
    async with page.expect_navigation():
        await page.keyboard.press("Space")
    await to("[name=answer_fi]")
    await page.keyboard.type("Maanantaina.")
    await to("main form button.primary")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_contain_text("Maanantaina.")
