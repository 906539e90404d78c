"""Asking by form, following one's questions, and being forgotten."""

from datetime import timedelta

import pytest

from core.model import Grounds, Publish, QuestionState, Step
from tests.stage import three
from tests.web.conftest import BUSY, Browser, Open, Page, Town

WORDS = "When will the snow on Main Street be cleared?"


async def _confirm(browser: Browser, words: str = WORDS, language: str = "en") -> Page:
    path = f"/{language}/ask"
    return await browser.submit(await browser.get(path), path, text=words)


async def _ask(browser: Browser, words: str = WORDS) -> Page:
    return await browser.submit(await _confirm(browser, words), "/en/ask")


async def _kept(town: Town, number: int = 1):
    return await town.write(lambda store: store.question(number))


async def test_what_was_understood_is_shown_and_sent(town: Town, browser: Browser) -> None:
    page = await _confirm(browser)
    assert WORDS in page.text and "Winter care" in page.text and "Streets" in page.text
    assert page.form("/en/ask")["theme"] == "winter"
    receipt = await browser.submit(page, "/en/ask")
    assert receipt.path == "/en/questions/1"
    assert "Your question has been sent. Its number is K-1." in receipt.text
    assert "Only this browser can show this page." in receipt.text
    kept = await _kept(town)
    assert (kept.text, kept.theme, kept.language) == (WORDS, "winter", "en")


async def test_a_theme_is_corrected(town: Town, browser: Browser) -> None:
    await browser.submit(await _confirm(browser), "/en/ask", theme="-")
    kept = await _kept(town)
    assert (kept.theme, kept.department) == (None, "desk")


async def test_a_text_is_corrected(town: Town, browser: Browser) -> None:
    await _confirm(browser)
    again = await browser.get("/en/ask")
    assert again.form("/en/ask")["text"] == WORDS
    page = await browser.submit(again, "/en/ask", text="And what about the ice on the lake?")
    await browser.submit(page, "/en/ask")
    assert (await _kept(town)).text == "And what about the ice on the lake?"


async def test_back_and_changed_is_another_event(town: Town, browser: Browser) -> None:
    """The browser went back to the very same form."""
    form = await browser.get("/en/ask")
    await browser.submit(form, "/en/ask", text=WORDS)
    page = await browser.submit(form, "/en/ask", text="Something quite different this time")
    assert "Something quite different" in page.text and WORDS not in page.text


async def test_sent_twice_is_asked_once(town: Town, browser: Browser) -> None:
    page = await _confirm(browser)
    await browser.submit(page, "/en/ask")
    again = await browser.submit(page, "/en/ask")
    assert "Its number is K-1." in again.text
    assert await _kept(town, 2) is None


async def test_a_draft_that_another_tab_replaced(town: Town, browser: Browser) -> None:
    old = await _confirm(browser)
    await _confirm(browser, "A newer question in another tab")
    page = await browser.submit(old, "/en/ask")
    assert page.path == "/en/ask" and "This draft is no longer there." in page.text
    assert page.form("/en/ask")["text"] == "A newer question in another tab"


async def test_cancelled(town: Town, browser: Browser) -> None:
    page = await browser.submit(await _confirm(browser), "/en/ask", press="ask_cancel")
    assert page.path == "/en/" and "Cancelled. Nothing was sent." in page.text
    assert (await browser.get("/en/ask")).form("/en/ask")["text"] == ""
    assert await _kept(town) is None


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("short", "Please write a little more"),
        ("", "Please write a little more"),
        ("x" * 2001, "Your question has 2,001 characters"),
        ("\x00\u202e" * 20, "Please write a little more"),
    ],
)
async def test_a_faulty_text_comes_back(
    town: Town, browser: Browser, words: str, fault: str
) -> None:
    page = await _confirm(browser, words)
    assert page.status == 422
    assert fault.replace(",", "") in page.text.replace(",", "")
    assert 'aria-invalid="true"' in page.html and 'role="alert"' in page.html
    if words.isprintable():
        assert page.form("/en/ask")["text"] == words
    fixed = await browser.submit(page, "/en/ask", text=WORDS)
    assert fixed.status == 200 and "Shall I send this" in fixed.text


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> <b onclick=x>snow</b> & \"quotes\" 'too'",
        "</textarea></blockquote><img src=x onerror=y> about the snow",
        "{{ 7 * 7 }} {% raw %} snow on the street",
        "\u202eright to left\u202c \u2066snow\u2069 on the street",
    ],
)
async def test_hostile_words_stay_words(town: Town, browser: Browser, words: str) -> None:
    for page in (await _confirm(browser, words), await _ask(browser, words)):
        assert "<script>alert" not in page.html and "<img src=x" not in page.html
        assert "<b onclick" not in page.html and "49" not in page.text
        assert not any(mark in page.html for mark in "\u202e\u202c\u2066\u2069\x00")
    draft = await browser.get("/en/mine")
    assert "<script>alert" not in draft.html and "<img" not in draft.html


@pytest.mark.parametrize(
    "fields",
    [
        {"form": "reply"},
        {"form": "official_answer"},
        {"form": ""},
        {"form": "ask_send", "state": "nothing"},
        {"form": "ask_send", "state": "\x00" * 99},
    ],
)
async def test_forged_forms(town: Town, browser: Browser, fields: dict[str, str]) -> None:
    page = await browser.submit(await browser.get("/en/ask"), "/en/ask", **fields)
    assert page.status in (200, 400)
    assert "I did not understand that." in page.text or "no longer there" in page.text
    assert await _kept(town) is None


async def test_a_hundred_kilobytes(town: Town, browser: Browser) -> None:
    assert (await _confirm(browser, "a" * 100_000)).status == 413


async def test_similar_answers_are_shown_first(town: Town, browser: Browser) -> None:
    await town.question(WORDS)
    page = await _confirm(browser, WORDS)
    assert "The city has answered these before." in page.text
    assert 'href="https://example.test/en/questions/1"' in page.html


# --- following -----------------------------------------------------------------------------------


async def test_a_question_is_its_askers_until_it_is_public(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await _ask(browser)
    stranger = await open_browser(town)
    assert "K-1" in (await browser.get("/en/mine")).text
    assert (await browser.get("/en/questions/1")).headers["Cache-Control"] == "no-store"
    assert (await stranger.get("/en/questions/1")).status == 404
    assert "K-1" not in (await stranger.get("/en/mine")).text
    await town.change(
        1, state=QuestionState.ANSWERED, answer=three("A", "B", "Soon."), publish=Publish.DIGEST,
        answered_at=town.clock.now, official="slack:U0STREETS",
    )  # fmt: skip
    for reader in (browser, stranger):
        assert "Soon." in (await reader.get("/en/questions/1")).text


async def test_the_city_asks_for_more(town: Town, browser: Browser, open_browser: Open) -> None:
    await _ask(browser)
    moved = Step(
        town.clock.now, "moved", "slack:U0STREETS", QuestionState.TRANSFERRED,
        "a word among officials",
    )  # fmt: skip
    asked = Step(
        town.clock.now, "asked", "slack:U0STREETS", QuestionState.ASKED, "Which end of it?"
    )
    await town.change(1, moved, asked, state=QuestionState.ASKED)
    page = await browser.get("/en/questions/1")
    assert "Which end of it?" in page.text and "among officials" not in page.text
    stranger = await open_browser(town)
    seen = (await stranger.get("/en/questions/1")).text
    assert WORDS in seen and "Which end" not in seen and "among officials" not in seen
    assert "waiting for the resident's reply" in seen
    told = await browser.submit(page, "/en/questions/1", text="The <northern> one")
    assert "Your reply went to the official (K-1)." in told.text
    assert "The <northern> one" in told.text and "<northern>" not in told.html
    assert told.forms("/en/questions/1") == ["withdraw"]
    assert (await _kept(town)).state is QuestionState.TAKEN


async def test_a_reply_that_is_too_long_is_not_lost(town: Town, browser: Browser) -> None:
    await _ask(browser)
    await town.change(1, state=QuestionState.ASKED)
    page = await browser.get("/en/questions/1")
    told = await browser.submit(page, "/en/questions/1", text="y" * 2001)
    assert told.status == 422 and "A reply has 1 to 2000 characters." in told.text
    assert told.form("/en/questions/1")["text"] == "y" * 2001


async def test_a_reply_to_anothers_question(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await _ask(browser)
    await town.change(1, state=QuestionState.ASKED)
    stranger = await open_browser(town)
    token = (await stranger.get("/en/ask")).form("/en/ask")["token"]
    sent = {"token": token, "form": "reply", "state": "1", "text": "Me, me"}
    page = await stranger.post("/en/questions/1", sent)
    assert page.status == 404
    assert (await _kept(town)).state is QuestionState.ASKED


async def test_declined(town: Town, browser: Browser, open_browser: Open) -> None:
    await _ask(browser)
    await town.change(
        1, state=QuestionState.DECLINED, reason="Not ours to decide.", publish=Publish.PRIVATE
    )
    page = await browser.get("/en/questions/1")
    assert "The question was not answered." in page.text and "Not ours to decide." in page.text
    assert (await (await open_browser(town)).get("/en/questions/1")).status == 404


# --- being forgotten -----------------------------------------------------------------------------


async def test_forgetting(town: Town, browser: Browser) -> None:
    await _ask(browser)
    page = await browser.get("/en/data")
    asked = await browser.submit(page, "/en/about")
    assert "Shall I erase what is known of you?" in asked.text
    assert '<button name="press" value="forget_yes" class="danger">Erase</button>' in asked.html
    done = await browser.submit(asked, "/en/about", press="forget_yes")
    assert "Done. What was known of you is erased." in done.text
    assert browser.cookies == {} and not done.has_form("/en/about")
    assert (await _kept(town)).asker is None
    assert "K-1" not in (await browser.get("/en/mine")).text


async def test_thinking_better_of_it(town: Town, browser: Browser) -> None:
    await _ask(browser)
    asked = await browser.submit(await browser.get("/en/data"), "/en/about")
    kept = await browser.submit(asked, "/en/about", press="keep")
    assert "Nothing was changed." in kept.text
    assert "K-1" in (await browser.get("/en/mine")).text


async def test_other_buttons_do_not_work_there(town: Town, browser: Browser) -> None:
    await _ask(browser)
    page = await browser.get("/en/data")
    told = await browser.submit(page, "/en/about", press="vote:1:1")
    assert told.status == 400


# --- the database is away ------------------------------------------------------------------------


@pytest.mark.parametrize("words", [WORDS, 'Two lines\nand a "quote" <b>\n\nand äö'])
async def test_what_was_written_can_be_sent_once_it_is_back(
    town: Town, browser: Browser, words: str
) -> None:
    form = await browser.get("/en/ask")
    town.broken = BUSY
    page = await browser.submit(form, "/en/ask", text=words)
    assert page.status == 503 and "Nothing was lost and nothing was done." in page.text
    assert " ".join(words.split()) in page.text
    page = await browser.submit(page, "/en/ask")
    assert page.status == 503
    town.broken = None
    page = await browser.submit(await browser.submit(page, "/en/ask"), "/en/ask")
    assert page.path == "/en/questions/1"
    assert (await _kept(town)).text == words


async def test_what_became_of_a_question_is_public(town: Town, browser: Browser) -> None:
    """Declined with its grounds and whose it is; merged, with a link and the other's answer."""
    done = {"asker": None, "answer": {}, "publish": Publish.PAGE}
    other = (await town.question(links=(("<Map>", "https://example.test/map"),))).number
    declined = await town.question(
        **done, state=QuestionState.DECLINED, grounds=Grounds.NOT_OURS, reason="A private road.",
        whose="The road's <keepers>",
    )  # fmt: skip
    merged = await town.question(**done, state=QuestionState.MERGED, merged_into=other)
    ours, same = declined.number, merged.number
    page = await browser.get(f"/en/questions/{other}")
    assert 'href="https://example.test/map"' in page.html and "<Map>" in page.text
    page = await browser.get(f"/en/questions/{ours}")
    assert "Not the city's responsibility" in page.text and "A private road." in page.text
    assert "Who is responsible: The road's <keepers>" in page.text and "<keepers>" not in page.html
    page = await browser.get(f"/en/questions/{same}")
    assert f'href="/en/questions/{other}"' in page.html and "Tomorrow." in page.text
    await town.change(other, publish=Publish.PRIVATE)
    page = await browser.get(f"/en/questions/{same}")
    assert "Tomorrow." not in page.text and f'href="/en/questions/{other}"' not in page.html


async def test_an_answer_that_waits_for_approval_is_nobodys_to_read(
    town: Town, browser: Browser
) -> None:
    await _ask(browser)
    await town.change(1, state=QuestionState.APPROVAL, answer=three("A", "B", "Not yet said."))
    page = await browser.get("/en/questions/1")
    assert page.status == 200 and "Not yet said." not in page.text


# --- after the answer, and others' questions -----------------------------------------------------

DONE = {"state": QuestionState.ANSWERED, "answer": three("A", "B", "Soon."),
        "publish": Publish.DIGEST, "official": "slack:U0STREETS"}  # fmt: skip
MINE = "/en/questions/1"


async def _answered(town: Town, browser: Browser) -> Page:
    """Question 1, asked on this browser and answered just now."""
    await _ask(browser)
    said = {"answer": {"en": "On Monday."}}
    end = Step(town.clock.now, "answered", "slack:U0STREETS", QuestionState.ANSWERED, "", said)
    await town.change(1, end, answered_at=town.clock.now, **DONE)
    return await browser.get(MINE)


async def _thumbs(town: Town) -> tuple[tuple[int, int], list[str]]:
    return await town.write(lambda store: (store.thumbs(1), store.thumb_words(1, 5)))


async def test_whether_an_answer_helped_is_told_by_anybody_once(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    page = await _answered(town, browser)
    told = await browser.submit(page, MINE, form="thumbs", press="thumb:1:up")
    assert "Thank you for letting us know." in told.text and "You said: 👍 This helped" in told.text
    stranger = await open_browser(town)
    for press in ("thumb:1:down", "thumb:1:up", "thumb:1:down"):
        told = await stranger.submit(await stranger.get(MINE), MINE, form="thumbs", press=press)
    assert await _thumbs(town) == ((1, 1), [])
    told = await stranger.submit(
        told, MINE, form="thumb_words", text="<b>No</b>, call 040 123 4567"
    )
    assert "The officials read what you wrote." in told.text and "<b>No" not in told.html
    [words] = (await _thumbs(town))[1]
    assert "<b>No</b>" in words and "040" not in words
    again = await stranger.submit(told, MINE, form="thumb_words", text="y" * 501)
    assert again.status == 422 and "At most 500 characters." in again.text
    assert again.form(MINE, "thumb_words")["text"] == "y" * 501
    assert told.forms(MINE) == ["thumb_words", "thumbs"]


async def test_the_one_follow_up_of_two_weeks(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    page = await _answered(town, browser)
    empty = await browser.submit(page, MINE, form="reopen", text=" ")
    assert empty.status == 422 and "<details class=\"offer\" open>" in empty.html
    stranger = await open_browser(town)
    token = (await stranger.get(MINE)).form(MINE)["token"]
    forged = {"token": token, "form": "reopen", "state": "1", "text": "And what about mine?"}
    told = await stranger.post(MINE, forged)
    assert "Only the one who asked may do this." in told.text
    assert (await _kept(town)).state is QuestionState.ANSWERED
    told = await browser.submit(page, MINE, form="reopen", text="Which Monday?")
    assert "K-1 is open again." in told.text
    assert (await _kept(town)).state is QuestionState.REOPENED
    assert "Why you opened the question again Which Monday?" in told.text
    assert "The city answered On Monday." in told.text, "what the follow-up is about stays"
    assert "Which Monday?" not in (await stranger.get(MINE)).text
    end = Step(town.clock.now, "answered", "slack:U0STREETS", QuestionState.ANSWERED)
    await town.change(1, end, answered_at=town.clock.now, **DONE)
    assert "reopen" not in (await browser.get(MINE)).forms(MINE)
    seen = (await stranger.get(MINE)).text
    assert "It was opened again. Until then the answer was: On Monday." in seen


async def test_after_two_weeks_there_is_no_follow_up(town: Town, browser: Browser) -> None:
    page = await _answered(town, browser)
    town.clock.now += timedelta(days=14, minutes=1)
    assert "reopen" not in (await browser.get(MINE)).forms(MINE)
    token = (await browser.get("/en/ask")).form("/en/ask")["token"]
    late = await browser.submit(page, MINE, form="reopen", text="Too late?", token=token)
    assert "can be opened again within 14 days" in late.text
    assert (await _kept(town)).state is QuestionState.ANSWERED


async def test_withdrawing_is_asked_once(town: Town, browser: Browser) -> None:
    asked = await browser.submit(await _ask(browser), MINE, press="withdraw_ask:1")
    assert "Nobody answers it then" in asked.text
    kept = await browser.submit(asked, MINE, press="keep")
    assert "Nothing was changed." in kept.text
    done = await browser.submit(asked, MINE, press="withdraw:1")
    assert "K-1 is withdrawn." in done.text and done.forms(MINE) == []
    assert (await _kept(town)).state is QuestionState.WITHDRAWN


OWN = "When will my application for the snow work be handled?"


async def test_ones_own_case_is_never_public_by_ones_own_say(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    page = await _confirm(browser, OWN)
    assert "This seems to be about your own case" in page.text
    assert "published without your name" not in page.text and "for everybody" not in page.text
    receipt = await browser.submit(page, "/en/ask", instead="send")
    assert "It is not published." in receipt.text
    doubting = await _confirm(browser, OWN.replace("snow work", "playground on ice"))
    receipt = await browser.submit(doubting, "/en/ask", instead="doubt")
    assert "until an official has decided" in receipt.text
    stranger = await open_browser(town)
    for number in (1, 2):
        assert (await _kept(town, number)).private
        assert (await stranger.get(f"/en/questions/{number}")).status == 404


async def test_another_question_is_followed_instead(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await _ask(browser)
    follower = await open_browser(town)
    page = await _confirm(follower, "The snow on Main Street: when will it be cleared?")
    assert "These wait for an answer already." in page.text
    told = await follower.submit(page, "/en/ask", instead="1")
    assert told.path == MINE and "You follow K-1. The answer comes under" in told.text
    assert "1 person follows it." in told.text and WORDS in told.text
    assert "1 person follows it." in (await browser.get(MINE)).text
    mine = await follower.get("/en/mine")
    assert "I follow" in mine.text and WORDS in mine.text
    left = await follower.submit(told, MINE, form="follow", press="me_too_off:1")
    assert left.path == "/en/mine" and WORDS not in left.text
    assert (await follower.get(MINE)).status == 404


async def test_what_a_moderator_let_in_is_followed_by_its_number(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await _ask(browser)
    follower = await open_browser(town)
    assert (await follower.get(MINE)).status == 404
    admitted = Step(town.clock.now, "admitted", "slack:U0EDITOR", QuestionState.WAITING)
    await town.change(1, admitted)
    page = await follower.get(MINE)
    assert 'content="noindex"' in page.html and page.forms(MINE) == ["follow"]
    told = await follower.submit(page, MINE, form="follow", press="me_too:1")
    assert "You follow this question." in told.text
    await town.change(1, publish=Publish.PRIVATE)
    assert (await follower.get(MINE)).status == 404


async def test_what_the_city_has_read_is_listed_for_others_to_follow(
    town: Town, browser: Browser, open_browser: Open
) -> None:
    await _ask(browser)
    reader = await open_browser(town)
    assert "No questions wait" in (await reader.get("/en/waiting")).text
    await town.change(1, Step(town.clock.now, "taken", "slack:U0STREETS", QuestionState.TAKEN))
    listed = await reader.get("/en/waiting")
    assert WORDS in listed.text and "1 person" not in listed.text
    assert "Others can read and follow the question." in (await browser.get(MINE)).text
    assert "/en/waiting" in (await reader.get("/en/questions")).html
    await reader.submit(await reader.get(MINE), MINE, form="follow", press="me_too:1")
    assert "1 person follows it." in (await reader.get("/en/waiting")).text
    await town.change(1, publish=Publish.PRIVATE)
    assert WORDS not in (await reader.get("/en/waiting")).text


async def test_many_that_wait_are_listed_page_by_page(town: Town, browser: Browser) -> None:
    for number in range(1, 18):
        await town.question(f"Question of number {number}?", state=QuestionState.TAKEN,
                            answer={}, publish=None, answered_at=None)  # fmt: skip
        await town.change(number, Step(town.clock.now, "taken", "slack:U0", QuestionState.TAKEN))
    first = await browser.get("/en/waiting")
    assert "number 17?" in first.text and "number 3?" in first.text
    assert "number 2?" not in first.text and "/en/waiting?before=3" in first.html
    second = await browser.get("/en/waiting?before=3")
    assert "number 2?" in second.text and "number 3?" not in second.text
    assert (await browser.get("/en/waiting?before=x")).status == 404


@pytest.mark.parametrize("press", ["vote:1:1", "take:1", "withdraw:1", "thumb:1:sideways", "x"])
async def test_presses_that_are_not_the_readers(
    town: Town, browser: Browser, open_browser: Open, press: str
) -> None:
    await _ask(browser)
    stranger = await open_browser(town)
    token = (await stranger.get("/en/ask")).form("/en/ask")["token"]
    await stranger.post(MINE, {"token": token, "press": press})
    assert (await _kept(town)).state is QuestionState.WAITING
    assert (await stranger.post(MINE, {"press": "me_too:1"})).status == 403
