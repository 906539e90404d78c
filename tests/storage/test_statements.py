"""Statements, opinions and groups in the store, on both engines."""

from msgspec import structs

from core.model import (
    ConversationDraft,
    GroupFigures,
    Groups,
    Moderation,
    Opinion,
    PollState,
    Stand,
    StatementFigures,
    StatementState,
)
from storage import Database
from tests.storage.samples import GROUP, HOSTILE, KEY, NOW, after, voter

DRAFT = ConversationDraft(
    {"fi": "Keskusta"}, {"fi": "Taustaa"}, NOW, after(days=5), after(days=9), Moderation.BEFORE,
    (GROUP,), "slack:U1", ({"fi": "Lisää puita", "sv": "Fler träd"}, {"fi": "Vähemmän autoja"}),
)  # fmt: skip


def opinion(who: int, statement: int, value: int, at: float = 0, important: bool = False):
    return Opinion(1, voter(who), statement, value, important, after(at))


def test_a_conversation_and_its_seeds_are_kept(database: Database) -> None:
    with database.begin() as store:
        made = store.add_conversation(DRAFT, KEY, PollState.SCHEDULED, NOW)
        assert store.conversations_to_open(NOW) == [made.id]
        store.open_conversation(made.id)
    with database.reading() as store:
        kept = store.conversation(1)
        assert (kept.title, kept.chats, kept.key) == (DRAFT.title, (GROUP,), KEY)
        assert kept.takes_statements(after(days=5) - (after(1) - NOW))
        assert not kept.takes_statements(after(days=5)) and kept.takes_votes(after(days=5))
        assert [s.text for s in store.statements(1)] == list(DRAFT.seeds)
        assert store.statements_to_serve(1) == {1: True, 2: True}
        assert store.conversations(PollState.OPEN) == [kept]
        assert store.conversations_to_close(after(days=9)) == [1]


def test_one_opinion_a_person_and_statement_the_latest(database: Database) -> None:
    with database.begin() as store:
        store.add_conversation(DRAFT, KEY, PollState.OPEN, NOW)
        store.put_opinion(opinion(1, 1, 1))
        store.put_opinion(opinion(1, 1, -1, at=5, important=True))
        store.put_opinion(opinion(1, 1, 0, at=2))  # came late
        store.put_opinion(opinion(2, 2, 0))
        assert store.opinions(1)[0] == opinion(1, 1, -1, at=5, important=True)
        assert store.own_opinions(1, voter(1)) == {1: -1} and store.opinion_people(1) == 2


def test_two_people_become_one_with_the_later_of_each(database: Database) -> None:
    with database.begin() as store:
        store.add_conversation(DRAFT, KEY, PollState.OPEN, NOW)
        written = {"fi": HOSTILE}
        mine = store.add_statement(1, written, voter(2), StatementState.SHOWN, NOW)
        for each in (opinion(1, 1, 1, 3), opinion(2, 1, -1, 1), opinion(1, 2, 1, 1),
                     opinion(2, 2, -1, 3), opinion(2, mine.id, 1)):  # fmt: skip
            store.put_opinion(each)
        store.merge_opinions(1, voter(1), voter(2), after(7))
        assert store.own_opinions(1, voter(1)) == {1: 1, 2: -1, mine.id: 1}
        assert store.opinion_people(1) == 1
        assert [s.id for s in store.statements_by(1, voter(1))] == [mine.id]


def test_closing_destroys_the_key_and_all_but_the_day(database: Database) -> None:
    with database.begin() as store:
        store.add_conversation(DRAFT, KEY, PollState.OPEN, NOW)
        own = store.add_statement(1, {"fi": "Oma"}, voter(1), StatementState.SHOWN, NOW)
        for who in (1, 2):
            store.put_opinion(opinion(who, 1, who - 1, at=77))
        store.put_opinion(opinion(1, own.id, 1))  # nobody but its author: it would tell who
        store.close_conversation(1, after(days=1))
        assert store.erased and store.keys_erased
    with database.reading() as store:
        closed = store.conversation(1)
        assert closed.key is None and closed.state is PollState.CLOSED
        assert [each.value for each in store.opinions(1)] == [0, 1]
        midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
        assert {each.at for each in store.opinions(1)} == {midnight}
        assert store.statement(own.id).author is None


def test_statements_are_judged_and_their_authors_forgotten(database: Database) -> None:
    with database.begin() as store:
        store.add_conversation(DRAFT, KEY, PollState.OPEN, NOW)
        for state in (StatementState.WAITING, StatementState.SHOWN):
            store.add_statement(1, {"fi": "Oma"}, voter(3), state, NOW, found=["phone"])
        assert store.statement_counts(1) == {
            StatementState.WAITING: 1, StatementState.SHOWN: 3, StatementState.REMOVED: 0
        }  # fmt: skip
        removed = store.judge_statement(4, StatementState.REMOVED, "asiaton", after(9))
        assert (removed.state, removed.reason) == (StatementState.REMOVED, "asiaton")
        assert store.judge_statement(4, StatementState.REMOVED, "", after(9)) is None
        assert store.judge_statement(99, StatementState.SHOWN, "", after(9)) is None
        assert store.conversation(1).changed_at == after(9)
        store.forget_author(1, voter(3))
        assert store.statement(3) is None and store.statement(4).author is None


def groups(**changes) -> Groups:
    usual = Groups(
        1, 1, after(10), after(3), 2, 3, 0, {1: 0.5, 2: 2.0}, {1: StatementFigures(1, 0, 1, 0.25)},
        {"A": GroupFigures(2, (Stand(1, True),))}, (Stand(2, False),),
        {voter(1): "A", voter(2): "B"},
    )  # fmt: skip
    return structs.replace(usual, **changes)


def test_groups_are_kept_whole_and_replaced(database: Database) -> None:
    with database.begin() as store:
        store.add_conversation(DRAFT, KEY, PollState.OPEN, NOW)
        store.put_groups(groups(version=1, members={}))
        store.put_groups(groups(version=2))
    with database.reading() as store:
        assert store.groups(1) == groups(version=2)
        assert store.groups(9) is None


def test_groups_are_made_anew_when_votes_came_and_once_more_when_they_settled(
    database: Database,
) -> None:
    with database.begin() as store:
        store.add_conversation(DRAFT, KEY, PollState.OPEN, NOW)
        assert store.conversations_to_group(NOW) == []
        store.put_opinion(opinion(1, 1, 1, at=3))
        assert store.conversations_to_group(after(3)) == [1]
        store.put_groups(groups(made_at=after(4), covered=after(3)))
        assert store.conversations_to_group(after(5)) == []
        assert store.conversations_to_group(after(8)) == [1]  # a late one may have come
        store.put_groups(groups(made_at=after(9), covered=after(3)))
        assert store.conversations_to_group(after(99)) == []
        store.judge_statement(1, StatementState.REMOVED, "", after(100))
        assert store.conversations_to_group(after(100)) == [1]
        store.put_groups(groups(made_at=after(101), covered=after(3)))
        store.close_conversation(1, after(200))
        assert store.conversations_to_group(after(200)) == [1]
        store.put_groups(groups(made_at=after(201), covered=after(3)))
        assert store.conversations_to_group(after(300)) == []
