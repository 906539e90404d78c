"""What is kept of somebody, feedback on accessibility, statistics, what happened next."""

import json

import pytest

from core import deadlines
from core.city import ACCESSIBILITY, Look
from core.model import Discussion, PollState
from core.ports import Store
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Town


async def test_nothing_is_kept_of_readers(town: Town, browser: Browser) -> None:
    page = await browser.get("/en/data")
    assert "Nothing is known of you on this browser" in page.text
    assert (await browser.json("/en/data.json")) == (200, {})
    assert browser.cookies == {}


async def test_ones_own_data_and_nobody_elses(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await town.poll()
    await browser.vote(1, 1)
    other = await open_browser(town)
    await other.vote(1, 0)
    page = await browser.get("/en/data")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Where? : There" in page.text
    file = await browser.get("/sv/data.json")
    kept = json.loads(file.html)
    assert kept["votes_in_open_polls"] == [{"poll": 1, "question": "Var?", "vote": "Där"}]
    assert kept["linked_accounts"] == 1 and kept["questions"] == []
    assert "attachment" in file.headers["Content-Disposition"]
    await town.close(1)
    assert json.loads((await browser.get("/sv/data.json")).html)["votes_in_open_polls"] == []
    page = await browser.submit(page, "/en/about")
    page = await browser.submit(page, "/en/about", press="forget_yes")
    assert page.path == "/en/data" and browser.cookies == {}


async def test_ones_own_comments(town: Town, browser: Browser) -> None:
    title, now = three("Ranta", "Strand", "Shore"), town.clock()
    with town.database.begin() as store:
        store.add_discussion(
            Discussion(0, title, {}, (), (), PollState.OPEN, now, None, Look.BEFORE, 5, "slack:U1")
        )
    page = await browser.get("/en/discussions/1/write")
    await browser.submit(page, "/en/discussions/1/write", text="More swings <b>, please")
    page = await browser.get("/en/data")
    assert "More swings <b>, please" in page.text and "/en/mine/texts" in page.html
    own = json.loads((await browser.get("/en/data.json")).html)
    assert [(one["text"], one["state"]) for one in own["comments"]] == [
        ("More swings <b>, please", "hidden")
    ]
    assert [one["state"] for one in own["in_moderation"]] == ["waiting"]


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "14 päivän kuluessa"), ("sv", "inom 14 dagar"), ("en", "within 14 days")],
)
async def test_a_statement_in_three_languages(browser: Browser, language: str, said: str) -> None:
    page = await browser.get(f"/{language}/accessibility")
    assert said in page.text and "Traficom" in page.text


async def test_feedback_is_a_question_with_days_of_its_own(town: Town, browser: Browser) -> None:
    page = await browser.get("/en/accessibility")
    short = await browser.submit(page, "/en/accessibility", text="x")
    assert short.status == 422 and "a little more" in short.text
    words = "The snow map can't be read by my screen reader."
    sent = await browser.submit(page, "/en/accessibility", text=words)
    assert sent.path == "/en/questions/1" and words in sent.text

    def look(store: Store) -> tuple[str | None, str, object, object]:
        one, steps = store.question(1), store.steps(1)
        assert one

        last = deadlines.last_day(CITY, one.department, steps)

        return one.theme, one.department, last, steps[-1].detail.get("within")

    theme, department, last, within = await town.read(look)
    assert (theme, department, within) == (ACCESSIBILITY, "desk", 14)
    assert last and 11 <= (last - town.clock.now.date()).days <= 14  # type: ignore[operator]
    assert "Accessibility" in sent.text  # its theme


async def test_statistics_and_what_happened_next(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await town.poll(question=three("Missä?", "Var?", "Where?"))
    for _ in range(5):
        await (await open_browser(town)).vote(1, 0)
    page = await browser.get("/en/statistics")
    assert "11/2026 1 5 Web page 5" in page.text.replace("web page", "Web page")
    _, told = await browser.json("/api/v1/statistics")
    assert told["participation"] == [
        {"month": "2026-11", "polls": 1, "votes": 5, "channels": {"web": 5}}
    ]
    assert "Votes by channel: web page 5." in (await browser.get("/en/polls/1")).text
    await town.close(1)
    words = three("Penkki tuli.", "Bänken kom.", "The bench came.")
    await town.write(lambda s: s.add_poll_step(1, town.clock.now, "followed_up", "slack:U0", words))
    assert "The bench came." in (await browser.get("/en/")).text
