"""Open data: files that say what they hold, with nothing in them that could tell of few people."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.city import Look
from core.discussions.data import numbers
from core.model import (
    Comment,
    CommentKind,
    CommentState,
    Discussion,
    ItemKind,
    Judgement,
    Outcome,
    PollState,
    Publish,
    Shows,
)
from core.tabular import safe
from tests.stage import three
from tests.web.conftest import Browser, Open, Town

DECISION = Judgement(
    datetime(2026, 11, 1, tzinfo=UTC), ItemKind.COMMENT, Outcome.REJECTED, "respect"
)


async def table(browser: Browser, name: str) -> list[dict[str, Any]]:
    page = await browser.get(f"/open-data/{name}.csv")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    return list(csv.DictReader(io.StringIO(page.html)))


async def test_every_column_of_every_file_has_its_meaning(town: Town, browser: Browser) -> None:
    await town.poll()
    await town.question()
    with_comments(town, "Hei")
    await town.write(lambda store: store.add_judgement(DECISION))
    _, package = await browser.json("/open-data/datapackage.json")
    assert package["profile"] == "tabular-data-package"
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    names = [r["name"] for r in package["resources"]]
    assert names == [
        "polls", "results", "questions", "discussions", "comments", "moderation",
        "moderation_months",
    ]  # fmt: skip
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


def with_comments(town: Town, *said: str, author: str = "a") -> None:
    """In a discussion of their own; of what is hidden nothing is told."""
    title, now = three("=Ranta", "Strand", "Shore"), town.clock()
    with town.database.begin() as store:
        made = store.add_discussion(
            Discussion(
                0, title, {}, ("Play",), (), PollState.OPEN, now, None, Look.AFTER, 5, "slack:U1"
            )
        )
        hidden = Comment(
            0, made.id, None, author, "web", "en", "Hidden", CommentKind.IDEA, 0,
            CommentState.HIDDEN, now,
        )  # fmt: skip
        for text in said:
            store.add_comment(replace(hidden, text=text, state=CommentState.SHOWN))
        store.add_comment(hidden)


async def test_comments_without_their_authors(town: Town, browser: Browser) -> None:
    with_comments(town, "=1+1", "Soita ⟦4⟧", author="a-pseudonym")
    rows = await table(browser, "comments")
    assert [row["text"] for row in rows] == ["'=1+1", "Soita [removed by the city: phone number]"]
    assert {row["author"] for row in rows} == {"1"}
    assert (rows[0]["sub_theme"], rows[0]["support"], rows[0]["reply_to"]) == ("Play", "0", "")
    (discussion,) = await table(browser, "discussions")
    assert (discussion["title_fi"], discussion["comments"]) == ("'=Ranta", "2")
    page = await browser.get("/fi/discussions/1/comments.csv")
    assert list(csv.DictReader(io.StringIO(page.html))) == rows
    _, whole = await browser.json("/fi/discussions/1/comments.json")
    assert whole["license"]["name"] == "CC-BY-4.0" and whole["comments"][0]["text"] == "=1+1"
    assert [c["name"] for c in whole["columns"]] == list(whole["comments"][0])
    _, told = await browser.json("/api/v1/discussions/1")
    assert told["comments"] == whole["comments"] and told["discussion"]["sub_themes"] == ["Play"]
    _, listed = await browser.json("/api/v1/discussions")
    assert listed["discussions"] == [told["discussion"]]
    for path in (
        "/fi/discussions/2/comments.csv",
        "/api/v1/discussions/2",
        "/api/v1/discussions/x",
    ):
        assert (await browser.get(path)).status == 404
    assert "a-pseudonym" not in page.html + json.dumps([whole, told, listed])


def test_numbers_of_authors_are_drawn_anew() -> None:
    comment = Comment(
        0, 1, None, "", "web", "en", "Hi", CommentKind.IDEA, 0, CommentState.SHOWN,
        datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip
    many = [replace(comment, author=f"{n:04}") for n in range(200)]
    first, second = numbers(many), numbers([*many, comment])
    assert sorted(first.values()) == sorted(second.values()) == list(range(1, 201))
    assert first != second and "" not in second


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
    town.clock.now += timedelta(days=1)
    await town.channel.publish()  # by the timetable
    await town.poll()
    before = town.reads
    assert len(await table(browser, "polls")) == 2 and town.reads == before
    assert (await browser.get("/open-data/none.csv")).status == 404
