"""When each chat gets its next round-up."""

from datetime import datetime

import sqlalchemy as sa

from core.events import Address
from storage.tables import digests
from storage.transaction import Transaction


class Digests(Transaction):
    def digest_clock(self, chat: Address) -> tuple[datetime, datetime] | None:
        now_at = self._now_at(chat)
        row = self._run(
            sa.select(digests.c.covered, digests.c.due).where(
                digests.c.channel == now_at.channel, digests.c.chat == now_at.chat
            )
        ).first()
        return (row.covered, row.due) if row else None

    def set_digest_clock(self, chat: Address, covered: datetime, due: datetime) -> None:
        now_at = self._now_at(chat)
        self._upsert(
            digests,
            {"channel": now_at.channel, "chat": now_at.chat},
            {"covered": covered, "due": due},
        )
