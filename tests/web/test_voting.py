"""Voting by form: without scripts, once a browser, and only from our own page."""

import asyncio
from urllib.parse import urlencode

import pytest

from core.events import Pressed
from core.model import Shows
from tests.web.conftest import BUSY, Browser, Open, Page, Town


async def test_a_vote_is_counted_and_may_be_changed(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.vote(1, 0)
    assert page.path == "/en/polls/1"
    assert "Your vote is counted: Here." in page.text
    assert await town.counts(1) == (1, 0)
    page = await browser.vote(1, 1)
    assert "Your vote is counted: There." in page.text
    assert await town.counts(1) == (0, 1)


async def test_the_own_choice_is_shown(town: Town, browser: Browser) -> None:
    await town.poll(Shows.AFTER_CLOSE)
    await browser.vote(1, 1)
    page = await browser.get("/en/polls/1")
    assert "Your vote: There" in page.text
    assert page.form("/en/polls/1")["option"] == "1"
    assert "Change my vote" in page.text


async def test_whether_a_vote_may_be_changed_is_said_before_voting(
    town: Town, browser: Browser
) -> None:
    await town.poll()
    assert "You may change your vote." in (await browser.get("/en/polls/1")).text
    await town.poll(final=True)
    for page in ("/en/polls/2", "/en/polls"):
        assert "Your vote is final" in (await browser.get(page)).text
    assert "reaches the city's server before" in (await browser.get("/en/about")).text


async def test_whose_option_was_withdrawn_is_asked_again(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.vote(1, 0)
    await town.write(lambda store: store.withdraw_option(1, 0))
    page = await browser.get("/en/polls/1")
    assert "your vote is not counted: vote again" in page.text
    assert "Here (withdrawn, 1 vote not counted)" in page.text
    assert "Your vote: Here" not in page.text and "Change my vote" not in page.text
    page = await browser.vote(1, 0)
    assert "This option was withdrawn" in page.text and await town.counts(1) == (0, 0)
    page = await browser.vote(1, 1)
    assert "vote again" not in page.text and await town.counts(1) == (0, 1)


async def test_a_notice_is_read_once(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.vote(1, 0)
    assert "is counted" not in (await browser.get("/en/polls/1")).text


async def test_what_the_rules_hear(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.vote(1, 1, "sv")
    await browser.vote(1, 0, "sv")
    first, second = town.events
    assert isinstance(first, Pressed) and isinstance(second, Pressed)
    assert first.action == "vote:1:1" and first.private and first.at == town.clock.now
    assert first.who.language == "sv" and first.where.chat == first.who.account
    assert first.who == second.who and second.order > first.order
    assert first.id.startswith("web:") and first.id != second.id


async def test_two_browsers_are_two_residents(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await town.poll()
    await browser.vote(1, 0)
    await (await open_browser(town)).vote(1, 0)
    assert await town.counts(1) == (2, 0)


async def test_a_newcomers_form_sent_twice_at_once_is_one_vote(
    town: Town, open_browser: Open
) -> None:
    await town.poll()
    one = await open_browser(town)
    page = await one.get("/en/polls/1")
    form = page.form("/en/polls/1") | {"option": "0"}
    twins = [await open_browser(town) for _ in range(2)]
    await asyncio.gather(*(twin.post("/en/polls/1", form) for twin in twins))
    assert await town.counts(1) == (1, 0)


async def test_an_older_tab_votes_for_the_same_resident(town: Town, browser: Browser) -> None:
    await town.poll()
    old = await browser.get("/en/polls/1")
    await browser.vote(1, 0)
    page = await browser.submit(old, "/en/polls/1", option="1")
    assert page.status == 200
    assert await town.counts(1) == (0, 1)


async def test_too_late(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    await town.close(1)
    told = await browser.submit(page, "/en/polls/1", option="0")
    assert "This poll is closed. Your vote was not counted." in told.text
    assert await town.counts(1) == (0, 0)


@pytest.mark.parametrize(
    ("option", "status", "words"),
    [
        ("9", 200, "This button is from an older message."),
        ("x", 400, "I did not understand that."),
        ("-1", 400, "I did not understand that."),
        ("0:1", 400, "I did not understand that."),
        ("", 400, "I did not understand that."),
        ("9" * 60, 400, "I did not understand that."),
    ],
)
async def test_forged_options(
    town: Town, browser: Browser, option: str, status: int, words: str
) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    told = await browser.submit(page, "/en/polls/1", option=option)
    assert told.status == status and words in told.text
    assert await town.counts(1) == (0, 0)


async def test_nothing_chosen(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    told = await browser.submit(page, "/en/polls/1")
    assert "Choose one of the options first." in told.text and town.events == []


async def test_busy(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    town.broken = BUSY
    told = await browser.submit(page, "/en/polls/1", option="0")
    assert told.status == 503 and "nothing was done" in told.text
    assert browser.cookies == {}


# --- the cookie ----------------------------------------------------------------------------------


async def test_the_cookie(open_town: Open, open_browser: Open) -> None:
    town = await open_town(secure=True)
    browser = await open_browser(town)
    await town.poll()
    page = await browser.get("/en/polls/1")
    form = page.form("/en/polls/1") | {"option": "0"}
    answer = await browser.post("/en/polls/1", form, follow=False)
    cookie = next(c for c in answer.headers.getall("Set-Cookie") if "kuulolla=" in c)
    assert cookie.startswith("__Host-kuulolla=")
    for part in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=31536000"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_a_forged_cookie_is_nobodys(town: Town, browser: Browser) -> None:
    await town.poll(Shows.AFTER_VOTE)
    await browser.vote(1, 0)
    real = browser.cookies["kuulolla"]
    assert "100%" in (await browser.get("/en/polls/1")).text
    head, _, seal = real.rpartition("~")
    swapped = ("B" if head[5] == "A" else "A").join((head[:5], head[6:]))
    for forged in (f"{swapped}~{seal}", f"{head}~{'A' * len(seal)}", "x", "", "é" * 9, "~" * 5000):
        browser.session.cookie_jar.clear()
        browser.session.cookie_jar.update_cookies({"kuulolla": forged})
        page = await browser.get("/en/polls/1")
        assert page.status == 200 and "100%" not in page.text, forged


async def test_a_cookie_is_signed_for_one_purpose(town: Town, browser: Browser) -> None:
    """A notice or a form's token is no resident."""
    await town.poll(Shows.AFTER_VOTE)
    page = await browser.get("/en/polls/1")
    token = page.form("/en/polls/1")["token"]
    await browser.submit(page, "/en/polls/1", option="0")
    browser.session.cookie_jar.clear()
    browser.session.cookie_jar.update_cookies({"kuulolla": token})
    assert "100%" not in (await browser.get("/en/polls/1")).text


async def test_a_forged_or_old_notice_is_not_shown(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    form = page.form("/en/polls/1") | {"option": "0"}
    await browser.post("/en/polls/1", form, follow=False)
    town.clock.advance(61)
    assert "is counted" not in (await browser.get("/en/polls/1")).text
    browser.session.cookie_jar.update_cookies({"kuulolla_notice": "Pay here: evil.test"})
    assert "evil" not in (await browser.get("/en/polls/1")).text


# --- where a form comes from ---------------------------------------------------------------------


async def _send(browser: Browser, town: Town, headers: dict[str, str], **fields: str) -> Page:
    await town.poll()
    page = await browser.get("/en/polls/1")
    form = page.form("/en/polls/1") | {"option": "0"} | fields
    return await browser.post("/en/polls/1", form, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://example.test"},
        {"Referer": "https://evil.test/example.test"},
        {"Origin": "http://[bad"},
        {},
    ],
)
async def test_a_form_from_elsewhere(town: Town, browser: Browser, headers: dict[str, str]) -> None:
    page = await _send(browser, town, headers)
    assert page.status == 403 and "The form was not accepted." in page.text
    assert await town.counts(1) == (0, 0) and browser.cookies == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://example.test"},
        {"Referer": "https://example.test/en/"},
    ],
)
async def test_a_form_of_our_own(town: Town, browser: Browser, headers: dict[str, str]) -> None:
    assert (await _send(browser, town, headers)).status == 200
    assert await town.counts(1) == (1, 0)


@pytest.mark.parametrize("token", ["", "x", "a.b", "é", "." * 3000])
async def test_a_form_without_our_token(town: Town, browser: Browser, token: str) -> None:
    assert (await _send(browser, town, {"Origin": town.url}, token=token)).status == 403
    assert await town.counts(1) == (0, 0)


async def test_another_residents_token(town: Town, browser: Browser, open_browser: Open) -> None:
    await town.poll()
    other = await open_browser(town)
    await other.vote(1, 0)
    await browser.vote(1, 0)
    token = (await other.get("/en/polls/1")).form("/en/polls/1")["token"]
    page = await browser.get("/en/polls/1")
    told = await browser.submit(page, "/en/polls/1", token=token, option="1")
    assert told.status == 403 and await town.counts(1) == (2, 0)


async def test_a_form_that_was_open_for_too_long(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    town.clock.advance(8 * 24 * 3600)
    assert (await browser.submit(page, "/en/polls/1", option="0")).status == 403


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("a" * 70_000, "application/x-www-form-urlencoded", 413),
        ("a=1&" * 60, "application/x-www-form-urlencoded", 400),
        ('{"option": 0}', "application/json", 400),
        ("%00%ff=%fe&option", "application/x-www-form-urlencoded", 403),
    ],
)
async def test_bodies(town: Town, browser: Browser, body: str, kind: str, status: int) -> None:
    await town.poll()
    headers = {"Origin": town.url, "Content-Type": kind}
    page = await browser.post("/sv/polls/1", body, headers=headers)
    assert page.status == status and '<html lang="sv">' in page.html


async def test_a_body_of_unknown_length(town: Town, browser: Browser) -> None:
    async def endless():
        for _ in range(20):
            yield b"a" * 8192

    headers = {"Origin": town.url, "Content-Type": "application/x-www-form-urlencoded"}
    page = await browser.post("/en/polls/1", endless(), headers=headers)
    assert page.status == 413


async def test_sixty_votes_a_minute_from_one_address(town: Town, open_browser: Open) -> None:
    await town.poll()
    statuses = []
    for _ in range(3):
        browser = await open_browser(town)
        form = (await browser.get("/en/polls/1")).form("/en/polls/1") | {"option": "0"}
        told = [await browser.post("/en/polls/1", form, follow=False) for _ in range(21)]
        statuses += [t.status for t in told]
    assert statuses == [303] * 60 + [429] * 3
    assert "Please wait a minute" in told[-1].text
    town.clock.advance(1)
    assert (await browser.post("/en/polls/1", form, follow=False)).status == 303


async def test_ten_questions_of_two_forms_a_minute_from_one_address(
    town: Town, browser: Browser
) -> None:
    form = (await browser.get("/en/ask")).form("/en/ask")
    told = [await browser.post("/en/ask", form | {"text": f"short {i}"}) for i in range(21)]
    assert [t.status for t in told] == [422] * 20 + [429]


async def _flood(browser: Browser, addresses: list[str]) -> list[int]:
    """From each address in turn, as its proxy tells."""
    statuses = []
    for address in addresses:
        headers = {"Origin": browser.url, "X-Forwarded-For": address}
        body = urlencode({"token": "none"})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        statuses.append((await browser.post("/en/ask", body, headers=headers)).status)
    return statuses


async def test_proxies_are_believed_as_far_as_they_are_ours(
    open_town: Open, open_browser: Open
) -> None:
    town = await open_town(trusted_proxies=1)
    browser = await open_browser(town)
    forged = [f"10.0.0.{i}, 192.0.2.1" for i in range(21)]
    assert await _flood(browser, forged) == [403] * 20 + [429]
    assert await _flood(browser, ["192.0.2.2"]) == [403]


async def test_a_home_network_is_one_address(open_town: Open, open_browser: Open) -> None:
    town = await open_town(trusted_proxies=1)
    browser = await open_browser(town)
    home = [f"2001:db8::{i}" for i in range(21)]
    assert await _flood(browser, home) == [403] * 20 + [429]
    assert await _flood(browser, ["2001:db8:0:1::1", "nonsense"]) == [403, 403]


async def test_without_a_proxy_the_header_means_nothing(town: Town, browser: Browser) -> None:
    assert await _flood(browser, [f"192.0.2.{i}" for i in range(21)]) == [403] * 20 + [429]
