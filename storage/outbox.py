"""Posts and deliveries. The statements of `claim` and `touch` are spelled out, for they carry the
promises: one delivery a chat at a time, and no change that goes unshown."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.events import Address
from core.model import Delivery, DeliveryState, Post, Priority, Show
from storage.tables import (
    deliveries,
    digest_previews,
    digest_reactions,
    digests,
    moves,
    posts,
    silenced,
    watches,
)
from storage.transaction import TOUCH, Transaction, slices
from storage.types import instant, seconds

MANY = 1000
"""Deliveries in one statement."""
_READY = (
    "({0}.awaits IS NULL OR EXISTS"
    " (SELECT 1 FROM posts p WHERE p.id = {0}.awaits AND p.ref IS NOT NULL))"
)
_HEARD = "NOT EXISTS (SELECT 1 FROM silenced s WHERE s.channel = {0}.channel AND s.chat = {0}.chat)"
_FREE = (
    "NOT EXISTS (SELECT 1 FROM deliveries f WHERE f.channel = d.channel AND f.chat = d.chat"
    " AND f.state = 'sending' AND f.lease > :now)"
)
# `+ 0` keeps SQLite from looking for what is before it among all that waits, not in its chat alone.
_CLAIM = f"""
UPDATE deliveries SET state = 'sending', lease = :until, tries = tries + 1 WHERE id IN (
  SELECT d.id FROM deliveries d
  WHERE d.channel = :channel AND d.finished_at IS NULL AND d.due <= :now
    AND {_READY.format("d")} AND {_HEARD.format("d")} AND {_FREE}
    AND NOT EXISTS (
      SELECT 1 FROM deliveries e WHERE e.channel = d.channel AND e.chat = d.chat
        AND e.finished_at IS NULL AND e.due <= :now
        AND (e.priority + 0, e.due, e.id) < (d.priority, d.due, d.id) AND {_READY.format("e")})
  ORDER BY d.priority, d.due, d.id LIMIT :most {{skip_locked}})
RETURNING id
"""
_DONE = "UPDATE deliveries SET state = 'done', finished_at = :at, error = '' WHERE id = :id"
_NEXT = f"""
SELECT d.due FROM deliveries d
WHERE d.channel = :channel AND d.priority = :priority AND d.finished_at IS NULL
  AND d.state = 'waiting'
  AND {_READY.format("d")} AND {_HEARD.format("d")} AND {_FREE.replace(" AND f.lease > :now", "")}
ORDER BY d.due LIMIT 1
"""
# An edit that waits already is left as it is, and mostly there is one: looking first is cheaper
# than to insert in vain. Whoever claims it meanwhile would show what was before this transaction:
# `await_touches` is what keeps that from happening.
_TOUCH = f"""
INSERT INTO deliveries (kind, channel, chat, post, awaits, state, tries, error, gap, due)
SELECT DISTINCT 'edit', p.channel, p.chat, p.id, p.id, 'waiting', 0, '',
  coalesce(CAST(g.value AS FLOAT), 0),
  {{later}}(:at, coalesce(p.edited_at + CAST(g.value AS FLOAT), :at))
FROM watches w JOIN posts p ON p.id = w.post LEFT JOIN {{each}}(:gaps) g ON g.key = p.channel
WHERE w.subject {{among}}:subjects AND {_HEARD.format("p")} AND NOT EXISTS (
  SELECT 1 FROM deliveries e WHERE e.post = w.post AND e.kind = 'edit' AND e.state = 'waiting')
ORDER BY p.id
ON CONFLICT (post) WHERE kind = 'edit' AND state = 'waiting' DO NOTHING
"""


class Outbox(Transaction):
    def publish(
        self,
        to: Address,
        show: Show,
        language: str,
        at: datetime,
        subjects: Collection[str] = (),
        dedupe: str | None = None,
        priority: Priority = Priority.WAITED_FOR,
        thread_of: str | None = None,
    ) -> None:
        where = self._heard_at(to)
        if where is None:
            return
        values = {"channel": where.channel, "chat": where.chat, "language": language}
        thread = self._post_about(thread_of, where) if thread_of else None
        post = self._run(
            sa.insert(posts).values(values | {"show": _pack(show)}).returning(posts.c.id)
        ).scalar_one()
        more = {"post": post, "awaits": thread, "priority": int(priority)}
        if not self._deliver("send", values, at, dedupe, **more):
            self._run(sa.delete(posts).where(posts.c.id == post))
        else:
            self._watch(post, subjects)

    def _watch(self, post: int, subjects: Collection[str]) -> None:
        rows = [{"subject": subject, "post": post} for subject in sorted(set(subjects))]
        if rows:
            self._run(sa.insert(watches).values(rows))

    def adopt(self, post: Post, subjects: Collection[str]) -> None:
        values = {**_parts(post.to), "language": post.language, "ref": post.ref, "shown": ""}
        insert = sa.insert(posts).values(values | {"show": _pack(post.show)})
        self._watch(self._run(insert.returning(posts.c.id)).scalar_one(), subjects)

    def posts_about(self, subject: str) -> list[Post]:
        query = sa.select(posts).join(watches, watches.c.post == posts.c.id)
        rows = self._run(query.where(watches.c.subject == subject).order_by(posts.c.id))
        return [
            Post(r.id, Address(r.channel, r.chat), Show(**r.show), r.language, r.ref, r.shown)
            for r in rows
        ]

    def disown(self, post: Post) -> None:
        self._run(sa.delete(posts).where(posts.c.id == post.id))

    def tell(
        self,
        to: Address,
        show: Show,
        language: str,
        at: datetime,
        thread_of: str | None = None,
        dedupe: str | None = None,
        priority: Priority = Priority.WAITED_FOR,
    ) -> None:
        where = self._heard_at(to)
        if where is None:
            return
        values = {"channel": where.channel, "chat": where.chat, "language": language}
        thread = self._post_about(thread_of, where) if thread_of else None
        shown = {"show": _pack(show), "awaits": thread, "priority": int(priority)}
        self._deliver("tell", values, at, dedupe, **shown)

    def tell_all(
        self,
        show: Show,
        to: Collection[tuple[Address, str, datetime]],
        dedupe: str | None = None,
        priority: Priority = Priority.ROUND_UP,
        broadcast: int | None = None,
    ) -> None:
        packed = _pack(show)
        for some in slices(to, MANY):
            moved, deaf = self._places([chat for chat, _, _ in some])
            rows = [
                _parts(where) | {
                    "kind": "tell", "language": language, "show": packed,
                    "state": DeliveryState.WAITING, "due": due, "gap": 0.0, "tries": 0,
                    "error": "", "dedupe": f"{dedupe}@{chat}" if dedupe else None,
                    "priority": int(priority), "broadcast": broadcast,
                }
                for chat, language, due in some
                if (where := moved.get(chat, chat)) not in deaf
            ]  # fmt: skip
            if rows:
                insert = self._dialect.insert(deliveries)
                once = insert.on_conflict_do_nothing(index_elements=["dedupe"])
                self._connection.execute(once, rows)

    def _places(self, chats: Collection[Address]) -> tuple[dict[Address, Address], set[Address]]:
        """Where those are that moved, and who wants nothing."""
        found = self._run(sa.select(moves).where(moves.c.chat.in_({c.chat for c in chats})))
        moved = {Address(r.channel, r.chat): Address(r.to_channel, r.to_chat) for r in found}
        now_at = {moved.get(c, c).chat for c in chats}
        deaf = self._run(
            sa.select(silenced.c.channel, silenced.c.chat).where(silenced.c.chat.in_(now_at))
        )
        return moved, {Address(row.channel, row.chat) for row in deaf}

    def _deliver(
        self, kind: str, values: dict[str, Any], due: datetime, dedupe: str | None, **more: Any
    ) -> bool:
        row = values | more | {"kind": kind, "state": "waiting", "due": due, "dedupe": dedupe}
        insert = self._dialect.insert(deliveries).values(row)
        insert = insert.on_conflict_do_nothing(index_elements=["dedupe"])
        return self._run(insert.returning(deliveries.c.id)).first() is not None

    def _post_about(self, subject: str, where: Address) -> int | None:
        """The newest, where there are several."""
        query = sa.select(sa.func.max(posts.c.id)).join(watches, watches.c.post == posts.c.id)
        return self._run(query.where(watches.c.subject == subject, _in(posts, where))).scalar()

    def _heard_at(self, address: Address) -> Address | None:
        where = self._now_at(address)
        return None if self._run(silenced.select().where(_in(silenced, where))).first() else where

    def touch(
        self, subjects: Collection[str], at: datetime, edit_gaps: Mapping[str, float]
    ) -> None:
        if not subjects:
            return
        if not self._touching:
            self._dialect.together(self._connection, TOUCH)
            self._touching = True
        self.touched.update(subjects)
        values = {
            "subjects": self._dialect.listed(subjects),
            "at": seconds(at),
            "gaps": json.dumps(dict(edit_gaps)),
        }
        self._dialect.later(self._connection, (_TOUCH, values))

    def await_touches(self) -> None:
        self._dialect.one_at_a_time(self._connection, TOUCH)

    def claim(self, channel: str, now: datetime, lease: float, limit: int) -> list[Delivery]:
        self._dialect.one_at_a_time(self._connection, f"claim:{channel}")
        at = seconds(now)
        taken = self._fast(_CLAIM, channel=channel, now=at, until=at + lease, most=limit)
        ids = [row[0] for row in taken]
        if not ids:
            return []
        thread = posts.alias()
        query = (
            sa.select(deliveries, posts, thread.c.ref)
            .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
            .outerjoin(posts, posts.c.id == deliveries.c.post)
            .outerjoin(thread, thread.c.id == deliveries.c.awaits)
            .where(deliveries.c.id.in_(ids))
            .order_by(deliveries.c.priority, deliveries.c.due, deliveries.c.id)
        )
        rows = self._run(query).all()
        self._drop_edits([row.posts_id for row in rows if row.deliveries_kind == "send"])
        return [_delivery(row, row[-1]) for row in rows]

    def _drop_edits(self, ids: Collection[int]) -> None:
        """What is about to be sent is rendered after this, so it will show the latest anyway."""
        if not ids:
            return
        waiting = (deliveries.c.kind == "edit", deliveries.c.state == DeliveryState.WAITING)
        self._run(sa.delete(deliveries).where(*waiting, deliveries.c.post.in_(ids)))

    def next_due(self, channel: str) -> datetime | None:
        waiting = [
            due
            for priority in Priority
            for (due,) in self._fast(_NEXT, channel=channel, priority=int(priority))
        ]
        leases = sa.select(sa.func.min(sa.type_coerce(deliveries.c.lease, sa.Double))).where(
            deliveries.c.channel == channel, deliveries.c.state == sa.literal_column("'sending'")
        )
        times = [*waiting, *filter(None, self._run(leases).scalars())]
        return instant(min(times)) if times else None

    def sent(self, delivery: Delivery, ref: str, shown: str, at: datetime) -> None:
        post = delivery.post
        if post is None or post.ref is None:
            self._dialect.later(self._connection, (_DONE, {"id": delivery.id, "at": seconds(at)}))
        else:
            self._run(sa.delete(deliveries).where(deliveries.c.id == delivery.id))
        if post is None:
            return
        shows = sa.update(posts).where(posts.c.id == post.id)
        self._run(shows.values(ref=ref, shown=shown, edited_at=at))
        due = seconds(at) + deliveries.c.gap
        sooner = sa.update(deliveries).where(*_waiting_edit(post.id), deliveries.c.due < due)
        self._run(sooner.values(due=due))

    def put_off(self, delivery: Delivery, due: datetime, error: str) -> None:
        mine = _held(delivery)
        if delivery.post is None or delivery.post.ref is None:
            again = {"state": DeliveryState.WAITING, "due": due, "error": error, "lease": None}
            self._run(sa.update(deliveries).where(mine).values(again))
            return
        gone = self._run(sa.delete(deliveries).where(mine).returning(deliveries)).first()
        if gone:
            self._wait_again(gone._asdict() | {"due": due, "error": error, "lease": None})

    def _wait_again(self, edit: dict[str, Any]) -> None:
        """Becomes one with the edit that the post may have got in the meantime."""
        insert = self._dialect.insert(deliveries).values(edit | {"state": DeliveryState.WAITING})
        new, kept = insert.excluded, deliveries.c
        self._run(
            insert.on_conflict_do_update(
                index_elements=["post"],
                index_where=sa.text("kind = 'edit' AND state = 'waiting'"),
                set_={
                    "due": sa.case((kept.due > new.due, kept.due), else_=new.due),
                    "tries": new.tries,
                    "error": new.error,
                },
            )
        )

    def give_up(self, delivery: Delivery, state: str, error: str) -> None:
        self._end(_held(delivery), state, error)
        if delivery.post and delivery.post.ref is not None and state == DeliveryState.DEAD:
            self._run(sa.delete(watches).where(watches.c.post == delivery.post.id))

    def _end(self, which: sa.ColumnElement[bool], state: str, error: str) -> None:
        """A post that was never sent goes with its delivery, and so do its edits; what would have
        been in its thread goes without one."""
        end = sa.func.coalesce(deliveries.c.lease, deliveries.c.due)
        ended = self._run(
            sa.update(deliveries)
            .where(which, deliveries.c.finished_at.is_(None))
            .values(state=state, error=error, finished_at=end)
            .returning(deliveries.c.kind, deliveries.c.post)
        )
        unsent = [row.post for row in ended if row.kind == "send"]
        if unsent:
            self._drop_edits(unsent)
            self._run(sa.delete(posts).where(posts.c.id.in_(unsent), posts.c.ref.is_(None)))

    def silence(self, address: Address, reason: str, at: datetime) -> bool:
        where = self._now_at(address)
        insert = self._dialect.insert(silenced).values(
            channel=where.channel, chat=where.chat, reason=reason, at=at
        )
        new = self._run(insert.on_conflict_do_nothing().returning(silenced.c.chat)).first()
        self._end(_in(deliveries, where), DeliveryState.DEAD, reason)
        return new is not None

    def unsilence(self, address: Address) -> None:
        self._run(sa.delete(silenced).where(_in(silenced, self._now_at(address))))

    def silenced(self) -> dict[str, str]:
        return {f"{row.channel}:{row.chat}": row.reason for row in self._run(silenced.select())}

    def move_chat(self, address: Address, to: Address) -> None:
        if address == to:
            return
        for table in (posts, deliveries):
            self._run(sa.update(table).where(_in(table, address)).values(_parts(to)))
        for table in (digests, digest_previews, digest_reactions, silenced):
            taken = sa.exists().where(_in(table.alias("other"), to))
            self._run(sa.update(table).where(_in(table, address), ~taken).values(_parts(to)))
            self._run(sa.delete(table).where(_in(table, address)))
        onward = {"to_channel": to.channel, "to_chat": to.chat}
        before = (moves.c.to_channel == address.channel, moves.c.to_chat == address.chat)
        self._run(sa.update(moves).where(*before).values(onward))
        self._upsert(moves, _parts(address), onward)
        self._run(sa.delete(moves).where(_in(moves, to)))

    def moved(self) -> dict[str, str]:
        rows = self._run(moves.select())
        return {f"{r.channel}:{r.chat}": f"{r.to_channel}:{r.to_chat}" for r in rows}

    def pending(self) -> dict[str, int]:
        by_state = sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
        return dict(self._run(by_state).all())


def _in(table: sa.FromClause, where: Address) -> sa.ColumnElement[bool]:
    return (table.c.channel == where.channel) & (table.c.chat == where.chat)


def _parts(address: Address) -> dict[str, str]:
    return {"channel": address.channel, "chat": address.chat}


def _held(delivery: Delivery) -> sa.ColumnElement[bool]:
    """Unless it ended in the meantime, or its lease lapsed and another courier has it."""
    return sa.and_(
        deliveries.c.id == delivery.id,
        deliveries.c.state == DeliveryState.SENDING,
        deliveries.c.tries == delivery.tries,
    )


def _waiting_edit(post: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        deliveries.c.post == post,
        deliveries.c.kind == "edit",
        deliveries.c.state == DeliveryState.WAITING,
    )


def _pack(show: Show) -> dict[str, Any]:
    return {"view": show.view, "args": dict(show.args)}


def _delivery(row: sa.Row, awaited_ref: str | None) -> Delivery:
    to = Address(row.deliveries_channel, row.deliveries_chat)
    post = None
    if row.posts_id is not None:
        show = Show(**row.posts_show)
        post = Post(row.posts_id, to, show, row.posts_language, row.posts_ref, row.posts_shown)
    else:
        show = Show(**row.deliveries_show)
    return Delivery(
        id=row.deliveries_id,
        to=to,
        show=show,
        language=post.language if post else row.deliveries_language,
        tries=row.deliveries_tries,
        post=post,
        thread_ref=None if row.deliveries_kind == "edit" else awaited_ref,
    )
