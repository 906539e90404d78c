"""Votes: whatever comes in whatever order, one ballot a voter, and counters that agree."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.answers import Kind, Paper, points, ranking, several
from core.model import Ballot, PollState, Tally
from core.ports import Store
from storage import Database, open_database
from tests.databases import until_somebody_waits
from tests.storage.samples import GAPS, GROUP, KEY, NOW, after, ballot, open_poll, show, voter

DAY = 24 * 3600
PAPER = Paper(Kind.SINGLE, 3)


def put(database: Database, *ballots: Ballot) -> None:
    with database.begin() as store:
        store.put_ballots(ballots)


def tally(database: Database, poll: int) -> Tally:
    """From the counters, once it is seen that the ballots say the same."""
    with database.reading() as store:
        counted = store.tallies([poll])[poll]
        assert counted == store.recount(poll)
        return counted


@pytest.fixture
def poll(database: Database) -> int:
    with database.begin() as store:
        return open_poll(store).id


def test_a_vote_is_counted(database: Database, poll: int) -> None:
    put(database, ballot(poll, 1, 2), ballot(poll, 2, 0, channel="web"))
    assert tally(database, poll) == Tally(PAPER, {0: 1, 2: 1}, {"telegram": 1, "web": 1})
    with database.reading() as store:
        assert store.choice(poll, voter(1)) == 2
        assert store.choice(poll, voter(9)) is None
        assert store.choice(poll + 1, voter(1)) is None


def test_the_choices_of_many_are_asked_at_once(database: Database, poll: int) -> None:
    put(database, *(ballot(poll, n, n % 3) for n in range(200)))
    with database.reading() as store:
        asked = [(poll, voter(n)) for n in range(150, 250)] + [(poll + 1, voter(1))]
        found = store.choices(asked)
        assert found == {(poll, voter(n)): n % 3 for n in range(150, 200)}
        assert store.choices([]) == {}


def test_no_ballots_change_nothing(database: Database, poll: int) -> None:
    put(database)
    assert tally(database, poll) == Tally(PAPER)


def test_a_vote_can_be_changed(database: Database, poll: int) -> None:
    put(database, ballot(poll, 1, 0, order=1))
    put(database, ballot(poll, 1, 2, order=2))
    assert tally(database, poll) == Tally(PAPER, {2: 1}, {"telegram": 1})


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        pytest.param((1, 5, 0.0, "telegram"), (2, 6, 0.0, "telegram"), 2, id="in order"),
        pytest.param((1, 6, 0.0, "telegram"), (2, 5, 1.0, "telegram"), 1, id="out of order"),
        pytest.param((1, 5, 0.0, "telegram"), (2, 5, 1.0, "telegram"), 1, id="the same again"),
        pytest.param((1, 900, 0.0, "telegram"), (2, 5, DAY + 1, "telegram"), 2, id="restarted"),
        pytest.param((1, 900, 0.0, "telegram"), (2, 5, DAY - 1, "telegram"), 1, id="within a day"),
        pytest.param((1, 5, DAY + 1, "telegram"), (2, 900, 0.0, "telegram"), 1, id="a late ghost"),
        pytest.param((1, 900, 0.0, "telegram"), (2, 5, 1.0, "web"), 2, id="another channel"),
        pytest.param((1, 5, 1.0, "telegram"), (2, 900, 0.0, "web"), 1, id="channel, earlier"),
    ],
)
def test_which_of_two_presses_counts(
    database: Database,
    poll: int,
    together: bool,
    first: tuple[int, int, float, str],
    second: tuple[int, int, float, str],
    wins: int,
) -> None:
    presses = [
        ballot(poll, 1, option, order, at, channel)
        for option, order, at, channel in (first, second)
    ]
    for batch in [presses] if together else [[press] for press in presses]:
        put(database, *batch)
    with database.reading() as store:
        assert store.choice(poll, voter(1)) == wins
    assert tally(database, poll).total == 1


def test_polls_are_counted_apart(database: Database, poll: int) -> None:
    with database.begin() as store:
        other = open_poll(store).id
        store.put_ballots([ballot(poll, 1, 0), ballot(other, 1, 1), ballot(other, 2, 1)])
    assert tally(database, poll).counts == (1, 0, 0)
    assert tally(database, other).counts == (0, 2, 0)
    with database.reading() as store:
        assert set(store.tallies([poll, other, other + 1])) == {poll, other}
        assert store.tallies([]) == {}


def test_a_rolled_back_batch_leaves_nothing(database: Database, poll: int) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as store:
        store.put_ballots([ballot(poll, 1, 0)])
        raise ZeroDivisionError
    assert tally(database, poll).total == 0


PRESS = st.builds(
    lambda who, option, order, at, channel: (who, option, order, at, channel),
    st.integers(1, 4),
    st.integers(0, 2),
    st.integers(1, 6),
    st.sampled_from([0.0, 1.0, DAY - 1.0, DAY + 2.0]),
    st.sampled_from(["telegram", "web"]),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(PRESS, max_size=8), max_size=5))
def test_batches_are_as_good_as_one_by_one(
    database: Database, batches: Sequence[Sequence[tuple[int, int, int, float, str]]]
) -> None:
    with database.begin() as store:
        batched, single = open_poll(store).id, open_poll(store).id
        for batch in batches:
            store.put_ballots([ballot(batched, *press) for press in batch])
            for press in batch:
                store.put_ballots([ballot(single, *press)])
    voters = {press[0] for batch in batches for press in batch}
    assert tally(database, batched) == tally(database, single)
    assert tally(database, batched).total == len(voters)
    with database.reading() as store:
        for who in voters:
            assert store.choice(batched, voter(who)) == store.choice(single, voter(who))


@pytest.mark.parametrize("shared", [True, False], ids=["the same voters", "other voters"])
def test_writers_at_once_do_not_make_the_counters_drift(database: Database, shared: bool) -> None:
    """Half of them work backwards: taking locks in the order of coming would be a deadlock. So
    would be locks in another order than the courier's, which waits for all of them meanwhile."""
    with database.begin() as store:
        polls = [open_poll(store).id for _ in range(150)]
    turns = threading.Barrier(5, timeout=60)

    def await_touches() -> None:
        for _ in range(4):
            turns.wait()
            for _ in range(10):
                with database.reading() as store:
                    store.await_touches()

    def write(seed: int) -> None:
        for turn in range(4):
            voters = [turn * 2 + n + (0 if shared else seed * 1000) for n in range(4)]
            presses = [
                ballot(poll, who, (who + seed) % 3, turn * 10 + seed)
                for poll in polls
                for who in voters
            ]
            turns.wait()
            put(database, *presses[:: -1 if seed % 2 else 1])

    with ThreadPoolExecutor(5) as pool:
        couriers = pool.submit(await_touches)
        for done in [couriers, *(pool.submit(write, seed) for seed in range(4))]:
            done.result()
    for poll in polls:
        assert tally(database, poll).total == (10 if shared else 40)


@pytest.mark.parametrize("known", [True, False], ids=["a change", "a first vote"])
def test_whoever_shows_the_votes_waits_for_them(postgres_url: str, known: bool) -> None:
    with open_database(postgres_url) as database:
        database.upgrade()
        with database.begin() as store:
            poll = open_poll(store).id
            if known:
                store.put_ballots([ballot(poll, 1, 0, order=1)])
        with ThreadPoolExecutor(1) as pool:
            with database.begin() as voting:
                voting.put_ballots([ballot(poll, 1, 2, order=2)])
                voting.touch([f"poll:{poll}"], after(1), GAPS)
                showing = pool.submit(shown, database, poll)
                until_somebody_waits(postgres_url)
            assert showing.result(30).counts == (0, 0, 1)


def shown(database: Database, poll: int) -> Tally:
    """As the courier reads it."""
    with database.reading() as store:
        store.await_touches()
    return tally(database, poll)


def test_writers_on_one_poll_do_not_wait_for_one_another(postgres_url: str) -> None:
    """Neither for its counters, nor for the edit of its post that waits already."""
    with open_database(postgres_url, writers=4, wait=0.1) as database:
        database.upgrade()
        with database.begin() as store:
            poll = open_poll(store).id
            store.publish(GROUP, show(poll), "fi", NOW, [f"poll:{poll}"])
            store.touch([f"poll:{poll}"], NOW, GAPS)
        with ExitStack() as transactions:
            stores = [transactions.enter_context(database.begin()) for _ in range(4)]
            writers = list({shard(store): store for store in stores}.values())
            assert len(writers) > 1
            for n, store in enumerate(writers):
                assert store.ballot_boxes([poll])
                store.put_ballots([ballot(poll, n, 0)])
                store.touch([f"poll:{poll}"], after(1), GAPS)
        assert tally(database, poll).counts == (len(writers), 0, 0)


def shard(store: Store) -> int:
    return store._connection.exec_driver_sql("SELECT pg_backend_pid() & 15").scalar()


def test_a_vote_moved_by_another_writer_leaves_nothing_behind(postgres_url: str) -> None:
    with open_database(postgres_url) as database:
        database.upgrade()
        with database.begin() as store:
            poll = open_poll(store).id
            store.put_ballots([ballot(poll, 1, 0, order=1), ballot(poll, 2, 1, channel="web")])
        with database.begin() as one, database.begin() as other:
            assert one.choice(poll, voter(1)) == 0
            other.put_ballots([ballot(poll, 1, 2, order=2)])
        assert tally(database, poll) == Tally(PAPER, {1: 1, 2: 1}, {"telegram": 1, "web": 1})


def test_no_vote_slips_in_behind_the_closing(postgres_url: str) -> None:
    """A poll that was looked at to vote in stays as it was until the vote is committed."""
    with open_database(postgres_url, wait=0.2) as database:
        database.upgrade()
        with database.begin() as store:
            poll = open_poll(store).id
        with database.begin() as voting:
            assert voting.ballot_boxes([poll])[poll].state is PollState.OPEN
            with ThreadPoolExecutor(1) as pool:
                closing = pool.submit(close, database, poll)
                assert type(closing.exception(30)).__name__ == "DatabaseUnavailable"
            voting.put_ballots([ballot(poll, 1, 0)])
        close(database, poll)
        assert tally(database, poll).total == 1


def close(database: Database, poll: int) -> None:
    with database.begin() as store:
        store.close_poll(poll, after(60))


def test_boxes_hold_what_a_vote_needs(database: Database, poll: int) -> None:
    for view in (database.begin, database.reading):
        with view() as store:
            (box,) = store.ballot_boxes([poll, 999]).values()
            assert (box.poll, len(box.options), box.state, box.key) == (
                poll,
                3,
                PollState.OPEN,
                KEY,
            )
            assert (box.opens_at, box.closes_at) == (after(0), after(3600))
            assert store.ballot_boxes([]) == {}


def test_closing_destroys_key_and_order(database: Database, poll: int) -> None:
    put(database, *(ballot(poll, who, who % 3, order=100 - who) for who in range(9)))
    before = tally(database, poll)
    close(database, poll)
    with database.reading() as store:
        box = store.ballot_boxes([poll])[poll]
        assert (box.state, box.key) == (PollState.CLOSED, None)
    assert tally(database, poll) == before
    rows = kept_ballots(database)
    assert len(rows) == 9
    assert all(row[-2:] == (None, None) for row in rows)


def test_rows_do_not_lie_in_the_order_of_voting(database: Database, poll: int) -> None:
    for who in (5, 3, 8, 1, 9):
        put(database, ballot(poll, who, 0))
    close(database, poll)
    voters = [row[1] for row in kept_ballots(database)]
    assert voters == sorted(voters)


def test_a_closed_poll_takes_no_later_ballot(database: Database, poll: int) -> None:
    put(database, ballot(poll, 1, 0))
    close(database, poll)
    put(database, ballot(poll, 1, 2, order=99, at=2 * DAY))
    assert tally(database, poll).counts == (1, 0, 0)


def kept_ballots(database: Database) -> list[tuple]:
    with database.reading() as store:
        return [tuple(row) for row in store._connection.exec_driver_sql("SELECT * FROM ballots")]


def test_any_kind_is_counted_alike(database: Database) -> None:
    """Every answer has a counter of its own, however large its number."""
    kinds = (
        (Kind.SEVERAL, 1, 3, (several([0, 2]), several([2]), several([0, 1, 2])), (2, 1, 3)),
        (Kind.POINTS, 1, 31, (points([31, 0, 0]), points([0, 0, 31]), points([1, 2, 3])),
         (32, 2, 34)),
        (Kind.RANKING, 1, 3, (ranking([2, 0, 1]), ranking([0]), ranking([2])), (1, 0, 2)),
    )  # fmt: skip
    for kind, least, most, answers, counts in kinds:
        with database.begin() as store:
            made = open_poll(store, kind=kind, least=least, most=most).id
        put(database, *(ballot(made, who, 0) for who in range(3)))
        put(database, *(ballot(made, who, a, order=2) for who, a in enumerate(answers)))
        assert tally(database, made) == Tally(
            Paper(kind, 3, least, most), dict.fromkeys(answers, 1), {"telegram": 3}
        )
        assert tally(database, made).counts == counts
        with database.reading() as store:
            assert store.choice(made, voter(1)) == answers[1]
            assert store.ballot_boxes([made])[made].paper == Paper(kind, 3, least, most)


def test_the_largest_answer_is_kept(database: Database) -> None:
    options = tuple({"fi": str(n)} for n in range(12))
    answer = ranking([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    spread = points([0] * 11 + [31])
    with database.begin() as store:
        ranked = open_poll(store, options=options, kind=Kind.RANKING, most=12).id
        pointed = open_poll(store, options=options, kind=Kind.POINTS, most=31).id
    put(database, ballot(ranked, 1, answer), ballot(pointed, 1, spread))
    assert tally(database, ranked).answers == {answer: 1}
    assert tally(database, pointed).counts == (0,) * 11 + (31,)
