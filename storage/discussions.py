"""Discussions, their comments, and who supports which."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.city import Look
from core.model import Comment, CommentKind, CommentState, Discussion, PollState
from storage.tables import comments, discussions, supports
from storage.transaction import Transaction

_SUPPORT = (
    sa.select(sa.func.count())
    .where(supports.c.comment == comments.c.id)
    .scalar_subquery()
    .label("support")
)


_ABOVE = comments.alias("above").c
_FIRST = ~(
    sa.exists()
    .where(_ABOVE.id == comments.c.parent, _ABOVE.state == CommentState.SHOWN)
    .correlate(comments)
)
"""A comment that answers nothing that is shown."""


class Discussions(Transaction):
    def add_discussion(self, discussion: Discussion) -> Discussion:
        insert = sa.insert(discussions).values(_values(discussion)).returning(discussions)
        return _discussion(self._run(insert).one())

    def discussion(self, id: int) -> Discussion | None:
        query = sa.select(discussions).where(discussions.c.id == id)
        row = self._run(query.with_for_update() if self._writing else query).first()
        return _discussion(row) if row else None

    def save_discussion(self, discussion: Discussion) -> None:
        chosen = discussions.c.id == discussion.id
        self._run(sa.update(discussions).where(chosen).values(_values(discussion)))

    def discussions(self, *states: PollState, limit: int = 50) -> list[Discussion]:
        query = sa.select(discussions).order_by(discussions.c.id.desc()).limit(limit)
        if states:
            query = query.where(discussions.c.state.in_(states))
        return list(map(_discussion, self._run(query)))

    def discussions_due(self, now: datetime) -> list[Discussion]:
        of = discussions.c
        opens = sa.and_(of.state == PollState.SCHEDULED, of.opens_at <= now)
        closes = sa.and_(of.state == PollState.OPEN, of.closes_at <= now)
        query = sa.select(discussions).where(sa.or_(opens, closes)).order_by(of.id)
        return list(map(_discussion, self._run(query)))

    # --- comments ----------------------------------------------------------------------------

    def add_comment(self, comment: Comment) -> Comment:
        insert = sa.insert(comments).values(_comment_values(comment)).returning(comments)
        return _comment(self._run(insert).one())

    def comment(self, id: int) -> Comment | None:
        row = self._run(sa.select(comments, _SUPPORT).where(comments.c.id == id)).first()
        return _comment(row) if row else None

    def comment_texts(self, ids: Collection[int]) -> list[str]:
        query = sa.select(comments.c.text).where(comments.c.id.in_(ids))
        return list(self._run(query).scalars())

    def save_comment(self, comment: Comment) -> None:
        chosen = comments.c.id == comment.id
        self._run(sa.update(comments).where(chosen).values(_comment_values(comment)))

    def comments(
        self, discussion: int, limit: int | None = None, newest: bool = True
    ) -> list[Comment]:
        of = comments.c
        shown = (of.discussion == discussion, of.state == CommentState.SHOWN)
        query = sa.select(comments, _SUPPORT).where(*shown).limit(limit)
        order = (of.at.desc(), of.id.desc()) if newest else (of.at, of.id)
        return list(map(_comment, self._run(query.order_by(*order))))

    def threaded(self, discussion: int, limit: int, skip: int = 0) -> list[Comment]:
        of, root = comments.c, comments.alias("root").c
        begun = root.id == sa.func.coalesce(of.parent, of.id)
        shown = (of.discussion == discussion, of.state == CommentState.SHOWN)
        query = sa.select(of.id).join_from(comments, root.id.table, begun).where(*shown)
        order = (root.at.desc(), root.id.desc(), of.parent.is_not(None), of.at, of.id)
        page = list(self._run(query.order_by(*order).limit(limit).offset(skip)).scalars())
        rows = self._run(sa.select(comments, _SUPPORT).where(of.id.in_(page)))
        return sorted(map(_comment, rows), key=lambda one: page.index(one.id))

    def firsts(
        self,
        discussion: int,
        limit: int,
        skip: int = 0,
        topics: Collection[int | None] | None = None,
        supported: bool = False,
    ) -> list[Comment]:
        of = comments.c
        shown = (of.discussion == discussion, of.state == CommentState.SHOWN)
        query = sa.select(comments, _SUPPORT).where(*shown, _FIRST).limit(limit).offset(skip)
        if topics is not None:
            known = of.topic.in_([n for n in topics if n is not None])
            query = query.where(sa.or_(known, of.topic.is_(None)) if None in topics else known)
        order = (of.at.desc(), of.id.desc())
        order = (_SUPPORT.desc(), *order) if supported else order
        return list(map(_comment, self._run(query.order_by(*order))))

    def firsts_by_topic(self, discussion: int) -> dict[int | None, int]:
        of = comments.c
        shown = (of.discussion == discussion, of.state == CommentState.SHOWN)
        query = sa.select(of.topic, sa.func.count()).where(*shown, _FIRST).group_by(of.topic)
        return {row[0]: row[1] for row in self._run(query)}

    def replies(self, to: Collection[int]) -> list[Comment]:
        of = comments.c
        query = sa.select(comments, _SUPPORT).where(of.parent.in_(to))
        shown = query.where(of.state == CommentState.SHOWN)
        return list(map(_comment, self._run(shown.order_by(of.at, of.id))))

    def comment_count(self, discussion: int) -> int:
        of = comments.c
        shown = (of.discussion == discussion, of.state == CommentState.SHOWN)
        return self._run(sa.select(sa.func.count()).select_from(comments).where(*shown)).scalar()

    def sorted_comments(self, discussion: int, limit: int) -> list[tuple[str, int]]:
        of = comments.c
        shown = (of.discussion == discussion, of.state == CommentState.SHOWN)
        query = sa.select(of.text, of.topic).where(*shown, of.topic.is_not(None))
        query = query.order_by(of.at.desc(), of.id.desc()).limit(limit)
        return [(text, topic) for text, topic in self._run(query)]

    def own_comments(
        self, authors: Collection[str], discussion: int | None = None, limit: int = 50
    ) -> list[Comment]:
        of = comments.c
        query = sa.select(comments, _SUPPORT).where(of.author.in_(authors))
        if discussion is not None:
            query = query.where(of.discussion == discussion)
        return list(map(_comment, self._run(query.order_by(of.id.desc()).limit(limit))))

    def comments_behind(self, made: Collection[str]) -> dict[str, Comment]:
        of = comments.c
        query = sa.select(comments, _SUPPORT).where(of.became.in_(made), of.became != "")
        found = map(_comment, self._run(query.order_by(of.id)))
        return {one.became: one for one in found}

    def supported(self, person: str) -> list[int]:
        query = sa.select(supports.c.comment).where(supports.c.person == person)
        return list(self._run(query.order_by(supports.c.comment)).scalars())

    def comments_by(self, authors: Collection[str], discussion: int, since: datetime) -> int:
        of = comments.c
        theirs = (of.author.in_(authors), of.discussion == discussion, of.at >= since)
        query = sa.select(sa.func.count()).select_from(comments).where(*theirs)
        return self._run(query).scalar_one()

    def support(self, comment: int, person: str) -> bool:
        insert = self._dialect.insert(supports).values(comment=comment, person=person)
        added = insert.on_conflict_do_nothing(index_elements=["comment", "person"])
        return self._run(added.returning(supports.c.comment)).first() is not None

    def merge_supports(self, kept: str, gone: str) -> None:
        both = sa.select(supports.c.comment).where(supports.c.person == kept)
        twice = (supports.c.person == gone, supports.c.comment.in_(both))
        self._run(sa.delete(supports).where(*twice))
        self._run(sa.update(supports).where(supports.c.person == gone).values(person=kept))


def _values(discussion: Discussion) -> dict[str, Any]:
    values = {c.name: getattr(discussion, c.name) for c in discussions.c if c.name != "id"}
    keywords = [list(words) for words in discussion.keywords]
    return values | {"topics": list(discussion.topics), "keywords": keywords}


def _discussion(row: sa.Row) -> Discussion:
    values = row._asdict()
    values |= {"topics": tuple(row.topics), "keywords": tuple(map(tuple, row.keywords))}
    values |= {"state": PollState(row.state), "look": Look(row.look)}
    return Discussion(**values)


def _comment_values(comment: Comment) -> dict[str, Any]:
    values = asdict(comment)
    for name in ("id", "support"):
        del values[name]
    return values


def _comment(row: sa.Row) -> Comment:
    values = row._asdict()
    values |= {"kind": CommentKind(row.kind), "state": CommentState(row.state)}
    return Comment(**values)
