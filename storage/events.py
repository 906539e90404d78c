"""Which events were handled; and what is dropped once it is old."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.tables import (
    deliveries,
    desk_messages,
    desk_passes,
    desk_sign_ins,
    drafts,
    events,
    link_codes,
)
from storage.transaction import Transaction

DESK_KEPT = timedelta(days=90)
"""How much longer than events the staff's desk keeps a message since it last changed, and what a
sign-in said of somebody."""


class Events(Transaction):
    def seen(self, id: str) -> bytes | None:
        return self._run(sa.select(events.c.reply).where(events.c.id == id)).scalar()

    def record(self, id: str, who: str, reply: bytes, at: datetime) -> None:
        self._run(sa.insert(events).values(id=id, who=who, reply=reply, at=at))

    def prune(self, before: datetime) -> None:
        self._run(sa.delete(events).where(events.c.at < before))
        self._run(sa.delete(deliveries).where(deliveries.c.finished_at < before))
        self._run(sa.delete(drafts).where(drafts.c.at < before))
        self._run(sa.delete(link_codes).where(link_codes.c.at < before))
        self._run(sa.delete(desk_passes).where(desk_passes.c.until < before))
        for table in (desk_messages, desk_sign_ins):
            self._run(sa.delete(table).where(table.c.at < before - DESK_KEPT))
