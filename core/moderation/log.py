"""What residents may read of moderation: each decision's day, kind, rule and outcome, and how its
appeal ended; never the text nor the person. And figures by month."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from core import deadlines
from core.city import City
from core.model import ItemKind, Judgement, Outcome
from core.ports import Store
from core.tabular import Column, Row, Table, as_csv

KEPT = timedelta(days=366)
PUBLIC = frozenset({Outcome.REDACTED, Outcome.REWORD, Outcome.REJECTED, Outcome.MUTED})
"""What stands in the log line by line; what was simply let through is counted."""
RECENT, MOST = timedelta(days=7), 500
FEW = 5
"""Of fewer decisions a time says too much of one."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    day: str
    kind: ItemKind
    rule: str
    outcome: Outcome
    appeal: Outcome | None


@dataclass(frozen=True, slots=True)
class Month:
    """``hours``: the median time to a decision; None of few."""

    month: str
    decided: int
    outcomes: Mapping[Outcome, int]
    appeals: int
    overturned: int
    hours: float | None


def lines(store: Store, city: City, now: datetime) -> list[Line]:
    """Of a year, the newest day first; within a day in no order of time."""
    found = (_line(city, one) for one in store.judgements(now - KEPT, now, PUBLIC))
    return sorted(found, key=lambda one: (one.day, one.kind, one.rule), reverse=True)


def _line(city: City, one: Judgement) -> Line:
    day = deadlines.local(city, one.at).date().isoformat()
    return Line(day, one.kind, one.rule, one.outcome, one.appeal)


def months(store: Store, city: City, now: datetime) -> list[Month]:
    """Of a year, the newest first."""
    by: dict[str, list[Judgement]] = {}
    for one in store.judgements(now - KEPT, now):
        by.setdefault(deadlines.local(city, one.at).strftime("%Y-%m"), []).append(one)
    return [_month(name, by[name]) for name in sorted(by, reverse=True)]


def _month(name: str, all_: Sequence[Judgement]) -> Month:
    waited = [one.waited for one in all_ if one.waited is not None]
    return Month(
        name,
        sum(one.outcome is not Outcome.MUTED for one in all_),
        Counter(one.outcome for one in all_),
        sum(one.appeal is not None for one in all_),
        sum(one.appeal is Outcome.OVERTURNED for one in all_),
        round(median(waited) / 3600, 1) if len(waited) >= FEW else None,
    )


def recent(store: Store, now: datetime) -> tuple[int, float | None]:
    """Decisions of the last week, as far as the newest `MOST` tell, and the median of the hours
    that they took; None where none has a time."""
    found = store.judgements(now - RECENT, now, limit=MOST)
    waited = [one.waited for one in found if one.waited is not None]
    return len(waited), round(median(waited) / 3600, 1) if waited else None


def _line_rows(store: Store, city: City, now: datetime) -> Iterator[Row]:
    for x in lines(store, city, now):
        yield {
            "date": x.day, "kind": x.kind, "rule": x.rule, "outcome": x.outcome,
            "appeal": x.appeal or "",
        }  # fmt: skip


def _month_rows(store: Store, city: City, now: datetime) -> Iterator[Row]:
    for x in months(store, city, now):
        counts = {outcome: x.outcomes.get(outcome, 0) for outcome in COUNTED}
        yield {
            "month": x.month, "decided": x.decided, **counts, "appeals": x.appeals,
            "overturned": x.overturned, "median_hours": x.hours,
        }  # fmt: skip


LOG = Table(
    "moderation",
    "What moderators decided in a year, but for what was simply let through.",
    (
        Column("date", "date", "The day, in the city's time"),
        Column("kind", "string", "question, words, comment or statement"),
        Column("rule", "string", "The id of the rule, as the rules' page has it"),
        Column("outcome", "string", "redacted, reword, rejected or muted"),
        Column("appeal", "string", "upheld or overturned; empty where nobody appealed"),
    ),
    _line_rows,
    None,
)
COUNTED = (Outcome.APPROVED, Outcome.REDACTED, Outcome.REWORD, Outcome.REJECTED, Outcome.MUTED)
MONTHS = Table(
    "moderation_months",
    "Decisions of moderators by month, of a year.",
    (
        Column("month", "string", "As 2026-03"),
        Column("decided", "integer", "Decisions"),
        *(Column(one, "integer", f"How many were: {one}") for one in COUNTED),
        Column("appeals", "integer", "Rejections that were appealed and decided"),
        Column("overturned", "integer", "Rejections that an appeal overturned"),
        Column("median_hours", "number", "Median hours to a decision; empty of fewer than five"),
    ),
    _month_rows,
    None,
)


def file(table: Table, store: Store, city: City, now: datetime) -> bytes:
    return as_csv([column.name for column in table.columns], table.rows(store, city, now))


def as_json(store: Store, city: City, now: datetime) -> dict[str, object]:
    return {
        "log": [
            {"date": x.day, "kind": x.kind, "rule": x.rule, "outcome": x.outcome,
             "appeal": x.appeal}
            for x in lines(store, city, now)
        ],
        "months": [
            {"month": x.month, "decided": x.decided, "outcomes": dict(x.outcomes),
             "appeals": x.appeals, "overturned": x.overturned, "median_hours": x.hours}
            for x in months(store, city, now)
        ],
    }  # fmt: skip
