"""Poll pages under load: read together, rendered once, and never one reader's for another."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any, cast

import pytest
from markupsafe import Markup

from bots.web.kept import KeptPages
from bots.web.moulds import Moulds
from bots.web.poll_cards import own_choices
from bots.web.scene import Scene
from bots.web.together import Once, Together, foresee
from core.desk import Desk
from core.model import Ballot, PollDraft, PollState, Shows
from core.people import voter
from core.ports import Store
from core.texts import texts
from tests.stage import three
from tests.web.conftest import Browser, Open, Town

PATH = "/en/polls/1"


async def test_each_reader_sees_their_own(town: Town, open_browser: Open) -> None:
    """Vote, notice, receipt and token are nobody else's, whoever read the page before."""
    await town.poll(Shows.AFTER_VOTE)
    here, there, again = [await open_browser(town) for _ in range(3)]
    voted = [await here.vote(1, 0), await there.vote(1, 1), await again.vote(1, 1)]
    assert [page.text.count("Your vote is counted:") for page in voted] == [1, 1, 1]
    pages = await asyncio.gather(*(browser.get(PATH) for browser in (here, there, again)))
    assert [page.form(PATH)["option"] for page in pages] == ["0", "1", "1"]
    assert not any("Your vote is counted:" in page.text for page in pages)
    assert len({page.form(PATH)["token"] for page in (*voted, *pages)}) == 6
    receipts = {page.text.partition("Receipt of your vote: ")[2][:11] for page in pages}
    assert len(receipts) == 3 and all(receipts)
    stranger = await (await open_browser(town)).get(PATH)
    assert "Receipt" not in stranger.text and "option" not in stranger.form(PATH)
    assert "You see the results once you have voted." in stranger.text
    assert "data-share" not in stranger.html


async def test_a_token_of_one_is_refused_from_another(town: Town, open_browser: Open) -> None:
    await town.poll()
    mine, other = await open_browser(town), await open_browser(town)
    await mine.vote(1, 0)
    await other.vote(1, 0)
    stolen = (await mine.get(PATH)).form(PATH) | {"option": "1"}
    assert (await other.post(PATH, stolen)).status == 403
    assert await town.counts(1) == (2, 0)


async def test_the_page_is_never_older_than_the_request(town: Town, browser: Browser) -> None:
    """A vote, a correction and the closing are on the next page, without anybody being told."""
    await town.poll()
    page = await browser.vote(1, 1)
    assert "1 vote so far." in page.text

    def correct(store: Store) -> None:
        poll = store.poll(1)
        assert poll
        store.reword_poll(1, {"en": "Where to?"}, poll.options)
        Desk(store, town.city, town.clock.now, {}).touch("poll:1")

    await town.write(correct)
    assert "Where to?" in (await browser.get(PATH)).text
    await town.close(1)
    page = await browser.get(PATH)
    assert "Closed" in page.text and not page.has_form(PATH)


async def test_what_stands_in_the_address_stays_in_the_links(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.get(PATH)
    assert "%3Fx%3D1" in (await browser.get(f"{PATH}?x=1")).html
    assert "%3Fx" not in (await browser.get(PATH)).html


# --- reading together ----------------------------------------------------------------------------


class Slow:
    """A store's reader that answers when it is let; ``looks`` are how many were asked each time."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.looks = 0
        self.asked: list[Any] = []

    async def read(self, question: Callable[[Any], Any]) -> Any:
        self.looks += 1
        await self.go.wait()
        return question(self)

    def poll(self, id: int) -> str:
        self.asked.append(id)
        if id < 0:
            raise ValueError("there is none")
        return f"poll {id}"


async def test_who_comes_during_a_look_shares_the_next_one() -> None:
    slow = Slow()
    together = Together(slow.read)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        first = group.create_task(together.ask(lambda store: store.poll(1)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        later = [group.create_task(together.ask(lambda store: store.poll(2))) for _ in range(5)]
        await asyncio.sleep(0)
        slow.go.set()
    assert first.result() == "poll 1" and {one.result() for one in later} == {"poll 2"}
    assert slow.looks == 2 and slow.asked == [1, 2]


class Asked:
    """A store that notes what it is asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.names: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.names.append(name)
        return getattr(self.store, name)


async def test_what_is_each_readers_own_is_asked_for_all_at_once(town: Town) -> None:
    """Who they are and what they chose, also where several accounts are one person."""
    poll, now, key = await town.poll(), town.clock.now, bytes(32)

    def fill(store: Store) -> None:
        chosen = {"ann": 0, "bo": 1}
        store.put_ballots(
            [Ballot(poll.id, voter(key, who), n, "web", n, now) for who, n in chosen.items()]
        )
        store.link(["bo on the web"], "bo")

    await town.write(fill)
    readers = ["ann", "bo", "bo on the web", "cleo"]

    def look(store: Store) -> list[int | None]:
        asked = Asked(store)
        once: Any = Once(cast(Store, asked))
        foresee(once, {(poll.id, who) for who in readers} | {(poll.id + 1, "ann")})
        before = len(asked.names)
        scenes = [Scene(once, town.city, now, texts("en"), who) for who in readers]
        found = [own_choices(once, {poll.id}, scene.person).get(poll.id) for scene in scenes]
        assert len(asked.names) == before + 1 and before == 3  # the poll's own box, then
        return found

    assert await town.write(look) == [0, 1, 1, None]


async def test_a_fault_is_its_own_askers_and_who_left_stops_nobody() -> None:
    slow = Slow()
    together = Together(slow.read)
    asks = [
        asyncio.create_task(together.ask(lambda store, id=id: store.poll(id))) for id in (1, -1, 2)
    ]
    await asyncio.sleep(0)
    asks[0].cancel()
    slow.go.set()
    left, failed, fine = await asyncio.gather(*asks, return_exceptions=True)
    assert isinstance(left, asyncio.CancelledError)
    assert isinstance(failed, ValueError) and fine == "poll 2"
    assert await together.ask(lambda store: store.poll(3)) == "poll 3"


async def test_a_store_that_is_away_is_told_to_all() -> None:
    async def broken(_: object) -> list[Any]:
        raise TimeoutError

    together = Together(broken)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await together.ask(lambda store: store.poll(1))


# --- moulds --------------------------------------------------------------------------------------


def test_a_mould_is_made_once_for_what_is_alike() -> None:
    moulds, made = Moulds(), []

    def pour(poll: str, name: str) -> str:
        def render() -> str:
            made.append(poll)
            return f"<p>{poll}</p>{moulds.gap('name')}{moulds.gap('name')}"

        return moulds.pour("key", {"poll": poll}, render, {"name": lambda: name})

    assert pour("A", "x<") == "<p>A</p>x&lt;x&lt;"
    assert pour("A", Markup("<b>")) == "<p>A</p><b><b>"
    assert made == ["A"]
    assert pour("B", "y") == "<p>B</p>yy" and made == ["A", "B"]


def test_only_so_many_moulds_are_kept() -> None:
    moulds, made = Moulds(most=2), []
    for key in (1, 2, 1, 3, 1, 2):
        moulds.pour(key, {}, lambda key=key: made.append(key) or "", {})
    assert made == [1, 2, 3, 2]


async def test_a_page_that_did_not_change_is_not_looked_up_again(
    town: Town, open_browser: Open
) -> None:
    """By newcomers alone, each with a token of their own; and for a second at most."""
    await town.poll()
    first, second, voter = [await open_browser(town) for _ in range(3)]
    before = town.reads
    pages = [await browser.get(PATH) for browser in (first, second, voter)]
    assert town.reads == before + 1
    assert len({page.form(PATH)["token"] for page in pages}) == 3
    await voter.submit(pages[2], PATH, option="0")
    assert "1 vote so far." in (await first.get(PATH)).text
    assert "Your vote" not in (await first.get(PATH)).text
    read = town.reads
    assert "1 vote so far." in (await first.get(PATH)).text and town.reads == read
    town.clock.advance(1)
    await first.get(PATH)
    assert town.reads == read + 1
    town.hub.refresh()  # the other processes were not heard for a while
    await second.get(PATH)
    assert town.reads == read + 2
    await first.get(f"{PATH}?x=1")
    await voter.get(PATH)
    assert town.reads == read + 4
    await first.submit(await first.get(PATH), PATH, option="1")  # its token is as good as any
    assert await town.counts(1) == (1, 1)


async def test_where_each_reader_has_an_order_of_their_own_nothing_is_kept(
    town: Town, browser: Browser
) -> None:
    options = tuple(three(x, x, x) for x in "ABC")
    draft = PollDraft(
        three("?", "?", "?"), options, Shows.ALWAYS, town.clock.now, None, (), "x", shuffled=True
    )
    await town.write(lambda store: store.add_poll(draft, bytes(32), PollState.OPEN))
    read = town.reads
    orders = {(await browser.get(PATH)).html.partition('name="option"')[2] for _ in range(12)}
    assert town.reads == read + 12 and len(orders) > 1


async def test_few_pages_are_kept_and_for_no_time_that_went_back(town: Town) -> None:
    kept = KeptPages(lambda _: 0, town.clock, most=1)
    kept.keep("a", 0, town.clock.now, b"<a token>", "token")
    kept.keep("b", 0, town.clock.now, b"<b>", "token")
    assert kept.find("a", "poll:1", "x") is None and kept.find("b", "poll:1", "x") == b"<b>"
    town.clock.advance(-1)
    assert kept.find("b", "poll:1", "x") is None


async def test_assets_are_compressed_once_and_not_sent_twice(town: Town, browser: Browser) -> None:
    for path in ("/static/kuulolla.css", "/embed.js"):
        async with browser.session.get(
            town.url + path, headers={"Accept-Encoding": "br;q=1, gzip"}, auto_decompress=False
        ) as packed:
            body, tag = await packed.read(), packed.headers["ETag"]
            assert packed.headers["Content-Encoding"] == "gzip"
        plain = await browser.get(path, **{"Accept-Encoding": "gzip;q=0"})
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(body).decode() == plain.html and len(body) < len(plain.html) / 2
        known = await browser.get(path, **{"If-None-Match": f'"x", W/{tag}'})
        assert known.status == 304 and known.html == "" and known.headers["ETag"] == tag
