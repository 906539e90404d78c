"""Codes, who gave one, and areas, on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor

from core.model import PollState, Voters
from storage import Database, DatabaseUnavailable
from tests.storage.samples import KEY, after, draft, open_poll, voter


def digest(n: int) -> bytes:
    return n.to_bytes(16, "big")


def test_each_code_is_good_once(database: Database) -> None:
    with database.begin() as store:
        poll = open_poll(store, voters=Voters.CODE).id
        other = open_poll(store).id
        store.add_codes(poll, [digest(1), digest(2)])
        store.add_codes(poll, [])
        assert store.codes(poll) == 2 and store.codes(other) == 0
        assert store.use_code(poll, digest(1)) is True
        assert store.use_code(poll, digest(1)) is False
        assert store.use_code(poll, digest(3)) is None
        assert store.use_code(other, digest(2)) is None
        assert store.ballot_boxes({poll, other})[poll].voters is Voters.CODE
        assert store.poll(other).voters is Voters.ANYONE


def test_who_holds_one(database: Database) -> None:
    with database.begin() as store:
        poll, other = (open_poll(store, voters=Voters.CODE).id for _ in range(2))
        store.hold_code(poll, voter(1))
        store.hold_code(poll, voter(1))
        assert store.holds_code(poll, voter(1)) and not store.holds_code(poll, voter(2))
        assert not store.holds_code(other, voter(1))
        store.merge_holders(poll, voter(2), voter(1))
        assert store.holds_code(poll, voter(2)) and not store.holds_code(poll, voter(1))
        store.merge_holders(poll, voter(2), voter(3))
        assert store.holds_code(poll, voter(2))


def test_nothing_of_codes_is_left_when_a_poll_ends(database: Database) -> None:
    with database.begin() as store:
        ended = [open_poll(store, voters=Voters.CODE).id for _ in range(2)]
        going = open_poll(store, voters=Voters.CODE).id
        for poll in (*ended, going):
            store.add_codes(poll, [digest(1)])
            store.hold_code(poll, voter(1))
        store.close_poll(ended[0], after(1))
        store.cancel_poll(ended[1], after(1))
        for poll in ended:
            assert store.codes(poll) == 0 and not store.holds_code(poll, voter(1))
        assert store.codes(going) == 1 and store.holds_code(going, voter(1))


def test_of_two_who_give_one_code_at_once_one_has_it(database: Database) -> None:
    with database.begin() as store:
        poll = open_poll(store, voters=Voters.CODE).id
        store.add_codes(poll, [digest(1)])
    gate = threading.Barrier(2)

    def give(n: int) -> bool | None:
        gate.wait()
        while True:
            try:
                with database.begin() as store:
                    used = store.use_code(poll, digest(1))
                    if used:
                        store.hold_code(poll, voter(n))
                    return used
            except DatabaseUnavailable:
                continue

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, (1, 2))) == [False, True]
    with database.reading() as store:
        assert store.holds_code(poll, voter(1)) != store.holds_code(poll, voter(2))


def test_areas(database: Database) -> None:
    with database.begin() as store:
        poll = store.add_poll(
            draft(voters=Voters.AREAS, areas=("north", "south")), KEY, PollState.OPEN
        )
        assert store.poll(poll.id).areas == ("north", "south")
        store.set_language("a", "sv")
        assert store.area("a") is None and store.area("b") is None
        store.set_area("a", "north")
        store.set_area("b", "-")
        assert (store.area("a"), store.area("b")) == ("north", "-")
        assert store.profiles(["a"])["a"].language == "sv"
        store.forget("a")
        assert store.area("a") is None
