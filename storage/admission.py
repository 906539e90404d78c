"""Who may vote: codes and who gave one, and where residents live."""

from collections.abc import Collection

import sqlalchemy as sa

from storage.tables import code_holders, poll_codes, residents
from storage.transaction import Transaction


class Admission(Transaction):
    def add_codes(self, poll: int, digests: Collection[bytes]) -> None:
        rows = [{"poll": poll, "digest": digest, "used": False} for digest in sorted(digests)]
        if rows:
            self._connection.execute(sa.insert(poll_codes), rows)

    def codes(self, poll: int) -> int:
        made = sa.select(sa.func.count()).where(poll_codes.c.poll == poll)
        return self._run(made.select_from(poll_codes)).scalar_one()

    def use_code(self, poll: int, digest: bytes) -> bool | None:
        this = (poll_codes.c.poll == poll, poll_codes.c.digest == digest)
        fresh = sa.update(poll_codes).where(*this, poll_codes.c.used.is_(False))
        if self._run(fresh.values(used=True)).rowcount:
            return True
        known = self._run(sa.select(poll_codes.c.used).where(*this)).scalar()
        return None if known is None else False

    def hold_code(self, poll: int, voter: bytes) -> None:
        insert = self._dialect.insert(code_holders).values(poll=poll, voter=voter)
        self._run(insert.on_conflict_do_nothing())

    def holds_code(self, poll: int, voter: bytes) -> bool:
        mine = (code_holders.c.poll == poll, code_holders.c.voter == voter)
        return self._run(sa.select(code_holders.c.poll).where(*mine)).first() is not None

    def merge_holders(self, poll: int, kept: bytes, gone: bytes) -> None:
        this = (code_holders.c.poll == poll, code_holders.c.voter == gone)
        if self._run(sa.delete(code_holders).where(*this)).rowcount:
            self.hold_code(poll, kept)

    def set_area(self, resident: str, area: str | None) -> None:
        self._upsert(residents, {"id": resident}, {"area": area})

    def area(self, resident: str) -> str | None:
        return self._run(sa.select(residents.c.area).where(residents.c.id == resident)).scalar()
