"""Polls and questions that are looked for, and what stands in the addresses."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from core.city import Area
from core.model import PollState, Publish, QuestionState
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Town


async def test_questions_are_found_in_any_form(town: Town, browser: Browser) -> None:
    await town.question("Milloin Mallikadulla aurataan?", language="fi")
    await town.question("När öppnar skolorna?", language="sv", theme=None, department="desk")
    page = await browser.get(f"/fi/questions?q={quote('mallikatu')}")
    assert "Löytyi haulla: mallikatu" in page.text and "aurataan" in page.text
    assert "skolorna" not in page.text
    page = await browser.get("/sv/questions?q=skolan")
    assert "skolorna" in page.text and "aurataan" not in page.text
    for nothing in ("uimahalli", "ja", "<script>", "%ff%00", "a" * 5000, "'\"--"):
        page = await browser.get(f"/fi/questions?q={nothing}")
        assert page.status == 200 and "<script>" not in page.html
        assert "Haulla ei löytynyt mitään" in page.text or "aurataan" in page.text


async def test_questions_are_narrowed_down(town: Town, browser: Browser) -> None:
    await town.question("First?")
    await town.question("Second?", department="desk", theme=None)
    await town.question("Third?", state=QuestionState.DECLINED, reason="No.")
    for query, found in {
        "theme=winter": {"First?", "Third?"},
        "department=desk": {"Second?"},
        "state=declined": {"Third?"},
        "department=streets&state=answered": {"First?"},
        "theme=&department=&state=": {"First?", "Second?", "Third?"},
    }.items():
        text = (await browser.get(f"/en/questions?{query}")).text
        assert {x for x in ("First?", "Second?", "Third?") if x in text} == found, query


async def test_questions_about_an_area(open_town: Open, open_browser: Open) -> None:
    areas = (
        Area("shore", three("Ranta", "Stranden", "The shore"), ("Rantatie",)),
        Area("centre", three("Keskusta", "Centrum", "The centre"), ("Torikatu",)),
    )
    town = await open_town(replace(CITY, areas=areas))
    browser = await open_browser(town)
    page = await browser.get("/fi/ask")
    page = await browser.submit(page, "/fi/ask", text="Milloin Rantatiellä aurataan lunta?")
    await browser.submit(page, "/fi/ask")
    await town.question("Elsewhere?", area="centre")
    answer = {"state": QuestionState.ANSWERED, "publish": Publish.DIGEST, "answer": {"fi": "Heti."}}
    await town.change(1, **answer)
    shore, centre = [(await browser.get(f"/fi/questions?area={x.id}")).text for x in areas]
    assert "Rantatiellä" in shore and "Elsewhere?" not in shore
    assert "Elsewhere?" in centre and "Rantatiellä" not in centre and "Kaikki alueet" in centre
    assert "· Ranta" in (await browser.get("/fi/questions/1")).text
    told = (await browser.json("/api/v1/questions?area=shore"))[1]["questions"]
    assert [one["area"]["id"] for one in told] == ["shore"]
    assert (await browser.get("/fi/questions?area=moon")).status == 404
    assert (await browser.json("/api/v1/questions?area=moon"))[0] == 400


async def test_pages_keep_what_was_sought(town: Town, browser: Browser) -> None:
    for i in range(17):
        await town.question(f"Snow number {i}?")
    page = await browser.get("/en/questions?q=snow&theme=winter")
    older = re.search(r'href="(/en/questions\?[^"]+)" *>Older|rel="next" href="([^"]+)"', page.html)
    assert older
    following = (older[1] or older[2]).replace("&amp;", "&")
    assert following == "/en/questions?q=snow&theme=winter&before=3"
    page = await browser.get(following)
    assert "Snow number 1?" in page.text and "Snow number 2?" not in page.text
    assert 'href="/en/questions?q=snow&amp;theme=winter"' in page.html


@pytest.mark.parametrize("query", ["theme=x", "department=none", "state=waiting", "before=-1"])
async def test_what_cannot_be_asked_for(browser: Browser, query: str) -> None:
    assert (await browser.get(f"/en/questions?{query}")).status == 404


async def test_polls_are_found_open_and_past(town: Town, browser: Browser) -> None:
    await town.poll(question=three("Mihin uimaranta?", "Var en strand?", "Where a beach?"))
    await town.poll(question=three("Kirjasto auki?", "Bibliotek?", "Library open?"))
    await town.close(1)
    page = await browser.get("/fi/polls?q=uimaranta")
    assert "Mihin uimaranta?" in page.text and "Kirjasto" not in page.text
    assert "Kirjasto auki?" in (await browser.get("/fi/polls?q=kirjastot")).text
    assert "Haulla ei löytynyt" in (await browser.get("/fi/polls?q=talo")).text


async def test_past_polls_page_by_page(town: Town, browser: Browser) -> None:
    for i in range(17):
        poll = await town.poll(state=PollState.OPEN, question=three(f"N{i}.", f"N{i}.", f"N{i}."))
        await town.close(poll.id)
    page = await browser.get("/en/polls")
    assert "N16." in page.text and "N2." in page.text and "N1." not in page.text
    following = re.search(r'rel="next" href="([^"]+)"', page.html)
    assert following and following[1] == "/en/polls?before=3"
    page = await browser.get(following[1])
    assert "N1." in page.text and "N2." not in page.text
