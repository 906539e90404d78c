"""What protects the page and its readers: headers, limits, and floods of newcomers."""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import altcha

from bots.web.flood import AGE, LASTS, WAIT, Flood
from core.city import PublicPage
from core.colour import WHITE, contrast
from tests.fakes import Clock
from tests.stage import CITY
from tests.web.conftest import Browser, Open, Page, Town

LOOK = PublicPage("#0050bb", "#ffd700", ("svg", b"<svg/>"), ("https://www.city.example",))
FEW = replace(CITY, web=PublicPage(newcomers_a_minute=2))


async def test_every_page_has_strict_headers(town: Town, browser: Browser) -> None:
    await town.poll()
    for path in ("/fi/", "/fi/polls/1", "/fi/none", "/static/kuulolla.css", "/", "/language/sv"):
        headers = (await browser.get(path, follow=False)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers


async def test_behind_tls_browsers_are_told_to_stay_there(
    open_town: Open, open_browser: Open
) -> None:
    browser = await open_browser(await open_town(secure=True))
    for path in ("/fi/", "/api/v1/polls", "/live/polls/9"):
        assert "max-age=31536000" in (await browser.get(path)).headers["Strict-Transport-Security"]


async def test_no_page_has_inline_code_or_calls_elsewhere(town: Town, browser: Browser) -> None:
    await town.poll()
    await town.question()
    for path in ("/", "/polls", "/polls/1", "/questions", "/questions/1", "/ask", "/about"):
        html = (await browser.get(f"/en{path}")).html
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"/static/)", html)
        assert not re.search(r"<(script|img|link rel=\"stylesheet\")[^>]+(src|href)=\"http", html)


async def test_the_citys_look(open_town: Open, open_browser: Open) -> None:
    browser = await open_browser(await open_town(replace(CITY, web=LOOK)))
    page = await browser.get("/sv/")
    style, logo = re.findall(r'"(/static/(?:city\.css|logo\.svg)\?v=\w+)"', page.html)
    css = (await browser.get(style)).html
    assert "--city: #0050bb" in css and "--sun: #ffd700" in css
    dark = re.search(r"dark.*--city: (#\w+)", css)
    assert dark and contrast(dark[1], "#17252a") >= 7 > contrast(dark[1], WHITE)
    assert (await browser.get(logo)).headers["Content-Type"].startswith("image/svg+xml")


async def test_one_browser_votes_so_often_only(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.vote(1, 0)
    said = []
    for _ in range(31):
        said.append((await browser.submit(page, "/en/polls/1", option="1", follow=False)).status)
    assert said[0] == 303 and said[-1] == 429
    town.clock.now += timedelta(minutes=1)
    assert (await browser.submit(page, "/en/polls/1", option="0")).status == 200


# --- floods --------------------------------------------------------------------------------------


async def crowd(open_browser: Open, town: Town, many: int) -> list[Page]:
    """Newcomers who vote, each in a browser of their own."""
    return [await (await open_browser(town)).vote(1, 0) for _ in range(many)]


async def test_in_a_flood_a_newcomer_works_first(open_town: Open, open_browser: Open) -> None:
    town = await open_town(FEW)
    await town.poll()
    known = await open_browser(town)
    await known.vote(1, 0)
    pages = await crowd(open_browser, town, 3)
    assert [page.status for page in pages] == [200, 428, 428]
    assert await town.counts(1) == (2, 0)
    assert (await known.vote(1, 1)).status == 200  # whom we know is not asked

    newcomer = await open_browser(town)
    asked = await newcomer.vote(1, 1)
    assert "Please wait 20 seconds" in asked.text and newcomer.cookies == {}
    solved = solve(asked)
    done = await newcomer.submit(asked, "/en/polls/1", altcha=solved)
    assert done.status == 200 and await town.counts(1) == (1, 2)

    again = await (await open_browser(town)).submit(asked, "/en/polls/1", altcha=solved)
    assert again.status == 428 and await town.counts(1) == (1, 2)  # each work counts once


async def test_without_scripts_one_waits(open_town: Open, open_browser: Open) -> None:
    town = await open_town(FEW)
    await town.poll()
    await crowd(open_browser, town, 3)
    browsers = [await open_browser(town) for _ in range(2)]
    asked = [await browser.vote(1, 1) for browser in browsers]
    early = await browsers[0].submit(asked[0], "/en/polls/1")
    assert early.status == 428
    town.clock.now += timedelta(seconds=WAIT)
    assert (await browsers[0].submit(asked[0], "/en/polls/1")).status == 200
    assert (await browsers[1].submit(asked[1], "/en/polls/1")).status == 428  # one at a time
    assert await town.counts(1) == (2, 1)


async def test_a_flood_ends(open_town: Open, open_browser: Open) -> None:
    town = await open_town(FEW)
    await town.poll()
    await crowd(open_browser, town, 3)
    town.clock.now += timedelta(seconds=LASTS)
    assert (await (await open_browser(town)).vote(1, 1)).status == 200


def test_work_for_another_poll_too_old_or_forged() -> None:
    clock = Clock()
    flood = Flood(b"k" * 32, clock, 1)
    solved = work(flood.task("/en/polls/1").challenge)
    forged = json.loads(unpacked(solved))
    forged["challenge"]["parameters"]["data"]["for"] = "/en/polls/2"
    assert not flood.done("/en/polls/2", "a", {"altcha": solved})
    assert not flood.done("/en/polls/2", "a", {"altcha": packed(forged)})
    easy = json.loads(unpacked(solved))
    easy["challenge"]["parameters"]["keyPrefix"] = ""
    assert not flood.done("/en/polls/1", "a", {"altcha": packed(easy)})
    for nonsense in ("", "x", "e30=", "a" * 5000, b64encode(b"[1]").decode()):
        assert not flood.done("/en/polls/1", "a", {"altcha": nonsense, "ticket": nonsense})
    clock.now += timedelta(seconds=AGE + 1)
    assert not flood.done("/en/polls/1", "a", {"altcha": solved})
    clock.now -= timedelta(seconds=AGE)
    assert flood.done("/en/polls/1", "a", {"altcha": solved})
    assert not flood.done("/en/polls/1", "a", {"altcha": solved})


def solve(page: Page) -> str:
    found = re.search(r'data-challenge="([^"]+)"', page.html)
    assert found
    return work(unescape(found[1]))


def work(challenge: str) -> str:
    given = json.loads(challenge)
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(given))
    assert solution
    return packed({"challenge": given, "solution": solution.to_dict()})


def packed(content: Any) -> str:
    return b64encode(json.dumps(content).encode()).decode()


def unpacked(solved: str) -> str:
    return b64decode(solved).decode()
