"""The list of a closed poll's ballots on the page: a file that is what was promised."""

import hashlib
import re

from core.desk import Desk
from core.polls import ballot_list, closing
from tests.web.conftest import Browser, Open, Town

FILE = "/polls/1/ballots.jsonl"


async def closed(town: Town, browser: Browser) -> str:
    """A poll with one vote, closed as an editor does; the receipt of the vote."""
    await town.poll()
    page = await browser.vote(1, 1)
    receipt = re.search(r"Receipt ([0-9A-Z]{5}-[0-9A-Z]{5})\.", page.text)[1]

    def close(store):
        store.close_poll(1, town.clock.now)
        closing.end(Desk(store, town.city, town.clock.now, {}), 1)

    await town.write(close)
    return receipt


async def test_the_file_is_what_the_page_promised(town: Town, browser: Browser) -> None:
    receipt = await closed(town, browser)
    page = await browser.get("/en/polls/1/ballots")
    digest = re.search(r"<code class=\"digest\">([0-9a-f]{64})<", page.html)[1]
    file = await browser.get(FILE)
    assert hashlib.sha256(file.html.encode()).hexdigest() == digest
    assert file.headers["ETag"] == f'"{digest}"'
    assert "attachment" in file.headers["Content-Disposition"]
    found = ballot_list.recount(file.html.encode().splitlines(keepends=True), receipt)
    assert found.faults == [] and found.mine == [1] and found.sha256 == digest
    assert f'data-recount="{FILE}"' in page.html and "recount.js" in page.html


async def test_the_result_leads_there(town: Town, browser: Browser) -> None:
    await closed(town, browser)
    assert "/en/polls/1/ballots" in (await browser.get("/en/polls/1")).html


async def test_scripts_are_our_own_and_inline_there_is_none(town: Town, browser: Browser) -> None:
    await closed(town, browser)
    page = await browser.get("/fi/polls/1/ballots")
    assert all(re.findall(r"<script src=\"/static/[^\"]+\" defer></script>", page.html))
    assert page.html.count("<script") == page.html.count("<script src=")
    assert " on" + "click" not in page.html
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


async def test_nothing_before_the_closing(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.vote(1, 1)
    for path in (FILE, "/en/polls/1/ballots", "/polls/9/ballots.jsonl", "/polls/x/ballots.jsonl"):
        assert (await browser.get(path)).status == 404
    assert "/ballots" not in (await browser.get("/en/polls/1")).html


async def test_a_long_file_comes_in_pages(town: Town, browser: Browser, open_browser: Open) -> None:
    await closed(town, browser)
    before = town.reads
    await browser.get(FILE)
    assert town.reads - before == 3  # what it is, its one page, and that there is no other
