"""Polls that are not for everybody, on the page, without scripts."""

from dataclasses import replace

from core.answers import Kind
from core.city import Area
from core.model import PollDraft, PollState, Shows, Voters
from core.polls import entrance
from core.texts import LANGUAGES
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Town

OPTIONS = tuple(dict.fromkeys(LANGUAGES, name) for name in ("Bench", "Swing"))
PATH = "/en/polls/1"
AREA = "north"


async def made(town: Town, voters: Voters, **more: object) -> None:
    draft = PollDraft(
        {"en": "What?"}, OPTIONS, Shows.ALWAYS, town.clock.now, None, (), "slack:U0EDITOR",
        voters=voters, **more,
    )  # fmt: skip
    await town.write(lambda store: store.add_poll(draft, bytes(32), PollState.OPEN))


async def test_a_code_is_given_once_and_then_not_asked(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await made(town, Voters.CODE)
    (code,) = entrance.make_codes(1)
    await town.write(lambda store: store.add_codes(1, entrance.digests(town.keyring, 1, [code])))
    page = await browser.get(PATH)
    token = page.form(PATH)["token"]
    assert "You need a code to vote" in page.text and "code" in page.form(PATH)
    page = await browser.post(PATH, {"token": token, "option": "1"})
    assert "This poll needs a code" in page.text
    page = await browser.get(PATH)
    token = page.form(PATH)["token"]
    page = await browser.post(PATH, {"token": token, "option": "1", "code": "AAAAA-AAAA0"})
    assert page.status == 422 and "no code of this poll" in page.text
    page = await browser.post(PATH, {"token": token, "option": "1", "code": code})
    assert "Your vote is counted: Swing." in page.text
    page = await browser.get(PATH)
    assert "code" not in page.form(PATH)
    page = await browser.post(PATH, {"token": page.form(PATH)["token"], "option": "0"})
    assert "Your vote is counted: Bench." in page.text
    other = await open_browser(town)
    token = (await other.get(PATH)).form(PATH)["token"]
    page = await other.post(PATH, {"token": token, "option": "1", "code": code})
    assert page.status == 422 and "This code has been used" in page.text
    assert await town.counts(1) == (1, 0)


async def test_members_of_chats_do_not_vote_here(town: Town, browser: Browser) -> None:
    await made(town, Voters.CHATS)
    page = await browser.get(PATH)
    assert "Only members of these chats vote" in page.text and not page.has_form(PATH)
    await made(town, Voters.ANYONE)
    token = (await browser.get("/en/polls/2")).form("/en/polls/2")["token"]
    page = await browser.post(PATH, {"token": token, "option": "1"})
    assert "Only members of the poll" in page.text
    assert await town.counts(1) == (0, 0)


async def test_the_area_is_asked_with_the_vote(open_town: Open, open_browser: Open) -> None:
    town = await open_town(replace(CITY, areas=(Area(AREA, three("P", "N", "North"), ("p",)),)))
    browser = await open_browser(town)
    await made(town, Voters.AREAS, areas=(AREA,), kind=Kind.SEVERAL, most=2)
    page = await browser.get(PATH)
    assert "Where do you live?" in page.text and "Rather not say" in page.text
    token = page.form(PATH)["token"]
    page = await browser.post(PATH, {"token": token, "answer": "1", "area": "-"})
    assert "residents of other areas" in page.text
    page = await browser.post(PATH, {"token": token, "answer": "1", "area": AREA})
    assert "Your vote is counted" in page.text
    assert await town.counts(1) == (0, 1)
    _, found = await browser.json("/api/v1/polls/1")
    assert found["voters"] == "areas" and found["areas"] == [AREA]
    assert found["channels"] == {}
