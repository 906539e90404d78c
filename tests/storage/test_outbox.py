"""Posts and deliveries: in order, once, never two at a time in a chat, the latest always shown."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.events import Address
from core.model import Delivery, DeliveryState, DigestClock, Post, Profile, Show
from core.ports import Store
from storage import Database, open_database, outbox
from storage.dialect import in_words
from tests.databases import until_somebody_waits
from tests.storage.samples import DESK, GAPS, GROUP, NEWS, NOW, after, show

LEASE = 30.0


def claim(
    database: Database, at: float = 0, limit: int = 10, channel: str = "telegram"
) -> list[Delivery]:
    with database.begin() as store:
        return store.claim(channel, after(at), LEASE, limit)


def publish(
    database: Database, to: Address = GROUP, at: float = 0, poll: int = 1, **more: str
) -> None:
    with database.begin() as store:
        store.publish(to, show(poll), "fi", after(at), [f"poll:{poll}"], **more)


def tell(database: Database, to: Address, view: str = "note", at: float = 0, **more: str) -> None:
    with database.begin() as store:
        store.tell(to, Show(view), "fi", after(at), **more)


def touch(database: Database, at: float = 0, *subjects: str) -> None:
    with database.begin() as store:
        store.touch(subjects or ["poll:1"], after(at), GAPS)


def sent(database: Database, delivery: Delivery, at: float = 0, ref: str = "m1") -> None:
    with database.begin() as store:
        store.sent(delivery, ref, "print", after(at))


def send_post(database: Database, to: Address = GROUP, poll: int = 1) -> None:
    """Published and sent at second 0."""
    publish(database, to, poll=poll)
    (delivery,) = claim(database, channel=to.channel)
    sent(database, delivery, ref=f"{to.chat}/{poll}")


def views(deliveries: list[Delivery]) -> list[str]:
    return [delivery.show.view for delivery in deliveries]


def pending(database: Database) -> dict[str, int]:
    with database.reading() as store:
        return store.pending()


def next_due(database: Database, channel: str = "telegram") -> float | None:
    with database.reading() as store:
        due = store.next_due(channel)
    return None if due is None else (due - NOW).total_seconds()


# --- sending ---------------------------------------------------------------------------------


def test_a_post_is_sent_once(database: Database) -> None:
    publish(database)
    (delivery,) = claim(database)
    assert (delivery.to, delivery.show, delivery.language) == (GROUP, show(), "fi")
    assert (delivery.tries, delivery.thread_ref) == (1, None)
    assert delivery.post is not None
    assert (delivery.post.ref, delivery.post.shown, delivery.post.to) == (None, "", GROUP)
    sent(database, delivery)
    assert claim(database, 1000) == []
    assert pending(database) == {"done": 1}
    assert next_due(database) is None


def test_a_message_is_told(database: Database) -> None:
    tell(database, GROUP, "hello")
    (delivery,) = claim(database)
    assert (delivery.show.view, delivery.post, delivery.to) == ("hello", None, GROUP)


def test_what_is_not_due_waits(database: Database) -> None:
    tell(database, GROUP, at=5)
    assert claim(database, 4.9) == []
    assert next_due(database) == 5
    assert len(claim(database, 5)) == 1


def test_a_channel_takes_its_own(database: Database) -> None:
    tell(database, DESK)
    assert claim(database) == []
    assert next_due(database) is None
    assert len(claim(database, channel="slack")) == 1


def test_the_oldest_due_go_first_up_to_the_limit(database: Database) -> None:
    for due in (3, 1, 2):
        tell(database, Address("telegram", f"-{due}"), f"v{due}", at=due)
    assert views(claim(database, 5, limit=2)) == ["v1", "v2"]
    assert views(claim(database, 5, limit=2)) == ["v3"]


def test_one_at_a_time_and_in_order_in_a_chat(database: Database) -> None:
    for view in ("first", "second"):
        tell(database, GROUP, view)
    tell(database, NEWS, "elsewhere")
    taken = claim(database)
    assert views(taken) == ["first", "elsewhere"]
    assert claim(database, 1) == []
    sent(database, taken[0])
    assert views(claim(database, 1)) == ["second"]


def test_a_lapsed_lease_is_claimed_again_before_what_came_later(database: Database) -> None:
    for view in ("first", "second"):
        tell(database, GROUP, view)
    claim(database)
    assert claim(database, LEASE - 1) == []
    assert next_due(database) == LEASE
    (again,) = claim(database, LEASE)
    assert (again.show.view, again.tries) == ("first", 2)


def test_a_courier_that_lost_its_lease_changes_nothing(database: Database) -> None:
    tell(database, GROUP)
    (late,) = claim(database)
    (held,) = claim(database, LEASE)
    with database.begin() as store:
        store.put_off(late, after(500), "late")
        store.give_up(late, DeliveryState.DEAD, "late")
    assert next_due(database) == 2 * LEASE
    sent(database, held)
    assert pending(database) == {"done": 1}


def test_put_off_comes_again_when_due(database: Database) -> None:
    tell(database, GROUP)
    (delivery,) = claim(database)
    with database.begin() as store:
        store.put_off(delivery, after(20), "429")
    assert claim(database, 19) == []
    assert next_due(database) == 20
    (again,) = claim(database, 20)
    assert again.tries == 2


@pytest.mark.parametrize("state", [DeliveryState.DEAD, DeliveryState.UNCERTAIN])
def test_given_up_is_final(database: Database, state: DeliveryState) -> None:
    tell(database, GROUP)
    (delivery,) = claim(database)
    with database.begin() as store:
        store.give_up(delivery, state, "403")
        store.put_off(delivery, after(1), "too late")
    assert claim(database, 1000) == []
    assert pending(database) == {state: 1}


def test_a_dedupe_key_counts_once(database: Database) -> None:
    for _ in range(2):
        publish(database, dedupe="digest:1")
        tell(database, NEWS, dedupe="hello")
    (post, told) = claim(database)
    sent(database, post)
    sent(database, told)
    publish(database, dedupe="digest:1")
    tell(database, NEWS, dedupe="digest:1")
    assert claim(database, 1000) == []
    with database.reading() as store:
        assert store._connection.exec_driver_sql("SELECT count(*) FROM posts").scalar() == 1


def test_couriers_at_once_take_different_chats(postgres_url: str) -> None:
    with open_database(postgres_url, wait=0.2) as database:
        database.upgrade()
        for n in range(3):
            tell(database, Address("telegram", f"-{n}"))
        with database.begin() as one:
            assert len(one.claim("telegram", NOW, LEASE, 2)) == 2
        assert len(claim(database)) == 1


# --- edits -----------------------------------------------------------------------------------


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


# --- threads ---------------------------------------------------------------------------------


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


# --- chats that fall silent, and chats that move -----------------------------------------------


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
        store.set_digest_clock(GROUP, NOW, after(60))
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
        store.set_digest_clock(GROUP, NOW, after(1))
        store.set_digest_clock(NEWS, NOW, after(2))
        store.move_chat(GROUP, NEWS)
        assert store.digest_clock(NEWS) == DigestClock(NOW, after(2))


# --- the whole ---------------------------------------------------------------------------------


def test_a_rolled_back_publication_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as store:
        store.publish(GROUP, show(), "fi", NOW, ["poll:1"], dedupe="k")
        raise ZeroDivisionError
    assert pending(database) == {}
    publish(database, dedupe="k")
    assert len(claim(database)) == 1


def test_a_claim_reads_no_finished_row(sqlite_url: str) -> None:
    """By the plan, for the clock of a busy machine proves nothing."""
    with open_database(sqlite_url) as database:
        database.upgrade()
        with database.reading() as store:
            plan = plan_of_claim(store)
    scans = [step for step in plan if "deliveries" in step or step.split()[1] in "def"]
    assert any("ix_deliveries_due" in step for step in scans)
    assert [step for step in scans if step.startswith("SCAN")] == []
    (before,) = [step for step in plan if step.startswith("SEARCH e ")]
    assert "ix_deliveries_chat (channel=? AND chat=?" in before  # not all that waits


def plan_of_claim(store: Store) -> list[str]:
    values = {"channel": "telegram", "now": 0.0, "until": 1.0, "most": 5}
    sql = "EXPLAIN QUERY PLAN " + in_words(outbox._CLAIM)
    return [row[3] for row in store._connection.exec_driver_sql(sql, values)]


def test_a_delivery_may_be_forgotten_while_it_is_sent(database: Database) -> None:
    tell(database, Address("telegram", "~" + "a" * 32))
    (delivery,) = claim(database)
    with database.begin() as store:
        store.forget("a" * 32)
        store.sent(delivery, "m", "", NOW)
    assert pending(database) == {}
