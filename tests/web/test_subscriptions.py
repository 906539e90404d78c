"""One's own round-up on the page."""

from dataclasses import replace

from core import polls
from core.city import Part
from tests.stage import CITY
from tests.web.conftest import Browser, Open, Town

PATH = "/en/subscription"


async def test_a_browser_chooses_and_sees_what_is_new(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get(PATH)
    assert "This page shows what is new" in page.text and "round-up" in page.text
    assert "Closes soon" not in page.text and "End it" not in page.text
    assert "no-store" in page.headers["Cache-Control"]
    page = await browser.submit(
        page, PATH, rhythm="daily", themes="winter", results="none", quiet="2"
    )
    assert "Saved." in page.text and "Have your say" in page.text
    assert page.form(PATH)["rhythm"] == "daily" and page.form(PATH)["results"] == "none"
    assert page.form(PATH)["quiet"] == "2"
    page = await browser.submit(page, PATH, press="sub_stop")
    assert "I send you nothing more by itself" in page.text
    assert "Have your say" not in page.text.partition("<main")[2]


async def test_what_is_no_wish_changes_nothing(town: Town, browser: Browser) -> None:
    page = await browser.get(PATH)
    for fields in (
        {"rhythm": "hourly"},
        {"rhythm": "daily", "themes": "x"},
        {"results": "yes"},
        {"quiet": "9"},
    ):
        told = await browser.submit(page, PATH, **fields)
        assert "Saved." not in told.text
    form = page.form(PATH) | {"press": "forget_yes"}
    assert (await browser.post(PATH, form)).status == 400
    assert "End it" not in (await browser.get(PATH)).text


async def test_a_city_without_subscriptions_has_no_page(
    open_town: Open, open_browser: Open
) -> None:
    town = await open_town(replace(CITY, parts=CITY.parts - {Part.SUBSCRIPTIONS}))
    browser = await open_browser(town)
    assert (await browser.get(PATH)).status == 404
    assert "subscription" not in (await browser.get("/en/")).text


async def test_results_of_the_polls_that_a_browser_voted_in(town: Town, browser: Browser) -> None:
    for name in ("Bench", "Tree"):
        await town.poll(question={"en": f"Where to put a {name}?"})
    page = await browser.get(PATH)
    await browser.submit(page, PATH, rhythm="weekly", results="voted")
    await browser.vote(1, 0)
    town.clock.advance(3 * 24 * 3600)
    await town.write(lambda store: polls.tick(store, town.city, town.clock.now, {}))
    shown = (await browser.get(PATH)).text
    assert "Where to put a Bench?" in shown and "Where to put a Tree?" not in shown
