"""Comments as the store keeps them: threads, texts, what was made of them."""

from dataclasses import replace

import pytest

from core.city import Look
from core.model import Comment, CommentKind, CommentState, Discussion, PollState
from core.ports import Store
from storage import Database
from tests.storage.samples import HOSTILE, NOW, after

PARK = Discussion(
    0, {"fi": "Ranta"}, {}, ("Leikki",), (), PollState.OPEN, NOW, None, Look.AFTER, 5, "slack:U1",
    keywords=(("keinu",),),
)  # fmt: skip


def add(store: Store, text: str, parent: int | None = None, **more: object) -> int:
    comment = Comment(
        0, 1, parent, "a", "web", "fi", text, CommentKind.IDEA, None, CommentState.SHOWN, NOW
    )
    return store.add_comment(replace(comment, **more)).id  # type: ignore[arg-type]


@pytest.fixture
def filled(database: Database) -> Database:
    """1 with replies 3 and 4, 2 with reply 5; 6 is hidden with a reply (7) that is shown."""
    with database.begin() as store:
        store.add_discussion(PARK)
        add(store, "one"), add(store, "two", at=after(1))
        add(store, "to one", 1, at=after(2)), add(store, "to one, later", 1, at=after(9))
        add(store, "to two", 2, at=after(3))
        add(store, "hidden", at=after(4), state=CommentState.HIDDEN)
        add(store, HOSTILE, 6, at=after(5))
    return database


def test_threads_page_by_page(filled: Database) -> None:
    with filled.reading() as store:
        whole = [one.id for one in store.threaded(1, 50)]
        pages = [one.id for skip in (0, 2, 4, 6) for one in store.threaded(1, 2, skip)]
        assert whole == pages == [7, 2, 5, 1, 3, 4]
        assert store.comment_count(1) == 6 and store.threaded(2, 5) == []
        assert store.threaded(1, 1)[0].text == HOSTILE


def test_what_was_made_of_comments(filled: Database) -> None:
    with filled.begin() as store:
        store.save_comment(replace(store.comment(2), became="question:7"))
        found = store.comments_behind(["question:7", "statement:7", ""])
        assert {made: one.id for made, one in found.items()} == {"question:7": 2}


def test_sorted_and_supported(filled: Database) -> None:
    with filled.begin() as store:
        store.save_comment(replace(store.comment(1), topic=0))
        store.save_comment(replace(store.comment(6), topic=0))
        assert store.sorted_comments(1, 9) == [("one", 0)]
        assert store.support(1, "p") and not store.support(1, "p") and store.support(2, "q")
        store.merge_supports("p", "q")
        assert (store.supported("p"), store.supported("q")) == ([1, 2], [])
        assert [one.support for one in store.threaded(1, 9)] == [0, 1, 0, 1, 0, 0]
        assert store.discussion(1).keywords == (("keinu",),)
        assert sorted(store.comment_texts([1, 2, 99])) == ["one", "two"]


def test_ones_own_everywhere(filled: Database) -> None:
    with filled.reading() as store:
        assert [one.id for one in store.own_comments(["a", "b"], limit=2)] == [7, 6]
        assert len(store.own_comments(["a"], 1)) == 7 and store.own_comments(["a"], 2) == []


def test_a_page_of_what_answers_nothing_that_is_shown(filled: Database) -> None:
    with filled.begin() as store:
        for id, topic in ((1, 0), (7, 3)):
            store.save_comment(replace(store.comment(id), topic=topic))
        store.support(1, "p")

        def ids(*args: object, **more: object) -> list[int]:
            return [one.id for one in store.firsts(1, *args, **more)]  # type: ignore[arg-type]

        assert ids(9) == [7, 2, 1] and store.firsts(2, 9) == []
        assert (ids(2), ids(2, 2), ids(2, 4)) == ([7, 2], [1], [])
        assert ids(9, supported=True) == [1, 7, 2] and ids(1, 1, supported=True) == [7]
        assert (ids(9, topics=[0]), ids(9, topics=[0, 3]), ids(9, topics=[])) == ([1], [7, 1], [])
        assert ids(9, topics=[None, 3]) == [7, 2]
        assert store.firsts_by_topic(1) == {0: 1, 3: 1, None: 1}
        assert [(one.id, one.support) for one in store.firsts(1, 9)] == [(7, 0), (2, 0), (1, 1)]
        assert store.firsts(1, 9)[0].text == HOSTILE


def test_replies_of_a_page(filled: Database) -> None:
    with filled.begin() as store:
        assert [one.id for one in store.replies([2, 1])] == [3, 5, 4]
        assert [one.id for one in store.replies([6])] == [7] and store.replies([]) == []
        store.save_comment(replace(store.comment(3), state=CommentState.HIDDEN))
        assert [one.id for one in store.replies([1])] == [4]
