"""What programs read: a description that is true, ETags, limits, feeds, Open311."""

import asyncio
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import feedparser
import pytest

from bots.web.adapter import WebChannel
from bots.web.openapi import description
from core.city import Part
from core.model import Publish, QuestionState, Step
from core.polls import history
from core.questions.states import Act
from core.texts import LANGUAGES
from tests.fakes import Clock
from tests.stage import CITY, three
from tests.web.conftest import NO_PREVIEWS, Browser, NoWorks, Open, Town

ATOM = "{http://www.w3.org/2005/Atom}"
XML = {"content-type": "application/atom+xml; charset=utf-8"}
ONCE = ("id", "title", "updated", "author")


class Racing(Clock):
    """A second passes with each look, so that no limit is reached."""

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


async def test_the_description_is_of_what_there_is(town: Town, browser: Browser) -> None:
    _, told = await browser.json("/api/v1/openapi.json")
    assert told["openapi"] == "3.1.0" and told["servers"] == [{"url": "https://example.test"}]
    channel = WebChannel(
        CITY, cookie_key=b"k", read=town.read, watch=town.hub.subscribe,
        mark=town.hub.mark, clock=town.clock, secure=False, resident=town.keyring.resident,
        chart=lambda *_: asyncio.sleep(0), works=NoWorks(), previews=NO_PREVIEWS,
    )  # fmt: skip
    there = {r.path for r in channel.routes() if r.path.startswith("/api/") and r.method == "GET"}
    assert set(told["paths"]) == there - {"/api/v1/openapi.json"}


async def test_what_is_off_is_not_described() -> None:
    told = description(replace(CITY, parts=frozenset({Part.QUESTIONS})))
    assert "/api/v1/questions" in told["paths"] and "/api/v1/polls" not in told["paths"]


async def test_schemathesis_finds_nothing(open_town: Open, tmp_path: Path) -> None:
    town = await open_town(clock=Racing())
    await town.poll()
    await town.question(links=(("Map", "https://example.test/map"),))
    await town.question(state=QuestionState.DECLINED, reason="No.", theme=None)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "run", f"{town.url}/api/v1/openapi.json",
        "--url", town.url, "--max-examples", "15", "--generation-deterministic", "--no-shrink",
        "--phases", "examples,coverage,fuzzing", "--no-color",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
        "response_headers_conformance,response_schema_conformance,unsupported_method",
        cwd=tmp_path,  # where it keeps what it found
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


async def test_what_did_not_change_is_not_sent_again(town: Town, browser: Browser) -> None:
    await town.poll()
    page = await browser.get("/api/v1/polls/1")
    tag = page.headers["ETag"]
    again = await browser.get("/api/v1/polls/1", **{"If-None-Match": f'"x", W/{tag}'})
    assert (again.status, again.html, again.headers["ETag"]) == (304, "", tag)
    await browser.vote(1, 0)
    changed = await browser.get("/api/v1/polls/1", **{"If-None-Match": tag})
    assert changed.status == 200 and changed.headers["ETag"] != tag


async def test_limits_are_told_and_kept(town: Town, browser: Browser) -> None:
    first = await browser.get("/api/v1/surveys")
    assert first.headers["RateLimit-Policy"] == '"address";q=300;w=60'
    assert first.headers["RateLimit"] == '"address";r=299;t=1'
    told = [await browser.get("/api/v1/surveys") for _ in range(300)]
    assert [page.status for page in told] == [200] * 299 + [429]
    assert told[-1].headers["Retry-After"] == "1"
    assert told[-1].html == '{"error": "too many requests"}'
    town.clock.advance(1)
    assert (await browser.get("/open311/v2/requests.json")).status == 200


async def test_other_sites_may_read(town: Town, browser: Browser) -> None:
    for path in ("/api/v1/polls", "/api/v1/none", "/fi/feeds/polls.atom", "/open311/v2/x"):
        page = await browser.get(path, Origin="https://elsewhere.test")
        assert page.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in page.headers
    async with browser.session.options(f"{town.url}/api/v1/polls") as asked:
        assert asked.status == 204
        assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/questions?q=" + "a" * 101,
        "/api/v1/questions?department=none",
        "/api/v1/questions?state=waiting",
        "/api/v1/polls?before=-1",
        "/api/v1/polls?limit=1e3",
        "/open311/v2/requests.json?start_date=yesterday",
        "/open311/v2/requests.json?start_date=0001-01-01T00:00:00%2B23:00",
        "/open311/v2/requests.json?page=0",
        "/open311/v2/requests.json?page_size=100000",
        "/open311/v2/requests.json?status=odd",
        "/open311/v2/requests.json?service_request_id=1,x",
    ],
)
async def test_what_cannot_be_asked_for(browser: Browser, path: str) -> None:
    assert (await browser.get(path)).status == 400


async def test_odd_requests_are_answered(browser: Browser) -> None:
    for path in ("/api/v1/polls?%ff=%00", "/api/v1/questions?q=%ed%a0%80", "/fi/polls?q=%ff"):
        page = await browser.get(path, Accept="application/xml;q=9, */*, ;;;")
        assert page.status == 200
    assert (await browser.get("/open311/v2/requests.json?page=10000&page_size=1000")).html == "[]"
    assert (await browser.json("/api/v1/questions?before=1&limit=100"))[1]["questions"] == []
    assert (await browser.get("/api/v1/questions?q=" + "&q=".join("x" * 2000))).status in (200, 400)


# --- feeds ---------------------------------------------------------------------------------------


async def test_feeds(town: Town, browser: Browser) -> None:
    await town.question("Snow <b>&amp; \x00\x1b ￾ ice?")
    await town.question("Other?", theme=None, publish=Publish.PRIVATE)
    await town.poll(question=three("Missä?", "Var?", "Where?"))
    await browser.vote(1, 1)
    answers = await browser.get("/en/feeds/answers.atom")
    assert answers.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = Xml.fromstring(answers.html.encode())
    assert feed.findtext(f"{ATOM}title") == "New answers, Model City"
    assert feed.findtext(f"{ATOM}updated") == "2026-11-21T12:00:00Z"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title", "").startswith("K-1: Snow <b>&amp;")
    assert entry.findtext(f"{ATOM}id") == "https://example.test/en/questions/1"
    assert entry.findtext(f"{ATOM}content") == "<p>Tomorrow.</p>"
    polls = Xml.fromstring((await browser.get("/sv/feeds/polls.atom")).html.encode())
    assert polls.findtext(f"{ATOM}entry/{ATOM}content") == "<p>Här<br>Där</p>"
    await town.close(1)
    results = Xml.fromstring((await browser.get("/fi/feeds/results.atom")).html.encode())
    assert "Siellä: 1" in results.findtext(f"{ATOM}entry/{ATOM}content", "")


async def test_feeds_by_theme(town: Town, browser: Browser) -> None:
    await town.question("Snow?")
    await town.question("Other?", theme=None)
    page = await browser.get("/fi/feeds/answers.atom?theme=winter")
    assert "Snow?" in page.html and "Other?" not in page.html and "Talvihoito" in page.html
    assert (await browser.get("/fi/feeds/answers.atom?theme=none")).status == 404
    assert (await browser.get("/fi/feeds/polls.atom?theme=winter")).status == 404
    front = await browser.get("/fi/questions?theme=winter")
    assert '<link rel="alternate" type="application/atom+xml"' in front.html
    assert '/fi/feeds/answers.atom?theme=winter">' in front.html
    own = await browser.get("/fi/subscription")
    assert 'href="/fi/feeds/answers.atom?theme=winter">Uusia vastauksia: Talvihoito</a>' in own.html


async def test_feeds_are_what_readers_take(town: Town, browser: Browser) -> None:
    """By a reader's own parser, and by what RFC 4287 asks of each."""
    hostile = "<script>alert(1)</script> ]]> &amp; ‮?"
    await town.question(f"Snow {hostile}", answer=three(hostile, hostile, hostile))
    await town.poll(question=three("Missä <b>&?", "Var?", "Where?"))
    await town.poll()
    await town.close(2)
    for language in LANGUAGES:
        for kind in ("answers", "polls", "results", "answers.atom?theme=winter"):
            path = f"/{language}/feeds/{kind}" + ("" if "." in kind else ".atom")
            body = (await browser.get(path)).html.encode()
            read = feedparser.parse(body)
            assert not read.bozo and read.version == "atom10", path
            assert read.feed.language == language
            assert all_of(read.feed, "id", "title", "updated_parsed", "author", "link"), path
            assert {link.rel for link in read.feed.links} == {"self", "alternate"}
            assert read.feed.links[0].href == read.feed.id == f"https://example.test{path}"
            ids = [entry.id for entry in read.entries]
            assert len(ids) == len(set(ids)) == 1, path
            entry = read.entries[0]
            assert all_of(entry, "title", "updated_parsed", "published_parsed", "link"), path
            assert entry.updated_parsed <= read.feed.updated_parsed
            assert all(len(Xml.fromstring(body).findall(f"{ATOM}{x}")) == 1 for x in ONCE)
    read = feedparser.parse((await browser.get("/sv/feeds/answers.atom")).html.encode())
    assert "&lt;script&gt;alert(1)" in read.entries[0].content[0].value
    [tag] = read.entries[0].tags
    assert (tag.term, tag.label) == ("winter", "Vinterunderhåll")


def all_of(read: Any, *names: str) -> bool:
    return all(read.get(name) for name in names)


async def test_an_entry_keeps_its_id_and_tells_what_changed(town: Town, browser: Browser) -> None:
    async def entry(kind: str) -> Any:
        body = (await browser.get(f"/en/feeds/{kind}.atom")).html.encode()
        return feedparser.parse(body).entries[0]

    await town.question()
    await town.poll()
    answered, opened = await entry("answers"), await entry("polls")
    assert answered.updated == answered.published and opened.updated == opened.published
    town.clock.advance(3600)
    at, state = town.clock.now, QuestionState.ANSWERED
    step = Step(at, Act.CORRECT, "slack:U0STREETS", state)
    await town.change(1, step, answer=three("Ylihuomenna.", "I övermorgon.", "In two days."))
    await town.write(lambda s: s.add_poll_step(1, at, history.CORRECTED, "slack:U0EDITOR", {}))
    corrected, mended = await entry("answers"), await entry("polls")
    assert corrected.content[0].value == "<p>In two days.</p>"
    for before, after in ((answered, corrected), (opened, mended)):
        assert (before.id, before.published) == (after.id, after.published)
        assert before.updated < after.updated == "2026-11-21T13:00:00Z"
    await town.close(1)
    closed = await entry("results")
    assert closed.id == f"{opened.id}#result", "what a reader has read before is another entry"
    town.clock.advance(3600)
    told = three("Penkki tuli.", "Bänken kom.", "The bench is there.")
    await town.write(
        lambda s: s.add_poll_step(1, town.clock.now, history.FOLLOWED_UP, "slack:U0EDITOR", told)
    )
    followed = await entry("results")
    assert followed.id == closed.id and followed.updated > closed.updated
    assert "What happened next: The bench is there." in followed.content[0].value


async def test_a_feed_that_did_not_change_is_not_sent_again(town: Town, browser: Browser) -> None:
    await town.question()
    first = await browser.get("/fi/feeds/answers.atom")
    tag, moment = first.headers["ETag"], first.headers["Last-Modified"]
    assert moment == "Sat, 21 Nov 2026 12:00:00 GMT"
    for known in ({"If-None-Match": tag}, {"If-Modified-Since": moment}):
        again = await browser.get("/fi/feeds/answers.atom", **known)
        assert again.status == 304 and again.headers["ETag"] == tag and again.html == ""
    both = {"If-None-Match": '"another"', "If-Modified-Since": moment}
    assert (await browser.get("/fi/feeds/answers.atom", **both)).status == 200
    town.clock.advance(60)
    await town.question("And then?")
    for known in ({"If-None-Match": tag}, {"If-Modified-Since": moment}):
        assert "And then?" in (await browser.get("/fi/feeds/answers.atom", **known)).html
    odd = {"If-Modified-Since": "yesterday"}
    assert (await browser.get("/fi/feeds/answers.atom", **odd)).status == 200


async def test_feeds_of_a_city_without_an_address(open_town: Open, open_browser: Open) -> None:
    """Links lead where the feed came from, ids stay what they are."""
    town = await open_town(city=replace(CITY, public_url=""))
    await town.question()
    page = await (await open_browser(town)).get("/fi/feeds/answers.atom")
    where = f"{town.url}/fi/feeds/answers.atom"
    read = feedparser.parse(page.html.encode(), response_headers={**XML, "content-location": where})
    assert not read.bozo and read.feed.id == "urn:kuulolla:fi:feeds:answers.atom"
    assert read.entries[0].id == "urn:kuulolla:fi:questions:1"
    assert read.entries[0].link == f"{town.url}/fi/questions/1"


# --- Open311 -------------------------------------------------------------------------------------


async def test_open311(town: Town, browser: Browser) -> None:
    await town.question()
    await town.question("Private?", publish=Publish.PRIVATE)
    await town.question("Waiting?", state=QuestionState.WAITING, publish=None)
    status, found = await browser.json("/open311/v2/requests.json")
    assert status == 200 and found == [
        {
            "service_request_id": "1",
            "status": "closed",
            "status_notes": "Huomenna.",
            "service_code": "winter",
            "service_name": "Talvihoito",
            "description": "When is the snow cleared?",
            "agency_responsible": "Kadut",
            "requested_datetime": "2026-11-21T12:00:00Z",
            "updated_datetime": "2026-11-21T12:00:00Z",
        }
    ]
    _, more = await browser.json("/open311/v2/requests/1.json?extensions=true&locale=en")
    assert more[0]["extended_attributes"]["detailed_status"] == "answered"
    assert more[0]["service_name"] == "Winter care"
    for hidden in (2, 3, 99):
        status, fault = await browser.json(f"/open311/v2/requests/{hidden}.json")
        assert (status, fault) == (404, [{"code": 404, "description": "there is no such request"}])
    for query, many in {
        "service_request_id=1,2,3": 1,
        "status=open": 0,
        "status=closed": 1,
        "service_code=winter": 1,
        "service_code=other": 0,
        "start_date=2026-11-21T00:00:00Z": 1,
        "start_date=2026-11-22T00:00:00%2B02:00": 0,
        "end_date=2026-11-20": 0,
        "page=2": 0,
    }.items():
        assert len((await browser.json(f"/open311/v2/requests.json?{query}"))[1]) == many, query
    _, services = await browser.json("/open311/v2/services.json?locale=sv")
    assert [one["service_name"] for one in services] == ["Vinterunderhåll", "Annat"]
    assert (await browser.json("/open311/v2/discovery.json"))[1]["endpoints"][0]["url"]
