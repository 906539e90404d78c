"""How adapters find chats and posts again."""

import sqlalchemy as sa

from core.events import Address
from core.model import Show
from storage.tables import chat_references, posts
from storage.transaction import Transaction


class Chats(Transaction):
    def keep_reference(self, chat: Address, reference: str) -> None:
        key = {"channel": chat.channel, "chat": chat.chat}
        self._upsert(chat_references, key, {"reference": reference})

    def references(self, channel: str) -> dict[str, str]:
        kept = chat_references.c
        rows = self._run(sa.select(kept.chat, kept.reference).where(kept.channel == channel))
        return {row.chat: row.reference for row in rows}

    def showing(self, chat: Address, ref: str) -> tuple[Show, str] | None:
        where = (posts.c.channel == chat.channel, posts.c.chat == chat.chat, posts.c.ref == ref)
        row = self._run(sa.select(posts.c.show, posts.c.language).where(*where)).first()
        return (Show(**row.show), row.language) if row else None
