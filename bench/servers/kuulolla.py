"""What the service's own servers under measurement share: its rules, writer and database.

The real parts, wired as the service wires them, without its courier and its other channels: one
open poll with four options, posted in every chat of the example city.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from aiohttp import web

from bench.process import ROOT
from bench.votes import FIRST_VOTER
from bots.intake import Intake, OnCommit
from bots.live import Hub
from bots.server import Doctor, application
from config.city import load_city
from core import polls
from core.actions import encode
from core.city import City
from core.desk import Desk
from core.inbox import Inbox
from core.model import Ballot, Poll, PollDraft, PollState, Shows
from core.people import Keyring, voter
from core.ports import Health, Route
from storage import Database, DatabaseUnavailable, open_database

LABELS = ("Kirjasto", "Uimahalli", "Puisto", "Skeittipaikka")
EDIT_GAPS = {"telegram": 3.0, "slack": 3.0}
AT_ONCE = 50_000


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Service:
    city: City
    intake: Intake
    poll: Poll
    keyring: Keyring
    database: Database

    @property
    def actions(self) -> list[str]:
        return [encode("vote", self.poll.id, option) for option in range(len(self.poll.options))]


def service(
    where: Path | str,
    ballots: int = 0,
    writers: int = 2,
    secret: bytes = b"",
    on_commit: OnCommit | None = None,
) -> Service:
    """On a new database: SQLite's file, or the address of any. The ballots are those of the load's
    first so many voters in Telegram. On one that has a poll already, beside whoever made it."""
    city = load_city(ROOT / "config" / "espoo.yaml")
    keyring = Keyring(secret or secrets.token_bytes(32))
    url = str(where) if "://" in str(where) else f"sqlite:///{where}"
    database = open_database(url, writers=writers)
    database.upgrade()
    with database.reading() as store:
        found = store.polls(PollState.OPEN, limit=1)
    poll = found[0] if found else open_poll(database, city, keyring, ballots)
    inbox = Inbox(city, keyring, EDIT_GAPS)
    intake = Intake(
        database.begin,
        inbox,
        now,
        on_commit or Hub().publish,
        busy=(DatabaseUnavailable,),
        writers=database.writers_at_once,
        near=partial(database.begin, patient=False) if database.near else None,
    )
    return Service(city, intake, poll, keyring, database)


def served(routes: Sequence[Route]) -> web.Application:
    """As the service's own server has them, with nobody to ask how it is."""
    return application(Doctor("", _well, _well, {}), routes)


async def _well() -> Health:
    return Health(True, "")


def open_poll(database: Database, city: City, keyring: Keyring, ballots: int = 0) -> Poll:
    """With four options, posted in every chat of the city."""
    key, chats = secrets.token_bytes(32), tuple(chat.address for chat in city.chats)
    question = {"fi": "Mihin kaupunki käyttää ylijäämän?"}
    options = tuple({"fi": label} for label in LABELS)
    draft = PollDraft(question, options, Shows.ALWAYS, now(), None, chats, "bench")
    with database.begin() as store:
        poll = store.add_poll(draft, key, PollState.OPEN)
        polls.post(Desk(store, city, now(), EDIT_GAPS), poll)
    cast = _ballots(poll, key, keyring, ballots)
    while batch := list(islice(cast, AT_ONCE)):
        with database.begin() as store:
            store.put_ballots(batch)
    return poll


def _ballots(poll: Poll, key: bytes, keyring: Keyring, count: int) -> Iterator[Ballot]:
    at = now()
    for n in range(count):
        resident = keyring.resident("telegram", str(FIRST_VOTER + n))
        yield Ballot(poll.id, voter(key, resident), n % len(LABELS), "telegram", 0, at)
