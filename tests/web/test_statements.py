"""Statements on the page, without scripts: taking a stand, own ones, the report, open data."""

from dataclasses import replace

import pytest

from core.city import Part
from core.desk import Desk
from core.model import (
    ConversationDraft,
    GroupFigures,
    Groups,
    Moderation,
    PollState,
    Stand,
    StatementFigures,
    StatementState,
)
from core.statements import life
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Town

PATH = "/en/statements/1"
ADD = f"{PATH}/add"


class Works:
    """Workers that make something to be known by."""

    async def report(self, language: str, id: int) -> bytes | None:
        return f"<html lang={language}>report {id}".encode() if id == 1 else None

    async def space(self, language: str, id: int) -> bytes | None:
        return b"PNG" if id == 1 else None

    async def export(self, kind: str, id: int) -> bytes | None:
        return f"PK {kind}".encode() if id == 1 else None


async def opened(town: Town, n: int = 12, state: PollState = PollState.OPEN) -> None:
    now = town.clock.now
    seeds = tuple(three(f"Väite {x}", f"Påstående {x}", f"Thought {x}") for x in range(n))
    draft = ConversationDraft(
        three("Keskusta", "Centrum", "The centre"), three("Tausta", "Bakgrund", "Background"),
        now, None, None, Moderation.BEFORE, (), "slack:U0EDITOR", seeds,
    )  # fmt: skip
    await town.write(lambda store: store.add_conversation(draft, bytes(32), state, now))


async def grouped(town: Town, size: int = 9) -> None:
    now = town.clock.now
    made = Groups(
        1, 1, now, now, 213, 900, 0, {}, {1: StatementFigures(90, 5, 5, 0.8)},
        {"A": GroupFigures(size, (Stand(2, False),)), "B": GroupFigures(4, ())}, (Stand(1, True),),
        {},
    )  # fmt: skip
    await town.write(lambda store: store.put_groups(made))


async def test_one_statement_a_page_and_the_next_one(town: Town, browser: Browser) -> None:
    await opened(town)
    assert "The centre" in (await browser.get("/en/statements")).text
    page = await browser.get(PATH)
    assert "Statement 1 of 12" in page.text and "The city's statement" in page.text
    seen = set()
    for n in range(12):
        action = page.html.split('value="say:')[1].split('"')[0]
        seen.add(action.partition(":")[0])
        page = await browser.submit(page, PATH, press=f"say:{action}")
        assert "Counted: you agree." in page.text
        if n < 11:
            assert f"Statement {n + 2} of 12" in page.text
    assert len(seen) == 12 and "every statement. Thank you!" in page.text
    opinions = await town.read(lambda store: store.opinions(1))
    assert [each.value for each in opinions] == [1] * 12


async def test_important_and_enough(town: Town, browser: Browser) -> None:
    await opened(town)
    page = await browser.get(PATH)
    id = page.html.split('value="say:')[1].split(":")[0]
    page = await browser.submit(page, PATH, press=f"weigh:{id}:1")
    assert "★ Important to me" in page.text
    page = await browser.submit(page, PATH, press=f"say:{id}:disagree:1")
    (kept,) = await town.read(lambda store: store.opinions(1))
    assert kept.important and kept.value == -1
    page = await browser.submit(page, PATH, press="enough:1")
    assert "You have said what you think of 1 statement." in page.text


async def test_after_ten_the_page_tells_of_others(town: Town, browser: Browser) -> None:
    await opened(town)
    await grouped(town)
    page = await browser.get(PATH)
    for _ in range(10):
        assert "You and 212 others" not in page.text
        action = page.html.split('value="say:')[1].split('"')[0]
        page = await browser.submit(page, PATH, press=f"say:{action}")
    assert "You and 212 others" in page.text and "Agree: Thought 0" in page.text


async def test_an_own_statement_with_advice_and_faults(town: Town, browser: Browser) -> None:
    await opened(town)
    page = await browser.get(PATH)
    page = await browser.submit(page, PATH, press="statement_new:1")
    assert "140 characters at most" in page.text
    page = await browser.submit(page, ADD, text="x" * 141)
    assert (
        page.status == 422 and "yours has 141" in page.text and page.form(ADD)["text"] == "x" * 141
    )
    page = await browser.submit(page, ADD, text="Call me on 040 123 4567")
    assert page.status == 422 and "phone number" in page.text
    page = await browser.submit(page, ADD, text="Is it windy <b>there</b>?")
    assert "It is a question" in page.text and "<b>there" not in page.html
    page = await browser.submit(page, ADD)
    assert "A moderator of the city reads your statement" in page.text
    made = await town.read(lambda store: store.statement(13))
    assert made.text == {"en": "Is it windy <b>there</b>?"}
    assert made.state is StatementState.WAITING
    page = await browser.submit(await browser.get(ADD), ADD, text="Is it windy <b>there</b>?")
    assert page.status == 422 and "there already" in page.text


FORGED = [
    ({"press": "conversation_close:1"}, 400),
    ({"press": "vote:1:0"}, 400),
    ({"press": ""}, 400),
    ({"press": "say:99:agree"}, 200),
    ({"press": "say:1:maybe"}, 200),
    ({"press": "say"}, 200),
    ({"press": "others:1"}, 200),
]


@pytest.mark.parametrize(("fields", "status"), FORGED)
async def test_forged_presses(town: Town, browser: Browser, fields: dict, status: int) -> None:
    await opened(town)
    token = (await browser.get(PATH)).form(PATH)["token"]
    page = await browser.post(PATH, {"token": token, **fields})
    assert page.status == status
    assert await town.read(lambda store: store.opinions(1)) == []
    assert (await browser.post(PATH, {"press": "say:1:agree"})).status == 403


async def test_what_is_not_there_and_what_is_not_open(town: Town, browser: Browser) -> None:
    await opened(town, state=PollState.SCHEDULED)
    for path in (PATH, ADD, f"{PATH}/report", "/en/statements/9", "/en/statements/x"):
        assert (await browser.get(path)).status == 404
    assert "The centre" not in (await browser.get("/en/statements")).text


async def test_the_report_in_words_with_its_picture_and_the_whole(
    open_town: Open, open_browser: Open
) -> None:
    town = await open_town(works=Works())
    browser = await open_browser(town)
    await opened(town)
    assert "Nobody took part." in (await browser.get(f"{PATH}/report")).text
    await grouped(town)
    page = await browser.get(f"{PATH}/report")
    assert "213 people" in page.text and "Group A, 9 people" in page.text
    assert "Group B" not in page.text  # four people
    assert 'space.png" alt="Opinion groups by size: Group A 9."' in page.html
    whole = await browser.get(f"{PATH}/report.html")
    assert "<html lang=en>report 1" in whole.html
    assert "script" not in whole.headers["Content-Security-Policy"]
    assert (await browser.get(f"{PATH}/space.png")).status == 200
    assert (await browser.get("/en/statements/2/report.html")).status == 404
    assert "polis-export.zip" not in page.text
    assert (await browser.get(f"{PATH}/polis-export.zip")).status == 404


async def test_open_data_where_the_city_gives_it(open_town: Open, open_browser: Open) -> None:
    town = await open_town(city=replace(CITY, statement_data=True), works=Works())
    browser = await open_browser(town)
    await opened(town)
    await grouped(town)
    assert "polis-export.zip" in (await browser.get(f"{PATH}/report")).text
    assert (await browser.get(f"{PATH}/polis-export.zip")).html == "PK export"
    assert (await browser.get(f"{PATH}/participants-votes.zip")).html == "PK older"


async def test_closed_leads_to_the_report(town: Town, browser: Browser) -> None:
    await opened(town)
    page = await browser.get(PATH)
    now = town.clock.now
    await town.write(lambda store: life.close(Desk(store, CITY, now, {}), store.conversation(1)))
    page = await browser.submit(page, PATH, press="say:1:agree")
    assert "has closed" in page.text and "Nobody took part." in page.text


@pytest.mark.parametrize(
    "language, title, took",
    [
        ("fi", "Keskusta", "213 ihmistä"),
        ("sv", "Centrum", "213"),
        ("en", "The centre", "213 people"),
    ],
)
async def test_the_front_page_leads_to_what_is_open(
    town: Town, browser: Browser, language: str, title: str, took: str
) -> None:
    path = f'href="/{language}/statements/1"'
    assert path not in (await browser.get(f"/{language}/")).html
    await opened(town)
    await grouped(town)
    page = await browser.get(f"/{language}/")
    assert path in page.html and title in page.text and took in page.text
    now = town.clock.now
    await town.write(lambda store: life.close(Desk(store, CITY, now, {}), store.conversation(1)))
    assert path not in (await browser.get(f"/{language}/")).html


async def test_off_there_are_no_pages(open_town: Open, open_browser: Open) -> None:
    town = await open_town(city=replace(CITY, parts=frozenset(Part) - {Part.STATEMENTS}))
    browser = await open_browser(town)
    await opened(town)
    for path in ("/en/statements", PATH, ADD, f"{PATH}/report"):
        assert (await browser.get(path)).status == 404
    assert "/en/statements" not in (await browser.get("/en/")).html


@pytest.mark.parametrize(
    "parts, there", [({Part.STATEMENTS}, True), ({Part.POLLS}, True), ({Part.QUESTIONS}, False)]
)
async def test_accounts_are_linked_where_anything_is_voted_on(
    open_town: Open, open_browser: Open, parts: set[Part], there: bool
) -> None:
    city = replace(CITY, parts=frozenset(parts | {Part.WEB_VOTING}))
    browser = await open_browser(await open_town(city=city))
    page = await browser.get("/en/link")
    assert page.status == (200 if there else 404)
    assert ('href="/en/link"' in (await browser.get("/en/about")).html) is there
    if there:
        made = await browser.submit(page, "/en/link", press="code")
        assert "Your code:" in made.text


async def test_without_votes_on_the_page_one_reads_and_goes_to_the_chat(
    open_town: Open, open_browser: Open
) -> None:
    town = await open_town(city=replace(CITY, parts=frozenset(Part) - {Part.WEB_VOTING}))
    browser = await open_browser(town)
    await opened(town)
    page = await browser.get(PATH)
    assert "start=statements_1" in page.html and 'value="say' not in page.html
    assert (await browser.get(ADD)).status == 404
