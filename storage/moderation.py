"""The moderation desk: items, the log, mutes and reports."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.model import (
    DESK,
    Finding,
    Item,
    ItemKind,
    ItemState,
    Judgement,
    Mute,
    Outcome,
    Waiting,
)
from storage.tables import judgements, moderation, mutes, reports
from storage.transaction import Transaction

_ITEM = moderation.c


class Moderation(Transaction):
    def put_item(self, item: Item) -> None:
        values = asdict(item) | {"found": [[one.check, one.saw] for one in item.found]}
        key = {name: values.pop(name) for name in ("kind", "ref")}
        self._upsert(moderation, key, values)

    def item(self, kind: ItemKind, ref: str) -> Item | None:
        query = sa.select(moderation).where(*_named(kind, ref))
        row = self._run(query.with_for_update() if self._writing else query).first()
        return _item(row) if row else None

    def drop_item(self, kind: ItemKind, ref: str) -> None:
        self._run(sa.delete(reports).where(reports.c.kind == kind, reports.c.ref == ref))
        self._run(sa.delete(moderation).where(*_named(kind, ref)))

    def items(
        self,
        states: Collection[ItemState],
        place: str | None = None,
        limit: int = 10,
        skip: int = 0,
        kind: ItemKind | None = None,
    ) -> list[Item]:
        query = sa.select(moderation).where(_ITEM.state.in_(states))
        if place is not None:
            query = query.where(_ITEM.place == place)
        if kind is not None:
            query = query.where(_ITEM.kind == kind)
        query = query.order_by(_ITEM.since, _ITEM.kind, _ITEM.ref).limit(limit).offset(skip)
        return list(map(_item, self._run(query)))

    def own_items(
        self, authors: Collection[str], states: Collection[ItemState], limit: int = 50
    ) -> list[Item]:
        query = sa.select(moderation).where(_ITEM.author.in_(authors), _ITEM.state.in_(states))
        return list(map(_item, self._run(query.order_by(_ITEM.since.desc()).limit(limit))))

    def newest_refs(self, state: ItemState, limit: int) -> list[tuple[ItemKind, str]]:
        query = sa.select(_ITEM.kind, _ITEM.ref).where(_ITEM.state == state)
        found = self._run(query.order_by(_ITEM.since.desc()).limit(limit))
        return [(ItemKind(kind), ref) for kind, ref in found]

    def written_since(self, authors: Collection[str], since: datetime) -> int:
        query = sa.select(sa.func.count()).select_from(moderation)
        chosen = query.where(_ITEM.author.in_(authors), _ITEM.since >= since)
        return self._run(chosen).scalar_one()

    def waits(self, n: int) -> bool:
        some = sa.select(_ITEM.ref).where(_ITEM.state.in_(DESK)).limit(n).subquery()
        return self._run(sa.select(sa.func.count()).select_from(some)).scalar_one() >= n

    def waiting(self, place: str | None = None) -> Waiting:
        query = sa.select(_ITEM.kind, sa.func.count(), sa.func.min(_ITEM.since))
        query = query.where(_ITEM.state.in_(DESK)).group_by(_ITEM.kind)
        rows = self._run(query if place is None else query.where(_ITEM.place == place)).all()
        counts = {ItemKind(kind): n for kind, n, _ in rows}
        return Waiting(counts, min((oldest for *_, oldest in rows), default=None))

    def written_by(self, authors: Collection[str], place: str) -> dict[ItemState, int]:
        query = sa.select(_ITEM.state, sa.func.count()).where(_ITEM.author.in_(authors))
        found = dict(self._run(query.where(_ITEM.place == place).group_by(_ITEM.state)).all())
        return {state: found.get(state, 0) for state in ItemState}

    # --- the log -----------------------------------------------------------------------------

    def add_judgement(self, judgement: Judgement) -> int:
        values = asdict(judgement)
        del values["id"]
        return self._run(
            sa.insert(judgements).values(values).returning(judgements.c.id)
        ).scalar_one()

    def settle_appeal(self, judgement: int, outcome: Outcome) -> None:
        chosen = judgements.c.id == judgement
        self._run(sa.update(judgements).where(chosen).values(appeal=outcome))

    def judgements(
        self,
        since: datetime,
        until: datetime,
        outcomes: Collection[Outcome] = (),
        limit: int | None = None,
    ) -> list[Judgement]:
        at = judgements.c.at
        query = sa.select(judgements).where(at >= since, at < until)
        if outcomes:
            query = query.where(judgements.c.outcome.in_(outcomes))
        query = query.order_by(at.desc(), judgements.c.id.desc()).limit(limit)
        return list(map(_judgement, self._run(query)))

    # --- mutes and reports -------------------------------------------------------------------

    def mute(self, mute: Mute) -> None:
        key = {"author": mute.author, "place": mute.place}
        self._upsert(mutes, key, {"until": mute.until, "rule": mute.rule})

    def muted(self, authors: Collection[str], place: str, now: datetime) -> Mute | None:
        query = sa.select(mutes).where(
            mutes.c.author.in_(authors), mutes.c.place == place, mutes.c.until > now
        )
        row = self._run(query.order_by(mutes.c.until.desc())).first()
        return Mute(*row) if row else None

    def add_report(self, kind: ItemKind, ref: str, person: str, at: datetime) -> bool:
        insert = self._dialect.insert(reports).values(kind=kind, ref=ref, person=person, at=at)
        added = insert.on_conflict_do_nothing(index_elements=["kind", "ref", "person"])
        return self._run(added.returning(reports.c.ref)).first() is not None

    def reports_by(self, persons: Collection[str], since: datetime) -> int:
        query = sa.select(sa.func.count()).select_from(reports)
        chosen = query.where(reports.c.person.in_(persons), reports.c.at >= since)
        return self._run(chosen).scalar_one()


def _named(kind: str, ref: str) -> tuple[Any, ...]:
    return _ITEM.kind == kind, _ITEM.ref == ref


def _item(row: sa.Row) -> Item:
    values = row._asdict()
    values["kind"] = ItemKind(row.kind)
    values["state"] = ItemState(row.state)
    values["found"] = tuple(Finding(check, saw) for check, saw in row.found)
    return Item(**values)


def _judgement(row: sa.Row) -> Judgement:
    values = row._asdict()
    values["kind"], values["outcome"] = ItemKind(row.kind), Outcome(row.outcome)
    values["appeal"] = Outcome(row.appeal) if row.appeal else None
    return Judgement(**values)
