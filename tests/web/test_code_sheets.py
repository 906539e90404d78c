"""The page that makes a sheet of codes for whoever has the link."""

import re

from core.model import Voters
from tests.web.conftest import Browser, Town
from tests.web.test_voters import made

CODE = re.compile(r'class="code">([0-9A-Z]{5}-[0-9A-Z]{5})<')
TICKET = "a-ticket-of-43-characters-that-nobody-guesses"


async def ordered(town: Town, n: int) -> None:
    owner = town.keyring.digest("code sheet", TICKET).hex()
    order = {"poll": 1, "n": n, "until": town.clock.now.replace(year=9999).isoformat()}
    await town.write(lambda store: store.put_draft(owner, "code_sheet", order, town.clock.now))


async def test_looking_uses_nothing_and_the_button_makes_the_sheet_once(
    town: Town, browser: Browser
) -> None:
    await made(town, Voters.CODE)
    await ordered(town, 30)
    path = f"/en/codes/{TICKET}"
    for _ in range(3):
        page = await browser.get(path)
    assert await town.read(lambda store: store.codes(1)) == 0
    assert page.headers["Cache-Control"] == "no-store"
    sheet = await browser.submit(page, path)
    assert sheet.status == 200 and len(set(CODE.findall(sheet.html))) == 30
    assert "What?" in sheet.html and "@page" in sheet.html and "/en/polls/1" in sheet.html
    assert sheet.headers["Cache-Control"] == "no-store"
    assert "script-src" not in sheet.headers["Content-Security-Policy"]
    assert await town.read(lambda store: store.codes(1)) == 30
    again = await browser.submit(await browser.get(path), path)
    assert again.status == 410 and not CODE.findall(again.html)
    assert "This link has been used or is too old." in again.text
    assert await town.read(lambda store: store.codes(1)) == 30


async def test_a_form_from_elsewhere_makes_nothing(town: Town, browser: Browser) -> None:
    await made(town, Voters.CODE)
    await ordered(town, 3)
    path = f"/en/codes/{TICKET}"
    page = await browser.get(path)
    other = {"Origin": "https://evil.example"}
    assert (await browser.post(path, page.form(path), headers=other)).status == 403
    assert (await browser.post(path, {"token": "x"})).status == 403
    wrong = await browser.submit(await browser.get("/en/codes/x"), "/en/codes/x")
    assert wrong.status == 410
    assert await town.read(lambda store: store.codes(1)) == 0
