"""Broadcasts, and what became of their deliveries."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.events import Address
from core.model import Broadcast, BroadcastState, DeliveryState
from storage.tables import broadcasts, deliveries
from storage.transaction import Transaction


class Broadcasts(Transaction):
    def add_broadcast(self, broadcast: Broadcast) -> Broadcast:
        insert = sa.insert(broadcasts).values(_values(broadcast)).returning(broadcasts)
        return _broadcast(self._run(insert).one())

    def broadcast(self, id: int) -> Broadcast | None:
        query = sa.select(broadcasts).where(broadcasts.c.id == id)
        row = self._run(query.with_for_update() if self._writing else query).first()
        return _broadcast(row) if row else None

    def broadcasts(self, *states: BroadcastState, limit: int = 20) -> list[Broadcast]:
        query = sa.select(broadcasts).order_by(broadcasts.c.id.desc()).limit(limit)
        if states:
            query = query.where(broadcasts.c.state.in_(states))
        return list(map(_broadcast, self._run(query)))

    def save_broadcast(self, broadcast: Broadcast) -> None:
        which = broadcasts.c.id == broadcast.id
        self._run(sa.update(broadcasts).where(which).values(_values(broadcast)))

    def withdraw_broadcast(self, id: int) -> str | None:
        mine = (deliveries.c.broadcast == id, deliveries.c.state == DeliveryState.WAITING)
        gone = self._run(sa.delete(deliveries).where(*mine).returning(deliveries.c.chat))
        return min(gone.scalars(), default=None)

    def broadcast_figures(self, id: int) -> dict[str, int]:
        d = deliveries.c
        query = sa.select(d.state, d.error, sa.func.count()).where(d.broadcast == id)
        found: Counter[str] = Counter()
        for state, error, n in self._run(query.group_by(d.state, d.error)):
            found[state] += n
            if state == DeliveryState.DEAD:
                found[f"{state}: {error}"] += n
        return dict(found)

    def broadcast_held(self, id: int, now: datetime) -> int:
        d = deliveries.c
        mine = (d.broadcast == id, d.state == DeliveryState.WAITING, d.due > now)
        return self._run(sa.select(sa.func.count()).where(*mine)).scalar_one()


def _values(broadcast: Broadcast) -> dict[str, Any]:
    values = asdict(broadcast) | {"home": str(broadcast.home), "report": dict(broadcast.report)}
    del values["id"]
    return values


def _broadcast(row: sa.Row[Any]) -> Broadcast:
    values = row._asdict() | {"state": BroadcastState(row.state), "home": Address.parse(row.home)}
    return Broadcast(**values)
