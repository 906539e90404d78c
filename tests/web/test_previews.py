"""Previews on the page: who sees them, for how long, and that it is what would be sent."""

import html
import json
import re
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.answers import Kind
from core.broadcasts import card
from core.city import City, Official, Part, Role
from core.events import Address
from core.model import Broadcast, BroadcastState, DigestPreview, Picture, Plan, PlanState
from core.previews import ticket
from core.previews.kinds import KINDS
from core.previews.specimen import speaking
from core.scene import Room
from core.texts import LANGUAGES, texts
from tests.dialogs.surveys import SURVEY
from tests.stage import CITY, DESK, GROUP, START, three
from tests.web.conftest import PAYLOADS, Browser, Open, Town, start_town

HOSTILE = (
    "<script>alert(1)</script> <b>*a*</b> \"'><img src=x onerror=alert(1)> &amp; <@U1> "
    "<!channel> </template></div> @all \u202etxt.exe"
)
EDITOR = "slack:U0EDITOR"
BENCH = {
    "question_fi": "Mihin penkki?", "options_fi": "Torille\nRantaan",
    "question_sv": "Vart ska bänken?", "options_sv": "Torget\nStranden",
    "chats": f"{GROUP} slack:C0NEWS teams:19:news",
}  # fmt: skip
CHATS = (
    *CITY.chats,
    replace(CITY.chats[0], address=Address("slack", "C0NEWS"), name="#tiedotus"),
    replace(CITY.chats[0], address=Address("teams", "19:news"), name="Uutiset", language="sv"),
)
EVERYWHERE: City = replace(CITY, chats=CHATS)


@pytest.fixture
async def town(stack: AsyncExitStack, tmp_path: Path) -> Town:
    return await start_town(stack, tmp_path, EVERYWHERE)


async def broadcast(town: Town, words: dict[str, str] | None = None) -> int:
    made = Broadcast(0, words or three("Vesi poikki.", "Inget vatten.", "No water."), "", "",
                     False, BroadcastState.WAITING, EDITOR, DESK, town.clock.now)  # fmt: skip
    return (await town.write(lambda store: store.add_broadcast(made))).id


async def plan(town: Town, **fields: str) -> int:
    made = Plan(0, BENCH | fields, PlanState.DRAFT, EDITOR, town.clock.now)
    return (await town.write(lambda store: store.add_plan(made))).id


def link(town: Town, kind: str, id: int, by: str = EDITOR, language: str = "en") -> str:
    made = ticket.issue(town.keyring.digest, by, kind, id, town.clock.now)
    return f"/{language}/preview/{made}"


def drawn(page: Any) -> list[dict[str, Any]]:
    """What the page's script is given."""
    return [json.loads(html.unescape(x)) for x in re.findall(r'data-drawn="([^"]*)"', page.html)]


async def shown(town: Town, kind: str, id: int) -> list[tuple[str, Any]]:
    """Channel and payload of each message, as the adapters' renderers make them."""

    def look(store: Any) -> list[tuple[str, Any]]:
        scene = Room(store, town.city, town.clock.now, texts("en"))
        made = KINDS[kind](scene, id).specimens
        return [(one.channel, PAYLOADS[one.channel](one.message)) for one in made]

    return await town.read(look)


# --- what is shown -------------------------------------------------------------------------------


async def test_a_broadcast_in_every_channel_and_language(town: Town, browser: Browser) -> None:
    id = await broadcast(town)
    page = await browser.get(link(town, "broadcast", id))
    assert page.status == 200
    assert [(one["channel"], one["payload"]) for one in drawn(page)] == await shown(
        town, "broadcast", id
    )
    assert {one["channel"] for one in drawn(page)} == set(PAYLOADS)
    assert len(drawn(page)) == 3 * len(LANGUAGES)
    for words in ("Vesi poikki.", "Inget vatten.", "No water.", "suomi · Naapurusto",
                  "svenska · Nyheter", "Nothing has been sent"):  # fmt: skip
        assert words in page.text

    def what_is_sent(store: Any) -> Any:
        scene = speaking(Room(store, town.city, town.clock.now, texts("en")), "sv")
        return PAYLOADS["slack"](card.broadcast(scene, id))

    sent = await town.read(what_is_sent)
    assert sent in [one["payload"] for one in drawn(page)], "the courier would send the very same"


async def test_a_broadcast_to_nobody_is_shown_as_subscribers_would_get_it(
    stack: AsyncExitStack, tmp_path: Path, open_browser: Open
) -> None:
    town = await start_town(stack, tmp_path, replace(CITY, chats=()))
    browser = await open_browser(town)
    page = await browser.get(link(town, "broadcast", await broadcast(town)))
    assert [one["channel"] for one in drawn(page)] == ["telegram"] * 3
    assert all("sub_stop" in json.dumps(one) for one in drawn(page))


@pytest.mark.parametrize("kind", Kind)
async def test_every_kind_of_poll_in_each_chat_and_on_the_page(
    town: Town, browser: Browser, kind: Kind
) -> None:
    more = {"least": "1", "most": "2"} if kind is Kind.SEVERAL else {}
    id = await plan(town, kind=kind, **more)
    page = await browser.get(link(town, "plan", id, language="fi"))
    assert page.status == 200, page.text
    given = [(one["channel"], one["payload"]) for one in drawn(page)]
    assert given == await shown(town, "plan", id)
    assert {channel for channel, _ in given} == set(PAYLOADS)
    assert page.html.count('<template shadowrootmode="open">') == len(LANGUAGES)
    assert "Vart ska bänken?" in page.text and "Uutiset" in page.text
    assert not [1 for line in page.html.splitlines() if 'action="/' in line and "/polls/" in line]
    assert "data-poll" not in page.html, "nobody watches for votes of what is no poll"


async def test_pictures_of_options_stand_in_every_look(town: Town, browser: Browser) -> None:
    """Telegram's sheet of them is made once the poll is one: its parts stand for it."""
    shore, lost = "https://city.example/shore.jpg", "https://city.example/lost.jpg"
    digest = "ab" * 16
    kept = Picture(digest, "jpeg", 800, 600)
    await town.write(lambda store: store.keep_picture(shore, kept, b"\xff", town.clock.now))
    extras = f"2 {shore} fi Laituri\n1 {lost} fi Tori"
    page = await browser.get(link(town, "plan", await plan(town, extras=extras)))
    path = f"/pictures/{digest}.jpeg"
    for one in drawn(page):
        assert [url for url, _ in one["pictures"]] == [path]
        whole = json.dumps(one["payload"])
        if one["channel"] == "telegram":
            assert one["payload"]["preview"] == "https://example.test/sheet"
        else:
            assert f"https://example.test{path}" in whole
        assert lost in whole, "what was never fetched stays a link"
    assert page.html.count(f'<img src="{path}"') == len(LANGUAGES)


async def test_a_poll_that_cannot_be_one_yet_says_so(town: Town, browser: Browser) -> None:
    page = await browser.get(link(town, "plan", await plan(town, options_fi="Vain yksi")))
    assert page.status == 410 and "mend it" in page.text and not drawn(page)


async def test_a_survey_with_its_questions(town: Town, browser: Browser) -> None:
    town.clock.now = START  # before its opening
    made = Plan(0, {"survey": SURVEY}, PlanState.DRAFT, EDITOR, town.clock.now)
    id = (await town.write(lambda store: store.add_plan(made))).id
    page = await browser.get(link(town, "plan", id))
    assert page.status == 200
    assert "Question 1" in page.text and "Question 2" in page.text and "In chats" in page.text
    given = [(one["channel"], one["payload"]) for one in drawn(page)]
    assert given == await shown(town, "plan", id)
    assert "survey_take:0:0" in json.dumps(given)


async def test_a_round_up_as_its_chat_gets_it(town: Town, browser: Browser) -> None:
    poll, due = await town.poll(), town.clock.now + timedelta(hours=2)
    items = (("open", poll.id),)
    made = DigestPreview(0, GROUP, town.clock.now, due, items, items, opening={"fi": "Hei!"})
    id = (await town.write(lambda store: store.put_digest_preview(made))).id
    page = await browser.get(link(town, "digest", id))
    (only,) = drawn(page)
    assert only["channel"] == "telegram" and "Hei!" in only["payload"]["text"]
    assert only["payload"]["keyboard"][0][0]["callback_data"] == f"vote:{poll.id}:0"
    assert "Round-up for Naapurusto" in page.text


async def test_a_channel_that_is_not_connected_is_in_words(
    stack: AsyncExitStack, tmp_path: Path, open_browser: Open
) -> None:
    only = {"telegram": PAYLOADS["telegram"]}
    town = await start_town(stack, tmp_path, EVERYWHERE, payloads=only)
    browser = await open_browser(town)
    page = await browser.get(link(town, "broadcast", await broadcast(town)))
    assert {one["channel"] for one in drawn(page)} == {"telegram"}
    assert "This channel is not connected" in page.text and "Slack" in page.text


async def test_hostile_words_stay_words(town: Town, browser: Browser) -> None:
    words = {x: f"{HOSTILE} {x}" for x in LANGUAGES}
    fields = {f"question_{x}": HOSTILE for x in ("fi", "sv")}
    fields |= {
        f"options_{x}": "<img src=x> <b>*a*</b>\n</template></div> @all" for x in ("fi", "sv")
    }
    for made in (
        link(town, "broadcast", await broadcast(town, words)),
        link(town, "plan", await plan(town, **fields)),
    ):
        page = await browser.get(made)
        assert page.status == 200
        for part in ("<script>alert", "<img", "</template></div> @all", "<b>*a*", "\u202e"):
            assert part not in page.html.replace("</template></div>\n", "")
        assert "<script>alert(1)</script>" in page.text, "it is there to be read"


# --- who sees it ---------------------------------------------------------------------------------


async def test_a_link_is_good_for_a_day(town: Town, browser: Browser) -> None:
    path = link(town, "broadcast", await broadcast(town))
    assert (await browser.get(path)).status == (await browser.get(path)).status == 200
    town.clock.now += ticket.GOOD_FOR - timedelta(seconds=1)
    assert (await browser.get(path)).status == 200
    town.clock.now += timedelta(seconds=1)
    page = await browser.get(path)
    assert page.status == 410 and "too old, or not right" in page.text


async def test_a_link_that_was_made_up_shows_nothing(town: Town, browser: Browser) -> None:
    id = await broadcast(town)
    path = link(town, "broadcast", id)
    head, _, last = path.rpartition("/")
    kind, number, until, code = last.split(".")
    forged = [
        f"{kind}.{int(number) + 1}.{until}.{code}", f"plan.{number}.{until}.{code}",
        f"{kind}.{number}.{int(until) + 9}.{code}", f"{kind}.{number}.{until}.{code[:-1]}A",
        f"{kind}.{number}.{until}.", "x", "....", "ä" * 50, "a" * 5000, "%00", "%ud800",
        f"{kind}.{number}.{until}.{code}.{code}",
    ]  # fmt: skip
    forged = [one for one in forged if one != last]
    for one in forged:
        page = await browser.get(f"{head}/{one}")
        assert page.status in (404, 410) and "No water" not in page.text, one
    for by in ("slack:U0STREETS", "slack:U0NOBODY", "telegram:11"):
        page = await browser.get(link(town, "broadcast", id, by))
        assert page.status == 410 and "No water" not in page.text


async def test_a_link_ends_with_the_editors_role(town: Town, browser: Browser) -> None:
    left = Official("slack", "U0LEFT", three("Entinen", "Före detta", "Former"), ("desk",))
    now_editor = replace(left, roles=frozenset({Role.EDITOR}))
    path = link(town, "broadcast", await broadcast(town), now_editor.key)
    assert (await browser.get(path)).status == 410
    read, given = ticket.read, path.rpartition("/")[2]
    for official, wanted in ((left, None), (now_editor, ("broadcast", 1))):
        city = replace(CITY, officials=(official,))
        assert read(town.keyring.digest, city, given, town.clock.now) == wanted


async def test_what_has_gone_or_is_switched_off_says_so(
    stack: AsyncExitStack, tmp_path: Path, open_browser: Open
) -> None:
    less = replace(CITY, parts=frozenset({Part.QUESTIONS}))
    for name, city in (("whole", EVERYWHERE), ("less", less)):
        (folder := tmp_path / name).mkdir()
        town = await start_town(stack, folder, city)
        browser, id = await open_browser(town), await broadcast(town)
        gone = id + 76 if city is EVERYWHERE else id
        for kind in KINDS:
            page = await browser.get(link(town, kind, gone))
            assert page.status == 410 and 'role="alert"' in page.html and not drawn(page)
            assert "too old" not in page.text, "it says why"


async def test_it_is_kept_and_found_by_nobody(town: Town, browser: Browser) -> None:
    page = await browser.get(link(town, "broadcast", await broadcast(town)))
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.html
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert " style=" not in page.html and not re.search(r"<[^>]* on[a-z]+=", page.html)
    assert "canonical" not in page.html and "No water" not in page.html.partition("</head>")[0]
    assert "U0EDITOR" not in page.html and "-100" not in page.html, "no chat's address is in it"
