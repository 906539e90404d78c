"""Polls of every kind on the page, without scripts, and in the API."""

from datetime import UTC, datetime

import pytest

from core.answers import Kind, Paper, points, ranking, several
from core.model import Ballot, PollDraft, PollState, Shows
from core.texts import LANGUAGES
from tests.web.conftest import Browser, Town

OPTIONS = tuple(dict.fromkeys(LANGUAGES, name) for name in ("Bench", "Swing", "Pier"))
PATH = "/en/polls/1"
FOUR = [
    Ballot(1, bytes([n] * 16), ranking([1, 0]), "telegram", n, datetime(2026, 3, 2, tzinfo=UTC))
    for n in range(4)
]


async def made(town: Town, kind: Kind, least: int = 1, most: int = 3, **more: object) -> None:
    options = more.pop("options", OPTIONS)
    draft = PollDraft(
        {"en": "What?"}, options, Shows.ALWAYS, town.clock.now, None, (), "slack:U0EDITOR",
        kind=kind, least=least, most=most, **more,
    )  # fmt: skip
    await town.write(lambda store: store.add_poll(draft, bytes(32), PollState.OPEN))


@pytest.mark.parametrize(
    ("kind", "filled", "said", "answer"),
    [
        (Kind.SEVERAL, {"answer": ["0", "2"]}, "Bench, Pier", several([0, 2])),
        (Kind.POINTS, {"points_0": "2", "points_2": "1"}, "Bench 2, Pier 1", points([2, 0, 1])),
        (Kind.RANKING, {"place_0": "2", "place_1": "-", "place_2": "0"}, "1. Pier, 2. Bench",
         ranking([2, 0])),
    ],
)  # fmt: skip
async def test_a_ballot_is_filled_and_changed(
    town: Town, browser: Browser, kind: Kind, filled: dict, said: str, answer: int
) -> None:
    await made(town, kind)
    page = await browser.get(PATH)
    form = {name: value for name, value in page.form(PATH).items() if name == "token"}
    every = ((k, [v] if isinstance(v, str) else v) for k, v in (form | filled).items())
    page = await browser.post(PATH, [(name, value) for name, many in every for value in many])
    assert f"Your vote is counted: {said}." in page.text
    counted = await town.write(lambda store: store.tallies({1})[1])
    assert counted.answers == {answer: 1} and counted.paper == Paper(kind, 3, 1, 3)
    await town.counts(1)


@pytest.mark.parametrize(
    ("kind", "filled", "told"),
    [
        (Kind.SEVERAL, {}, "Choose as many as you like, at least 1."),
        (Kind.SEVERAL, {"answer": "7"}, "Choose one of the list."),
        (Kind.POINTS, {"points_0": "2", "points_1": "2"}, "Spread up to 3 points as you like."),
        (Kind.POINTS, {"points_1": "-1"}, "Write a number from 0 to 3."),
        (Kind.RANKING, {"place_0": "1", "place_1": "1"}, "You have ranked this one already."),
    ],
)
async def test_what_is_no_ballot_comes_back_with_what_was_filled_in(
    town: Town, browser: Browser, kind: Kind, filled: dict[str, str], told: str
) -> None:
    await made(town, kind)
    page = await browser.get(PATH)
    page = await browser.post(PATH, {"token": page.form(PATH)["token"]} | filled)
    assert page.status == 422 and told in page.text
    if kind is Kind.POINTS:
        name, value = next(iter(filled.items()))
        assert page.form(PATH)[name] == value
    assert not any(await town.counts(1))


async def test_the_list_leads_to_the_ballot(town: Town, browser: Browser) -> None:
    await made(town, Kind.RANKING)
    page = await browser.get("/en/polls")
    assert "Answer the poll" in page.text and not page.has_form(PATH)


async def test_the_api_tells_how_it_was_counted(town: Town, browser: Browser) -> None:
    await made(town, Kind.RANKING)
    page = await browser.get(PATH)
    await browser.post(PATH, {"token": page.form(PATH)["token"], "place_0": "1", "place_1": "0"})
    _, found = await browser.json("/api/v1/polls/1")
    assert found["run_off"] is found["schulze"] is None and not found["channels"]
    assert "Instant run-off" not in (await browser.get(PATH)).text
    await town.write(lambda store: store.put_ballots(FOUR))
    _, found = await browser.json("/api/v1/polls/1")
    assert found["channels"] == {"telegram": 4, "web": 1}
    assert (found["kind"], found["least"], found["most"]) == ("ranking", 1, 3)
    assert found["run_off"]["winners"] == [1] and found["schulze"]["order"] == [[1], [0], [2]]
    assert "Instant run-off" in (await browser.get(PATH)).text


async def test_a_random_order_is_each_readers_own(town: Town, browser: Browser) -> None:
    """Once a browser is known, it keeps its order; the votes go where they say."""
    await made(town, Kind.SINGLE, 1, 1, shuffled=True)
    page = await browser.vote(1, 2)
    assert "Your vote is counted: Pier." in page.text
    again = [(await browser.get(PATH)).text for _ in range(3)]
    assert len(set(again)) == 1
    assert await town.counts(1) == (0, 0, 1)
