"""Open data: everything public as tables, made anew each night, with a description (Frictionless
Data Package) of what the columns mean. Counts below five are left out, and no cell is a formula."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from core import deadlines, markers, polls
from core.city import City, Part
from core.discussions import data as discussions
from core.model import FEW, Poll, PollState, Question, Tally
from core.moderation import log, rules
from core.ports import Store
from core.scene import reference
from core.tabular import LICENCE, Column, Row, Table, as_csv, in_languages, resource, time, words
from core.texts import plain, texts

PAGE = 500
# --- rows ----------------------------------------------------------------------------------------


def _listed(store: Store) -> Iterator[tuple[Poll, Tally]]:
    before: int | None = None
    states = (PollState.OPEN, PollState.CLOSED, PollState.CANCELLED)
    while page := store.polls(*states, limit=PAGE, before=before, surveys=True):
        tallies = store.tallies({poll.id for poll in page})
        shown = (p for p in page if p.survey is None or p.state.over)
        yield from ((poll, tallies.get(poll.id) or Tally(poll.paper)) for poll in shown)
        before = page[-1].id


def _polls(store: Store, city: City, now: datetime) -> Iterator[Row]:
    for poll, tally in _listed(store):
        yield {
            "id": poll.id,
            **in_languages("question", poll.question),
            "kind": poll.kind,
            "state": poll.state,
            "opened": time(poll.opens_at),
            "closed": time(poll.closed_at),
            "votes": _enough(tally.total),
            **{f"votes_{name}": _enough(tally.parted.get(name, 0)) for name in CHANNELS},
        }


def _results(store: Store, city: City, now: datetime) -> Iterator[Row]:
    for poll, tally in _listed(store):
        if not polls.shows_results(poll) or poll.state is PollState.CANCELLED:
            continue
        for i, (option, count) in enumerate(zip(poll.options, tally.counts, strict=True)):
            few = tally.total < FEW
            yield {
                "poll": poll.id,
                "option": i,
                **in_languages("text", option),
                "votes": None if few else _enough(count),
            }


def _questions(store: Store, city: City, now: datetime) -> Iterator[Row]:
    before: int | None = None
    while page := store.public_questions(PAGE, before):
        yield from (_question(city, one) for one in page)
        before = page[-1].number


def _question(city: City, one: Question) -> Row:
    return {
        "reference": reference(city, one.number),
        "text": markers.shown(one.text, texts(one.language)),
        "language": one.language,
        "theme": one.theme or "",
        "area": one.area or "",
        "department": one.department,
        "state": one.state,
        "received": time(one.received_at),
        "answered": time(one.answered_at),
        **in_languages("answer", one.answer or {one.language: one.reason}),
    }


def _enough(count: int) -> int | None:
    """None for the few that could be known by it; nobody is nobody."""
    return count if count == 0 or count >= FEW else None


# --- tables --------------------------------------------------------------------------------------

CHANNELS = ("telegram", "web", "teams", "slack")
TABLES: tuple[Table, ...] = (
    Table(
        "polls",
        "Polls that have opened.",
        (
            Column("id", "integer", "The poll's number"),
            *words("question", "What was asked"),
            Column("kind", "string", "single, several, yes_no, scale, points, ranking or words"),
            Column("state", "string", "open, closed or cancelled"),
            Column("opened", "datetime", "When it opened (UTC)"),
            Column("closed", "datetime", "When it closed (UTC)"),
            Column("votes", "integer", "Votes; empty from 1 to 4"),
            *(
                Column(f"votes_{x}", "integer", f"Votes that came by {x}; empty from 1 to 4")
                for x in CHANNELS
            ),
        ),
        _polls,
        Part.POLLS,
    ),
    Table(
        "results",
        "What was chosen, where it may be shown: a row for each option.",
        (
            Column("poll", "integer", "The poll's number"),
            Column("option", "integer", "The option's number, from 0"),
            *words("text", "The option"),
            Column(
                "votes",
                "integer",
                "Votes, points or first choices; empty from 1 to 4, and in"
                " polls with fewer than five votes",
            ),
        ),
        _results,
        Part.POLLS,
    ),
    Table(
        "questions",
        "Questions that were answered, or declined, in public.",
        (
            Column("reference", "string", "The question's number, as residents see it"),
            Column("text", "string", "As it was asked, without personal data"),
            Column("language", "string", "The language it was asked in"),
            Column("theme", "string", "Its theme's id in the city file"),
            Column("area", "string", "The id of the part of the city that it names"),
            Column("department", "string", "The id of the department that answered"),
            Column("state", "string", "answered or declined"),
            Column("received", "datetime", "When it came in (UTC)"),
            Column("answered", "datetime", "When it was answered (UTC)"),
            *words("answer", "The answer"),
        ),
        _questions,
        Part.QUESTIONS,
    ),
    *discussions.TABLES,
)


def tables(city: City) -> list[Table]:
    made = [table for table in TABLES if table.part and city.has(table.part)]
    return [*made, *((log.LOG, log.MONTHS) if rules.in_use(city) else ())]


def files(store: Store, city: City, now: datetime) -> dict[str, bytes]:
    """All of it, by file name."""
    made: dict[str, bytes] = {}
    for table in tables(city):
        rows = list(table.rows(store, city, now))
        names = [column.name for column in table.columns]
        made[f"{table.name}.csv"] = as_csv(names, rows)
        made[f"{table.name}.json"] = json.dumps(rows, ensure_ascii=False).encode()
    made["datapackage.json"] = json.dumps(package(city, now), ensure_ascii=False).encode()
    return made


def package(city: City, now: datetime) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "kuulolla",
        "title": f"Kuulolla: {plain(city.name, city.language)}",
        "created": time(now),
        "homepage": city.page("/") or "/",
        "licenses": [LICENCE],
        "resources": [resource(table) for table in tables(city)],
    }


def night(city: City, now: datetime) -> datetime:
    """The last one's beginning, by the city's clock: what was made since then still holds."""
    return deadlines.midnight(city, deadlines.local(city, now).date())
