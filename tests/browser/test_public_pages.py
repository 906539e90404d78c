"""The city's page as people meet it: every page in every language, without a fault that axe-core
knows; by keyboard, at 400 %, without motion and in forced colours; and on another site."""

import re
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from bots.web.pages import LANG
from core.answers import Kind
from core.city import PublicPage
from core.model import Ballot, PollDraft, PollState, QuestionState, Shows, Words, WordsState
from core.ports import Store
from tests.browser.chromium import DESKTOP, Visitors, axe
from tests.stage import CITY, three
from tests.web import test_discussion_board as discussions
from tests.web import test_moderation as moderation
from tests.web import test_surveys as surveys
from tests.web.conftest import Town, start_town
from tests.web.test_statements import grouped, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATHS = (
    "/", "/polls", "/polls?q=missä", "/polls/1", "/polls/2", "/polls/2/ballots", "/polls/3",
    "/polls/4", "/polls/4/answers", "/surveys/1", "/surveys/1/results", "/surveys/2",
    "/questions", "/questions?q=lumi&state=answered", "/questions?q=kameli", "/waiting",
    "/questions/1", "/questions/2", "/statements", "/statements/1", "/statements/1/add",
    "/statements/1/report", "/discussions", "/discussions/1", "/discussions/1/write",
    "/statistics", "/ask", "/mine",
    "/mine/texts", "/subscription", "/data", "/rules", "/moderation", "/about", "/accessibility",
    "/link", "/codes/1", "/embed/polls/1", "/none",
)  # fmt: skip
OF_ONE = ("/polls/1", "/surveys/2", "/discussions/1", "/mine", "/mine/texts", "/data", "/ask", "/")
"""What looks otherwise to somebody who has voted, answered, asked and written."""
NO_PAGES = re.compile(r".*\.(png|csv|json|atom|html)|.*/texts/\{.*|.*/preview/\{.*")
"""Files; a form that test_own_texts opens; and what editors have a ticket for (test_previews)."""
NARROW = {"width": 320, "height": 640}  # 1280 at 400 %


async def furnish(town: Town) -> None:
    """Open, closed and cancelled polls; questions answered and declined; a conversation."""
    await opened(town)
    await grouped(town)
    where = three("Missä penkki?", "Var en bänk?", "Where a bench?")
    for _ in range(3):
        await town.poll(question=where)
    await town.close(2)
    await town.write(lambda store: store.cancel_poll(3, town.clock.now))
    words = three("Penkki tuli.", "Bänken kom.", "The bench came.")
    step = (2, town.clock.now, "followed_up", "slack:U0", words)
    await town.write(lambda store: store.add_poll_step(*step))
    await town.question("Milloin lumi aurataan?", language="fi")
    await town.question("Again?", state=QuestionState.DECLINED, reason="No.", answer={})
    draft = PollDraft(
        three("Mitä rantaan?", "Vad vid stranden?", "What at the shore?"), (), Shows.ALWAYS,
        town.clock.now, None, (), "slack:U0", kind=Kind.WORDS,
    )  # fmt: skip
    await town.write(lambda store: store.add_poll(draft, bytes(32), PollState.OPEN))
    await town.write(lambda store: _answered(store, town, "A pier", "A pier", "A bench"))
    await surveys.made(town)
    await surveys.closed(town)
    await surveys.made(town)
    discussions.opened(town)
    moderation.some(town)


def _answered(store: Store, town: Town, *texts: str) -> None:
    for n, text in enumerate(texts):
        store.put_ballots([Ballot(4, bytes([n]) * 16, 0, "telegram", n, town.clock.now)])
        given = Words("", text, "en", WordsState.APPROVED)
        store.put_words(4, bytes([n]) * 16, given, first=False)


async def takes_part(town: Town, visitors: Visitors, language: str) -> Page:
    """Votes, answers a survey's first question, asks and writes in a discussion."""
    page = await visitors.come(f"{town.url}/{language}/polls/1")
    await page.locator("input[type=radio]").first.check()
    await page.locator("main form button.primary").click()
    await page.goto(f"{town.url}/{language}/surveys/2")
    await page.locator("input[type=radio]").first.check()
    await page.locator("main form button.primary").click()
    for path, words in (("ask", "Milloin Rantatie aurataan?"), ("discussions/1/write", "Keinuja!")):
        await page.goto(f"{town.url}/{language}/{path}")
        await page.locator("main textarea").fill(words)
        await page.locator("main form button.primary").click()
    return page


def unmade(visitors: Visitors) -> None:
    """Pictures that no worker makes here, and the page that is none."""
    visitors.complaints[:] = [x for x in visitors.complaints if "404" not in x]


async def test_every_page_is_among_them(town: Town) -> None:
    shapes = [
        re.compile(re.sub(r"\{\w+\}", "[0-9]+", r.path.removeprefix(LANG)) + r"(\?.*)?")
        for r in town.channel.routes()
        if r.method == "GET" and r.path.startswith(f"{LANG}/") and not NO_PAGES.fullmatch(r.path)
    ]
    lacking = [one.pattern for one in shapes if not any(map(one.fullmatch, PATHS))]
    assert lacking == [] and len(shapes) > 25


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_axe_finds_nothing(town: Town, visitors: Visitors, language: str) -> None:
    await furnish(town)
    reader = await visitors.come()
    one = await takes_part(town, visitors, language)
    found = {}
    for page, paths in ((reader, PATHS), (one, OF_ONE)):
        for path in paths:
            await page.goto(f"{town.url}/{language}{path}")
            await page.evaluate("document.querySelectorAll('details').forEach(x => x.open = true)")
            if faults := await axe(page):
                found[path] = faults
    unmade(visitors)
    assert found == {}


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_in_the_dark_and_in_forced_colours(
    town: Town, visitors: Visitors, scheme: str
) -> None:
    await furnish(town)
    options = {"color_scheme": scheme, "reduced_motion": "reduce", "contrast": "more"}
    if scheme == "light":
        options["forced_colors"] = "active"
    page = await visitors.come(viewport=DESKTOP, **options)
    found = {}
    for path in (path for path in PATHS if path != "/none"):
        await page.goto(f"{town.url}/fi{path}")
        if faults := await axe(page):
            found[path] = faults
    unmade(visitors)
    assert found == {}


async def test_at_400_percent_nothing_is_cut_off(town: Town, visitors: Visitors) -> None:
    await furnish(town)
    page = await visitors.come(viewport=NARROW)
    wide = {}
    for path in (path for path in PATHS if path != "/none"):
        await page.goto(f"{town.url}/fi{path}")
        width = await page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide[path] = width
    unmade(visitors)
    assert wide == {}


async def test_one_votes_with_the_keyboard_alone(town: Town, visitors: Visitors) -> None:
    await furnish(town)
    page = await visitors.come(f"{town.url}/en/polls/1", viewport=DESKTOP)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    while await page.evaluate("document.activeElement.type") != "radio":
        await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert sum(await town.counts(1)) == 1


@pytest.mark.parametrize("scripts", [True, False])
async def test_in_a_flood_a_newcomer_works_or_waits(
    visitors: Visitors, tmp_path: Path, scripts: bool
) -> None:
    async with AsyncExitStack() as stack:
        city = replace(CITY, web=PublicPage(newcomers_a_minute=1))
        town = await start_town(stack, tmp_path, city)
        await furnish(town)
        for _ in range(2):
            page = await visitors.come(f"{town.url}/en/polls/1", scripts=scripts)
            await page.locator("input[type=radio]").first.check()
            await page.locator("main form button.primary").click()
        if not scripts:
            town.clock.advance(20)
            await page.get_by_role("button", name="Send").click()
        await page.locator(".own").wait_for()
        assert sum(await town.counts(1)) == 2
        await visitors.leave()
        visitors.complaints[:] = [x for x in visitors.complaints if "428" not in x]


AROUND = """<!doctype html><html lang="sv"><meta charset="utf-8"><title>Around</title>
<link rel="icon" href="data:,"><style>body {{ font-family: serif }} h2 {{ color: red }}</style>
<main><h1>Around</h1><kuulolla-poll id="1"></kuulolla-poll>{frame}</main>
<script src="{url}/embed.js"></script></html>"""
FRAME = '<iframe src="{url}/sv/embed/polls/2" title="Enkät" height="10"></iframe>'


async def test_a_poll_on_another_site(visitors: Visitors, tmp_path: Path) -> None:
    """Read, watched and voted in there; the frame gets its height; no cookie before the vote."""
    async with AsyncExitStack() as stack:
        pages: dict[str, str] = {}

        async def around(request: web.Request) -> web.Response:
            return web.Response(text=pages[request.path], content_type="text/html")

        app = web.Application()
        app.router.add_get("/{rest:.*}", around)
        runner = web.AppRunner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        other = f"http://127.0.0.1:{runner.addresses[0][1]}"
        city = replace(CITY, web=PublicPage(frames=(other,)))
        town = await start_town(stack, tmp_path, city)
        await furnish(town)
        pages["/"] = AROUND.format(url=town.url, frame=FRAME.format(url=town.url))
        pages["/plain"] = AROUND.format(url=town.url, frame="")

        page = await visitors.come(other)
        await page.get_by_label("Här").check()
        assert await page.context.cookies() == []
        await page.get_by_role("button", name="Rösta").click()
        await expect(page.locator("kuulolla-poll .own .label")).to_have_text("Här")
        assert await town.counts(1) == (1, 0)
        assert len(await page.context.cookies()) == 1
        font = "e => getComputedStyle(e).fontFamily"
        assert await page.locator("kuulolla-poll h2").evaluate(font) == "serif"
        colour = "e => getComputedStyle(e).color"
        assert await page.locator("kuulolla-poll h2").evaluate(colour) != "rgb(255, 0, 0)"
        await page.wait_for_function("document.querySelector('iframe').offsetHeight > 100")

        neighbour = await visitors.come(f"{town.url}/sv/polls/1")
        await neighbour.get_by_label("Där").check()
        await neighbour.get_by_role("button", name="Rösta").click()
        total = page.locator("kuulolla-poll [data-total]")
        await expect(total).to_have_text("2 röster hittills.")
        again = await page.context.new_page()
        await again.goto(other)
        await expect(again.locator("kuulolla-poll .own .label")).to_have_text("Här")
        await again.goto(f"{other}/plain")
        await again.locator("kuulolla-poll meter").first.wait_for()
        assert await axe(again) == []
        await visitors.leave()
