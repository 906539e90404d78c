"""The JSON API: what docs/api.md promises."""

import hashlib
from typing import Any

import pytest

from core.desk import Desk
from core.markers import hide
from core.model import PollState, Publish, QuestionState, Shows
from core.polls import closing
from core.ports import Store
from tests.stage import three
from tests.web.conftest import BUSY, Browser, Town

STAYS = {"withdrawn": False, "not_counted": 0, "link": None, "picture": None, "about": {}}
POLL = {
    "id": 1,
    "url": "https://example.test/polls/1",
    "question": three("Missä?", "Var?", "Where?"),
    "kind": "single",
    "least": 1,
    "most": 1,
    "options": [
        {"index": 0, "text": three("Täällä", "Här", "Here"), "votes": 0, **STAYS},
        {"index": 1, "text": three("Siellä", "Där", "There"), "votes": 1, **STAYS},
    ],
    "total": 1,
    "channels": {},
    "state": "open",
    "shows": "always",
    "staff_sees": True,
    "voters": "anyone",
    "areas": [],
    "opens_at": "2026-11-21T12:00:00Z",
    "closes_at": "2026-11-23T12:00:00Z",
    "closed_at": None,
    "history": [],
    "ballots": None,
}
QUESTION = {
    "number": 1,
    "reference": "K-1",
    "url": "https://example.test/questions/1",
    "text": "When is the snow cleared?",
    "hidden": [],
    "language": "en",
    "theme": {"id": "winter", "name": three("Talvihoito", "Vinterunderhåll", "Winter care")},
    "area": None,
    "department": {"id": "streets", "name": three("Kadut", "Gator", "Streets")},
    "state": "answered",
    "received_at": "2026-11-21T12:00:00Z",
    "answered_at": "2026-11-21T12:00:00Z",
    "answer": three("Huomenna.", "I morgon.", "Tomorrow."),
    "answered_by": three("Katuinsinööri", "Gatuingenjör", "Street engineer"),
    "links": [],
    "grounds": None,
    "reason": None,
    "whose": None,
    "merged_into": None,
    "answered_by_name": None,
}


async def test_a_poll(town: Town, browser: Browser) -> None:
    await town.poll()
    await browser.vote(1, 1)
    assert await browser.json("/api/v1/polls/1") == (200, POLL)
    assert await browser.json("/api/v1/polls") == (200, {"polls": [POLL], "next": None})


@pytest.mark.parametrize("shows", [Shows.AFTER_VOTE, Shows.AFTER_CLOSE])
async def test_hidden_results_are_null(town: Town, browser: Browser, shows: Shows) -> None:
    """Even to somebody who has voted: the API knows nobody."""
    await town.poll(shows)
    await browser.vote(1, 1)
    _, poll = await browser.json("/api/v1/polls/1")
    assert [option["votes"] for option in poll["options"]] == [None, None]
    assert poll["total"] == 1
    await town.close(1)
    _, poll = await browser.json("/api/v1/polls/1")
    assert [option["votes"] for option in poll["options"]] == [0, 1]
    assert (poll["state"], poll["closed_at"]) == ("closed", "2026-11-21T12:00:00Z")


async def test_an_option_that_was_withdrawn(town: Town, browser: Browser) -> None:
    await town.poll(Shows.ALWAYS)
    await browser.vote(1, 0)

    def withdraw(store: Store) -> None:
        store.withdraw_option(1, 0)
        store.add_poll_step(1, town.clock.now, "withdrawn", "slack:U1", {"en": "Roadworks."}, 0)

    await town.write(withdraw)
    _, poll = await browser.json("/api/v1/polls/1")
    told = [(x["votes"], x["withdrawn"], x["not_counted"]) for x in poll["options"]]
    assert told == [(0, True, 1), (0, False, 0)] and poll["total"] == 0
    [step] = poll["history"]
    assert (step["kind"], step["option"], step["text"]) == ("withdrawn", 0, {"en": "Roadworks."})


async def test_a_closed_poll_names_the_list_of_its_ballots(town: Town, browser: Browser) -> None:
    await town.poll()
    await town.poll()
    await browser.vote(1, 1)
    await town.close(1)

    def publish(store: Store) -> None:
        closing.end(Desk(store, town.city, town.clock.now, {}), 1)

    await town.write(publish)
    _, poll = await browser.json("/api/v1/polls/1")
    named = poll["ballots"]
    file = (await browser.get(named["url"].removeprefix("https://example.test"))).html.encode()
    assert named["sha256"] == hashlib.sha256(file).hexdigest()
    assert named["lines"] == len(file.splitlines()) == 2
    _, listed = await browser.json("/api/v1/polls")
    assert [one["ballots"] for one in listed["polls"]] == [None, named]


async def test_polls_by_state_and_page_by_page(town: Town, browser: Browser) -> None:
    for _ in range(5):
        await town.poll()
    await town.poll(state=PollState.SCHEDULED)
    await town.close(2)

    async def ids(query: str) -> tuple[list[int], str | None]:
        _, found = await browser.json(f"/api/v1/polls{query}")
        return [poll["id"] for poll in found["polls"]], found["next"]

    assert await ids("") == ([5, 4, 3, 2, 1], None)
    assert await ids("?state=open") == ([5, 4, 3, 1], None)
    assert await ids("?state=closed") == ([2], None)
    base = "https://example.test/api/v1/polls"
    assert await ids("?limit=2") == ([5, 4], f"{base}?limit=2&before=4")
    assert await ids("?limit=2&before=4") == ([3, 2], f"{base}?limit=2&before=2")
    assert await ids("?state=open&limit=2&before=4") == ([3, 1], None)
    assert (await browser.json("/api/v1/polls/6"))[0] == 404


async def test_a_question(town: Town, browser: Browser) -> None:
    await town.question()
    assert await browser.json("/api/v1/questions/1") == (200, QUESTION)
    assert await browser.json("/api/v1/questions") == (
        200,
        {"questions": [QUESTION], "next": None},
    )


async def test_what_the_city_took_out_is_told(town: Town, browser: Browser) -> None:
    await town.question(hide("When is Hill Street ploughed? Call 040 123 4567.")[0])
    _, told = await browser.json("/api/v1/questions/1")
    assert told["text"].endswith("Call [removed by the city: phone number].")
    assert told["hidden"] == ["phone"]
    for language, marker, note in (
        ("fi", "[kaupunki poisti: puhelinnumero]", "Kaupunki poisti kysymyksestä henkilötietoja"),
        ("sv", "[staden tog bort: telefonnummer]", "Staden tog bort personuppgifter"),
        ("en", "[removed by the city: phone number]", "The city took personal data out"),
    ):
        for path in ("questions/1", "questions", ""):
            page = await browser.get(f"/{language}/{path}")
            assert marker in page.text and "⟦" not in page.text
        assert note in (await browser.get(f"/{language}/questions/1")).text
    await town.question("When is Hill Street ploughed?")
    assert "personal data" not in (await browser.get("/en/questions/2")).text


async def test_only_what_is_public(town: Town, browser: Browser) -> None:
    await town.question(publish=Publish.PRIVATE)
    await town.question(state=QuestionState.WAITING, publish=None, answer={}, answered_at=None)
    assert await browser.json("/api/v1/questions") == (200, {"questions": [], "next": None})
    for number in (1, 2, 3):
        status, told = await browser.json(f"/api/v1/questions/{number}")
        assert (status, told) == (404, {"error": "there is no such question"})


async def test_questions_by_theme_and_page_by_page(town: Town, browser: Browser) -> None:
    for theme in ("winter", None, "winter", "winter"):
        await town.question(theme=theme)

    async def numbers(query: str) -> tuple[list[int], str | None]:
        _, found = await browser.json(f"/api/v1/questions{query}")
        return [question["number"] for question in found["questions"]], found["next"]

    base = "https://example.test/api/v1/questions"
    assert await numbers("?limit=3") == ([4, 3, 2], f"{base}?limit=3&before=2")
    assert await numbers("?theme=winter&limit=2") == (
        [4, 3],
        f"{base}?theme=winter&limit=2&before=3",
    )
    assert await numbers("?theme=winter&limit=2&before=3") == ([1], None)


async def test_nobody_is_told_who_asked(town: Town, browser: Browser) -> None:
    await town.question(asker="c0ffee" * 5)
    html = (await browser.get("/api/v1/questions/1")).html
    assert not any(word in html for word in ("c0ffee", "telegram", "U0STREETS"))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/polls?limit=0", 400),
        ("/polls?limit=101", 400),
        ("/polls?limit=x", 400),
        ("/polls?limit=", 400),
        ("/polls?limit=²", 400),
        ("/polls?before=-1", 400),
        ("/polls?before=99999999999", 400),
        ("/polls?state=scheduled", 400),
        ("/questions?theme=nothing", 400),
        ("/questions?limit=1e3", 400),
        ("/questions?before=%00", 400),
        ("/polls/9", 404),
        ("/polls/x", 404),
        ("/polls/99999999999999999999", 404),
        ("/questions/%2e%2e", 404),
        ("/nothing", 404),
    ],
)
async def test_wrong_questions(browser: Browser, path: str, status: int) -> None:
    found, told = await browser.json(f"/api/v1{path}")
    assert found == status
    assert list(told) == ["error"] and told["error"]


async def test_any_site_may_read_it(town: Town, browser: Browser) -> None:
    for path in ("/api/v1/polls", "/api/v1/polls/9", "/api/v1/polls?limit=x"):
        headers: Any = (await browser.get(path)).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert "Set-Cookie" not in headers


async def test_the_store_is_busy_or_broken(town: Town, browser: Browser) -> None:
    town.broken = BUSY
    assert await browser.json("/api/v1/polls") == (503, {"error": "busy, try again"})
    town.broken = RuntimeError("secret")
    status, told = await browser.json("/api/v1/questions/1")
    assert status == 500 and "secret" not in told["error"]


async def test_statistics(town: Town, browser: Browser) -> None:
    assert await browser.json("/api/v1/statistics") == (200, {"figures": [], "participation": []})
