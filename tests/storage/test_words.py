"""Answers in words, on both engines: one a voter, moved and dropped with the ballot, and
parted from the voter when the poll closes."""

import pytest

from core.answers import Kind
from core.model import Words, WordsState
from core.people import voter as pseudonym
from storage import Database
from tests.storage.samples import HOSTILE, KEY, after, ballot, open_poll, voter


def said(text: str) -> Words:
    return Words("", text, "fi", found=("phone", "email"))


@pytest.fixture
def poll(database: Database) -> int:
    """Three have answered."""
    with database.begin() as store:
        id = open_poll(store, kind=Kind.WORDS, options=()).id
        for n, text in enumerate(("laituri", "laituri", HOSTILE)):
            store.put_ballots([ballot(id, n, 0)])
            assert store.put_words(id, voter(n), said(text), first=False)
        return id


def texts(database: Database, poll: int, state: WordsState = WordsState.WAITING) -> list[str]:
    with database.reading() as store:
        return sorted(one.text for one in store.words(poll, state, "", 100))


def total(database: Database, poll: int) -> int:
    with database.reading() as store:
        counted = store.tallies([poll])[poll]
        assert counted == store.recount(poll)
        return counted.total


def test_words_are_kept_as_they_were_said(database: Database, poll: int) -> None:
    with database.reading() as store:
        mine = store.own_words(poll, voter(2))
        assert store.own_words(poll, voter(7)) is None
        assert store.own_words(poll + 1, voter(2)) is None
    assert mine == Words(mine.token, HOSTILE, "fi", WordsState.WAITING, ("phone", "email"))
    assert total(database, poll) == 3


def test_a_change_takes_their_place_under_another_token(database: Database, poll: int) -> None:
    with database.begin() as store:
        before = store.own_words(poll, voter(0)).token
        store.judge_words(poll, [before], WordsState.HIDDEN, "mainos")
        store.put_words(poll, voter(0), said("sauna"), first=False)
        mine = store.own_words(poll, voter(0))
        assert (mine.text, mine.state, mine.reason) == ("sauna", WordsState.WAITING, "")
        assert store.judge_words(poll, [before], WordsState.APPROVED, "") == 0


def test_first_words_stay_where_they_are_final(database: Database, poll: int) -> None:
    with database.begin() as store:
        assert not store.put_words(poll, voter(0), said("sauna"), first=True)
        assert store.put_words(poll, voter(9), said("sauna"), first=True)
        assert store.own_words(poll, voter(0)).text == "laituri"


def test_words_are_judged_counted_and_listed_by_page(database: Database, poll: int) -> None:
    with database.begin() as store:
        every = store.words(poll, WordsState.WAITING, "", 10)
        assert [x.token for x in every] == sorted(x.token for x in every)
        assert store.words(poll, WordsState.WAITING, every[0].token, 1) == every[1:2]
        good = [x.token for x in every if x.text == "laituri"]
        assert store.judge_words(poll, good, WordsState.APPROVED, "") == 2
        assert store.judge_words(poll + 1, good, WordsState.HIDDEN, "") == 0
        assert store.words_counts(poll) == {
            WordsState.WAITING: 1, WordsState.APPROVED: 2, WordsState.HIDDEN: 0,
        }  # fmt: skip
        assert store.approved_words(poll) == [("laituri", "fi", 2)]


def test_who_withdraws_counts_no_more(database: Database, poll: int) -> None:
    with database.begin() as store:
        assert store.withdraw(poll, voter(0))
        assert not store.withdraw(poll, voter(0))
        assert store.own_words(poll, voter(0)) is None
    assert total(database, poll) == 2


@pytest.mark.parametrize(
    ("late", "first", "left"),
    [(5, False, "uusi"), (5, True, "laituri"), (-5, False, "laituri"), (-5, True, "uusi")],
)
def test_merging_keeps_the_words_of_the_ballot_that_stays(
    database: Database, poll: int, late: float, first: bool, left: str
) -> None:
    with database.begin() as store:
        store.put_ballots([ballot(poll, 8, 0, at=late, channel="web")])
        store.put_words(poll, voter(8), said("uusi"), first=False)
        store.merge_ballots(poll, voter(0), voter(8), first=first)
        assert store.own_words(poll, voter(0)).text == left
        assert store.own_words(poll, voter(8)) is None
        store.merge_ballots(poll, voter(20), voter(1), first=first)
        assert store.own_words(poll, voter(20)).text == "laituri"
    assert total(database, poll) == 3


def test_closing_parts_words_from_voters(database: Database, poll: int) -> None:
    with database.begin() as store:
        other = open_poll(store, kind=Kind.WORDS, options=()).id
        store.put_words(other, voter(0), said("muu"), first=False)
        before = {x.token for x in store.words(poll, WordsState.WAITING, "", 10)}
        store.close_poll(poll, after(60))
    with database.reading() as store:
        kept = {x.token for x in store.words(poll, WordsState.WAITING, "", 10)}
        assert not kept & before and len(kept) == 3
        assert all(store.own_words(poll, voter(n)) is None for n in range(3))
        assert store.own_words(other, voter(0)).text == "muu"
    assert texts(database, poll) == sorted(["laituri", "laituri", HOSTILE])
    assert total(database, poll) == 3


def test_nothing_that_is_kept_after_closing_tells_who_wrote_what(database: Database) -> None:
    """Two wrote, and with the key in hand: neither pseudonym stands beside a text, and the rows lie
    in an order of their own."""
    orders = set()
    for _ in range(12):
        with database.begin() as store:
            id = open_poll(store, kind=Kind.WORDS, options=()).id
            for n in range(4):
                name = pseudonym(KEY, f"resident {n}")
                store.put_words(id, name, said(f"sana {n}"), first=False)
            store.close_poll(id, after(60))
            found = store._connection.exec_driver_sql(
                f"SELECT voter, text FROM poll_words WHERE poll = {id}"
            ).fetchall()
        assert {name for name, _ in found} == {None}
        orders.add(tuple(text for _, text in found))
    assert len(orders) > 1
