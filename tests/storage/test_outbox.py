"""Deliveries: in order, once, never two at a time in a chat."""

import pytest

from core.events import Address
from core.model import DeliveryState
from core.ports import Store
from storage import Database, open_database, outbox
from storage.dialect import in_words
from tests.storage.outboxing import LEASE, claim, next_due, pending, publish, sent, tell, views
from tests.storage.samples import DESK, GROUP, NEWS, NOW, after, show


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
