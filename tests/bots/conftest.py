"""A database of its own for each test, and an intake over it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

import storage
from bots.intake import Intake
from bots.reader import Reader
from core.ports import Store
from tests.bots.posting import Post
from tests.fakes import Clock

T = TypeVar("T")


class Records:
    """The database, and its only writer."""

    def __init__(self, path: Path) -> None:
        self.clock = Clock()
        self.database = storage.open_database(f"sqlite:///{path}")
        self.database.upgrade()
        self.reader = Reader(self.database.reading, (storage.DatabaseUnavailable,))
        self.woken: list[Callable[[], None]] = []
        self.intake = Intake(
            self.database.begin,
            inbox=None,
            clock=self.clock,
            on_commit=self._committed,
            busy=(storage.DatabaseUnavailable,),
        )

    def _committed(self, touched: frozenset[str]) -> None:
        for wake in self.woken:
            wake()

    async def write(self, work: Callable[[Store], T]) -> T:
        return await self.intake.run(work)

    def read(self, question: Callable[[Store], T]) -> T:
        with self.database.reading() as store:
            return question(store)


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    records = Records(tmp_path / "kuulolla.db")
    yield records
    await records.intake.stop()
    await records.reader.stop()
    records.database.close()


@pytest.fixture
async def post(records) -> AsyncIterator[Post]:
    post = Post(records)
    yield post
    post.channel.gate.set()
    await post.courier.stop()
