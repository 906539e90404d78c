"""A closing by steps: cut off anywhere, gone on with by anybody, on both engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from core.answers import Kind
from core.model import AT_ONCE, Ballot, BallotList, Words
from storage import Database, open_database
from storage.tables import ballots, closings, code_holders, drafts, poll_codes, poll_words, tallies
from tests.databases import until_somebody_waits
from tests.storage.samples import after, open_poll, voter

VOTERS, ROWS = 7, 2
LIST = BallotList(1, "{}\n", "ab" * 32, VOTERS)


class Cut(Exception):
    """The process ends here."""


def live(database: Database, kind: Kind = Kind.SINGLE, n: int = VOTERS) -> int:
    """A poll with ballots, words, codes, holders and marks, all of some voters."""
    with database.begin() as store:
        poll = open_poll(store, kind=kind).id
        many = [
            Ballot(poll, voter(i), i % 3, ("telegram", "web")[i % 2], i, after(i)) for i in range(n)
        ]
        store.put_ballots(many)
        for i in range(min(n, VOTERS)):
            store.put_words(poll, voter(i), Words("", f"sana {i}", "fi"), first=False)
            store.hold_code(poll, voter(i))
            store.put_draft(voter(i).hex(), f"ballot:{poll}", {"marks": 1}, after(i))
        store.add_codes(poll, [voter(i) for i in range(min(n, VOTERS))])
    return poll


def rows(database: Database, table: sa.Table, *columns: str) -> list[tuple[Any, ...]]:
    with database.reading() as store:
        wanted = [table.c[name] for name in columns] or list(table.c)
        return [tuple(row) for row in store._run(sa.select(*wanted))]


def told(database: Database) -> dict[str, int]:
    """How many rows tell something of voters, by table."""
    return {
        "ballots": sum(row != ("", None, None)
                       for row in rows(database, ballots, "channel", "order", "at")),
        "tallies": sum(channel != "" for (channel,) in rows(database, tallies, "channel")),
        "words": sum(voter is not None for (voter,) in rows(database, poll_words, "voter")),
        "codes": len(rows(database, poll_codes)),
        "holders": len(rows(database, code_holders)),
        "marks": sum(kind.startswith("ballot:") for (kind,) in rows(database, drafts, "kind")),
    }  # fmt: skip


def nothing(database: Database) -> bool:
    return not any(told(database).values())


def test_a_small_poll_ends_in_the_transaction_that_closes_it(database: Database) -> None:
    poll = live(database)
    with database.begin() as store:
        store.close_poll(poll, after(60))
    assert nothing(database)
    with database.begin() as store:
        assert store.closings() == [poll] and store.wipe_closed(poll)
        assert store.put_ballot_list(LIST) and store.closings() == []


def steps(database: Database, poll: int, cut: bool) -> Iterator[dict[str, int]]:
    """What is told still, after each step; each is tried twice where processes are cut off."""
    while True:
        if cut:
            before = rows(database, closings), told(database)
            with pytest.raises(Cut), database.begin() as store:
                store.wipe_closed(poll, ROWS)
                raise Cut
            assert (rows(database, closings), told(database)) == before
        with database.begin() as store:
            through = store.wipe_closed(poll, ROWS)
        yield told(database)
        if through:
            return


@pytest.mark.parametrize("cut", [False, True], ids=["through", "cut off before every commit"])
def test_a_large_one_by_steps_of_which_each_tells_less(database: Database, cut: bool) -> None:
    poll = live(database)
    with database.begin() as store:
        counted = store.tallies([poll])[poll]
        store.close_poll(poll, after(60), ROWS)
        assert store.ballot_boxes([poll])[poll].key is None  # at once, whatever is left
    before = told(database)
    assert before["ballots"] == VOTERS - ROWS
    for now in steps(database, poll, cut):
        assert sum(before.values()) - sum(now.values()) <= 2 * ROWS  # a counter is two rows here
        assert all(now[name] <= n for name, n in before.items())
        with database.reading() as store:
            assert store.tallies([poll])[poll] == counted == store.recount(poll)
        before = now
    assert nothing(database)
    with database.reading() as store:
        assert [v for v, _ in store.closed_ballots(poll, b"", 99)] == [*map(voter, range(VOTERS))]
        assert len(store.words(poll, "waiting", "", 99)) == VOTERS


def test_one_ends_it_and_the_other_finds_nothing_to_do(database: Database) -> None:
    poll = live(database)
    with database.begin() as store:
        store.close_poll(poll, after(60))
    for first in (True, False):
        with database.begin() as store:
            assert store.put_ballot_list(LIST) is first
    with database.reading() as store:
        assert store.ballot_list(poll) == LIST


def test_what_is_cancelled_is_wiped_and_has_no_list(database: Database) -> None:
    poll = live(database)
    with database.begin() as store:
        store.cancel_poll(poll, after(60), ROWS)
    for _ in steps(database, poll, cut=False):
        pass
    assert nothing(database) and rows(database, closings) == []


def test_counters_made_anew_in_the_middle_are_wiped_as_well(database: Database) -> None:
    poll = live(database)
    with database.begin() as store:
        store.close_poll(poll, after(60), ROWS)
        store.repair(poll)
    for _ in steps(database, poll, cut=False):
        pass
    assert nothing(database)


@pytest.mark.parametrize("n", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1])
def test_the_limit(sqlite_database: Database, n: int) -> None:
    """A poll is whole at once as long as all of it is less than a step."""
    database = sqlite_database
    with database.begin() as store:
        poll = open_poll(store).id
        store.put_ballots([Ballot(poll, voter(i), 0, "web", i, after(i)) for i in range(n)])
        store.close_poll(poll, after(60))
    assert told(database)["ballots"] == max(0, n - AT_ONCE)


def test_two_processes_do_not_do_one_step_twice(postgres_url: str) -> None:
    """Whoever comes second waits, and goes on where the first one stopped."""
    with open_database(postgres_url) as database:
        database.upgrade()
        poll = live(database)
        with database.begin() as store:
            store.close_poll(poll, after(60), ROWS)
        with ThreadPoolExecutor(1) as pool:
            with database.begin() as store:
                store.wipe_closed(poll, ROWS)
                other = pool.submit(step, database, poll)
                until_somebody_waits(postgres_url)
            other.result(30)
        assert told(database)["ballots"] == VOTERS - 3 * ROWS


def step(database: Database, poll: int) -> None:
    with database.begin() as store:
        store.wipe_closed(poll, ROWS)
