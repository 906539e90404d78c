"""Open data: files that say what they hold, with nothing in them that could tell of few people."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from core.model import Publish, Shows
from core.open_data import safe
from tests.stage import three
from tests.web.conftest import Browser, Open, Town


async def table(browser: Browser, name: str) -> list[dict[str, Any]]:
    page = await browser.get(f"/open-data/{name}.csv")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    return list(csv.DictReader(io.StringIO(page.html)))


async def test_every_column_of_every_file_has_its_meaning(town: Town, browser: Browser) -> None:
    await town.poll()
    await town.question()
    _, package = await browser.json("/open-data/datapackage.json")
    assert package["profile"] == "tabular-data-package"
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert [r["name"] for r in package["resources"]] == ["polls", "results", "questions"]
    for resource in package["resources"]:
        rows = await table(browser, resource["name"])
        fields = resource["schema"]["fields"]
        assert list(rows[0]) == [field["name"] for field in fields]
        assert all(field["description"] for field in fields)
        for row in rows:
            for field in fields:
                if field["type"] == "integer" and row[field["name"]]:
                    int(row[field["name"]])
        status, same = await browser.json(f"/open-data/{resource['name']}.json")
        assert status == 200 and len(same) == len(rows)


async def test_few_are_left_out(town: Town, browser: Browser, open_browser: Open) -> None:
    await town.poll()
    for i in range(6):
        await (await open_browser(town)).vote(1, int(i > 4))
    await town.poll()
    await browser.vote(2, 0)
    await town.poll(Shows.AFTER_CLOSE)
    polls = await table(browser, "polls")
    assert [(p["id"], p["votes"], p["votes_web"]) for p in polls] == [
        ("3", "0", "0"), ("2", "", "0"), ("1", "6", "6"),
    ]  # fmt: skip
    results = await table(browser, "results")
    assert [(r["poll"], r["option"], r["votes"]) for r in results] == [
        ("2", "0", ""), ("2", "1", ""), ("1", "0", "5"), ("1", "1", ""),
    ]  # fmt: skip


async def test_no_cell_is_a_formula(town: Town, browser: Browser) -> None:
    await town.question('=HYPERLINK("http://evil.test";"x")', answer=three("@a", "-1", "+2"))
    await town.question("Private?", publish=Publish.PRIVATE)
    (row,) = await table(browser, "questions")
    assert row["text"].startswith("'=HYPERLINK")
    assert (row["answer_fi"], row["answer_sv"], row["answer_en"]) == ("'@a", "'-1", "'+2")
    _, (same,) = await browser.json("/open-data/questions.json")
    assert json.dumps(same["text"]).startswith('"=HYPERLINK')


@pytest.mark.parametrize("cell", ["\tx", "\rx", "=1", "+1", "-1", "@x"])
def test_what_begins_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert safe(-1) == -1


async def test_made_anew_each_night(town: Town, browser: Browser) -> None:
    await town.poll()
    assert len(await table(browser, "polls")) == 1
    await town.poll()
    assert len(await table(browser, "polls")) == 1
    town.clock.now += timedelta(days=1)
    assert len(await table(browser, "polls")) == 2
    assert (await browser.get("/open-data/none.csv")).status == 404
