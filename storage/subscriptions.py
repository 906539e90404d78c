"""Who wishes to be told what."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.model import Follower, Results, Rhythm, Subscription
from core.model.subscriptions import hours
from core.timing import Hours
from storage.tables import follows, poll_followers, residents, subscriptions
from storage.transaction import Transaction, slices

_T = subscriptions.c
MANY = 500
"""People in one statement."""


class Subscriptions(Transaction):
    def put_subscription(self, subscription: Subscription) -> None:
        s = subscription
        quiet = f"{s.quiet[0].hour}-{s.quiet[1].hour}" if s.quiet else ""
        values = {
            "channel": s.channel, "language": s.language, "rhythm": s.rhythm,
            "themes": _packed(s.themes), "areas": _packed(s.areas), "results": s.results,
            "quiet": quiet, "covered": s.covered, "due": s.due,
        }  # fmt: skip
        self._upsert(subscriptions, {"resident": s.resident}, values)

    def subscriptions_of(self, residents: Collection[str]) -> list[Subscription]:
        query = sa.select(subscriptions).where(_T.resident.in_(residents)).order_by(_T.resident)
        return [_subscription(row, row.language) for row in self._run(query)]

    def drop_subscriptions(self, residents: Collection[str]) -> int:
        return self._run(sa.delete(subscriptions).where(_T.resident.in_(residents))).rowcount

    def drop_wishes(self, residents: Collection[str]) -> int:
        return sum(
            self._run(sa.delete(table).where(table.c.resident.in_(residents))).rowcount
            for table in (follows, poll_followers)
        )

    def quiet_hours(self, residents: Collection[str]) -> dict[str, Hours]:
        found = dict[str, Hours]()
        for some in slices(residents, MANY):
            mine = (_T.resident.in_(some), _T.quiet != "")
            for resident, packed in self._run(sa.select(_T.resident, _T.quiet).where(*mine)):
                if kept := hours(packed):
                    found[resident] = kept
        return found

    def result_wishes(self) -> dict[str, Follower]:
        who = residents.c
        query = (
            sa.select(
                sa.func.coalesce(who.person, _T.resident), _T.resident, _T.channel,
                sa.func.coalesce(who.language, _T.language),
            )
            .outerjoin(residents, who.id == _T.resident)
            .where(_T.results == Results.VOTED)
            .order_by(_T.resident)
        )  # fmt: skip
        return {person: Follower(*follower) for person, *follower in self._run(query)}

    def subscriptions_due(
        self, channels_out: Collection[str], now: datetime, limit: int
    ) -> list[Subscription]:
        spoken = sa.func.coalesce(residents.c.language, _T.language).label("spoken")
        query = (
            sa.select(subscriptions, spoken)
            .outerjoin(residents, residents.c.id == _T.resident)
            .where(_T.due <= now, _T.channel.not_in(channels_out))
            .order_by(_T.due, _T.resident)
            .limit(limit)
        )
        return [_subscription(row, row.spoken) for row in self._run(query)]

    def covered(self, moments: Collection[tuple[str, datetime, datetime]]) -> None:
        if not moments:
            return
        change = (
            sa.update(subscriptions)
            .where(_T.resident == sa.bindparam("who"))
            .values(covered=sa.bindparam("told"), due=sa.bindparam("next"))
        )
        rows = [{"who": who, "told": told, "next": due} for who, told, due in moments]
        self._connection.execute(change, rows)

    def nothing_new(self, rhythm: Rhythm, since: datetime, now: datetime, due: datetime) -> None:
        which = (_T.rhythm == rhythm, _T.due <= now, _T.covered >= since)
        self._run(sa.update(subscriptions).where(*which).values(covered=now, due=due))

    def subscribers(self) -> int:
        return self._run(sa.select(sa.func.count()).select_from(subscriptions)).scalar_one()

    def subscribers_by(self, kind: str) -> dict[str, int]:
        column = _T[kind]
        found: Counter[str] = Counter()
        for packed, n in self._run(sa.select(column, sa.func.count()).group_by(column)):
            for id in _unpacked(packed) or ("",):
                found[id] += n
        return dict(found)

    def recipients(
        self, after: str, theme: str, area: str, channels_out: Collection[str], limit: int
    ) -> list[tuple[str, str, str]]:
        spoken = sa.func.coalesce(residents.c.language, _T.language)
        query = (
            sa.select(_T.resident, _T.channel, spoken)
            .outerjoin(residents, residents.c.id == _T.resident)
            .where(_T.resident > after, *_wants(theme, area), _T.channel.not_in(channels_out))
            .order_by(_T.resident)
            .limit(limit)
        )
        return [tuple(row) for row in self._run(query)]

    def recipients_by_channel(
        self, theme: str, area: str, channels_out: Collection[str]
    ) -> dict[str, int]:
        query = sa.select(_T.channel, sa.func.count()).group_by(_T.channel)
        wanted = query.where(*_wants(theme, area), _T.channel.not_in(channels_out))
        return dict(self._run(wanted).all())


def _wants(theme: str, area: str) -> list[sa.ColumnElement[bool]]:
    asked = ((theme, _T.themes), (area, _T.areas))
    return [
        (column == "") | column.contains(f":{id}:", autoescape=True) for id, column in asked if id
    ]


def _packed(ids: Collection[str]) -> str:
    return f":{'::'.join(ids)}:" if ids else ""


def _unpacked(packed: str) -> tuple[str, ...]:
    return tuple(packed[1:-1].split("::")) if packed else ()


def _subscription(row: sa.Row[Any], language: str) -> Subscription:
    return Subscription(
        row.resident, row.channel, language, Rhythm(row.rhythm), _unpacked(row.themes),
        _unpacked(row.areas), Results(row.results), hours(row.quiet), row.covered, row.due,
    )  # fmt: skip
