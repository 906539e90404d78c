"""Linking a browser with a chat, by a code either way."""

import re
from dataclasses import replace

import pytest

from core.city import Part
from core.events import Address, Command, Person, Pressed
from core.messages import as_text
from tests.stage import CITY
from tests.web.conftest import BUSY, Browser, Open, Page, Town

PATH = "/en/link"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


async def said(town: Town, n: int, **more: str) -> str:
    """What somebody in Telegram is told."""
    kind = Pressed if "action" in more else Command
    order = {"order": n} if kind is Pressed else {}
    event = kind(
        id=f"t{n}", who=Person("telegram", "11", "en"), where=Address("telegram", "11"),
        at=town.clock.now, **order, **more,
    )  # fmt: skip
    reply = await town.handle(event)
    return reply.notice or as_text(reply.message)


async def enter(browser: Browser, code: str) -> Page:
    return await browser.post(PATH, (await browser.get(PATH)).form(PATH) | {"code": code})


async def test_a_code_from_a_chat(town: Town, browser: Browser) -> None:
    await town.poll()
    await said(town, 1, action="vote:1:0")
    await browser.vote(1, 1)
    assert await town.counts(1) == (1, 1)
    code = CODE.search(await said(town, 2, name="link"))[0]
    page = await enter(browser, code)
    assert "Link this account with the one that the code is from?" in page.text
    page = await browser.submit(page, PATH, press="link_yes")
    assert "Done: 2 accounts are one person." in page.text
    assert "2 of your accounts are linked." in page.text
    assert sum(await town.counts(1)) == 1
    await browser.vote(1, 0)
    assert await town.counts(1) == (1, 0)
    page = await browser.submit(await browser.get(PATH), PATH, press="unlink")
    page = await browser.submit(page, PATH, press="unlink_yes")
    assert "This account stands alone again." in page.text
    assert "are linked" not in page.text


async def test_a_code_for_a_chat(town: Town, browser: Browser) -> None:
    page = await browser.submit(await browser.get(PATH), PATH, press="code")
    code = CODE.search(page.text)[0]
    assert "no-store" in page.headers["Cache-Control"]
    assert "Only if both are yours" in await said(town, 1, name="link", args=code)
    assert "2 accounts" in await said(town, 2, action="link_yes")
    assert "2 of your accounts are linked." in (await browser.get(PATH)).text


async def test_the_questions_of_the_other_account(town: Town, browser: Browser) -> None:
    asker = town.keyring.resident("telegram", "11")
    number = (await town.question("Only mine, unanswered", asker=asker, publish=None)).number
    assert (await browser.get(f"/en/questions/{number}")).status == 404
    code = CODE.search(await said(town, 1, name="link"))[0]
    await browser.submit(await enter(browser, code), PATH, press="link_yes")
    assert "Only mine" in (await browser.get(f"/en/questions/{number}")).text
    assert "Only mine" in (await browser.get("/en/mine")).text


@pytest.mark.parametrize("code", ["AAAA-AAAA", "<b>x</b>", "9" * 300])
async def test_a_wrong_code(town: Town, browser: Browser, code: str) -> None:
    page = await enter(browser, code)
    assert page.status == 422 and "This code is wrong, used or too old." in page.text
    assert "<b>x</b>" not in page.html


async def test_no_code(town: Town, browser: Browser) -> None:
    page = await enter(browser, "")
    assert page.status == 422 and "Write the code" in page.text


@pytest.mark.parametrize("press", ["vote:1:0", "forget_yes", "x"])
async def test_forged_presses(town: Town, browser: Browser, press: str) -> None:
    page = await browser.submit(await browser.get(PATH), PATH, press=press)
    assert page.status == 400 and town.events == []


async def test_a_flood_of_codes(town: Town, browser: Browser) -> None:
    pages = [await enter(browser, "AAAA-AAAA") for _ in range(25)]
    assert "Too many wrong codes" in pages[6].text
    assert pages[-1].status == 429


async def test_from_another_site(town: Town, browser: Browser) -> None:
    form = (await browser.get(PATH)).form(PATH) | {"press": "code"}
    page = await browser.post(PATH, form, headers={"Origin": "https://evil.test"})
    assert page.status == 403 and town.events == []


async def test_busy(town: Town, browser: Browser) -> None:
    form = (await browser.get(PATH)).form(PATH)
    town.broken = BUSY
    assert (await browser.post(PATH, form | {"press": "code"})).status == 503


async def test_without_votes_on_the_web(open_town: Open, open_browser: Open) -> None:
    town = await open_town(replace(CITY, parts=CITY.parts - {Part.WEB_VOTING}))
    browser = await open_browser(town)
    assert (await browser.get(PATH)).status == 404
    assert PATH not in (await browser.get("/en/about")).html
