"""Officials at work in a browser: the same desk as in Slack and Teams, without scripts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from core.city import Chat, DigestRules, Look, Part
from core.events import Address
from core.messages import Button, Facts, Message, Span, rows, text
from core.model import PollState, QuestionState
from core.ports import SendFailed
from tests.stage import GROUP
from tests.web.conftest import BUSY, Browser, Page
from tests.web.staff import OFFICE, Office, press, start_office
from tests.web.test_discussions import opened as discussed
from tests.web.test_discussions import write as comment

FORM, PRESS, COMMAND = "/en/desk/form", "/en/desk/press", "/en/desk/command"


@pytest.fixture
async def office(stack: AsyncExitStack, tmp_path: Path) -> AsyncIterator[Office]:
    yield await start_office(stack, tmp_path)


async def asked(office: Office, words: str = "When is the snow cleared from Lake road?") -> None:
    """A resident asks on the page, and the question comes to the desk."""
    resident = await office.open_browser()
    page = await resident.submit(await resident.get("/en/ask"), "/en/ask", text=words)
    page = await resident.submit(page, "/en/ask")
    assert "/en/questions/" in page.path
    await office.delivered()


async def room(browser: Browser, chat: str = "streets") -> Page:
    page = await browser.get(f"/en/desk/c/{chat}")
    assert page.status == 200
    return page


async def command(browser: Browser, line: str) -> Page:
    return await browser.submit(await browser.get("/en/desk"), COMMAND, line=line)


# --- questions -----------------------------------------------------------------------------------


async def test_an_official_takes_a_question_and_answers_it(office: Office) -> None:
    await asked(office)
    browser = await office.come("engineer")
    assert "Lake road" in (await browser.get("/en/desk")).text, "it waits for somebody"
    page = await press(browser, await room(browser), "Take")
    assert page.path == "/en/desk/c/streets"
    assert "K-1 is yours now" in page.text and "preparing the answer (Street engineer)" in page.text
    form = await press(browser, page, "Answer")
    assert "Answer in English" in form.text and "Lake road" in form.text
    preview = await browser.submit(form, FORM, answer_en="On <b>Monday</b>.", publish="now")
    assert "On <b>Monday</b>." in preview.text and "<b>Monday" not in preview.html
    done = await browser.submit(preview, FORM)
    assert done.path == "/en/desk/c/streets" and "answered" in done.text
    assert "On <b>Monday</b>." in (await browser.get("/en/questions/1")).text
    await office.delivered()
    assert "State answered" in (await room(browser)).text


async def test_an_answer_needs_words(office: Office) -> None:
    """What was wrong stands beside its field, and nothing that was written is lost."""
    await asked(office)
    browser = await office.come("engineer")
    form = await press(browser, await press(browser, await room(browser), "Take"), "Answer")
    page = await browser.submit(form, FORM, links="no link at all", answer_fi="Huomenna.")
    assert page.status == 422 and 'aria-invalid="true"' in page.html
    assert "no link at all" in page.html and "Huomenna." in page.html
    page = await browser.submit(page, FORM, links="")
    assert page.status == 200 and "Huomenna." in page.text


async def test_an_answer_is_kept_as_a_draft(office: Office) -> None:
    await asked(office)
    browser = await office.come("engineer")
    form = await press(browser, await press(browser, await room(browser), "Take"), "Answer")
    page = await browser.submit(form, FORM, answer_en="Half an answ", draft="1")
    assert page.path == "/en/desk/c/streets"
    form = await press(browser, page, "Answer")
    page = await browser.submit(form, FORM, answer_en="Something else", close="1")
    assert "Half an answ" in (await press(browser, await room(browser), "Answer")).html


async def test_an_official_declines(office: Office) -> None:
    await asked(office)
    browser = await office.come("engineer")
    form = await press(browser, await room(browser), "Decline")
    page = await browser.submit(form, FORM, reason="This is about a private road.")
    assert page.path == "/en/desk/c/streets"
    question = await office.town.read(lambda store: store.question(1))
    assert question.state is QuestionState.DECLINED


async def test_from_a_list_one_comes_back_to_the_list(office: Office) -> None:
    await asked(office)
    await asked(office, "Why is there snow on Hill street?")
    browser = await office.come("engineer")
    listed = await press(browser, await browser.get("/en/desk"), "Unassigned")
    assert "Lake road" in listed.text and "Hill street" in listed.text
    page = await press(browser, listed, "Take")
    assert "is yours now" in page.text, "what came of it"
    assert ("Lake road" in page.text) != ("Hill street" in page.text), "and the list without it"


async def test_the_question_is_found_by_its_number(office: Office) -> None:
    await asked(office)
    browser = await office.come("engineer")
    for line in ("K-1", "question K-1", "/kuulolla kysymys 1"):
        page = await command(browser, line)
        assert page.status == 200
    assert "Lake road" in page.text
    page = await press(browser, page, "Take")
    assert "is yours now" in page.text and "Lake road" in page.text, "the card as it is now"
    assert "What you can do" in (await command(browser, "nothing that there is")).text
    assert (await command(browser, "x" * 5000)).status == 200


async def test_who_has_it_is_known_after_a_restart(office: Office) -> None:
    """And in other processes: who signed in is kept as long as cards are."""
    await asked(office)
    await press(*(browser := await office.come("engineer"), await room(browser)), "Take")
    office.town.city.roster.learn(())
    await office.channel.gate.call_the_roll()
    assert "(Street engineer)" in (await room(await office.come("engineer", sub="bo"))).text


async def test_a_colleague_hands_it_on(office: Office) -> None:
    """Whom one tells by name, for all may have the same title; residents never see it."""
    for sub, name in (("bo", "Bo\u202e Berg"), ("carl", "")):
        await office.come("engineer", sub=sub, name=name)
    await asked(office)
    browser = await office.come("engineer")
    page = await press(browser, await room(browser), "Take")
    form = await press(browser, await press(browser, page, "More acts"), "Hand to a colleague")
    assert "Street engineer (Bo Berg)" in form.text
    found = {part.partition("</span>")[0] for part in form.html.split("Street engineer (")[1:]}
    assert len(found) == 2, "the other is told by the account"
    before = form.html.partition("Street engineer (Bo Berg)")[0]
    to = before.rpartition('value="')[2].partition('"')[0]
    page = await browser.submit(form, FORM, official=to)
    assert page.status == 200
    await office.delivered()
    question = await office.town.read(lambda store: store.question(1))
    assert question.official == to
    assert "Bo Berg" not in (await (await office.open_browser()).get("/en/questions/1")).html


# --- moderation, polls, round-ups ----------------------------------------------------------------


async def test_a_moderator_decides(office: Office) -> None:
    """One comment is rejected by a rule, and another let in."""
    discussed(office.town, Look.BEFORE)
    for words in ("Plough more often.", "Plough less."):
        await comment(await office.open_browser(), words)
    browser = await office.come("editor")
    listed = await press(browser, await browser.get("/en/desk"), "Moderation")
    assert "Plough more often." in listed.text
    form = await press(browser, listed, "Reject")
    rule = form.html.partition('name="rule"')[2].partition('value="')[2].partition('"')[0]
    page = await browser.submit(form, FORM, rule=rule, reason="Off the theme.")
    assert page.status == 200
    listed = await press(browser, await browser.get("/en/desk"), "Moderation")
    assert "Plough more often." not in listed.text and "Plough less." in listed.text
    page = await press(browser, listed, "Approve")
    assert page.status == 200
    shown = await office.town.read(lambda store: [one.text for one in store.comments(1)])
    assert shown == ["Plough less."]


async def test_only_moderators_moderate(office: Office) -> None:
    engineer = await office.come("engineer")
    refused = await press(engineer, await forged(engineer, "desk"), "Go")
    assert "Only moderators may do this" in refused.text


async def test_an_editor_makes_a_poll_and_sees_it_in_a_list(office: Office) -> None:
    browser = await office.come("editor")
    form = await press(browser, await browser.get("/en/desk"), "New poll")
    closes = (office.town.clock.now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    faulty = await browser.submit(form, FORM, question_fi="Uusi silta?", chats=str(GROUP))
    assert faulty.status == 422 and "Uusi silta?" in faulty.html
    page = await browser.submit(
        faulty, FORM, options_fi="Kyllä\nEi", closes=closes, chats=str(GROUP), then="publish"
    )
    assert "Poll 1 is open" in page.text
    poll = await office.town.read(lambda store: store.poll(1))
    assert poll.state is PollState.OPEN and poll.created_by.startswith("desk:")
    listed = await press(browser, await browser.get("/en/desk"), "Polls")
    assert "Uusi silta?" in listed.text
    assert "Poll 1" in (await command(browser, "results 1")).text


async def test_an_editor_holds_a_round_up(stack: AsyncExitStack, tmp_path: Path) -> None:
    city = replace(
        OFFICE,
        chats=(Chat(GROUP, "Naapurusto", "fi", "0 16 * * *"),),
        digests=DigestRules(timedelta(hours=3), Address("desk", "news"), hold=True),
    )
    office = await start_office(stack, tmp_path, city)
    await office.round_ups()
    office.town.clock.advance(60)
    await office.town.poll()
    await office.round_ups()
    browser = await office.come("editor")
    page = await room(browser, "news")
    assert "Round-ups and messages" in page.text and "Naapurusto" in page.text
    page = await press(browser, page, "Hold")
    assert page.path.startswith("/en/desk") and page.status == 200
    await office.delivered()
    assert "Hold" not in buttons(await room(browser, "news"))


def buttons(page: Page) -> list[str]:
    found = page.html.split("<button")[1:]
    return [part.partition(">")[2].partition("</button>")[0] for part in found]


# --- what is not let in --------------------------------------------------------------------------


async def forged(browser: Browser, action: str) -> Page:
    """A page of theirs with a button that was never on it."""
    token = (await browser.get("/en/desk")).form(COMMAND)["token"]
    html = (
        f'<form method="post" action="{PRESS}"><input name="token" value="{token}">'
        f'<button name="press" value="{action}">Go</button></form>'
    )
    return Page(200, "", html, {})


async def test_buttons_of_others_are_refused(office: Office) -> None:
    await asked(office)
    browser = await office.come("adviser")
    for action in ("take:1", "answer:1", "decline:1"):
        await press(browser, await forged(browser, action), "Go")
    for action in ("poll_new", "digest", "close:1", "broadcast_new"):
        page = await press(browser, await forged(browser, action), "Go")
        assert "form" not in page.path and "New poll" not in page.text
    for action in ("nonsense", "take", "take:1:2", "TAKE:1", "a" * 100, "vote:1:0", ""):
        assert (await press(browser, await forged(browser, action), "Go")).status == 200
    question = await office.town.read(lambda store: store.question(1))
    assert (question.state, question.official) == (QuestionState.WAITING, None)
    assert await office.town.read(lambda store: store.polls()) == []


async def test_a_channel_of_others_is_not_acted_in(office: Office) -> None:
    browser = await office.come("adviser")
    fields = (await browser.get("/en/desk")).form(COMMAND) | {"press": "waiting"}
    assert (await browser.post(PRESS, fields | {"room": "streets"})).status == 403
    assert (await browser.post(PRESS, fields | {"room": "nowhere"})).status == 200


async def test_only_our_own_page_with_the_session_s_token_is_believed(office: Office) -> None:
    browser, other = await office.come("engineer"), await office.come("editor", sub="bo")
    fields = (await browser.get("/en/desk")).form(COMMAND) | {"line": "mine"}
    theirs = (await other.get("/en/desk")).form(COMMAND)["token"]
    public = (await browser.get("/en/ask")).form("/en/ask")["token"]
    events = len(office.town.events)
    for token in ("", "x", theirs, public, fields["token"][:-1], "~".join("abc")):
        assert (await browser.post(COMMAND, fields | {"token": token})).status == 403
    for headers in ({"Origin": "https://evil.example"}, {}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await browser.post(COMMAND, fields, headers=headers)).status == 403
    assert len(office.town.events) == events
    stranger = await office.open_browser()
    assert (await stranger.post(COMMAND, fields)).status == 401
    assert (await browser.post(COMMAND, fields)).status == 200


async def test_a_form_that_was_not_opened_is_not_taken(office: Office) -> None:
    browser = await office.come("editor")
    form = await press(browser, await browser.get("/en/desk"), "New poll")
    fields = form.form(FORM)
    for shape in ("", "x", fields["shape"][:-2], fields["token"]):
        assert (await browser.post(FORM, fields | {"shape": shape})).status == 400


async def test_too_large_too_many_too_often(office: Office) -> None:
    browser = await office.come("editor")
    fields = (await browser.get("/en/desk")).form(COMMAND)
    assert (await browser.post(COMMAND, fields | {"line": "x" * 300_000})).status == 413
    many = aiohttp.FormData([(f"f{i}", "x") for i in range(500)])
    assert (await browser.post(COMMAND, many())).status == 400
    statuses = {(await browser.post(COMMAND, {"token": "x"})).status for _ in range(125)}
    assert statuses == {403, 429}


async def test_the_same_form_twice_is_one_act(office: Office) -> None:
    await asked(office)
    browser = await office.come("engineer")
    form = await press(browser, await press(browser, await room(browser), "Take"), "Answer")
    preview = await browser.submit(form, FORM, answer_en="On Monday.")
    fields = preview.form(FORM)
    first, again = await browser.post(FORM, fields), await browser.post(FORM, fields)
    assert first.path == again.path
    steps = await office.town.read(lambda store: [step.kind for step in store.steps(1)])
    assert steps.count("answered") == 1


# --- when something does not go as it should -----------------------------------------------------


async def test_what_was_written_when_the_session_ended_is_kept(office: Office) -> None:
    await asked(office)
    browser = await office.come("engineer")
    form = await press(browser, await press(browser, await room(browser), "Take"), "Answer")
    office.town.clock.advance(40 * 60)
    page = await browser.submit(form, FORM, answer_en="A long answer.")
    assert page.status == 401 and "your text is kept" in page.text
    other = await office.come("engineer", sub="bo")
    assert "A long answer." not in (await other.get("/en/desk")).html, "it is nobody else's"
    office.idp.person = {"sub": "anna", "roles": ["engineer"]}
    back = await browser.get("/en/desk/sign-in")
    assert "Nothing was sent yet" in back.text and "A long answer." in back.html
    preview = await browser.submit(back, FORM)
    assert "A long answer." in preview.text
    assert "A long answer." not in (await browser.get("/en/desk")).html, "it is shown once"


async def test_a_busy_database_is_told(office: Office) -> None:
    browser = await office.come("engineer")
    office.town.broken = BUSY
    page = await browser.get("/en/desk")
    assert page.status == 503 and "Retry-After" in page.headers
    office.town.broken = OSError("secret words")
    page = await browser.get("/en/desk")
    assert page.status == 500 and "secret" not in page.html
    office.town.broken = None
    assert (await browser.get("/en/desk")).status == 200


async def test_an_open_page_hears_of_something_new(office: Office) -> None:
    browser = await office.come("engineer")
    async with browser.session.get(f"{office.url}/desk/live/streets") as live:
        assert live.content_type == "text/event-stream"
        assert (await live.content.readline()).startswith(b":")
        await asked(office)
        async for line in live.content:
            if line.startswith(b"data"):
                break
        assert line == b"data: new\n"
    stranger = await office.open_browser()
    async with stranger.session.get(f"{office.url}/desk/live/streets") as live:
        assert live.status == 204


async def test_many_messages_are_read_page_by_page(office: Office) -> None:
    home = Address("desk", "streets")
    for number in range(65):
        await office.channel.send(home, Message(f"Message {number}.", (text(f"Said {number}."),)))
    browser = await office.come("engineer")
    page, seen = await room(browser), []
    while True:
        seen += [n for n in range(65) if f"Said {n}." in page.text]
        if "before=" not in page.html:
            break
        older = page.html.partition("before=")[2].partition('"')[0]
        page = await browser.get(f"/en/desk/c/streets?before={older}")
    assert sorted(seen) == list(range(65))
    assert (await browser.get("/en/desk/c/streets?before=x")).status == 404


async def test_hostile_words_stay_words(office: Office) -> None:
    words = "<script>alert(1)</script> \u202enurin <a href='javascript:x'>y</a>"
    shown = Message(
        words,
        (
            text(words, role="heading"),
            text(words, role="quote"),
            text(Span(words, url="javascript:alert(1)")),
            Facts(((words, words),)),
            rows(Button(words, "take:1")),
        ),
    )
    ref = await office.channel.send(Address("desk", "streets"), shown)
    await office.channel.send(Address("desk", "streets"), shown, ref)
    html = (await room(await office.come("engineer"))).html
    assert "<script>alert" not in html and "\u202e" not in html and 'href="javascript' not in html
    assert html.count("&lt;script&gt;alert(1)") >= 10


async def test_the_desk_has_only_channels_of_the_city_file(office: Office) -> None:
    with pytest.raises(SendFailed) as failed:
        await office.channel.send(Address("desk", "nowhere"), Message("Hi"))
    assert failed.value.permanent


async def test_a_part_that_is_off_has_no_button(stack: AsyncExitStack, tmp_path: Path) -> None:
    city = replace(OFFICE, parts=frozenset({Part.QUESTIONS}))
    office = await start_office(stack, tmp_path, city)
    page = await (await office.come("admin")).get("/en/desk")
    assert not {"Polls", "New poll", "Discussions", "Send the round-up now"} & set(buttons(page))
