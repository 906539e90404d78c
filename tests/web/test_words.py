"""Answers in words on the page, without scripts, and in the API."""

from core.answers import Kind
from core.model import Ballot, Words, WordsState
from tests.storage.samples import HOSTILE
from tests.web.conftest import Browser, Town
from tests.web.test_kinds import PATH, made

ANSWERS = "/en/polls/1/answers"


async def write(browser: Browser, text: str):
    page = await browser.get(PATH)
    return await browser.post(PATH, {"token": page.form(PATH)["token"], "text": text})


async def fill(town: Town, *texts: str, state: WordsState = WordsState.APPROVED) -> None:
    """Ballots and texts of as many voters."""

    def put(store):
        for n, text in enumerate(texts):
            name = bytes([n // 250, n % 250]) * 8
            store.put_ballots([Ballot(1, name, 0, "telegram", n, town.clock.now)])
            store.put_words(1, name, Words("", text, "en", state), first=False)

    await town.write(put)


async def test_an_answer_is_written_and_changed(town: Town, browser: Browser) -> None:
    await made(town, Kind.WORDS, options=())
    page = await write(browser, "A pier <b>")
    assert "Your answer is counted: “A pier <b>”." in page.text
    assert "A pier <b>" not in page.html
    assert "It waits for a moderator to read it." in page.text
    assert page.form(PATH)["text"] == "A pier <b>"
    await write(browser, "A bench")
    counted = await town.write(lambda store: store.tallies({1})[1])
    assert counted.total == 1
    waiting = await town.write(lambda store: store.words(1, WordsState.WAITING, "", 9))
    assert [one.text for one in waiting] == ["A bench"]


async def test_what_is_no_answer_comes_back(town: Town, browser: Browser) -> None:
    await made(town, Kind.WORDS, options=())
    page = await write(browser, "x" * 141)
    assert page.status == 422 and "yours has 141" in page.text
    assert page.form(PATH)["text"] == "x" * 141
    assert (await write(browser, "  ")).status == 422
    page = await browser.get(PATH)
    page = await browser.post(PATH, {"token": page.form(PATH)["token"], "option": "0"})
    counted = await town.write(lambda store: store.tallies({1})[1])
    assert counted.total == 0


async def test_words_are_no_answer_to_another_kind(town: Town, browser: Browser) -> None:
    await made(town, Kind.SINGLE, 1, 1)
    page = await browser.get(PATH)
    page = await browser.post(PATH, {"token": page.form(PATH)["token"], "text": "Bench"})
    assert page.status == 422
    assert not any(await town.counts(1))


async def test_approved_answers_are_listed_by_page(town: Town, browser: Browser) -> None:
    await made(town, Kind.WORDS, options=())
    names = [f"answer {n}" for n in range(59)]
    await fill(town, *names, HOSTILE)
    page = await browser.get(PATH)
    assert "All answers" in page.text and "answer 0" in page.text
    first, second = await browser.get(ANSWERS), await browser.get(f"{ANSWERS}?page=2")
    assert first.html.count("<blockquote") == 50 and second.html.count("<blockquote") == 10
    assert "<b>&amp;" not in first.html + second.html
    for wrong in (f"{ANSWERS}?page=3", f"{ANSWERS}?page=0", f"{ANSWERS}?page=x"):
        assert (await browser.get(wrong)).status == 404


async def test_words_stand_below_their_heading_and_their_number_is_told_once(
    town: Town, browser: Browser
) -> None:
    await made(town, Kind.WORDS, options=())
    await fill(town, "sauna", "sauna", "a pier", "piers", "swing")
    html = (await browser.get(PATH)).html
    assert 0 < html.index("The most used words") < html.index('<ol class="bars">')
    body = html[html.index("<body") :]
    assert body.count("5 answers") == 1 == body.count("data-total") and "5 votes" not in html


async def test_few_or_unread_answers_are_shown_nowhere(town: Town, browser: Browser) -> None:
    await made(town, Kind.WORDS, options=())
    await fill(town, "sauna", "sauna", "sauna", "sauna")
    for path in (PATH, ANSWERS, "/api/v1/polls/1", "/api/v1/polls/1/answers"):
        assert "sauna" not in (await browser.get(path)).text
    await fill(town, *["sauna"] * 6, state=WordsState.WAITING)
    for path in (PATH, ANSWERS, "/api/v1/polls/1", "/api/v1/polls/1/answers"):
        assert "sauna" not in (await browser.get(path)).text


async def test_the_api_tells_words_and_answers(town: Town, browser: Browser) -> None:
    await made(town, Kind.WORDS, options=())
    await fill(town, "Sauna", "sauna!", "a pier", "piers", "swing")
    _, found = await browser.json("/api/v1/polls/1/answers?limit=2")
    assert found["shown"] == 5
    assert found["words"] == [{"word": "pier", "count": 2}, {"word": "sauna", "count": 2}]
    assert found["answers"][0] == {"text": "Sauna", "count": 2}
    assert found["next"].endswith("limit=2&from=2")
    _, rest = await browser.json("/api/v1/polls/1/answers?from=2")
    assert len(rest["answers"]) == 2 and rest["next"] is None
    _, one = await browser.json("/api/v1/polls/1")
    assert (one["kind"], one["options"], one["total"]) == ("words", [], 5)
    assert (await browser.get("/api/v1/polls/1/answers?from=x")).status == 400
    assert (await browser.get("/api/v1/polls/2/answers")).status == 404


async def test_other_polls_have_no_answers(town: Town, browser: Browser) -> None:
    await made(town, Kind.SINGLE, 1, 1)
    assert (await browser.get(ANSWERS)).status == 404
    assert (await browser.get("/api/v1/polls/1/answers")).status == 404
