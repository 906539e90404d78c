"""Moderation: what its checks see, and how long the desk takes when 5,000 texts wait."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.moderated import PERSONAL, cases, recall_and_precision
from bench.process import ROOT, scratch
from bench.registry import Goal, Plan, Spread, benchmark
from config.city import load_city
from core.city import Look, QuestionLimits
from core.events import Address, Command, Event, Person, Pressed, Said
from core.inbox import Inbox
from core.messages import Buttons
from core.model import Item, ItemKind, Question, QuestionState
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
    """The slowest (p95) of the events around the 5,000th text: one more comes, a moderator opens
    the desk, reads ten at once, decides on one."""
    with scratch() as folder, open_database(f"sqlite:///{folder / 'desk.db'}") as database:
        database.upgrade()
        fill(database)
        desk = Desk(database)
        took = sorted(seconds for n in range(50) for seconds in desk.round(n))
    figures = [1000 * took[int(len(took) * share)] for share in (0.95, 0.5, 0.99)]
    plan.note(f"  median {figures[1]:.1f} ms, p95 {figures[0]:.1f} ms")
    return {"moderation_queue_ms": Spread(figures[0], 1000 * took[0], 1000 * took[-1])}


def fill(database: Database) -> None:
    with database.begin() as store:
        for n in range(WAITING - 1):
            at = START + timedelta(milliseconds=12 * n)
            text = f"Kommentti numero {n}: tielle {n % 97} tarvitaan lisää valoja ja penkkejä."
            question = store.add_question(
                Question(
                    0, text, "fi", None, "asiakaspalvelu", QuestionState.MODERATION, f"{n:032x}",
                    "telegram", None, at,
                )
            )  # fmt: skip
            ref = str(question.number)
            who: dict[str, Any] = {"author": f"{n:032x}", "channel": "telegram"}
            store.put_item(Item(ItemKind.QUESTION, ref, "question", "fi", at, **who))


class Desk:
    """A resident who asks, and a moderator."""

    def __init__(self, database: Database) -> None:
        city = load_city(ROOT / "config" / "espoo.yaml")
        looked = replace(city.moderation, look={ItemKind.QUESTION: Look.BEFORE})
        limits = QuestionLimits(1000, 1000)
        self._city = replace(city, moderation=looked, question_limits=limits)
        self._inbox = Inbox(self._city, Keyring(bytes(32)), {"slack": 3.0})
        self._database = database
        self._moderator = next(o for o in city.officials if city.may_moderate(o))
        self._events = 0

    def round(self, n: int) -> list[float]:
        resident = Person("telegram", str(n), "fi")
        official = Person(self._moderator.channel, self._moderator.account)
        text = f"Kysymys {n * 7919}: milloin puiston {n} portti korjataan kuntoon?"
        asked, understood = self._do(Said, resident, text=text)
        send = next(
            b.action
            for block in understood.message.blocks
            if isinstance(block, Buttons)
            for row in block.rows
            for b in row
            if b.action.startswith("ask_send")
        )
        sent, _ = self._do(Pressed, resident, action=send, order=self._events)
        opened, _ = self._do(Command, official, name="moderointi")
        many, _ = self._do(Pressed, official, action="desk_many:waiting:-", order=self._events)
        decided, _ = self._do(
            Pressed, official, action=f"desk_yes:question:{n + 1}", order=self._events
        )
        return [asked, sent, opened, many, decided]

    def _do(self, kind: type[Event], who: Person, **more: Any) -> tuple[float, Any]:
        self._events += 1
        where = Address(who.channel, who.account)
        at = START + timedelta(minutes=5, seconds=self._events)
        event = kind(id=f"bench:{self._events}", who=who, where=where, at=at, **more)
        began = time.perf_counter()
        with self._database.begin() as store:
            reply = self._inbox.handle(store, event, at)
        return time.perf_counter() - began, reply
