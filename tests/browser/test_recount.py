"""The count made again in the voter's own browser: `recount.js` and `counting.js`."""

import json
import re
from random import Random

import pytest
from playwright.async_api import Page, Route, expect

from core.answers import Kind, Paper
from core.desk import Desk
from core.model import Ballot, PollDraft, PollState, Shows
from core.polls import closing
from core.ports import Store
from tests.browser.chromium import Visitors, axe
from tests.stage import three
from tests.web.conftest import Town
from tests.web.test_counting import an_answer

pytestmark = pytest.mark.asyncio(loop_scope="session")

VOTERS = 40
SAME = "Luettelo on se, joka julkaistiin, ja sen äänet täsmäävät tulokseen."
PAPERS = [
    Paper(Kind.SINGLE, 3),
    Paper(Kind.SEVERAL, 4, 1, 3),
    Paper(Kind.YES_NO, 3),
    Paper(Kind.SCALE, 5),
    Paper(Kind.POINTS, 4, 0, 10),
    Paper(Kind.RANKING, 4, 1, 4),
    Paper(Kind.WORDS, 0, 0, 0),
]
MINE = {
    Kind.POINTS: r"Äänesi: V1 \d, V2 \d, V3 \d, V4 \d",
    Kind.RANKING: r"Äänesi: 1\. V\d.*",
    Kind.WORDS: "Vastauksesi on luettelossa.",
}


async def ended(town: Town, paper: Paper, voters: int = VOTERS) -> None:
    """Poll 1, with its list of ballots; option ``Vn`` is the n-th."""
    now = town.clock.now
    options = tuple(three(f"V{i + 1}", f"V{i + 1}", f"V{i + 1}") for i in range(paper.size))
    draft = PollDraft(
        three("Mitä?", "Vad?", "What?"), options, Shows.ALWAYS, now, None, (), "slack:U0EDITOR",
        kind=paper.kind, least=paper.least, most=paper.most,
    )  # fmt: skip
    chance = Random(7)

    def work(store: Store) -> None:
        id = store.add_poll(draft, bytes(32), PollState.OPEN).id
        store.put_ballots(
            [
                Ballot(id, chance.randbytes(16), an_answer(paper, chance), "web", n, now)
                for n in range(voters)
            ]
        )
        store.close_poll(id, now)
        closing.end(Desk(store, town.city, now, {}), id)

    await town.write(work)


async def counted(town: Town, visitors: Visitors) -> Page:
    page = await visitors.come(f"{town.url}/fi/polls/1/ballots")
    await page.get_by_role("button", name="Laske äänet").click()
    await expect(page.locator("[data-said]")).not_to_be_empty()
    return page


async def the_list(town: Town, page: Page) -> list[str]:
    answer = await page.request.get(f"{town.url}/polls/1/ballots.jsonl")
    return (await answer.text()).splitlines()


async def find(page: Page, receipt: str) -> str:
    await page.get_by_label("Kuittisi").fill(receipt)
    await page.get_by_role("button", name="Etsi ääneni").click()
    return await page.locator("[data-found]").inner_text()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.kind))
async def test_every_kind_is_counted_again_and_ones_own_vote_found(
    town: Town, visitors: Visitors, paper: Paper
) -> None:
    await ended(town, paper)
    page = await counted(town, visitors)
    assert await page.locator("[data-said]").inner_text() == SAME
    head, *lines = map(json.loads, await the_list(town, page))
    shown = await page.locator("[data-table] td").all_inner_texts()
    assert [int(n) for n in shown] == head["counts"]
    assert await page.locator("[data-facts] dd").count() == {
        Kind.SCALE: 1, Kind.RANKING: 2}.get(paper.kind, 0)  # fmt: skip
    receipt, answer = lines[7]
    found = await find(page, f" {receipt.lower().replace('-', ' ')} ")
    chosen = ", ".join(f"V{n}" for n in answer)
    assert re.fullmatch(MINE.get(paper.kind, f"Äänesi: {chosen}"), found.strip())
    assert await find(page, "00000-00000") == "Millään äänellä ei ole tätä kuittia."
    assert await axe(page) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[1]]\n", "[2]]\n", "Äänet eivät täsmää tulokseen."),
        ("Mitä?", "Mikä?", "Tämä ei ole se luettelo, joka julkaistiin."),
        ("[1]]\n", "[9]]\n", "Luetteloa ei voitu lukea."),
        ("kuulolla-ballots-1", "other", "Luetteloa ei voitu lukea."),
    ],
)
async def test_a_tampered_list_is_told(
    town: Town, visitors: Visitors, old: str, new: str, told: str
) -> None:
    """Somebody on the way, or the server itself, changes what comes."""
    await ended(town, PAPERS[0])
    page = await visitors.come(f"{town.url}/fi/polls/1/ballots")

    async def tamper(route: Route) -> None:
        whole = await (await route.fetch()).text()
        assert old in whole
        await route.fulfill(body=whole.replace(old, new, 1))

    await page.route("**/ballots.jsonl", tamper)
    await page.get_by_role("button", name="Laske äänet").click()
    await expect(page.locator("[data-said]")).to_have_text(told)


async def test_a_list_that_does_not_come_is_told(town: Town, visitors: Visitors) -> None:
    await ended(town, PAPERS[0])
    page = await visitors.come(f"{town.url}/fi/polls/1/ballots")
    await page.route("**/ballots.jsonl", lambda route: route.abort())
    await page.get_by_role("button", name="Laske äänet").click()
    await expect(page.locator("[data-said]")).to_have_text("Luetteloa ei voitu lukea.")
    [complaint] = visitors.complaints
    assert "ERR_FAILED" in complaint
    visitors.complaints.clear()


async def test_without_scripts_the_list_is_there_to_be_saved(
    town: Town, visitors: Visitors
) -> None:
    await ended(town, PAPERS[0])
    page = await visitors.come(f"{town.url}/fi/polls/1/ballots", scripts=False)
    assert not await page.locator("[data-recount]").is_visible()
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="Ääniluettelo tiedostona").click()
    file = await (await saved.value).path()
    assert file.read_text().splitlines() == await the_list(town, page)
