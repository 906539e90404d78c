"""What can be read, in three languages, with nothing but HTML."""

from dataclasses import replace

import pytest

from core.city import Part
from core.model import PollState, Publish, QuestionState, Shows
from core.ports import Store
from tests.stage import CITY, three
from tests.web.conftest import BUSY, Browser, Open, Town

WORDS = {
    "/": {"fi": "Kerro mielipiteesi", "sv": "Säg din åsikt", "en": "Have your say"},
    "/polls": {"fi": "Avoimet kyselyt", "sv": "Öppna enkäter", "en": "Open polls"},
    "/polls/1": {"fi": "Missä?", "sv": "Var?", "en": "Where?"},
    "/questions": {"fi": "Huomenna.", "sv": "I morgon.", "en": "Tomorrow."},
    "/questions/1": {"fi": "Kaupunki vastaa", "sv": "Staden svarar", "en": "The city answers"},
    "/ask": {"fi": "Kysymyksesi tai", "sv": "Din fråga eller", "en": "Your question or"},
    "/mine": {"fi": "Et ole vielä", "sv": "Du har inte", "en": "You have not asked"},
    "/about": {"fi": "Yksityisyys", "sv": "Integritet", "en": "Privacy"},
}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", WORDS)
async def test_every_page_speaks_three_languages(
    town: Town, browser: Browser, path: str, language: str
) -> None:
    await town.poll()
    await town.question()
    page = await browser.get(f"/{language}{path}")
    assert page.status == 200
    assert WORDS[path][language] in page.text
    assert f'<html lang="{language}">' in page.html
    assert page.headers["Content-Language"] == language


async def test_reading_leaves_no_cookie(town: Town, browser: Browser) -> None:
    await town.poll()
    await town.question()
    for path in WORDS:
        await browser.get(f"/fi{path}")
    assert browser.cookies == {}


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("sv-FI,sv;q=0.9,en;q=0.8", "sv"),
        ("de,en;q=0.5,fi;q=0.7", "fi"),
        ("EN-us", "en"),
        ("de", "fi"),
        ("", "fi"),
        ("sv;q=abc, ;;;", "fi"),
    ],
)
async def test_addresses_without_a_language_follow_the_browsers(
    browser: Browser, accept: str, language: str
) -> None:
    for path in ("/", "/polls/7", "/questions/12", "/statistics", "/surveys/1/results"):
        page = await browser.get(path, follow=False, **{"Accept-Language": accept})
        assert (page.status, page.headers["Location"]) == (302, f"/{language}{path}")


async def test_a_chosen_language_stays(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/fi/polls/1?a=b")
    assert "/language/sv?to=%2Fpolls%2F1%3Fa%3Db" in page.html
    chosen = await browser.get("/language/sv?to=%2Fpolls%2F1%3Fa%3Db")
    assert chosen.path == "/sv/polls/1?a=b"
    assert (await browser.get("/", **{"Accept-Language": "en"})).path == "/sv/"
    assert set(browser.cookies) == {"kuulolla_language"}


@pytest.mark.parametrize(
    "to", ["//evil.test", "https://evil.test", "/\\evil.test", "/x%0d%0aSet-Cookie:a=b", "", "a"]
)
async def test_choosing_a_language_leads_nowhere_else(browser: Browser, to: str) -> None:
    page = await browser.get(f"/language/en?to={to}", follow=False)
    assert page.headers["Location"].startswith("/en/")
    assert "evil" not in page.headers["Location"] or page.headers["Location"] == "/en//evil.test"
    assert "Set-Cookie:a" not in str(page.headers)


async def test_a_page_without_its_slash(browser: Browser) -> None:
    assert (await browser.get("/sv")).path == "/sv/"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/fi/nothing", "Sivua ei löydy."),
        ("/sv/polls/99", "Sidan finns inte."),
        ("/en/polls/abc", "This page does not exist."),
        ("/en/polls/99999999999", "This page does not exist."),
        ("/en/questions/1%00", "This page does not exist."),
        ("/en/questions?theme=none", "This page does not exist."),
        ("/en/questions?before=x", "This page does not exist."),
        ("/static/../adapter.py", "Sivua ei löydy."),
        ("/static/%2e%2e%2fadapter.py", "Sivua ei löydy."),
    ],
)
async def test_what_is_not_there(browser: Browser, path: str, words: str) -> None:
    page = await browser.get(path)
    assert page.status == 404
    assert words in page.text


async def test_the_store_is_busy_or_broken(town: Town, browser: Browser) -> None:
    town.broken = BUSY
    page = await browser.get("/en/polls")
    assert (page.status, page.headers["Retry-After"]) == (503, "1")
    assert "The service is busy." in page.text
    town.broken = RuntimeError("secret words")
    page = await browser.get("/sv/polls")
    assert page.status == 500
    assert "secret" not in page.html and "Något gick fel" in page.text


async def test_headers_keep_strangers_out(town: Town, browser: Browser) -> None:
    await town.poll()
    for path in ("/en/", "/en/polls/1", "/en/none", "/", "/static/kuulolla.css"):
        headers = (await browser.get(path, follow=False)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy and "form-action 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


async def test_nothing_comes_from_elsewhere_and_nothing_is_inline(
    town: Town, browser: Browser
) -> None:
    await town.poll()
    await town.question()
    for path in WORDS:
        html = (await browser.get(f"/en{path}")).html
        assert " style=" not in html and "<style" not in html and " onclick" not in html
        assert html.count("<script") == html.count('<script src="/static/')
        assert 'rel="stylesheet" href="/static/' in html


async def test_files_may_be_kept(browser: Browser) -> None:
    html = (await browser.get("/en/")).html
    address = html.split('rel="stylesheet" href="')[1].split('"')[0]
    page = await browser.get(address)
    assert page.headers["Content-Type"].startswith("text/css")
    assert "immutable" in page.headers["Cache-Control"]
    assert len(page.html) < 20_000


async def test_who_may_frame_the_page_is_told(open_town: Open, open_browser: Open) -> None:
    town = await open_town(frame_ancestors="'self' http://127.0.0.1:8081")
    page = await (await open_browser(town)).get("/en/")
    assert page.headers["Content-Security-Policy"].endswith(
        "frame-ancestors 'self' http://127.0.0.1:8081"
    )


async def test_search_engines_and_previews(town: Town, browser: Browser) -> None:
    await town.question(text='Is "it" <open>?')
    html = (await browser.get("/en/questions/1")).html
    assert '<link rel="alternate" hreflang="sv" href="https://example.test/sv/questions/1">' in html
    assert '<link rel="canonical" href="https://example.test/en/questions/1">' in html
    assert 'content="Is &#34;it&#34; &lt;open&gt;?"' in html
    assert "noindex" in (await browser.get("/en/mine")).html
    assert "Disallow: /live/" in (await browser.get("/robots.txt")).html


# --- polls ---------------------------------------------------------------------------------------


async def test_a_scheduled_poll_is_nobodys_business(town: Town, browser: Browser) -> None:
    await town.poll(state=PollState.SCHEDULED)
    assert (await browser.get("/en/polls/1")).status == 404
    assert "Where?" not in (await browser.get("/en/polls")).text


async def test_results_are_words_and_bars(town: Town, browser: Browser, open_browser: Open) -> None:
    await town.poll()
    await browser.vote(1, 0)
    html = (await browser.get("/en/polls/1")).html
    assert "<b data-share>100%</b> <span data-votes>1 vote</span>" in html
    assert '<meter min="0" max="1" value="1.0000"' in html
    stranger = await (await open_browser(town)).get("/en/polls/1")
    assert "100%" in stranger.text and 'class="mine"' not in stranger.html


@pytest.mark.parametrize("shows", [Shows.AFTER_VOTE, Shows.AFTER_CLOSE])
async def test_hidden_results_stay_hidden(
    town: Town, browser: Browser, open_browser: Open, shows: Shows
) -> None:
    await town.poll(shows)
    await browser.vote(1, 0)
    stranger = await open_browser(town)
    for path in ("/en/", "/en/polls", "/en/polls/1"):
        page = await stranger.get(path)
        assert "1 vote so far." in page.text
        assert "100%" not in page.html and "<meter" not in page.html
    mine = await browser.get("/en/polls/1")
    assert ("100%" in mine.html) == (shows is Shows.AFTER_VOTE)
    await town.close(1)
    assert "100%" in (await stranger.get("/en/polls/1")).html


async def test_a_result_is_a_table_and_a_picture_as_well(town: Town, browser: Browser) -> None:
    await town.poll()
    assert "as a table" not in (await browser.vote(1, 0)).text
    await town.close(1)
    page = await browser.get("/en/polls/1")
    row = '<th scope="row">Here</th><td>1</td><td>100%</td>'
    assert "The result as a table" in page.text and row in page.html
    assert 'href="/en/polls/1/chart.png"' in page.html
    assert row in (await browser.get("/en/polls/1?x=1")).html


async def test_the_way_to_the_same_poll_in_telegram(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    assert 'href="https://t.me/mallibot?start=poll_1"' in page.html
    assert '<img src="data:image/svg+xml' in page.html
    await town.close(1)
    assert "t.me" not in (await browser.get("/en/polls/1")).html


async def test_a_text_that_lacks_a_language_says_so(town: Town, browser: Browser) -> None:
    await town.poll(question={"fi": "Missä?"}, options=({"fi": "Täällä"}, {"fi": "Siellä"}))
    assert "Missä? (suomi)" in (await browser.get("/en/polls/1")).text


# --- questions -----------------------------------------------------------------------------------


async def test_what_is_not_public_is_not_shown(town: Town, browser: Browser) -> None:
    waiting = {"state": QuestionState.WAITING, "answer": {}, "publish": None, "answered_at": None}
    await town.question("Secret one", **waiting)
    await town.question("Secret two", publish=Publish.PRIVATE)
    for path in ("/en/", "/en/questions"):
        assert "Secret" not in (await browser.get(path)).html
    assert (await browser.get("/en/questions/1")).status == 404
    assert (await browser.get("/en/questions/2")).status == 404


async def test_the_answer_tells_who_gave_it(town: Town, browser: Browser) -> None:
    await town.question()
    assert "Street engineer, Streets, 21 Nov 2026" in (await browser.get("/en/questions/1")).text


async def test_answers_come_page_by_page_and_by_theme(town: Town, browser: Browser) -> None:
    for i in range(1, 18):
        await town.question(f"Question about snow {i}")
    await town.question("Something else", theme=None)
    first = await browser.get("/en/questions")
    assert "Something else" in first.text and "snow 4" in first.text and "snow 3" not in first.text
    second = await browser.get("/en/questions?before=4")
    assert "snow 3" in second.text and "snow 4" not in second.text
    assert "Older answers" in first.text and "Older answers" not in second.text
    winter = await browser.get("/en/questions?theme=winter")
    assert "Something else" not in winter.text and "theme=winter" in winter.html


# --- parts that are off --------------------------------------------------------------------------


async def test_polls_off(open_town: Open, open_browser: Open) -> None:
    town = await open_town(replace(CITY, parts=frozenset({Part.QUESTIONS})))
    browser = await open_browser(town)
    await town.poll()
    for path in ("/en/polls", "/en/polls/1", "/polls/1", "/live/polls/1", "/api/v1/polls"):
        assert (await browser.get(path)).status == 404, path
    front = await browser.get("/en/")
    assert "/polls" not in front.html and "Have your say" not in front.text


async def test_questions_off(open_town: Open, open_browser: Open) -> None:
    town = await open_town(replace(CITY, parts=frozenset({Part.POLLS, Part.WEB_VOTING})))
    browser = await open_browser(town)
    await town.question()
    for path in ("/en/questions", "/en/waiting", "/en/questions/1", "/en/ask", "/en/mine",
                 "/api/v1/questions"):  # fmt: skip
        assert (await browser.get(path)).status == 404, path
    front = await browser.get("/en/")
    assert "/ask" not in front.html and "/questions" not in front.html


async def test_web_voting_off(open_town: Open, open_browser: Open) -> None:
    town = await open_town(replace(CITY, parts=frozenset({Part.POLLS})))
    browser = await open_browser(town)
    await town.poll()
    page = await browser.get("/en/polls/1")
    assert page.status == 200 and not page.has_form("/en/polls/1") and "radio" not in page.html
    assert (await browser.post("/en/polls/1", {"option": "0"})).status == 404
    assert town.events == []


async def test_a_city_with_little_of_its_own(open_town: Open, open_browser: Open) -> None:
    """No public address, no bot, no themes, no privacy text."""
    bare = replace(CITY, public_url="", telegram_bot="", themes=(), privacy={})
    town = await open_town(bare)
    browser = await open_browser(town)
    await town.poll(question=three("A?", "B?", "C?"))
    await town.question()
    for path in WORDS:
        page = await browser.get(f"/fi{path}")
        assert page.status == 200, path
        assert "canonical" not in page.html and "t.me" not in page.html


async def test_the_chart_of_a_result(open_town: Open, open_browser: Open) -> None:
    asked = []

    async def chart(language: str, id: int) -> bytes | None:
        asked.append((language, id))
        return b"\x89PNG" if id == 1 else None

    town = await open_town(chart=chart)
    browser = await open_browser(town)
    async with browser.session.get(f"{browser.url}/sv/polls/1/chart.png") as answer:
        assert answer.status == 200 and answer.content_type == "image/png"
        assert await answer.read() == b"\x89PNG"
    assert (await browser.get("/fi/polls/2/chart.png")).status == 404
    assert (await browser.get("/fi/polls/x/chart.png")).status == 404
    assert asked == [("sv", 1), ("fi", 2)]


async def test_what_became_of_a_poll(town: Town, browser: Browser) -> None:
    await town.poll()
    await town.poll()
    await town.close(1)
    at = town.clock.now

    def happen(store: Store) -> None:
        store.add_poll_step(1, at, "corrected", "slack:U0EDITOR", {})
        store.add_poll_step(1, at, "followed_up", "slack:U0EDITOR", {"fi": "Penkki <b>tuli"})
        store.cancel_poll(2, at)
        store.add_poll_step(2, at, "cancelled", "slack:U0EDITOR", three("Siksi", "Därför", "So"))

    await town.write(happen)
    page = await browser.get("/en/polls/1")
    assert "Corrected" in page.text and "What happened next" in page.text
    assert "Penkki &lt;b&gt;tuli" in page.html
    page = await browser.get("/en/polls/2")
    assert "Cancelled poll" in page.text and "without a result" in page.text and "So" in page.text
    status, told = await browser.json("/api/v1/polls/2")
    assert status == 200 and told["state"] == "cancelled"
    assert [option["votes"] for option in told["options"]] == [None, None]
    assert told["history"][0]["kind"] == "cancelled"
    assert told["history"][0]["text"] == three("Siksi", "Därför", "So")


async def test_the_statistics_page(town: Town, browser: Browser) -> None:
    page = await browser.get("/fi/statistics")
    assert page.status == 200
    assert "Näin kaupunki vastaa" in page.text
    assert "/fi/statistics" in (await browser.get("/fi/questions")).html
