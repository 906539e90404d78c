"""Surveys on the page, without scripts, and in the API."""

import re
from functools import partial

import pytest

from core.desk import Desk
from core.model import PollState
from core.polls import entrance, history
from core.surveys import definition, life
from core.texts import texts
from tests.dialogs.surveys import OWN_WORDS, SURVEY
from tests.stage import CITY
from tests.web.conftest import Browser, Open, Town

PATH = "/en/surveys/1"


async def made(town: Town, words: str = SURVEY) -> None:
    now = town.clock.now
    words = words.replace("2026-03-31", f"{now.year + 1}-03-31")
    draft = definition.read(CITY, texts("en"), words, "slack:U0EDITOR", now)
    await town.write(lambda store: life.begin(Desk(store, CITY, now, {}), draft))


async def closed(town: Town) -> None:
    now = town.clock.now
    await town.write(lambda store: life.close(Desk(store, CITY, now, {}), store.survey(1)))


async def cancelled(town: Town) -> None:
    desk, by = partial(Desk, city=CITY, now=town.clock.now, edit_gaps={}), "slack:U0EDITOR"
    why = {"fi": "Väylä suljettiin.", "en": "The lane was closed."}
    await town.write(lambda store: life.cancel(desk(store), store.survey(1), by, why))


async def test_a_cancelled_one_says_why_and_shows_no_result(town: Town, browser: Browser) -> None:
    await made(town)
    await browser.submit(await browser.get(PATH), PATH, answer="0")
    form = await browser.get(PATH)
    await cancelled(town)
    page = await browser.submit(form, PATH, answer="0")
    assert page.path == f"{PATH}/results" and "This survey was cancelled." in page.text
    assert "Cancelled" in page.text and "The lane was closed." in page.text
    assert "Do you cycle?" not in page.text and "The results are shown when" not in page.text
    assert "The lane was closed." in (await browser.get("/en/polls/3")).text
    page = await browser.get("/en/polls")
    assert "Getting around" in page.text and "without a result" in page.text
    status, shown = await browser.json("/api/v1/surveys/1")
    assert (status, shown["state"]) == (200, "cancelled")
    assert [(one["kind"], one["text"]["en"]) for one in shown["history"]] == [
        ("cancelled", "The lane was closed.")
    ]
    assert [one["votes"] for one in shown["polls"][0]["options"]] == [None] * 3
    assert [one["state"] for one in (await browser.json("/api/v1/surveys"))[1]["surveys"]] == [
        "cancelled"
    ]


async def test_what_happened_next_is_on_its_page_the_front_page_and_in_the_api(
    town: Town, browser: Browser
) -> None:
    await made(town)
    await closed(town)
    now, words = town.clock.now, {"fi": "Väylä rakennetaan.", "en": "The lane is being built."}
    await town.write(
        lambda store: store.add_poll_step(1, now, history.FOLLOWED_UP, "slack:U0EDITOR", words)
    )
    page = await browser.get(f"{PATH}/results")
    assert page.text.count("The lane is being built.") == 1
    page = await browser.get("/en/")
    assert "The lane is being built." in page.text and f"{PATH}/results" in page.html
    assert "Getting around" in page.text and "Do you cycle?" not in page.text.split("Results")[0]
    shown = (await browser.json("/api/v1/surveys/1"))[1]
    assert [one["kind"] for one in shown["history"]] == ["followed_up"]


async def test_one_question_a_page_with_back_and_skip(town: Town, browser: Browser) -> None:
    await made(town)
    page = await browser.get("/en/polls")
    assert "Getting around" in page.text and "Do you cycle?" not in page.text
    page = await browser.get(PATH)
    assert "Question 1/4" in page.text and "Tell of your days." in page.text
    assert "Do you cycle?" in page.text and "Grade" not in page.text and "Back" not in page.text
    page = await browser.submit(page, PATH, answer="0")
    assert "Question 2/4" in page.text and "When?" in page.text
    page = await browser.submit(page, PATH, press="survey_next:2")
    assert "Grade" in page.text
    page = await browser.submit(page, PATH, press="survey_to:1")
    assert "Do you cycle?" in page.text and page.form(PATH)["answer"] == "0"
    page = await browser.submit(page, PATH, answer="1")
    assert "Question 2/3" in page.text and "Grade" in page.text
    page = await browser.submit(page, PATH, answer="4")
    assert "Rather not say" in page.text
    page = await browser.submit(page, PATH, answer="2")
    assert "Thank you! Your answers are counted." in page.text
    assert "Then the results of all questions are published." in page.text
    receipts = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page.text)
    assert len(set(receipts)) == len(receipts) == 3 and "Your receipts" in page.text
    page = await browser.get(PATH)
    assert "Thank you!" in page.text
    page = await browser.submit(page, PATH, press="survey_to:4")
    assert "Your age?" in page.text
    for poll in (1, 2, 3, 4):
        await town.counts(poll)


async def test_what_is_no_answer_is_told_beside_the_field(town: Town, browser: Browser) -> None:
    await made(town)
    page = await browser.get(PATH)
    token = page.form(PATH)["token"]
    for answer in ({}, {"answer": "3"}, {"answer": "0 1"}, {"answer": "x"}):
        page = await browser.post(PATH, {"token": token, "state": "1", **answer})
        assert page.status == 422 and "Choose one of the list." in page.text
        assert "Do you cycle?" in page.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"press": "vote:1:0"}, 400),
        ({"press": "survey_close:1"}, 400),
        ({"press": "survey_next:x"}, 404),
        ({"press": "survey_next"}, 404),
        ({"state": "2", "answer": "0"}, 200),
        ({"state": "99", "answer": "0"}, 200),
        ({"state": "", "answer": "0"}, 200),
        ({"press": "survey_to:2"}, 200),
    ],
)
async def test_forged_steps(town: Town, browser: Browser, fields: dict, status: int) -> None:
    await made(town)
    token = (await browser.get(PATH)).form(PATH)["token"]
    page = await browser.post(PATH, {"token": token} | fields)
    assert page.status == status
    found = await town.write(lambda store: [store.recount(id).total for id in (1, 2, 3, 4)])
    assert found == [0, 0, 0, 0]
    assert "Do you cycle?" in (await browser.get(PATH)).text


async def test_its_polls_have_no_page_until_it_closes(town: Town, browser: Browser) -> None:
    await made(town)
    assert (await browser.get("/en/polls/1")).status == 404
    assert (await browser.json("/api/v1/polls/1"))[0] == 404
    assert (await browser.json("/api/v1/polls"))[1]["polls"] == []
    token = (await browser.get(PATH)).form(PATH)["token"]
    await browser.post("/en/polls/1", {"token": token, "option": "0"})
    assert (await town.write(lambda store: store.recount(1))).total == 0
    page = await browser.get(f"{PATH}/results")
    assert "The results are shown when the survey closes." in page.text


async def test_results_in_their_order_on_the_page_and_in_the_api(
    town: Town, browser: Browser
) -> None:
    await made(town)
    page = await browser.get(PATH)
    await browser.submit(page, PATH, answer="0")
    status, shown = await browser.json("/api/v1/surveys/1")
    assert status == 200 and shown["groups"] == [] and shown["state"] == "open"
    assert [option["votes"] for option in shown["polls"][0]["options"]] == [None] * 3
    await closed(town)
    page = await browser.get(PATH)
    assert page.path == f"{PATH}/results"
    assert page.text.index("Do you cycle?") < page.text.index("Grade")
    status, shown = await browser.json("/api/v1/surveys/1")
    assert shown["state"] == "closed"
    assert [poll["question"]["en"] for poll in shown["polls"]] == [
        "Do you cycle?", "When?", "Grade", "Your age?"
    ]  # fmt: skip
    assert shown["polls"][1]["when"] == [{"poll": 1, "options": [0]}]
    assert shown["polls"][3]["background"] is True
    assert [option["votes"] for option in shown["polls"][0]["options"]] == [1, 0, 0]
    assert (await browser.get("/en/polls/1")).status == 200
    assert [one["id"] for one in (await browser.json("/api/v1/surveys"))[1]["surveys"]] == [1]
    assert (await browser.json("/api/v1/surveys/9"))[0] == 404


async def test_closed_meanwhile(town: Town, browser: Browser) -> None:
    await made(town)
    page = await browser.get(PATH)
    await closed(town)
    page = await browser.submit(page, PATH, answer="0")
    assert page.path == f"{PATH}/results" and "This survey has closed." in page.text
    found = await town.write(lambda store: (store.recount(1).total, store.survey(1).state))
    assert found == (0, PollState.CLOSED)


async def test_scheduled_ones_are_nobodys_business(town: Town, browser: Browser) -> None:
    later = town.clock.now.year + 1
    await made(town, SURVEY.replace("closes:", f"opens: {later}-03-03 09:00\ncloses:"))
    assert (await browser.get(PATH)).status == 404
    assert (await browser.get(f"{PATH}/results")).status == 404
    assert (await browser.json("/api/v1/surveys/1"))[0] == 404


async def test_own_words_and_a_code_are_asked_on_the_page(
    open_town: Open, open_browser: Open
) -> None:
    town = await open_town()
    browser = await open_browser(town)
    await made(town, "voters: code\n" + OWN_WORDS)
    code = entrance.make_codes(1)
    kept = entrance.digests(town.keyring, 1, code)
    await town.write(lambda store: store.add_codes(1, kept))
    page = await browser.get(PATH)
    assert "You need a code" in page.text and "What for the shore?" in page.text
    wrong = await browser.submit(page, PATH, code="AAAAA-AAAA0", text="A pier")
    assert wrong.status == 422 and "This is no code of this poll." in wrong.text
    assert wrong.form(PATH)["text"] == "A pier"
    page = await browser.submit(wrong, PATH, code=code[0], text="x" * 141)
    assert page.status == 422 and "yours has 141" in page.text
    assert "You need a code" not in page.text or "code" not in page.form(PATH)
    page = await browser.submit(page, PATH, text="A pier")
    assert "Your answer is counted: “A pier”." in page.text and "Grade" in page.text
    page = await browser.submit(page, PATH, press="survey_to:1")
    assert page.form(PATH)["text"] == "A pier" and "code" not in page.form(PATH)
    other = await browser.submit(await browser.get(PATH), PATH, text="A bench")
    assert "Your answer is counted: “A bench”." in other.text
    total = await town.write(lambda store: store.tallies({1})[1].total)
    assert total == 1
    await closed(town)
    page = await browser.get(PATH + "/results")
    assert page.status == 200 and "What for the shore?" in page.text
    assert "A bench" not in page.text
