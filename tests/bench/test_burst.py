"""A small burst through every channel at once, on both databases, with the real process; and that
the bench would notice."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.burst import CITY_FILE, Crowd, burst, check, stand_ins
from bench.process import BenchmarkError
from bench.servers.kuulolla import open_poll
from bots.playground.telegram.args import Args
from config.city import load_city
from core.model import Ballot
from core.people import Keyring
from storage import Database, open_database

SMALL = Crowd(votes=1_000, seconds=1.0, changes=0.3, repeats=0.3)


async def test_every_vote_of_a_burst_counts_once_and_is_answered(
    database_url: str, tmp_path: Path
) -> None:
    found = await burst(SMALL, database_url, tmp_path)
    assert (found.lost, found.double, found.refused) == (0, 0, 0)
    assert 0 < found.edits < 20


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[tuple[str, Database, int]]:
    """Three people chose the first option, one the second."""
    url, now = f"sqlite:///{tmp_path / 'burst.db'}", datetime.now(UTC)
    with open_database(url) as database:
        database.upgrade()
        poll = open_poll(database, load_city(CITY_FILE), Keyring(b"k" * 32)).id
        with database.begin() as store:
            store.put_ballots(
                [Ballot(poll, bytes([n]) * 16, n // 3, "web", n, now) for n in range(4)]
            )
        yield url, database, poll


def test_lost_votes_and_double_ones_are_noticed(counted: tuple[str, Database, int]) -> None:
    url, database, poll = counted
    database.close()
    assert check(url, Counter({0: 3, 1: 1}), poll) == (0, 0)
    assert check(url, Counter({0: 2, 1: 3}), poll) == (2, 0)
    assert check(url, Counter({0: 2}), poll) == (0, 2)


def test_counters_that_differ_from_the_ballots_are_noticed(
    counted: tuple[str, Database, int],
) -> None:
    url, database, poll = counted
    with database.begin() as store:
        store._connection.exec_driver_sql("UPDATE tallies SET n = n + 1")
    database.close()
    with pytest.raises(BenchmarkError, match="the counters say"):
        check(url, Counter(), poll)


async def test_calls_that_are_too_fast_are_counted() -> None:
    async with stand_ins(1) as town:
        chat = next(c.address.chat for c in town.city.chats if c.address.channel == "telegram")
        for _ in range(3):
            await town.telegram.execute("sendMessage", Args({"chat_id": chat, "text": "x"}))
        assert [refused for _, refused in town.calls()] == [False, True, True]
