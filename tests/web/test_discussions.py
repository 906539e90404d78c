"""Discussions on the page: read, written, moderated, taken back; with nothing but HTML."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession, CookieJar

from core.city import Look, Part
from core.model import Discussion, ItemKind, ItemState, Outcome, PollState
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Town


def opened(town: Town, look: Look = Look.AFTER, state: PollState = PollState.OPEN) -> None:
    title = three("Ranta <b>", "Strand <b>", "Shore <b>")
    with town.database.begin() as store:
        store.add_discussion(
            Discussion(0, title, {}, ("Play",), (), state, town.clock(), None, look, 5, "slack:U1")
        )


async def write(browser: Browser, text: str, path: str = "/en/discussions/1/write"):
    page = await browser.get(path)
    return await browser.submit(page, "/en/discussions/1/write", text=text)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_read_in_three_languages(town: Town, browser: Browser, language: str) -> None:
    opened(town)
    title = {"fi": "Ranta <b>", "sv": "Strand <b>", "en": "Shore <b>"}[language]
    for path in ("/discussions", "/discussions/1", "/discussions/1/write"):
        page = await browser.get(f"/{language}{path}")
        assert page.status == 200 and title in page.text, path
    assert browser.cookies == {}


async def test_written_shown_supported_and_taken_back(town: Town, browser: Browser) -> None:
    opened(town)
    page = await write(browser, "More swings <i>")
    assert "Your comment is shown." in page.text and "More swings <i>" in page.text
    assert "Web · comment" in page.text and "<i>" not in page.html
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        other = Browser(session, town.url)
        page = await other.get("/en/discussions/1")
        page = await other.submit(page, "/en/discussions/1", press="comment_up:1")
        assert "You support this comment now." in page.text and "👍 1" in page.text
        page = await other.submit(page, "/en/discussions/1", press="comment_off:1")
        assert "Only the one who wrote this" in page.text and "More swings" in page.text
    page = await browser.get("/en/discussions/1")
    page = await browser.submit(page, "/en/discussions/1", press="comment_off:1")
    assert "More swings" not in page.text


async def test_too_short_comes_back_with_what_was_written(town: Town, browser: Browser) -> None:
    opened(town)
    page = await write(browser, "x")
    assert page.status == 422 and "A comment has 3 to 1000 characters." in page.text
    assert 'name="state" value="1:"' in page.html


async def test_its_author_sees_why_and_says_it_otherwise(town: Town, browser: Browser) -> None:
    opened(town, Look.BEFORE)
    page = await write(browser, "Silly swings")
    assert "waits for a moderator" in page.text
    with town.database.begin() as store:
        item = store.item(ItemKind.COMMENT, "1")
        store.put_item(replace(item, state=ItemState.REJECTED, rule="respect", reason="Be kind."))
    page = await browser.get("/en/discussions/1")
    assert "What you wrote was not let through." in page.text and "Be kind." in page.text
    page = await browser.submit(page, "/en/discussions/1", press="my_appeal:comment:1")
    page = await browser.submit(page, "/en/mine/texts/my_appeal/comment/1", text="It is kind.")
    assert "Your appeal waits for another moderator." in page.text
    with town.database.reading() as store:
        item = store.item(ItemKind.COMMENT, "1")
        assert (item.state, item.appeal) == (ItemState.APPEALED, "It is kind.")
    async with ClientSession() as session:
        assert "Silly" not in (await Browser(session, town.url).get("/en/discussions/1")).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/discussions/9", 404),
        ("/en/discussions/x", 404),
        ("/en/discussions/9/write", 404),
        ("/en/discussions/1?skip=x", 404),
    ],
)
async def test_what_is_not_there(town: Town, browser: Browser, path: str, status: int) -> None:
    opened(town)
    assert (await browser.get(path)).status == status


async def test_scheduled_ones_are_not_there_yet(town: Town, browser: Browser) -> None:
    opened(town, state=PollState.SCHEDULED)
    assert (await browser.get("/en/discussions/1")).status == 404


async def test_forged_presses_are_refused(town: Town, browser: Browser) -> None:
    opened(town)
    await write(browser, "More swings")
    page = await browser.get("/en/discussions/1")
    for press in ("desk_yes:comment:1", "forget_yes", "discussion_close:1", ""):
        assert (await browser.submit(page, "/en/discussions/1", press=press)).status == 400
    form = await browser.get("/en/discussions/1/write")
    for fields in ({"form": "desk_no"}, {"state": "2:"}):
        again = await browser.post("/en/discussions/1/write", form.form(
            "/en/discussions/1/write", "") | {"text": "Hello"} | fields)  # fmt: skip
        assert again.status == 400
    assert Outcome.REJECTED not in [x.outcome for x in _log(town)]


def _log(town: Town):
    with town.database.reading() as store:
        now = town.clock()
        return store.judgements(now.replace(year=2020), now.replace(year=2030))


async def test_where_it_is_off_there_is_none(open_town: Open) -> None:
    town = await open_town(city=replace(CITY, parts=frozenset(Part) - {Part.DISCUSSIONS}))
    async with ClientSession() as session:
        browser = Browser(session, town.url)
        assert (await browser.get("/en/discussions")).status == 404
        assert "/discussions" not in (await browser.get("/en/")).html
