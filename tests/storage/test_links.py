"""One person, one ballot, whatever the order in which accounts vote, are linked and unlinked."""

import itertools
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.events import Address, Command, Event, Person, Pressed
from core.inbox import Inbox
from core.messages import Reply, as_text
from core.people import Keyring, voter
from storage import Database, DatabaseUnavailable, open_database
from tests.databases import until_somebody_waits
from tests.stage import CITY, SECRET
from tests.storage.samples import KEY, NOW, after, open_poll

KEYRING = Keyring(SECRET)
INBOX = Inbox(CITY, KEYRING, {"telegram": 0.0, "web": 0.0})
NUMBERS = itertools.count(1)
ACCOUNTS = [("telegram", "1"), ("telegram", "2"), ("web", "3"), ("web", "4"), ("teams", "5")]


class Town:
    """People who act at any time, and try again when the database says so."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.begin() as store:
            self.polls = [open_poll(store).id for _ in range(2)]

    def act(self, kind: type[Event], who: int, at: datetime | None = None, **more: object) -> Reply:
        channel, account = ACCOUNTS[who]
        n = next(NUMBERS)
        event = kind(
            id=f"e{n}", who=Person(channel, account, "en"), where=Address(channel, account),
            at=at or after(n / 1000), **more,
        )  # fmt: skip
        while True:
            try:
                with self.database.begin() as store:
                    return INBOX.handle(store, event, NOW)
            except DatabaseUnavailable:  # a deadlock, resolved at our expense
                continue

    def vote(self, who: int, poll: int, option: int) -> None:
        self.act(Pressed, who, action=f"vote:{self.polls[poll]}:{option}", order=next(NUMBERS))

    def link(self, one: int, other: int) -> None:
        shown = self.act(Command, one, name="link").message
        code = as_text(shown).split("Your code: ")[1].split()[0]
        self.act(Command, other, name="link", args=code)
        self.act(Pressed, other, action="link_yes", order=0)

    def unlink(self, who: int) -> None:
        self.act(Pressed, who, action="unlink_yes", order=0)

    def forget(self, who: int) -> None:
        self.act(Pressed, who, action="forget_yes", order=0)

    def check(self) -> None:
        """Each ballot is the one of a person who is there; counters and ballots agree."""
        with self.database.reading() as store:
            ids = [KEYRING.resident(*account) for account in ACCOUNTS]
            known = store.profiles(ids)
            people = {(known[x].person if x in known else None) or x for x in ids}
            assert all(store.accounts(person)[0] == person for person in people)
            for poll in self.polls:
                ballots = {voter(KEY, person) for person in people}
                kept = store._connection.exec_driver_sql(
                    f"SELECT voter FROM ballots WHERE poll = {poll}"
                ).scalars()
                assert {bytes(name) for name in kept} <= ballots
                assert store.tallies([poll])[poll] == store.recount(poll)


WHO = st.integers(0, len(ACCOUNTS) - 1)
ACT = st.one_of(
    st.tuples(st.just("vote"), WHO, st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("link"), WHO, WHO),
    st.tuples(st.sampled_from(["unlink", "forget"]), WHO),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=14))
def test_one_after_another(database: Database, acts: list[tuple]) -> None:
    town = Town(database)
    with database.begin() as store:
        for account in ACCOUNTS:
            store.forget(KEYRING.resident(*account))
        for account in ACCOUNTS:
            store.drop_draft(KEYRING.resident(*account), "tries")
    for name, *args in acts:
        getattr(town, name)(*args)
    town.check()


def test_all_at_once(database: Database) -> None:
    """Everybody votes without a pause while they are linked and unlinked."""
    town = Town(database)
    turns = threading.Barrier(4, timeout=60)

    def live(seed: int) -> None:
        chance = random.Random(seed)
        turns.wait()
        for _ in range(25):
            who, other = chance.sample(range(len(ACCOUNTS)), 2)
            town.vote(who, chance.randrange(2), chance.randrange(3))
            if chance.random() < 0.3:
                town.link(who, other)
            elif chance.random() < 0.2:
                town.unlink(who)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(live, seed) for seed in range(4)]:
            done.result()
    town.check()


@pytest.mark.parametrize("options", [(0, 1), (1, 0)])
def test_a_link_waits_for_the_votes_on_their_way(
    postgres_url: str, options: tuple[int, int]
) -> None:
    """The vote was read as the account's own, and is committed after the link was asked for."""
    with open_database(postgres_url) as database:
        database.upgrade()
        _late_vote(database, postgres_url, options)


def _late_vote(database: Database, url: str, options: tuple[int, int]) -> None:
    town = Town(database)
    poll = town.polls[0]
    town.vote(0, 0, options[0])
    code = as_text(town.act(Command, 0, name="link").message).split("Your code: ")[1].split()[0]
    town.act(Command, 2, name="link", args=code)
    press = Pressed(
        id="late", who=Person("web", "3"), where=Address("web", "3"), at=after(50),
        action=f"vote:{poll}:{options[1]}", order=1,
    )  # fmt: skip
    with ThreadPoolExecutor(1) as pool:
        with database.begin() as voting:
            INBOX.cast(voting, [press], NOW)
            linking = pool.submit(town.act, Pressed, 2, action="link_yes", order=0)
            until_somebody_waits(url)
        assert "2 accounts are one person" in as_text(linking.result(60).message)
    town.check()
    with database.reading() as store:
        assert store.tallies([poll])[poll].total == 1
        person = KEYRING.resident("telegram", "1")
        assert store.choice(poll, voter(KEY, person)) == options[1]
