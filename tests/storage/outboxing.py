"""What tests of the outbox do to it."""

from core.events import Address
from core.model import Delivery, Show
from storage import Database
from tests.storage.samples import GAPS, GROUP, NOW, after, show

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
