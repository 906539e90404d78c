"""Moderation: what its checks see, and how long the desk takes when 5,000 texts wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.moderated import PERSONAL, cases, recall_and_precision
from bench.process import ROOT, BenchmarkError, scratch
from bench.registry import Goal, Plan, Spread, benchmark
from config.city import load_city
from core.city import Look
from core.events import Address, Command, Event, Person, Pressed, Submitted
from core.inbox import Inbox
from core.model import (
    Comment,
    CommentKind,
    CommentState,
    Discussion,
    Item,
    ItemKind,
    ItemState,
    PollState,
)
from core.people import Keyring
from storage import Database, open_database

WAITING = 5000
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
CHECKS = ("links", "words", "shouting", "language")


@benchmark(pii_recall=Goal(">=", 0.98), pii_precision=Goal(">=", 0.95))
def personal_data(plan: Plan) -> Mapping[str, Spread]:
    tuned, held_out = cases()
    for name, rows in (("tuned on", tuned), ("held out", held_out)):
        for check in CHECKS:
            recall, precision = recall_and_precision(rows, frozenset({check}))
            plan.note(f"  {name}: {check}: recall {recall:.3f}, precision {precision:.3f}")
    recall, precision = recall_and_precision(held_out, PERSONAL)
    figures = {"pii_recall": recall, "pii_precision": precision}
    return {key: Spread(figure, figure, figure) for key, figure in figures.items()}


@benchmark(moderation_queue_ms=Goal("<=", 50, "ms"))
def queue(plan: Plan) -> Mapping[str, Spread]:
    """The slowest (p95) of the events around the 5,000th comment of a minute: one more comes,
    somebody reads, a moderator opens the desk, reads ten at once, decides on one."""
    with scratch() as folder, open_database(f"sqlite:///{folder / 'desk.db'}") as database:
        database.upgrade()
        fill(database)
        desk = Desk(database)
        desk.round(0)  # what is loaded at the first event
        rounds = [desk.round(n) for n in range(1, 51)]
        check(database)
    for name in rounds[0]:
        ordered = sorted(1000 * each[name] for each in rounds)
        plan.note(f"  {name}: median {ordered[25]:.1f} ms, p95 {ordered[47]:.1f} ms")
    took = sorted(1000 * seconds for each in rounds for seconds in each.values())
    p95 = took[int(len(took) * 0.95)]
    return {"moderation_queue_ms": Spread(p95, took[0], took[-1])}


def check(database: Database) -> None:
    """That what was measured was done."""
    with database.reading() as store:
        waiting, decided = store.waiting().total, store.newest_refs(ItemState.APPROVED, 100)
    if (waiting, len(decided)) != (WAITING - 1, 51):
        raise BenchmarkError(f"{waiting} wait, {len(decided)} were decided")


def fill(database: Database) -> None:
    """A discussion with sub-themes; half of its comments are shown already, and all wait."""
    title = {"fi": "Rantapuiston tulevaisuus"}
    with database.begin() as store:
        store.add_discussion(
            Discussion(
                0, title, title, ("Leikki", "Valot", "Penkit"), (), PollState.OPEN, START, None,
                Look.BEFORE, 50, "slack:U1",
            )
        )  # fmt: skip
        for n in range(WAITING - 1):
            at = START + timedelta(milliseconds=12 * n)
            text = f"Kommentti numero {n}: tielle {n % 97} tarvitaan lisää valoja ja penkkejä."
            state = CommentState.SHOWN if n % 2 else CommentState.HIDDEN
            comment = store.add_comment(
                Comment(
                    0, 1, None, f"{n:032x}", "telegram", "fi", text, CommentKind.IDEA, n % 3, state,
                    at,
                )
            )  # fmt: skip
            who: dict[str, Any] = {"author": comment.author, "channel": "telegram"}
            shown = state is CommentState.SHOWN
            ref, place = str(comment.id), "discussion:1"
            store.put_item(Item(ItemKind.COMMENT, ref, place, "fi", at, shown=shown, **who))


class Desk:
    """Residents who comment and read, and a moderator."""

    def __init__(self, database: Database) -> None:
        self._city = load_city(ROOT / "config" / "espoo.yaml")
        self._inbox = Inbox(self._city, Keyring(bytes(32)), {"slack": 3.0})
        self._database = database
        self._moderator = next(o for o in self._city.officials if self._city.may_moderate(o))
        self._events = 0

    def round(self, n: int) -> dict[str, float]:
        """Seconds that each took."""
        resident = Person("telegram", str(n), "fi")
        official = Person(self._moderator.channel, self._moderator.account)
        text = f"Ajatus {n * 7919}: puiston {n} portille tarvitaan lukko ja valo."
        fields = {"text": text, "kind": "idea"}
        return {
            "comment": self._do(Submitted, resident, form="comment", fields=fields, state="1:"),
            "read": self._do(Pressed, resident, action="comments:1:0", order=self._events),
            "desk": self._do(Command, official, name="moderointi"),
            "ten": self._do(Pressed, official, action="desk_many:waiting:-", order=self._events),
            "decide": self._do(
                Pressed, official, action=f"desk_yes:comment:{2 * n + 1}", order=self._events
            ),
        }

    def _do(self, kind: type[Event], who: Person, **more: Any) -> float:
        self._events += 1
        where = Address(who.channel, who.account)
        at = START + timedelta(minutes=5, seconds=self._events)
        event = kind(id=f"bench:{self._events}", who=who, where=where, at=at, **more)
        began = time.perf_counter()
        with self._database.begin() as store:
            reply = self._inbox.handle(store, event, at)
        took = time.perf_counter() - began
        if reply.errors or not (reply.message or reply.form or reply.notice):
            raise BenchmarkError(f"{kind.__name__}: {reply}")
        return took
