"""The rules of discussion and the moderation log, for residents and programs."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from core.city import Moderation, Part, Rule
from core.model import ItemKind, Judgement, Outcome
from tests.stage import CITY, three
from tests.web.conftest import Browser, Open, Town

TITLE = {"fi": "Kunnioita muita", "sv": "Respektera andra", "en": "Respect others"}
KIND = {"fi": "kommentti", "sv": "kommentar", "en": "comment"}


def judged(town: Town, *all_: Judgement) -> None:
    with town.database.begin() as store:
        for one in all_:
            store.add_judgement(one)


def some(town: Town) -> None:
    at = town.clock() - timedelta(minutes=5)
    rejected = Judgement(at, ItemKind.COMMENT, Outcome.REJECTED, "respect", "slack:U0EDITOR", 7200)
    approved = Judgement(at, ItemKind.QUESTION, Outcome.APPROVED, "", "slack:U0EDITOR", 3600)
    judged(town, replace(rejected, appeal=Outcome.OVERTURNED), *[approved] * 4)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_rules_and_the_log(town: Town, browser: Browser, language: str) -> None:
    some(town)
    page = await browser.get(f"/{language}/rules")
    assert page.status == 200 and TITLE[language] in page.text
    page = await browser.get(f"/{language}/moderation")
    assert TITLE[language] in page.text and KIND[language] in page.text
    assert "EDITOR" not in page.html
    assert f"/{language}/rules" in (await browser.get(f"/{language}/")).html


async def test_the_log_for_programs(town: Town, browser: Browser) -> None:
    some(town)
    status, told = await browser.json("/api/v1/moderation")
    assert status == 200 and len(told["log"]) == 1
    (line,), (month,) = told["log"], told["months"]
    assert (line["kind"], line["rule"], line["outcome"], line["appeal"]) == (
        "comment", "respect", "rejected", "overturned"
    )  # fmt: skip
    assert set(line) == {"date", "kind", "rule", "outcome", "appeal"}
    assert (month["decided"], month["appeals"], month["overturned"]) == (5, 1, 1)
    assert month["median_hours"] == 1.0
    page = await browser.get("/fi/moderation.csv")
    assert page.html.splitlines()[0] == "date,kind,rule,outcome,appeal"
    assert page.html.splitlines()[1].endswith(",comment,respect,rejected,overturned")
    page = await browser.get("/fi/moderation-months.csv")
    (row,) = csv.DictReader(io.StringIO(page.html))
    assert (row["decided"], row["rejected"], row["approved"], row["overturned"]) == (
        "5", "1", "4", "1"
    )  # fmt: skip
    assert row["median_hours"] == "1.0"
    for name, source in (("moderation", "/fi/moderation.csv"),
                         ("moderation_months", "/fi/moderation-months.csv")):  # fmt: skip
        same = await browser.get(f"/open-data/{name}.csv")
        assert same.html == (await browser.get(source)).html
    _, told = await browser.json("/api/v1/rules")
    assert next(rule["id"] for rule in told["rules"]) == "respect"


async def test_nothing_decided_yet(town: Town, browser: Browser) -> None:
    assert "Nothing has been rejected yet." in (await browser.get("/en/moderation")).text
    _, told = await browser.json("/api/v1/moderation")
    assert told == {"log": [], "months": []}


async def test_the_citys_own_rules(open_town: Open) -> None:
    rule = Rule("kind", three("Ole kiltti", "Var snäll", "Be kind"), three("<b>", "<b>", "<b>"))
    town = await open_town(replace(CITY, moderation=Moderation(rules=(rule,))))
    async with ClientSession() as session:
        page = await Browser(session, town.url).get("/en/rules")
    assert "Be kind" in page.text and "<b>" in page.text and "Respect others" not in page.text


async def test_where_nobody_writes_there_are_none(open_town: Open) -> None:
    town = await open_town(replace(CITY, parts=frozenset({Part.DIGESTS})))
    async with ClientSession() as session:
        browser = Browser(session, town.url)
        for path in ("/fi/rules", "/fi/moderation", "/api/v1/moderation", "/api/v1/rules"):
            assert (await browser.get(path)).status == 404
        assert "/rules" not in (await browser.get("/fi/about")).html
