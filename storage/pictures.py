"""Pictures of options."""

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from core.model import Extra, Fetched, Picture, PictureFault
from storage.tables import picture_sources, pictures, plans
from storage.transaction import Transaction


class Pictures(Transaction):
    def fetched(self, urls: Collection[str]) -> dict[str, Fetched]:
        both = sa.outerjoin(picture_sources, pictures, _SAME)
        query = sa.select(
            picture_sources.c.url, picture_sources.c.at, picture_sources.c.fault,
            pictures.c.digest, pictures.c.kind, pictures.c.width, pictures.c.height,
        ).select_from(both).where(picture_sources.c.url.in_(urls))  # fmt: skip
        return {
            url: Fetched(
                at,
                Picture(*picture) if picture[0] else None,
                PictureFault(fault) if fault else None,
            )
            for url, at, fault, *picture in self._run(query)
        }

    def keep_picture(self, url: str, picture: Picture, content: bytes, at: datetime) -> None:
        if self._has_picture(url):
            return
        known = self._run(sa.select(pictures.c.digest).where(pictures.c.digest == picture.digest))
        if known.first() is None:
            row = {"kind": picture.kind, "width": picture.width, "height": picture.height}
            self._upsert(
                pictures, {"digest": picture.digest}, {**row, "content": content, "shown": False}
            )
        row = {"at": at, "digest": picture.digest, "fault": None}
        self._upsert(picture_sources, {"url": url}, row)

    def keep_picture_fault(self, url: str, fault: PictureFault, at: datetime) -> None:
        if not self._has_picture(url):
            row = {"at": at, "digest": None, "fault": fault}
            self._upsert(picture_sources, {"url": url}, row)

    def _has_picture(self, url: str) -> bool:
        query = sa.select(picture_sources.c.digest).where(picture_sources.c.url == url)
        return self._run(query).scalar() is not None

    def picture(self, digest: str) -> tuple[str, bytes] | None:
        query = sa.select(pictures.c.kind, pictures.c.content).where(pictures.c.digest == digest)
        row = self._run(query).first()
        return (row.kind, row.content) if row else None

    def _show_pictures(self, extras: Iterable[Extra]) -> None:
        """A poll names them from now on."""
        if digests := {extra.picture.digest for extra in extras if extra.picture}:
            named = pictures.c.digest.in_(digests)
            self._run(sa.update(pictures).where(named).values(shown=True))

    def prune_pictures(self, before: datetime) -> None:
        old = self._run(sa.select(picture_sources.c.url).where(picture_sources.c.at < before))
        if urls := list(old.scalars()):
            fields = self._run(sa.select(plans.c.fields)).scalars()
            planned = "\n".join(words for plan in fields for words in plan.values())
            gone = [url for url in urls if url not in planned]
            self._run(sa.delete(picture_sources).where(picture_sources.c.url.in_(gone)))
        named = sa.exists().where(_SAME)
        self._run(sa.delete(pictures).where(~pictures.c.shown, ~named))


_SAME = picture_sources.c.digest == pictures.c.digest
