"""What a moderator said of a visitor's texts, on the page: the rule and why, in their language;
said otherwise, or appealed once."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession, CookieJar

from core.city import Look, Moderation, Part
from core.model import (
    Comment,
    CommentKind,
    CommentState,
    Discussion,
    ItemKind,
    ItemState,
    PollState,
    QuestionState,
)
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Page, Town

MODERATED = replace(CITY, moderation=Moderation(look={"question": Look.BEFORE}))
LIST = "/mine/texts"


async def asked(browser: Browser, text: str = "When is that fool's street ploughed?") -> Page:
    page = await browser.get("/en/ask")
    page = await browser.submit(page, "/en/ask", text=text)
    return await browser.submit(page, "/en/ask")


def decided(town: Town, state: ItemState, kind: ItemKind = ItemKind.QUESTION) -> None:
    with town.database.begin() as store:
        item = store.item(kind, "1")
        told = {"rule": "respect", "reason": "Be <kind>.", "decided_by": "slack:U0EDITOR"}
        store.put_item(replace(item, state=state, **told))


@pytest.fixture
async def town(open_town: Open) -> Town:
    return await open_town(MODERATED)


@pytest.mark.parametrize(
    ("language", "rule"),
    [("fi", "Kunnioita muita"), ("sv", "Respektera andra"), ("en", "Respect others")],
)
async def test_why_is_told_in_the_readers_language(
    town: Town, browser: Browser, language: str, rule: str
) -> None:
    await asked(browser)
    decided(town, ItemState.REJECTED)
    for path in (LIST, "/questions/1"):
        page = await browser.get(f"/{language}{path}")
        assert page.status == 200 and rule in page.text and "Be <kind>." in page.text, path
        assert f"/{language}/rules" in page.html
    assert "waits" not in page.text
    assert LIST in (await browser.get(f"/{language}/mine")).html


async def test_a_question_is_said_otherwise(town: Town, browser: Browser) -> None:
    await asked(browser)
    decided(town, ItemState.REWORD)
    page = await browser.get("/en/questions/1")
    page = await browser.submit(page, f"/en{LIST}", press="my_reword:question:1")
    form = f"/en{LIST}/my_reword/question/1"
    assert page.form(form)["text"] == "When is that fool's street ploughed?"
    assert "Respect others" in page.text
    bad = await browser.submit(page, form, text="")
    assert bad.status == 422 and "Write 1 to 2000 characters." in bad.text
    page = await browser.submit(page, form, text="When is it ploughed? Call 040 123 4567")
    assert "waits for a moderator" in page.text
    with town.database.reading() as store:
        assert store.item(ItemKind.QUESTION, "1").state is ItemState.WAITING
        assert "040" not in store.question(1).text


async def test_an_appeal_goes_once_and_to_another(town: Town, browser: Browser) -> None:
    await asked(browser)
    decided(town, ItemState.REJECTED)
    page = await browser.get(f"/en{LIST}")
    page = await browser.submit(page, f"/en{LIST}", press="my_appeal:question:1")
    form = f"/en{LIST}/my_appeal/question/1"
    assert page.form(form)["text"] == ""
    long = await browser.submit(page, form, text="x" * 601)
    assert long.status == 422 and "x" * 601 in long.text
    page = await browser.submit(page, form, text="It is the name of the plough.")
    assert "Your appeal waits for another moderator." in page.text
    with town.database.reading() as store:
        item = store.item(ItemKind.QUESTION, "1")
        assert (item.state, item.decided_by) == (ItemState.APPEALED, "slack:U0EDITOR")
    assert (await browser.get(form)).status == 404
    assert "my_appeal" not in (await browser.get(f"/en{LIST}")).html
    decided(town, ItemState.REJECTED)
    page = await browser.get(f"/en{LIST}")
    assert "Your appeal was not granted" in page.text and "my_appeal" not in page.html


async def test_others_see_and_do_nothing(town: Town, browser: Browser) -> None:
    await asked(browser)
    decided(town, ItemState.REJECTED)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        other = Browser(session, town.url)
        await asked(other, "Where is the new library?")
        page = await other.get(f"/en{LIST}")
        assert "fool" not in page.text
        for name in ("my_appeal", "my_reword"):
            path = f"/en{LIST}/{name}/question/1"
            assert (await other.get(path)).status == 404
            token = page.form(f"/en{LIST}")
            assert (await other.post(path, token | {"text": "Mine"})).status == 404
    with town.database.reading() as store:
        assert store.item(ItemKind.QUESTION, "1").state is ItemState.REJECTED
        assert store.question(1).state is QuestionState.MODERATION


@pytest.mark.parametrize(
    "path",
    ["my_appeal/question/9", "my_appeal/moon/1", "desk_no/question/1", "my_reword/comment/x",
     "my_appeal/words/1.x"],
)  # fmt: skip
async def test_what_is_not_there(town: Town, browser: Browser, path: str) -> None:
    await asked(browser)
    assert (await browser.get(f"/en{LIST}/{path}")).status == 404


@pytest.mark.parametrize(
    "press", ["", "desk_yes:question:1", "my_appeal:question:", "my_appeal:x:1"]
)
async def test_forged_presses(town: Town, browser: Browser, press: str) -> None:
    await asked(browser)
    page = await browser.get(f"/en{LIST}")
    assert (await browser.submit(page, f"/en{LIST}", press=press)).status == 400


async def test_nobody_has_nothing(town: Town, browser: Browser) -> None:
    page = await browser.get(f"/en{LIST}")
    assert page.status == 200 and "Nothing that you wrote" in page.text


async def test_where_nobody_writes_there_is_none(open_town: Open) -> None:
    town = await open_town(replace(CITY, parts=frozenset({Part.DIGESTS})))
    async with ClientSession() as session:
        assert (await Browser(session, town.url).get(f"/en{LIST}")).status == 404


async def test_a_question_leads_back_to_its_discussion(town: Town, browser: Browser) -> None:
    await town.question()
    with town.database.begin() as store:
        title, now = three("Ranta", "Strand", "Shore"), town.clock()
        store.add_discussion(
            Discussion(0, title, {}, (), (), PollState.OPEN, now, None, Look.AFTER, 5, "slack:U1")
        )
        kinds = (CommentKind.OTHER, None, CommentState.SHOWN)
        store.add_comment(
            Comment(0, 1, None, "", "web", "en", "When?", *kinds, now, became="question:1")
        )
    page = await browser.get("/en/questions/1")
    assert "It comes from the discussion: Shore" in page.text
    assert "/en/discussions/1" in page.html
    page = await browser.get("/en/discussions/1")
    assert "It became question K-1" in page.text and "/en/questions/1" in page.html
