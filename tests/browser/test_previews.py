"""Previews drawn in a real browser: every message of the service as its adapter would send it,
without a word lost, added or run; and nothing that acts."""

import json
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bots.playground.telegram.text import HtmlText
from core.messages import Bar, Bars, Facts, Image, Link, Message, Span, Text, bold, rows, text
from core.scene import button
from tests.browser.chromium import DESKTOP, Visitors, axe
from tests.web.conftest import PAYLOADS, Town, start_town
from tests.web.staff import OFFICE, start_office
from tests.web.test_previews import EVERYWHERE, HOSTILE, broadcast, link, plan

pytestmark = pytest.mark.asyncio(loop_scope="session")
GOLDEN = Path(__file__).parents[1] / "golden" / "files"
ROW = re.compile(r"(?:\[[^\]]*\]\((?:https?://|[a-z_]+(?:\)|:)).*)", re.DOTALL)
READ = ("title", "text", "alt_text", "altText", "accessory", "elements", "inlines", "items",
        "columns", "actions")  # fmt: skip
"""Where words stand in Slack's blocks and in cards, in the order in which they are read."""
DRAW = """async (given) => {
  const { blocks } = await import("/static/slack.js");
  const { card } = await import("/static/teams.js");
  const { parsed, written } = await import("/static/telegram.js");
  const act = { name: (user) => user, link() {}, press() {} };
  const draw = {
    slack: (payload) => blocks(payload.blocks, act),
    teams: (payload) => [card(payload, act)],
    telegram: (payload) => { const p = parsed(payload.text); return written(p.text, p.entities); },
  };
  return given.map(([channel, payload]) => {
    const box = document.createElement("div");
    box.append(...draw[channel](payload));
    return [box.textContent, box.querySelectorAll("script, img, iframe, [onerror]").length];
  });
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path) -> Any:
    async with AsyncExitStack() as stack:
        yield await start_town(stack, tmp_path, EVERYWHERE)


def sections(channel: str) -> Iterator[tuple[str, list[str]]]:
    for path in sorted((GOLDEN / channel).glob("*.txt")):
        for section in path.read_text("utf-8").split("\n=== "):
            name, _, words = section.partition(" ===\n")
            yield f"{path.name} {name}", words.strip("\n").split("\n")


def golden(channel: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every message that was ever read and kept, as it is sent; no dialogs."""
    for name, lines in sections(channel):
        if channel == "telegram":
            end = next((i for i, line in enumerate(lines) if ROW.fullmatch(line)), len(lines))
            yield name, {"text": "\n".join(lines[:end])}
            continue
        head, *parts = map(json.loads, lines)
        if channel == "slack" and "type" not in head:
            yield name, {**head, "blocks": parts}
        if channel == "teams" and '"Input.' not in "".join(lines):
            yield name, {**head, "body": parts}


def said(channel: str, payload: Any) -> str:
    """All that is to be read in a payload, in its order."""
    if channel == "telegram":
        return HtmlText(payload["text"]).text
    return "".join(_said(payload["blocks" if channel == "slack" else "body"]))


def _said(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield re.sub("</?at>", "", value)
        case list():
            for one in value:
                yield from _said(one)
        case {"type": "user", "user_id": name}:
            yield f"@{name}"
        case dict():
            for name in READ:
                yield from _said(value.get(name, []))
            if value.get("type") == "button" and "url" in value:
                yield " ↗"


@pytest.mark.parametrize("channel", PAYLOADS)
async def test_every_message_is_drawn_without_a_word_lost(
    town: Town, visitors: Visitors, channel: str
) -> None:
    page = await visitors.come(f"{town.url}/fi/about")
    found = dict(golden(channel))
    assert len(found) > 300, "of all views, in three languages"
    drawn = await page.evaluate(DRAW, [[channel, payload] for payload in found.values()])
    for (name, payload), (words, strange) in zip(found.items(), drawn, strict=True):
        assert joined(words) == joined(said(channel, payload)), name
        assert strange == 0 and "[undefined]" not in words, name


def joined(words: str) -> str:
    """Without line ends: where a quote ends, the line does."""
    return words.replace("\n", "")


async def test_hostile_words_are_drawn_as_words(town: Town, visitors: Visitors) -> None:
    shown = Message(
        HOSTILE,
        (
            text(HOSTILE, role="heading"), text(bold(HOSTILE), role="quote"),
            Text((Span(HOSTILE, italic=True, url="https://a.example/\"><img src=x>"),)),
            Facts(((HOSTILE, HOSTILE),)), Bars((Bar(HOSTILE, 1, 0.5),), HOSTILE),
            Link(HOSTILE, "javascript:alert(1)"), Image("https://a.example/x.png", HOSTILE),
            rows(button(HOSTILE, "vote", 1, 1)),
        ),
    )  # fmt: skip
    page = await visitors.come(f"{town.url}/fi/about")
    payloads = [[name, payload(shown)] for name, payload in PAYLOADS.items()]
    for (name, payload), (words, strange) in zip(
        payloads, await page.evaluate(DRAW, payloads), strict=True
    ):
        assert strange == 0 and words == said(name, payload), name
        assert "<script>alert(1)</script>" in words, "it is there to be read"


# --- the page ------------------------------------------------------------------------------------


async def texts_of(page: Page) -> list[str]:
    return await page.evaluate(
        "[...document.querySelectorAll('[data-drawn], [data-own]')]"
        ".map((one) => one.shadowRoot.textContent)"
    )


async def test_nothing_acts_and_each_press_says_so(town: Town, visitors: Visitors) -> None:
    page = await visitors.come(town.url + link(town, "plan", await plan(town), language="fi"))
    looks = page.locator("[data-drawn], [data-own]")
    await expect(looks).to_have_count(12)
    await expect(page.locator(".key").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = len(town.events)
    for words in ("Torille", "Stranden", "Torget", "Äänestä"):
        for place in range(await page.get_by_role("button", name=words, exact=True).count()):
            await page.get_by_role("button", name=words, exact=True).nth(place).click()
    await page.get_by_label("Torille").first.check()
    told = page.locator(".told", has_text="mitään ei tapahdu")
    assert await told.count() >= 6
    assert asked == [] and len(town.events) == before and "/preview/" in page.url


async def test_who_has_no_scripts_reads_the_words(town: Town, visitors: Visitors) -> None:
    id = await broadcast(town)
    page = await visitors.come(town.url + link(town, "broadcast", id, language="sv"), scripts=False)
    await expect(page.get_by_text("Inget vatten.").first).to_be_visible()
    page = await visitors.come(town.url + link(town, "plan", await plan(town)), scripts=False)
    await page.get_by_role("button", name="Vote", exact=True).first.click()
    assert "/preview/" in page.url, "the page's own form goes nowhere"


@pytest.mark.parametrize(
    ("language", "scheme"), [("fi", "light"), ("sv", "dark"), ("en", "light"), ("en", "dark")]
)
async def test_axe_finds_nothing_at_any_width(
    town: Town, visitors: Visitors, language: str, scheme: str
) -> None:
    paths = [
        link(town, "broadcast", await broadcast(town), language=language),
        link(town, "plan", await plan(town), language=language),
        f"/{language}/preview/made-up",
    ]
    page = await visitors.come(color_scheme=scheme)
    for path in paths:
        for size in ({"width": 320, "height": 640}, DESKTOP):
            await page.set_viewport_size(size)
            await page.goto(town.url + path)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], path
        for pressed in await page.get_by_role("button", name="Torget", exact=True).all():
            await pressed.click()
        assert await axe(page) == [], path
    refused = [one for one in visitors.complaints if "410" in one]
    assert len(refused) == 2
    for one in refused:
        visitors.complaints.remove(one)


async def test_an_editor_at_the_desk_sees_it_there(visitors: Visitors, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        office = await start_office(stack, tmp_path, OFFICE)
        id = await plan(office.town, chats="telegram:-100")
        office.idp.person = {"sub": "anna", "roles": ["editor"]}
        page = await visitors.come(f"{office.url}/en/desk/sign-in")
        await page.get_by_label("Give a command").fill("polls")
        await page.get_by_role("button", name="Do it").click()
        await page.get_by_role("button", name="Drafts, templates and series").click()
        await page.get_by_role("button", name="Open").click()
        await page.locator("[name=then]").select_option("preview")
        await page.locator("main form button.primary").click()
        await page.get_by_role("link", name="See it as each channel shows it").click()
        assert "/en/desk/preview/plan." in page.url and f"plan.{id}." in page.url
        await expect(page.locator(".key").first).to_have_text("Torille")
        assert any("Vart ska bänken?" in words for words in await texts_of(page))
        assert await axe(page) == []
