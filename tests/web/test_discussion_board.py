"""A discussion's page: by sub-theme, in two orders, replies below what they answer, in parts."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from core.city import Look
from core.discussions.board import PAGE
from core.model import Comment, CommentKind, CommentState, Discussion, PollState
from tests.stage import three
from tests.web.conftest import Browser, Page, Town

Written = tuple[str, int | None, int | None, int]
"""Text, sub-theme, the number of the comment it answers, how many support it."""
SOME: Sequence[Written] = (
    ("Swings", 0, None, 1),
    ("Benches", 1, None, 3),
    ("Sand", None, None, 0),
    ("More swings", None, 1, 5),
    ("And a slide", None, 1, 0),
)


def opened(town: Town, written: Sequence[Written] = SOME) -> None:
    now = town.clock()
    with town.database.begin() as store:
        topics = ("Play <b>", "Rest")
        store.add_discussion(
            Discussion(
                0, three("Ranta", "Strand", "Shore"), {}, topics, (), PollState.OPEN, now, None,
                Look.AFTER, 5, "slack:U1",
            )
        )  # fmt: skip
        for n, (text, topic, parent, support) in enumerate(written):
            at = now + timedelta(minutes=n)
            made = store.add_comment(
                Comment(
                    0, 1, parent, "", "telegram", "en", text, CommentKind.IDEA, topic,
                    CommentState.SHOWN, at,
                )
            )  # fmt: skip
            for person in range(support):
                store.support(made.id, f"person {person}")


def order(page: Page, *words: str) -> list[str]:
    """Those that the page has, as they follow each other."""
    places = {word: page.html.find(f">{word}<") for word in words}
    return sorted((word for word, at in places.items() if at >= 0), key=places.__getitem__)


ALL = [text for text, *_ in SOME]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Sand", "Benches", "Swings", "More swings", "And a slide"]),
        ("?order=support", ["Benches", "Swings", "More swings", "And a slide", "Sand"]),
        ("?topic=0", ["Swings", "More swings", "And a slide"]),
        ("?topic=1&order=support", ["Benches"]),
        ("?topic=-", ["Sand"]),
        ("?topic=7", []),
    ],
)
async def test_what_is_shown(town: Town, browser: Browser, query: str, shown: list[str]) -> None:
    opened(town)
    page = await browser.get(f"/en/discussions/1{query}")
    assert page.status == 200 and order(page, *ALL) == shown
    assert page.html.count('class="reply"') == 2 * ("Swings" in shown)
    assert ("No comments yet." in page.text) == (not shown)


async def test_one_can_go_from_each_to_the_others(town: Town, browser: Browser) -> None:
    opened(town)
    page = await browser.get("/en/discussions/1?topic=0&order=support")
    for link in ("?order=support", "?topic=1&amp;order=support", "?topic=-&amp;order=support"):
        assert f'href="/en/discussions/1{link}"' in page.html, link
    assert 'href="/en/discussions/1?topic=0"' in page.html
    assert "Play <b>" in page.text and "<b>" not in page.html
    here = 'href="/en/discussions/1?topic=0&amp;order=support" aria-current="true"'
    assert page.html.count(here) == 2  # in both rows


async def test_replies_to_what_is_not_shown_any_more_stay(town: Town, browser: Browser) -> None:
    opened(town)
    with town.database.begin() as store:
        swings = store.comment(1)
        assert swings
        store.save_comment(Comment(**{f: getattr(swings, f) for f in Comment.__slots__}
                                   | {"state": CommentState.HIDDEN, "support": 0}))  # fmt: skip
    page = await browser.get("/en/discussions/1")
    assert order(page, *ALL) == ["And a slide", "More swings", "Sand", "Benches"]


async def test_long_ones_come_in_parts(town: Town, browser: Browser) -> None:
    opened(town, [(f"Comment {n}", None, None, 0) for n in range(PAGE + 1)])
    page = await browser.get("/en/discussions/1")
    assert page.html.count('class="card comment"') == PAGE
    assert f'rel="next" href="/en/discussions/1?skip={PAGE}"' in page.html
    assert "Sub-themes" not in page.html  # nothing to choose between
    page = await browser.get(f"/en/discussions/1?skip={PAGE}")
    assert order(page, "Comment 0", "Comment 1") == ["Comment 0"] and 'rel="next"' not in page.html


@pytest.mark.parametrize("query", ["order=x", "topic=x", "topic=1.5", "skip=-1", "skip=x"])
async def test_what_no_link_of_ours_asks_for(town: Town, browser: Browser, query: str) -> None:
    opened(town)
    assert (await browser.get(f"/en/discussions/1?{query}")).status == 404


async def test_open_ones_are_on_the_front_page(town: Town, browser: Browser) -> None:
    opened(town)
    page = await browser.get("/en/")
    assert "Join the discussion" in page.text and "5 comments." in page.text
    assert 'href="/en/discussions/1"' in page.html
    with town.database.begin() as store:
        store.save_discussion(
            Discussion(
                1, three("Ranta", "Strand", "Shore"), {}, (), (), PollState.CLOSED, town.clock(),
                None, Look.AFTER, 5, "slack:U1",
            )
        )  # fmt: skip
    assert "Join the discussion" not in (await browser.get("/en/")).text
    page = await browser.get("/en/discussions")
    assert "Earlier ones" in page.text and "There is no open discussion now." in page.text
