"""When each chat gets its next round-up, what editors make of it, and what the chat likes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from core.events import Address
from core.model import DigestClock, DigestPreview, PreviewState
from storage.tables import digest_previews, digest_reactions, digests
from storage.transaction import Transaction


class Digests(Transaction):
    def digest_clock(self, chat: Address) -> DigestClock | None:
        columns = (digests.c.covered, digests.c.fired, digests.c.cron)
        row = self._run(sa.select(*columns).where(_in(digests, self._now_at(chat)))).first()
        return DigestClock(*row) if row else None

    def set_digest_clock(self, chat: Address, clock: DigestClock) -> None:
        self._upsert(digests, _parts(self._now_at(chat)), asdict(clock))

    # --- previews ----------------------------------------------------------------------------

    def put_digest_preview(self, preview: DigestPreview) -> DigestPreview:
        self._run(sa.delete(digest_previews).where(_in(digest_previews, preview.chat)))
        insert = sa.insert(digest_previews).values(_values(preview)).returning(digest_previews)
        return _preview(self._run(insert).one())

    def digest_preview(self, id: int) -> DigestPreview | None:
        query = sa.select(digest_previews).where(digest_previews.c.id == id)
        if self._writing:
            query = query.with_for_update()
        row = self._run(query).first()
        return _preview(row) if row else None

    def digest_preview_of(self, chat: Address) -> DigestPreview | None:
        row = self._run(sa.select(digest_previews).where(_in(digest_previews, chat))).first()
        return _preview(row) if row else None

    def save_digest_preview(self, preview: DigestPreview) -> None:
        which = digest_previews.c.id == preview.id
        self._run(sa.update(digest_previews).where(which).values(_values(preview)))

    def drop_digest_preview(self, id: int) -> None:
        self._run(sa.delete(digest_previews).where(digest_previews.c.id == id))

    # --- what chats like ---------------------------------------------------------------------

    def add_reactions(self, counts: Mapping[tuple[Address, str], int]) -> None:
        for (chat, section), n in sorted(counts.items(), key=str):
            key = _parts(chat) | {"section": section}
            insert = self._dialect.insert(digest_reactions).values(**key, n=n)
            more = digest_reactions.c.n + insert.excluded.n
            self._run(insert.on_conflict_do_update(index_elements=list(key), set_={"n": more}))

    def reactions(self, chat: Address) -> dict[str, int]:
        query = sa.select(digest_reactions.c.section, digest_reactions.c.n)
        return dict(self._run(query.where(_in(digest_reactions, chat))).all())

    def fade_reactions(self, chat: Address) -> None:
        half = sa.update(digest_reactions).values(n=digest_reactions.c.n // 2)
        self._run(half.where(_in(digest_reactions, chat)))


def _in(table: sa.Table, where: Address) -> sa.ColumnElement[bool]:
    return (table.c.channel == where.channel) & (table.c.chat == where.chat)


def _parts(where: Address) -> dict[str, Any]:
    return {"channel": where.channel, "chat": where.chat}


def _values(preview: DigestPreview) -> dict[str, Any]:
    values = asdict(preview) | _parts(preview.chat)
    del values["id"]
    return values


def _preview(row: sa.Row) -> DigestPreview:
    found, items = (tuple((name, id) for name, id in x) for x in (row.found, row.items))
    return DigestPreview(
        row.id, Address(row.channel, row.chat), row.until, row.due, found, items, row.more,
        row.opening, PreviewState(row.state), row.by, row.version,
    )  # fmt: skip
