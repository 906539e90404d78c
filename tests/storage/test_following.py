"""What `core.ports.FollowStore` promises, on both engines."""

from storage import Database
from tests.storage.samples import question

ANNA, BO, CAI = "a" * 32, "b" * 32, "c" * 32


def test_who_follows_is_known_once_and_moves_on(database: Database) -> None:
    with database.begin() as store:
        first, second = (store.add_question(question()).number for _ in range(2))
        for language in ("fi", "sv"):
            store.follow_question(first, ANNA, "telegram", language)
        store.follow_question(first, BO, "web", "en")
        store.follow_question(second, BO, "web", "en")
        assert store.question_followers(first) == [(ANNA, "telegram", "sv"), (BO, "web", "en")]
        assert store.followed_questions([BO, CAI]) == [second, first]
        store.move_followers(first, second)
        assert store.follower_counts({first, second}) == {first: 0, second: 2}
        store.unfollow_question(second, [ANNA, CAI])
        assert store.question_followers(second) == [(BO, "web", "en")]
        store.move_followers(second, None)
        assert store.followed_questions([ANNA, BO]) == []


def test_a_thumb_turns_and_keeps_its_words(database: Database) -> None:
    with database.begin() as store:
        asked = store.add_question(question()).number
        store.put_thumb(asked, ANNA, True, "clear")
        store.put_thumb(asked, BO, True, "")
        store.put_thumb(asked, ANNA, False, "")
        assert store.thumbs(asked) == (1, 1)
        assert store.thumb_words(asked, 5) == ["clear"]
        assert store.own_thumb(asked, [CAI, ANNA]) == (False, "clear")
        assert store.own_thumb(asked, [BO]) == (True, "")
        assert store.own_thumb(asked, [CAI]) is None and store.own_thumb(asked + 1, [BO]) is None
