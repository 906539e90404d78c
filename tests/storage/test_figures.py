"""Counters that are not what the ballots say are found, and made anew."""

import threading
from contextlib import suppress

import pytest

from storage import Database, DatabaseUnavailable, open_database
from storage.figures import differences
from tests.storage.samples import after, ballot, open_poll
from tests.storage.whole import fill

SPOILS = [
    "UPDATE tallies SET n = n + 3 WHERE poll = 1",
    "DELETE FROM tallies WHERE poll = 1",
    "UPDATE tallies SET channel = 'fax' WHERE poll = 1 AND channel = 'telegram'",
    "DELETE FROM ballots WHERE poll = 1 AND option = 0",
    "DELETE FROM ballots WHERE poll = 1",
]


@pytest.fixture
def full(database: Database) -> Database:
    fill(database)
    return database


def found(database: Database) -> list[int]:
    with database.reading() as store:
        return [difference.poll for difference in differences(store)]


def test_all_is_well(full: Database) -> None:
    assert found(full) == []


@pytest.mark.parametrize("spoil", SPOILS)
def test_what_was_spoiled_is_found_and_repaired(full: Database, spoil: str) -> None:
    with full.begin() as store:
        store._connection.exec_driver_sql(spoil)
        closed = store.tallies([2])
    with full.reading() as store:
        (difference,) = differences(store)
        assert difference.poll == 1
        assert difference.counted == store.tallies([1])[1] != store.recount(1)
        assert difference.ballots == store.recount(1)
    with full.begin() as store:
        store.repair(1)
    assert found(full) == []
    with full.begin() as store:
        store.put_ballots([ballot(1, 10**6, 0)])
        assert store.tallies([2]) == closed
    assert found(full) == []


def test_a_counter_that_came_back_to_nothing_is_no_difference(database: Database) -> None:
    with database.begin() as store:
        poll = open_poll(store).id
        store.put_ballots([ballot(poll, 1, 0)])
        store.put_ballots([ballot(poll, 1, 0, at=10, channel="web")])
    assert found(database) == []


def test_votes_wait_while_a_poll_is_repaired(postgres_url: str) -> None:
    """On PostgreSQL others write meanwhile: none of theirs is lost or counted twice."""
    with open_database(postgres_url, wait=0.05) as database:
        database.upgrade()
        fill(database)
        with database.begin() as store:
            store._connection.exec_driver_sql(SPOILS[0])
        with database.begin() as store:
            store.repair(1)
            with pytest.raises(DatabaseUnavailable), database.begin() as other:
                other.ballot_boxes([1])
        assert found(database) == []


def test_a_repair_among_votes(postgres_url: str) -> None:
    with open_database(postgres_url) as database:
        database.upgrade()
        fill(database)
        stop = threading.Event()
        cast = 0

        def vote() -> None:
            nonlocal cast
            while not stop.is_set() or cast < 20:
                with suppress(DatabaseUnavailable), database.begin() as store:
                    store.ballot_boxes([1])
                    voter = 10**6 + cast
                    store.put_ballots([ballot(1, voter, voter % 3, at=after().second)])
                cast += 1

        voters = threading.Thread(target=vote)
        voters.start()
        for spoil in SPOILS[:3]:
            with database.begin() as store:
                store.ballot_boxes([1])
                store._connection.exec_driver_sql(spoil)
            with database.begin() as store:
                store.repair(1)
        stop.set()
        voters.join()
        assert found(database) == []
        with database.reading() as store:
            assert store.recount(1).total == 2500 + cast
