"""Polls on other sites: who may show them, who may vote there, and what is kept of whom."""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.city import Part, PublicPage
from core.model import Shows
from tests.stage import CITY
from tests.web.conftest import Browser, Forms, Open, Page, Town

OTHER = "https://www.city.example"
STRANGER = "https://elsewhere.test"
FRAMED = replace(CITY, web=PublicPage(frames=(OTHER,)))


@pytest.fixture
async def town(open_town: Open) -> Town:
    return await open_town(FRAMED)


async def part(browser: Browser, origin: str = OTHER, **more: Any) -> tuple[Page, str]:
    page = await browser.get("/embed/polls/1?lang=en", Origin=origin, **more)
    return page, json.loads(page.html)["html"]


def fields(html: str) -> dict[str, str]:
    forms = Forms()
    forms.feed(html)
    return dict(forms.found[0][1])


async def cast(browser: Browser, form: dict[str, str], origin: str) -> Page:
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    return await browser.post("/embed/polls/1?lang=en", form, headers=headers)


async def test_the_script_is_for_anybody(browser: Browser) -> None:
    page = await browser.get("/embed.js")
    assert page.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_a_vote_on_another_site(town: Town, browser: Browser) -> None:
    await town.poll()
    page, html = await part(browser)
    assert page.headers["Access-Control-Allow-Origin"] == OTHER
    assert page.headers["Access-Control-Allow-Credentials"] == "true"
    assert browser.cookies == {}  # none for reading
    told = await cast(browser, fields(html) | {"option": "1"}, OTHER)
    assert told.status == 200 and "your vote" in json.loads(told.html)["html"]
    assert await town.counts(1) == (0, 1)
    assert set(browser.cookies) == {"kuulolla_embedded"}
    _, html = await part(browser)
    assert "<form" not in html and "your vote" in html
    assert "<form" in (await browser.get("/en/polls/1")).html  # it holds there alone


async def test_a_known_browser_is_one_voter(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.vote(1, 0)
    _, html = await part(browser)
    assert "<form" not in html
    assert await town.counts(1) == (1, 0)


async def test_sites_that_are_not_named_only_show(town: Town, browser: Browser) -> None:
    await town.poll()
    page, html = await part(browser, STRANGER)
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert "<form" not in html and "https://example.test/en/polls/1" in html
    _, other = await part(browser)
    for origin in (STRANGER, "null", "", f"{OTHER}.evil.test"):
        assert (await cast(browser, fields(other) | {"option": "1"}, origin)).status == 403
    assert await town.counts(1) == (0, 0)
    assert browser.cookies == {}


async def test_forged_votes(town: Town, browser: Browser) -> None:
    await town.poll()
    _, html = await part(browser)
    form = fields(html)
    assert (await cast(browser, {**form, "token": "x", "option": "1"}, OTHER)).status == 403
    assert (await cast(browser, form, OTHER)).status == 400
    assert (await cast(browser, {**form, "option": "99999999999"}, OTHER)).status in (400, 404)
    assert await town.counts(1) == (0, 0)


async def test_a_frame(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/sv/embed/polls/1")
    assert f"frame-ancestors 'self' {OTHER}" in page.headers["Content-Security-Policy"]
    assert (
        "frame-ancestors 'self';"
        not in (await browser.get("/sv/polls/1")).headers["Content-Security-Policy"]
    )
    voted = await browser.submit(page, "/sv/embed/polls/1", option="0")
    assert voted.status == 200 and "din röst" in voted.text
    assert await town.counts(1) == (1, 0)
    assert (await browser.get("/embed/polls/9")).status == 404


async def test_behind_tls_the_cookie_is_for_that_site_alone(
    open_town: Open, open_browser: Open
) -> None:
    town = await open_town(FRAMED, secure=True)
    await town.poll()
    browser = await open_browser(town)
    _, html = await part(browser)
    told = await cast(browser, fields(html) | {"option": "1"}, OTHER)
    (kept,) = told.headers.getall("Set-Cookie")
    assert kept.startswith("__Host-kuulolla_embedded=")
    for word in ("SameSite=None", "Secure", "Partitioned", "HttpOnly"):
        assert word in kept


async def test_what_one_press_cannot_say_is_done_on_the_page(
    town: Town, browser: Browser, open_town: Open, open_browser: Open
) -> None:
    await town.poll(Shows.AFTER_CLOSE)
    _, html = await part(browser)
    assert "<meter" not in html and "The results are shown when the poll closes." in html


async def test_without_votes_on_the_web_polls_are_only_shown(
    open_town: Open, open_browser: Open
) -> None:
    city = replace(FRAMED, parts=FRAMED.parts - {Part.WEB_VOTING})
    town = await open_town(city)
    await town.poll()
    browser = await open_browser(town)
    _, html = await part(browser)
    assert "<form" not in html
    assert (await cast(browser, {"option": "1"}, OTHER)).status == 404
