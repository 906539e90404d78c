"""Which accounts are one person."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from storage.tables import link_codes, residents
from storage.transaction import Transaction


class Links(Transaction):
    def keep_link_code(self, account: str, digest: bytes, at: datetime) -> None:
        self._upsert(link_codes, {"account": account}, {"digest": digest, "at": at})

    def link_code(self, digest: bytes, since: datetime) -> str | None:
        wanted = (link_codes.c.digest == digest, link_codes.c.at >= since)
        return self._run(sa.select(link_codes.c.account).where(*wanted)).scalar()

    def drop_link_code(self, digest: bytes) -> bool:
        dropped = self._run(sa.delete(link_codes).where(link_codes.c.digest == digest))
        return bool(dropped.rowcount)

    def hold_votes(self) -> None:
        self._dialect.hold_votes(self._connection)

    def accounts(self, person: str) -> list[str]:
        query = sa.select(residents.c.id).where(residents.c.person == person)
        return [person, *self._run(query.order_by(residents.c.id)).scalars()]

    def link(self, accounts: Collection[str], person: str) -> None:
        for account in sorted(set(accounts) - {person}):
            self._upsert(residents, {"id": account}, {"person": person})

    def unlink(self, account: str) -> None:
        theirs = sa.or_(residents.c.id == account, residents.c.person == account)
        self._run(sa.update(residents).where(theirs).values(person=None))
