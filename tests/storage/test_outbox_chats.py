"""Threads, chats that fall silent, and chats that move."""

from core.events import Address
from core.model import DigestClock, Post, Show
from storage import Database
from tests.storage.outboxing import (
    LEASE,
    claim,
    pending,
    publish,
    send_post,
    sent,
    tell,
    touch,
    views,
)
from tests.storage.samples import GROUP, NEWS, NOW, after, show


def test_a_thread_is_that_of_the_post_in_the_same_chat(database: Database) -> None:
    send_post(database)
    send_post(database, NEWS)
    tell(database, GROUP, thread_of="poll:1")
    tell(database, NEWS, thread_of="poll:1")
    assert [d.thread_ref for d in claim(database)] == ["-100/1", "-200/1"]


def test_a_thread_waits_for_its_post(database: Database) -> None:
    publish(database)
    tell(database, GROUP, "reply", at=-1, thread_of="poll:1")
    (post,) = claim(database)
    assert post.post
    assert claim(database, 1) == []
    sent(database, post, ref="m7")
    (reply,) = claim(database, 1)
    assert (reply.show.view, reply.thread_ref) == ("reply", "m7")


def test_a_post_hangs_from_another_and_its_edits_from_none(database: Database) -> None:
    publish(database, poll=1)
    publish(database, poll=2, at=1, thread_of="poll:1")
    (first,) = claim(database)
    assert claim(database, at=5) == []
    sent(database, first, ref="m7")
    (second,) = claim(database, at=5)
    assert (second.show, second.thread_ref) == (show(2), "m7")
    sent(database, second, at=5, ref="m8")
    touch(database, 6, "poll:2")
    (edit,) = claim(database, at=60)
    assert edit.post and (edit.post.ref, edit.thread_ref) == ("m8", None)


def test_what_others_sent_is_found_and_hung_from_until_it_is_gone(database: Database) -> None:
    theirs = Post(0, GROUP, Show("original", {"comment": 5}), "fi", "m3", "")
    with database.begin() as store:
        store.adopt(theirs, ["thread:comment:5"])
        assert store.showing(GROUP, "m3") == (theirs.show, "fi")
        (kept,) = store.posts_about("thread:comment:5")
        assert (kept.to, kept.ref, kept.show) == (GROUP, "m3", theirs.show)
    assert claim(database) == [], "nothing of it is ours to send"
    publish(database, thread_of="thread:comment:5")
    (copy,) = claim(database)
    assert copy.thread_ref == "m3"
    with database.begin() as store:
        store.disown(kept)
        assert store.posts_about("thread:comment:5") == []
        assert store.showing(GROUP, "m3") is None


def test_without_a_post_there_is_no_thread(database: Database) -> None:
    send_post(database, NEWS)
    tell(database, GROUP, thread_of="poll:1")
    (delivery,) = claim(database)
    assert delivery.thread_ref is None


def test_a_silenced_chat_gets_nothing(database: Database) -> None:
    send_post(database)
    publish(database, poll=2)
    tell(database, GROUP)
    tell(database, NEWS, "elsewhere")
    touch(database)
    with database.begin() as store:
        assert store.silence(GROUP, "blocked", NOW)
        assert not store.silence(GROUP, "again", NOW)
        assert store.silenced() == {"telegram:-100": "blocked"}
    publish(database, poll=3)
    tell(database, GROUP)
    touch(database)
    assert views(claim(database, 1000)) == ["elsewhere"]
    with database.begin() as store:
        store.unsilence(GROUP)
    assert claim(database, 2000, limit=1, channel="telegram")[0].to == NEWS  # its lapsed lease
    assert claim(database, 2000) == []


def test_silence_ends_what_is_on_its_way(database: Database) -> None:
    tell(database, GROUP)
    (delivery,) = claim(database)
    with database.begin() as store:
        store.silence(GROUP, "blocked", NOW)
        store.put_off(delivery, after(1), "403")
    assert pending(database) == {"dead": 1}
    assert claim(database, 1000) == []


def test_a_chat_that_is_heard_again_gets_what_comes_then(database: Database) -> None:
    send_post(database)
    with database.begin() as store:
        store.silence(GROUP, "blocked", NOW)
        store.unsilence(GROUP)
        assert store.silenced() == {}
    touch(database, 10)
    assert len(claim(database, 10)) == 1


def test_a_moved_chat_takes_everything_along(database: Database) -> None:
    new = Address("telegram", "-100999")
    send_post(database)
    tell(database, GROUP)
    with database.begin() as store:
        store.set_digest_clock(GROUP, DigestClock(NOW, after(60)))
        store.move_chat(GROUP, new)
        assert store.moved() == {"telegram:-100": "telegram:-100999"}
        assert store.digest_clock(new) == store.digest_clock(GROUP) == DigestClock(NOW, after(60))
    (told,) = claim(database)
    assert told.to == new
    sent(database, told)
    touch(database, 10)
    (edit,) = claim(database, 10)
    assert edit.to == edit.post.to == new


def test_the_old_address_leads_to_the_newest(database: Database) -> None:
    second, third = Address("telegram", "-2"), Address("telegram", "-3")
    with database.begin() as store:
        store.move_chat(GROUP, second)
        store.move_chat(second, third)
        assert store.moved() == {"telegram:-100": "telegram:-3", "telegram:-2": "telegram:-3"}
    publish(database, GROUP)
    tell(database, second)
    with database.begin() as store:
        assert [d.to for d in store.claim("telegram", NOW, LEASE, 10)] == [third]
        store.silence(GROUP, "blocked", NOW)
        assert store.silenced() == {"telegram:-3": "blocked"}


def test_a_chat_that_moves_back_is_where_it_is(database: Database) -> None:
    new = Address("telegram", "-2")
    with database.begin() as store:
        store.move_chat(GROUP, new)
        store.move_chat(new, GROUP)
        store.move_chat(GROUP, GROUP)
        assert store.moved() == {"telegram:-2": "telegram:-100"}
    tell(database, GROUP)
    assert [d.to for d in claim(database)] == [GROUP]


def test_a_chat_that_moves_onto_another_keeps_the_others_clock(database: Database) -> None:
    with database.begin() as store:
        store.set_digest_clock(GROUP, DigestClock(NOW, after(1)))
        store.set_digest_clock(NEWS, DigestClock(NOW, after(2)))
        store.move_chat(GROUP, NEWS)
        assert store.digest_clock(NEWS) == DigestClock(NOW, after(2))
