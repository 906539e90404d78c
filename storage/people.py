"""What is kept of residents."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.model import Profile
from storage import tables
from storage.tables import drafts, residents
from storage.transaction import Transaction

PROFILES = "SELECT id, language, person FROM residents WHERE id {among}:residents"


class People(Transaction):
    def profiles(self, residents: Collection[str]) -> dict[str, Profile]:
        return profiles_in(self._fast(PROFILES, residents=self._dialect.listed(residents)))

    def set_language(self, resident: str, language: str) -> None:
        self._upsert(residents, {"id": resident}, {"language": language})

    def keep_contact(self, resident: str, sealed: str) -> None:
        self._upsert(residents, {"id": resident}, {"contact": sealed})

    def contact(self, resident: str) -> str | None:
        found = self._fast("SELECT contact FROM residents WHERE id = :id", id=resident)
        return found[0][0] if found else None

    def put_draft(self, owner: str, kind: str, value: Mapping[str, Any], at: datetime) -> None:
        self._upsert(drafts, {"owner": owner, "kind": kind}, {"value": dict(value), "at": at})

    def draft(self, owner: str, kind: str) -> dict[str, Any] | None:
        return self._run(
            sa.select(drafts.c.value).where(drafts.c.owner == owner, drafts.c.kind == kind)
        ).scalar()

    def drop_draft(self, owner: str, kind: str) -> None:
        self._run(sa.delete(drafts).where(drafts.c.owner == owner, drafts.c.kind == kind))

    def forget(self, resident: str) -> None:
        private = f"~{resident}"
        t = tables
        self._forget_originals(resident)
        asked = sa.select(t.questions.c.number).where(t.questions.c.asker == resident)
        for statement in (
            sa.delete(t.reroutes).where(t.reroutes.c.question.in_(asked)),
            sa.delete(t.follows).where(t.follows.c.resident == resident),
            sa.delete(t.thumbs).where(t.thumbs.c.resident == resident),
            sa.delete(residents).where(residents.c.id == resident),
            sa.update(residents).where(residents.c.person == resident).values(person=None),
            sa.delete(t.link_codes).where(t.link_codes.c.account == resident),
            sa.delete(drafts).where(drafts.c.owner == resident),
            sa.update(t.events).where(t.events.c.who == resident).values(who="", reply=b""),
            sa.update(t.questions).where(t.questions.c.asker == resident).values(asker=None),
            sa.delete(t.survey_progress).where(t.survey_progress.c.person == resident),
            sa.delete(t.subscriptions).where(t.subscriptions.c.resident == resident),
            sa.delete(t.poll_followers).where(t.poll_followers.c.resident == resident),
            sa.update(t.moderation)
            .where(t.moderation.c.author == resident)
            .values(author="", channel="", appeal=""),
            sa.update(t.comments).where(t.comments.c.author == resident).values(author=""),
            sa.delete(t.supports).where(t.supports.c.person == resident),
            sa.delete(t.mutes).where(t.mutes.c.author == resident),
            sa.delete(t.reports).where(t.reports.c.person == resident),
            sa.delete(t.deliveries).where(t.deliveries.c.chat == private),
            sa.delete(t.posts).where(t.posts.c.chat == private),
            sa.delete(t.silenced).where(t.silenced.c.chat == private),
        ):
            self._run(statement)
        self.erased = True

    def _forget_originals(self, resident: str) -> None:
        """Where they wrote their comments themselves: that would lead to them."""
        t = tables
        theirs = sa.select(t.comments.c.id).where(t.comments.c.author == resident)
        names = [f"thread:comment:{id}" for id in self._run(theirs).scalars()]
        query = sa.select(t.posts.c.id, t.posts.c.show).join(t.watches)
        found = self._run(query.where(t.watches.c.subject.in_(names)))
        gone = [row.id for row in found if row.show["view"] == "original"]
        self._run(sa.delete(t.posts).where(t.posts.c.id.in_(gone)))


def profiles_in(rows: Iterable[tuple[Any, ...]]) -> dict[str, Profile]:
    return {id: Profile(*rest) for id, *rest in rows}
