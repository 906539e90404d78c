"""Edits of posts: the latest is always shown, and no more often than a platform takes."""

from concurrent.futures import ThreadPoolExecutor

from core.model import DeliveryState, Profile
from storage import Database, open_database
from tests.databases import until_somebody_waits
from tests.storage.outboxing import (
    LEASE,
    claim,
    next_due,
    publish,
    send_post,
    sent,
    tell,
    touch,
)
from tests.storage.samples import DESK, GAPS, GROUP, NEWS, NOW, after, show


def test_a_touch_edits_each_post_of_the_subject(database: Database) -> None:
    send_post(database)
    send_post(database, DESK)
    send_post(database, NEWS, poll=2)
    touch(database, 10)
    (edit,) = claim(database, 10)
    assert (edit.to, edit.show, edit.language) == (GROUP, show(), "fi")
    assert edit.post and (edit.post.ref, edit.post.shown) == ("-100/1", "print")
    assert [d.to for d in claim(database, 10, channel="slack")] == [DESK]
    assert next_due(database) == 10 + LEASE


def test_touches_before_the_edit_are_one(database: Database) -> None:
    send_post(database)
    for second in (5, 6, 7):
        touch(database, second)
    (edit,) = claim(database, 8)
    sent(database, edit, 8)
    assert claim(database, 1000) == []


def test_edits_of_a_post_keep_their_distance(database: Database) -> None:
    send_post(database)
    touch(database, 1)
    assert next_due(database) == 3
    (edit,) = claim(database, 3)
    touch(database, 4)  # while it is on its way
    sent(database, edit, 5)
    assert next_due(database) == 8
    assert claim(database, 7.9) == []
    assert len(claim(database, 8)) == 1


def test_a_channel_without_a_gap_edits_at_once(database: Database) -> None:
    send_post(database)
    with database.begin() as store:
        store.touch(["poll:1"], after(1), {})
    assert len(claim(database, 1)) == 1


def test_a_post_about_two_things_gets_one_edit(database: Database) -> None:
    with database.begin() as store:
        store.publish(GROUP, show(), "fi", NOW, ["poll:1", "poll:2", "poll:1"])
    (delivery,) = claim(database)
    sent(database, delivery)
    touch(database, 10, "poll:1", "poll:2")
    (edit,) = claim(database, 10)
    sent(database, edit, 10)
    touch(database, 20, "poll:2")
    assert len(claim(database, 20)) == 1


def test_touched_subjects_are_gathered(database: Database) -> None:
    with database.begin() as store:
        assert store.touched == set()
        store.touch(["poll:1"], NOW, GAPS)
        store.touch(["question:3", "poll:1"], NOW, GAPS)
        store.touch([], NOW, GAPS)
        assert store.touched == {"poll:1", "question:3"}


def test_a_post_that_is_not_sent_yet_needs_no_edit(database: Database) -> None:
    publish(database)
    touch(database)
    (delivery,) = claim(database)
    assert delivery.post and delivery.post.ref is None
    sent(database, delivery)
    assert claim(database, 1000) == []


def test_a_change_while_the_post_is_being_sent_is_shown(database: Database) -> None:
    publish(database)
    (delivery,) = claim(database)
    touch(database, 1)
    assert claim(database, 2) == []
    assert next_due(database) == LEASE
    sent(database, delivery, 5)
    (edit,) = claim(database, 8)
    assert edit.post and edit.post.ref == "m1"


def test_an_edit_is_not_due_before_its_post_is_sent(database: Database) -> None:
    publish(database)
    (delivery,) = claim(database)
    touch(database, 1)
    with database.begin() as store:
        store.put_off(delivery, after(100), "500")
    assert next_due(database) == 100
    assert claim(database, 99) == []
    (again,) = claim(database, 100)
    assert again.id == delivery.id


def test_an_edit_put_off_joins_the_one_that_came_since(database: Database) -> None:
    send_post(database)
    touch(database, 10)
    (edit,) = claim(database, 10)
    touch(database, 11)
    with database.begin() as store:
        store.put_off(edit, after(40), "429")
    assert next_due(database) == 40
    (again,) = claim(database, 40)
    assert again.tries == 2
    sent(database, again, 40)
    assert claim(database, 1000) == []


def test_an_edit_put_off_alone_comes_again(database: Database) -> None:
    send_post(database)
    touch(database, 10)
    (edit,) = claim(database, 10)
    with database.begin() as store:
        store.put_off(edit, after(40), "429")
    touch(database, 12)
    (again,) = claim(database, 40)
    assert (again.id, again.tries) == (edit.id, 2)


def test_a_post_that_cannot_be_edited_is_left_alone(database: Database) -> None:
    send_post(database)
    touch(database, 10)
    (edit,) = claim(database, 10)
    with database.begin() as store:
        store.give_up(edit, DeliveryState.DEAD, "message is gone")
    touch(database, 20)
    assert claim(database, 1000) == []


def test_a_post_that_was_never_sent_is_never_edited(database: Database) -> None:
    publish(database)
    (delivery,) = claim(database)
    touch(database, 1)
    tell(database, GROUP, "reply", thread_of="poll:1")
    with database.begin() as store:
        store.give_up(delivery, DeliveryState.UNCERTAIN, "timed out")
    touch(database, 2)
    (reply,) = claim(database, 1000)
    assert (reply.show.view, reply.thread_ref) == ("reply", None)


def test_a_change_is_not_lost_to_a_claim_that_cannot_see_it_yet(postgres_url: str) -> None:
    """An edit is rendered once the votes that saw it waiting are committed."""
    with open_database(postgres_url) as database:
        database.upgrade()
        send_post(database)
        touch(database, 10)
        with ThreadPoolExecutor(1) as pool:
            with database.begin() as voting:
                voting.touch(["poll:1"], after(11), GAPS)
                voting.set_language("a" * 32, "sv")
                assert len(claim(database, 20)) == 1
                rendering = pool.submit(render, database)
                until_somebody_waits(postgres_url)
            assert rendering.result(30) == {"a" * 32: Profile("sv")}
        touch(database, 21)
        assert next_due(database) is not None


def render(database: Database) -> dict[str, Profile]:
    """As the courier does."""
    with database.reading() as store:
        store.await_touches()
    with database.reading() as store:
        return store.profiles(["a" * 32])
