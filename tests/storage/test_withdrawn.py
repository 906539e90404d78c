"""An option that is withdrawn while votes are on their way: one or the other comes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from core.events import Address, Person, Pressed
from core.inbox import Inbox
from core.people import Keyring
from storage import Database, open_database
from tests.databases import until_somebody_waits
from tests.stage import CITY, GAPS, SECRET
from tests.storage.samples import after, ballot, open_poll

INBOX = Inbox(CITY, Keyring(SECRET), GAPS)


def press(who: int, option: int) -> Pressed:
    person = Person("telegram", str(who), "en")
    where = Address("telegram", str(who))
    action = f"vote:1:{option}"
    return Pressed(id=f"e{who}", who=person, where=where, at=after(1), action=action, order=1)


def votes(store, *presses: Pressed) -> list[str]:
    return [reply.notice for reply in INBOX.cast(store, presses, after(1))]


def test_what_was_given_stays_and_is_passed_over(database: Database) -> None:
    with database.begin() as store:
        poll = open_poll(store).id
        store.put_ballots([ballot(poll, 1, 0), ballot(poll, 2, 0), ballot(poll, 3, 1)])
        assert store.withdraw_option(poll, 0)
        assert not store.withdraw_option(poll, 0)
    with database.reading() as store:
        tally = store.tallies([poll])[poll]
        assert tally == store.recount(poll) and store.poll(poll).withdrawn == (0,)
        assert (tally.counts, tally.total, tally.ballots) == ((0, 1, 0), 1, 3)
        assert tally.uncounted == {0: 2}
        assert store.ballot_boxes([poll])[poll].paper.gone == (0,)


def test_only_of_an_open_poll(database: Database) -> None:
    with database.begin() as store:
        poll = open_poll(store).id
        store.close_poll(poll, after(1))
        assert not store.withdraw_option(poll, 0) and not store.withdraw_option(poll + 1, 0)
        assert store.poll(poll).withdrawn == ()


def test_a_batch_of_votes_for_what_is_gone_and_for_what_is_not(database: Database) -> None:
    with database.begin() as store:
        poll = open_poll(store).id
        store.withdraw_option(poll, 0)
        gone, counted = votes(store, press(1, 0), press(2, 1))
    assert "withdrawn" in gone and "counted" in counted
    with database.reading() as store:
        assert store.tallies([poll])[poll].given == {1: 1}


def meanwhile(url: str, first: Callable, second: Callable) -> tuple[object, object]:
    """``second`` begins while ``first`` has done its work and not yet committed."""
    with open_database(url) as database, ThreadPoolExecutor(1) as pool:
        with database.begin() as store:
            done = first(store)
            other = pool.submit(transaction, database, second)
            until_somebody_waits(url)
        return done, other.result(30)


def transaction(database: Database, work: Callable) -> object:
    with database.begin() as store:
        return work(store)


def made(url: str) -> None:
    with open_database(url) as database:
        database.upgrade()
        with database.begin() as store:
            assert open_poll(store).id == 1


def test_a_vote_on_its_way_is_through_before_the_option_goes(postgres_url: str) -> None:
    made(postgres_url)
    told, gone = meanwhile(
        postgres_url,
        lambda store: votes(store, press(1, 0)),
        lambda store: (store.withdraw_option(1, 0), store.tallies([1])[1].uncounted),
    )
    assert "counted" in told[0] and gone == (True, {0: 1})


def test_a_vote_that_comes_meanwhile_finds_it_gone(postgres_url: str) -> None:
    made(postgres_url)
    gone, told = meanwhile(
        postgres_url,
        lambda store: store.withdraw_option(1, 0),
        lambda store: (votes(store, press(1, 0)), store.tallies([1])[1].given),
    )
    assert gone is True and "withdrawn" in told[0][0] and told[1] == {}


def test_two_who_withdraw_at_once_lose_neither(postgres_url: str) -> None:
    made(postgres_url)
    done = meanwhile(
        postgres_url,
        lambda store: store.withdraw_option(1, 0),
        lambda store: (store.withdraw_option(1, 1), store.poll(1).withdrawn),
    )
    assert done == (True, (True, (0, 1)))
