"""The staff's desk on the web."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.model.browser_desk import SIGN_INS, DeskMessage, Pass, PassKind, desk_subject
from storage.tables import desk_messages, desk_passes, desk_sign_ins
from storage.transaction import Transaction

_M, _P, _S = desk_messages.c, desk_passes.c, desk_sign_ins.c


class BrowserDesk(Transaction):
    def add_desk_message(self, chat: str, shown: bytes, at: datetime, parent: int | None) -> int:
        if parent is not None:
            parent = self._run(sa.select(_M.id).where(_M.id == parent, _M.chat == chat)).scalar()
        values = {"chat": chat, "shown": shown, "at": at, "parent": parent}
        insert = sa.insert(desk_messages).values(values).returning(_M.id)
        self.touched.add(desk_subject(chat))
        return int(self._run(insert).scalar_one())

    def edit_desk_message(self, id: int, shown: bytes, at: datetime) -> bool:
        update = sa.update(desk_messages).where(_M.id == id).values(shown=shown, at=at)
        chat = self._run(update.returning(_M.chat)).scalar()
        if chat is not None:
            self.touched.add(desk_subject(chat))
        return chat is not None

    def desk_messages(self, chat: str, limit: int, before: int | None = None) -> list[DeskMessage]:
        query = sa.select(desk_messages).where(_M.chat == chat, _M.parent.is_(None))
        if before is not None:
            query = query.where(_M.id < before)
        return list(map(_message, self._run(query.order_by(_M.id.desc()).limit(limit))))

    def desk_answers(self, ids: Collection[int]) -> list[DeskMessage]:
        query = sa.select(desk_messages).where(_M.parent.in_(ids)).order_by(_M.id)
        return list(map(_message, self._run(query)))

    def latest_on_desk(self) -> dict[str, datetime]:
        query = sa.select(_M.chat, sa.func.max(_M.at).label("at")).group_by(_M.chat)
        return {row.chat: row.at for row in self._run(query)}

    # --- who is let in -----------------------------------------------------------------------

    def put_pass(self, given: Pass) -> None:
        values = {"kind": given.kind, "holder": dict(given.holder), "until": given.until}
        self._upsert(desk_passes, {"digest": given.digest}, values)

    def find_pass(self, digest: str, kind: PassKind) -> Pass | None:
        wanted = (_P.digest == digest, _P.kind == kind)
        row = self._run(sa.select(desk_passes).where(*wanted)).first()
        return _pass(row) if row else None

    def take_pass(self, digest: str, kind: PassKind) -> Pass | None:
        wanted = (_P.digest == digest, _P.kind == kind)
        row = self._run(sa.delete(desk_passes).where(*wanted).returning(desk_passes)).first()
        return _pass(row) if row else None

    def keep_sign_in(
        self, account: str, values: Collection[str], name: str, at: datetime
    ) -> None:
        self.touched.add(SIGN_INS)
        if values:
            said = {"values": list(values), "name": name}
            self._upsert(desk_sign_ins, {"account": account}, {"claim": said, "at": at})
        else:
            self._run(sa.delete(desk_sign_ins).where(_S.account == account))

    def sign_ins(self) -> dict[str, tuple[list[str], str]]:
        rows = self._run(sa.select(_S.account, _S.claim).order_by(_S.account))
        return {row.account: (row.claim["values"], row.claim["name"]) for row in rows}


def _message(row: Any) -> DeskMessage:
    return DeskMessage(row.id, row.chat, row.shown, row.at, row.parent)


def _pass(row: Any) -> Pass:
    return Pass(row.digest, PassKind(row.kind), row.holder, row.until)
