"""Live results: Server-Sent Events, of what the reader may see."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bots.live import Hub
from bots.web.live import Live, Pace, Snapshot
from core.answers import Kind, Paper, ranking
from core.desk import Desk
from core.model import Ballot, PollDraft, PollState, Shows, Tally
from core.ports import Store
from core.texts import LANGUAGES
from tests.web.conftest import BUSY, QUICK, Browser, Open, Town

DEADLINE = 10
OPEN = PollState.OPEN


class Stream:
    """What a browser receives."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def block(self) -> dict[str, str]:
        """The fields up to the next empty line; a comment's name is empty. {} at the end."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(DEADLINE):
            async for line in self.response.content:
                if not line.strip():
                    return fields
                name, _, value = line.decode().strip().partition(":")
                fields[name] = value.strip()
        return {}

    async def news(self) -> dict[str, Any]:
        while "data" not in (fields := await self.block()):
            assert fields, "the stream has ended"
        return json.loads(fields["data"])

    async def until(self, total: int) -> dict[str, Any]:
        while (news := await self.news())["total"] != total:
            pass
        return news


@asynccontextmanager
async def watching(browser: Browser, path: str, **headers: str) -> AsyncIterator[Stream]:
    async with browser.session.get(browser.url + path, headers=headers) as response:
        assert response.status == 200
        yield Stream(response)


async def test_a_vote_arrives(town: Town, browser: Browser, open_browser: Open) -> None:
    await town.poll()
    async with watching(await open_browser(town), "/live/polls/1?lang=sv") as stream:
        assert stream.response.content_type == "text/event-stream"
        assert await stream.block() == {"retry": "1000"}
        assert (await stream.news())["votes"] == "0 röster hittills."
        await browser.vote(1, 1)
        assert await stream.until(1) == {
            "id": 1, "state": "open", "total": 1, "votes": "1 röst hittills.",
            "counts": [0, 1], "shares": [0.0, 1.0],
            "texts": [["0\N{NO-BREAK SPACE}%", "0 röster"], ["100\N{NO-BREAK SPACE}%", "1 röst"]],
            "more": "",
        }  # fmt: skip


@pytest.mark.parametrize("shows", [Shows.AFTER_VOTE, Shows.AFTER_CLOSE])
async def test_hidden_results_do_not_leak(
    town: Town, browser: Browser, open_browser: Open, shows: Shows
) -> None:
    await town.poll(shows)
    async with watching(await open_browser(town), "/live/polls/1?lang=en") as stream:
        await browser.vote(1, 1)
        hidden = await stream.until(1)
        assert hidden["counts"] is hidden["shares"] is hidden["texts"] is hidden["more"] is None
        await town.close(1)
        while (news := await stream.news())["state"] == "open":
            assert news["counts"] is None
        assert news["counts"] == [0, 1]


async def test_whoever_voted_sees(town: Town, browser: Browser) -> None:
    await town.poll(Shows.AFTER_VOTE)
    await browser.vote(1, 1)
    async with watching(browser, "/live/polls/1") as stream:
        assert (await stream.news())["counts"] == [0, 1]
    await town.poll(Shows.AFTER_CLOSE)
    await browser.vote(2, 1)
    async with watching(browser, "/live/polls/2") as stream:
        assert (await stream.news())["counts"] is None


async def test_how_rankings_are_counted_and_a_mean_follow(town: Town, browser: Browser) -> None:
    """From five rankings on: fewer would tell what each of them says."""
    options = tuple(dict.fromkeys(LANGUAGES, name) for name in ("<b>Bench", "Swing"))
    ranked = PollDraft(
        {"en": "What?"}, options, Shows.ALWAYS, town.clock.now, None, (), "slack:U0EDITOR",
        kind=Kind.RANKING, most=2,
    )  # fmt: skip
    scale = replace(ranked, options=options * 2 + options[:1], kind=Kind.SCALE, most=1)
    for draft in (ranked, scale):
        await town.write(lambda store, draft=draft: store.add_poll(draft, bytes(32), OPEN))

    async def vote(id: int, answer: int, *numbers: int) -> None:
        cast = [Ballot(id, bytes([n] * 16), answer, "web", n, town.clock.now) for n in numbers]

        def put(store: Store) -> None:
            store.put_ballots(cast)
            Desk(store, town.city, town.clock.now, {}).touch(f"poll:{id}")

        await town.write(put)

    async with watching(browser, "/live/polls/1?lang=en") as stream:
        await vote(1, ranking([0, 1]), *range(4))
        assert "from 5 votes on" in (await stream.until(4))["more"]
        await vote(1, ranking([0]), 4)
        more = (await stream.until(5))["more"]
        assert "Instant run-off" in more and "Schulze" in more and "&lt;b&gt;Bench" in more
        page = await browser.get("/en/polls/1")
        assert f"<div data-more>{more}</div>" in page.html
    async with watching(browser, "/live/polls/2?lang=en") as stream:
        await vote(2, 3, 1, 2)
        assert "<dt>Mean</dt><dd>4.0</dd>" in (await stream.until(2))["more"]


async def test_several_polls_over_one_connection(town: Town, browser: Browser) -> None:
    await town.poll()
    await town.poll(Shows.AFTER_CLOSE)
    async with watching(browser, "/live/polls/1,2,1") as stream:
        first, second = await stream.news(), await stream.news()
        assert {first["id"], second["id"]} == {1, 2}
        await browser.vote(2, 0)
        news = await stream.news()
        assert (news["id"], news["total"], news["counts"]) == (2, 1, None)


async def test_a_browser_that_was_cut_off_gets_the_latest(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.vote(1, 0)
    for last in ("7", "x", "-1", "9" * 100):
        async with watching(browser, "/live/polls/1", **{"Last-Event-ID": last}) as stream:
            assert (await stream.news())["total"] == 1


@pytest.mark.parametrize(
    "ids", ["9", "x", "1,", ",", "1,9", "0x1", "-1", ",".join(map(str, range(1, 15)))]
)
async def test_what_cannot_be_watched(town: Town, browser: Browser, ids: str) -> None:
    await town.poll()
    assert (await browser.get(f"/live/polls/{ids}")).status == 404


async def test_only_the_headers(town: Town, browser: Browser) -> None:
    await town.poll()
    async with browser.session.head(f"{town.url}/live/polls/1") as response:
        assert response.status == 200


async def test_one_question_to_the_store_for_all_who_watch(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/en/polls/1")
    form = page.form("/en/polls/1") | {"option": "0"}
    async with asyncio.TaskGroup() as group:
        ready, go = asyncio.Semaphore(0), asyncio.Event()

        async def watch() -> None:
            async with watching(browser, "/live/polls/1") as stream:
                await stream.news()
                ready.release()
                await go.wait()
                assert (await stream.news())["total"] == 1

        for _ in range(8):
            group.create_task(watch())
        for _ in range(8):
            await ready.acquire()
        before = town.reads
        await browser.post("/en/polls/1", form, follow=False)
        go.set()
    assert town.reads - before == 1


async def test_a_quiet_connection_is_kept_open(open_town: Open, open_browser: Open) -> None:
    town = await open_town(pace=Pace(heartbeat=0.01, gap=0))
    await town.poll()
    async with watching(await open_browser(town), "/live/polls/1") as stream:
        await stream.news()
        assert [await stream.block() for _ in range(3)] == [{"": "still here"}] * 3


async def test_no_more_watchers_than_there_is_room_for(open_town: Open, open_browser: Open) -> None:
    town = await open_town(pace=Pace(gap=0, most=1))
    browser = await open_browser(town)
    await town.poll()
    async with watching(browser, "/live/polls/1") as stream:
        await stream.news()
        assert (await browser.get("/live/polls/1")).status == 503


async def test_all_are_let_go_when_the_service_stops(town: Town, browser: Browser) -> None:
    await town.poll()
    async with watching(browser, "/live/polls/1") as stream:
        await stream.news()
        town.hub.close()
        assert await stream.block() == {}
    assert (await browser.get("/live/polls/1")).html.count("data:") == 0


async def test_a_store_that_fails_ends_the_stream(town: Town, browser: Browser) -> None:
    """The browser comes again by itself."""
    await town.poll()
    async with watching(browser, "/live/polls/1") as stream:
        await stream.news()
        town.broken = BUSY
        town.hub.publish({"poll:1"})
        assert await stream.block() == {}
    town.broken = None
    async with watching(browser, "/live/polls/1") as stream:
        assert (await stream.news())["total"] == 0


# --- without a network ---------------------------------------------------------------------------


class Stuck:
    """A client that takes nothing."""

    def __init__(self) -> None:
        self.transport = self
        self.aborted = False

    async def prepare(self, request: object) -> None:
        pass

    async def write(self, said: bytes) -> None:
        await asyncio.Event().wait()

    def abort(self) -> None:
        self.aborted = True


def live(hub: Hub, pace: Pace = QUICK) -> Live:
    poll = SimpleNamespace(
        id=1, state="open", shows=Shows.ALWAYS, kind=Kind.SINGLE, options=({"en": "A"}, {"en": "B"})
    )

    async def read(_: object) -> Snapshot:
        return Snapshot(poll, Tally(Paper(Kind.SINGLE, 2), {0: 1, 1: 2}))

    return Live(read, hub.subscribe, pace)


async def test_a_client_that_takes_nothing_is_let_go() -> None:
    hub = Hub()
    client = Stuck()
    async with asyncio.timeout(DEADLINE):
        await live(hub, Pace(gap=0, patience=0.01)).serve(client, client, {1: False}, "en")
    assert client.aborted
    hub.close()


async def test_the_last_watcher_ends_the_subscription() -> None:
    hub = Hub(most=1)  # room for one: each must leave before the next comes
    for _ in range(3):
        client, feeds = Stuck(), live(hub, Pace(gap=0, patience=0.01))
        async with asyncio.timeout(DEADLINE):
            await feeds.serve(client, client, {1: False}, "en")
            await feeds.stop()
    changes = hub.subscribe("poll:1")
    await anext(changes)
    await changes.aclose()
