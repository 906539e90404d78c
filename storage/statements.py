"""Conversations of statements, what people think of them, and the groups that come of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from core.model import (
    Conversation,
    ConversationDraft,
    GroupFigures,
    Groups,
    Moderation,
    Opinion,
    PollState,
    Stand,
    Statement,
    StatementFigures,
    StatementState,
)
from core.ports.statements import EVER
from core.texts import Localized
from storage.tables import conversations, opinion_groups, opinions, statements
from storage.transaction import Transaction

SETTLED = timedelta(seconds=5)
"""A vote is received at most so long before others can see it."""
VOTER = 16
BATCH = 10_000
_ROWS = (
    "SELECT voter, statement, value, at, important FROM opinions WHERE conversation = :conversation"
)
_LATE_ROWS = f"{_ROWS} AND at >= :since"
_OPINION = tuple(opinions.c)


class Statements(Transaction):
    def add_conversation(
        self, draft: ConversationDraft, key: bytes, state: PollState, at: datetime
    ) -> Conversation:
        values: dict[str, Any] = {
            "title": draft.title,
            "background": draft.background,
            "state": state,
            "opens_at": draft.opens_at,
            "adds_until": draft.adds_until,
            "closes_at": draft.closes_at,
            "moderation": draft.moderation,
            "chats": draft.chats,
            "created_by": draft.created_by,
            "changed_at": at,
            "key": key,
            "names": {},
            "bridge": "",
        }
        row = self._run(sa.insert(conversations).values(values).returning(conversations)).one()
        for text in draft.seeds:
            self.add_statement(row.id, text, None, StatementState.SHOWN, at, seed=True)
        return _conversation(row)

    def conversation(self, id: int) -> Conversation | None:
        query = sa.select(conversations).where(conversations.c.id == id)
        if self._writing:
            query = query.with_for_update(read=True)
        row = self._run(query).first()
        return _conversation(row) if row else None

    def conversations(self, *states: PollState, limit: int = 50) -> list[Conversation]:
        query = sa.select(conversations).order_by(conversations.c.id.desc()).limit(limit)
        if states:
            query = query.where(conversations.c.state.in_(states))
        return list(map(_conversation, self._run(query)))

    def conversations_to_open(self, now: datetime) -> list[int]:
        return self._conversations_due(PollState.SCHEDULED, conversations.c.opens_at, now)

    def conversations_to_close(self, now: datetime) -> list[int]:
        return self._conversations_due(PollState.OPEN, conversations.c.closes_at, now)

    def _conversations_due(
        self, state: PollState, column: sa.Column[datetime], now: datetime
    ) -> list[int]:
        query = sa.select(conversations.c.id).where(conversations.c.state == state, column <= now)
        return list(self._run(query.order_by(column, conversations.c.id)).scalars())

    def open_conversation(self, id: int) -> None:
        due = (conversations.c.id == id, conversations.c.state == PollState.SCHEDULED)
        self._run(sa.update(conversations).where(*due).values(state=PollState.OPEN))

    def save_conversation(self, conversation: Conversation) -> None:
        values = {
            "title": conversation.title,
            "background": conversation.background,
            "adds_until": conversation.adds_until,
            "closes_at": conversation.closes_at,
            "moderation": conversation.moderation,
            "names": dict(conversation.names),
            "bridge": conversation.bridge,
        }
        which = conversations.c.id == conversation.id
        self._run(sa.update(conversations).where(which).values(values))

    def close_conversation(self, id: int, at: datetime) -> None:
        values = {"state": PollState.CLOSED, "closed_at": at, "changed_at": at, "key": None}
        going = (conversations.c.id == id, conversations.c.closed_at.is_(None))
        if self._run(sa.update(conversations).where(*going).values(values)).rowcount:
            self._part_from_authors(id)
            self._dialect.wipe_opinions(self._connection, id)
            self.erased = self.keys_erased = self.votes_erased = True

    def _part_from_authors(self, id: int) -> None:
        here = opinions.c.conversation == id
        alone = sa.select(opinions.c.statement).where(here).group_by(opinions.c.statement)
        alone = alone.having(sa.func.count() == 1)
        self._run(sa.delete(opinions).where(here, opinions.c.statement.in_(alone)))
        wrote = sa.update(statements).where(statements.c.conversation == id)
        self._run(wrote.values(author=None))

    # --- statements --------------------------------------------------------------------------

    def add_statement(
        self,
        conversation: int,
        text: Localized,
        author: bytes | None,
        state: StatementState,
        at: datetime,
        *,
        seed: bool = False,
        found: Sequence[str] = (),
        source: int | None = None,
    ) -> Statement:
        values = {
            "conversation": conversation,
            "text": text,
            "seed": seed,
            "author": author,
            "state": state,
            "at": at,
            "reason": "",
            "found": " ".join(found),
            "source": source,
        }
        row = self._run(sa.insert(statements).values(values).returning(statements)).one()
        return _statement(row)

    def statement(self, id: int) -> Statement | None:
        row = self._run(sa.select(statements).where(statements.c.id == id)).first()
        return _statement(row) if row else None

    def statement_texts(self, ids: Collection[int]) -> list[Localized]:
        query = sa.select(statements.c.text).where(statements.c.id.in_(ids))
        return list(self._run(query).scalars())

    def statements(self, conversation: int, *states: StatementState) -> list[Statement]:
        query = sa.select(statements).where(statements.c.conversation == conversation)
        if states:
            query = query.where(statements.c.state.in_(states))
        return list(map(_statement, self._run(query.order_by(statements.c.id))))

    def statements_to_serve(self, conversation: int) -> dict[int, bool]:
        shown = (statements.c.conversation == conversation,
                 statements.c.state == StatementState.SHOWN)  # fmt: skip
        query = sa.select(statements.c.id, statements.c.seed).where(*shown)
        return dict(tuple(row) for row in self._run(query.order_by(statements.c.id)))

    def statement_counts(self, conversation: int) -> dict[StatementState, int]:
        query = sa.select(statements.c.state, sa.func.count()).group_by(statements.c.state)
        rows = self._run(query.where(statements.c.conversation == conversation))
        found = dict(tuple(row) for row in rows)
        return {state: found.get(state, 0) for state in StatementState}

    def judge_statement(
        self, id: int, state: StatementState, reason: str, at: datetime
    ) -> Statement | None:
        changed = sa.update(statements).where(statements.c.id == id, statements.c.state != state)
        changed = changed.values(state=state, reason=reason)
        row = self._run(changed.returning(statements)).first()
        if row is None:
            return None
        self._changed(row.conversation, at)
        return _statement(row)

    def reword_statement(self, id: int, text: Localized, at: datetime) -> None:
        self._run(sa.delete(opinions).where(opinions.c.statement == id))
        which = sa.update(statements).where(statements.c.id == id).values(text=text)
        for conversation in self._run(which.returning(statements.c.conversation)).scalars():
            self._changed(conversation, at)

    def _changed(self, conversation: int, at: datetime) -> None:
        which = conversations.c.id == conversation
        self._run(sa.update(conversations).where(which).values(changed_at=at))

    def mark_posted(self, id: int, at: datetime) -> None:
        self._run(sa.update(statements).where(statements.c.id == id).values(posted_at=at))

    def statements_by(self, conversation: int, author: bytes) -> list[Statement]:
        mine = (statements.c.conversation == conversation, statements.c.author == author)
        query = sa.select(statements).where(*mine).order_by(statements.c.id)
        return list(map(_statement, self._run(query)))

    def forget_author(self, conversation: int, author: bytes) -> None:
        mine = (statements.c.conversation == conversation, statements.c.author == author)
        unread = statements.c.state == StatementState.WAITING
        self._run(sa.delete(statements).where(*mine, unread))
        self._run(sa.update(statements).where(*mine).values(author=None))
        self.erased = True

    # --- opinions ----------------------------------------------------------------------------

    def put_opinion(self, opinion: Opinion) -> None:
        values = msgspec.structs.asdict(opinion)
        insert = self._dialect.insert(opinions).values(values)
        new, kept = insert.excluded, opinions.c
        later = {name: new[name] for name in ("value", "important", "at")}
        self._run(
            insert.on_conflict_do_update(
                index_elements=["conversation", "voter", "statement"],
                set_=later,
                where=kept.at <= new.at,
            )
        )

    def add_opinions(self, opinions_: Sequence[Opinion]) -> None:
        rows = [msgspec.structs.asdict(each) for each in opinions_]
        for start in range(0, len(rows), BATCH):
            self._connection.execute(sa.insert(opinions), rows[start : start + BATCH])

    def own_opinions(self, conversation: int, voter: bytes) -> dict[int, int]:
        mine = (opinions.c.conversation == conversation, opinions.c.voter == voter)
        query = sa.select(opinions.c.statement, opinions.c.value).where(*mine)
        return dict(tuple(row) for row in self._run(query))

    def opinions(self, conversation: int) -> list[Opinion]:
        query = sa.select(*_OPINION).where(opinions.c.conversation == conversation)
        return [Opinion(*row) for row in self._run(query)]

    def opinion_rows(
        self, conversation: int, since: datetime = EVER
    ) -> list[tuple[bytes, int, int, float, bool]]:
        if since == EVER:  # else an index would be gone through for all of them
            return self._fast(_ROWS, conversation=conversation)
        return self._fast(_LATE_ROWS, conversation=conversation, since=since.timestamp())

    def latest_opinion(self, conversation: int) -> datetime | None:
        latest = sa.select(sa.func.max(opinions.c.at))
        return self._run(latest.where(opinions.c.conversation == conversation)).scalar()

    def opinion_people(self, conversation: int) -> int:
        people = sa.func.count(sa.distinct(opinions.c.voter))
        return self._run(sa.select(people).where(opinions.c.conversation == conversation)).scalar()

    def merge_opinions(self, conversation: int, kept: bytes, gone: bytes, at: datetime) -> None:
        theirs = (opinions.c.conversation == conversation, opinions.c.voter == gone)
        for row in self._run(sa.select(*_OPINION).where(*theirs)).all():
            self.put_opinion(msgspec.structs.replace(Opinion(*row), voter=kept))
        if self._run(sa.delete(opinions).where(*theirs)).rowcount:
            self._changed(conversation, at)
        wrote = (statements.c.conversation == conversation, statements.c.author == gone)
        self._run(sa.update(statements).where(*wrote).values(author=kept))

    # --- groups ------------------------------------------------------------------------------

    def conversations_to_group(self, now: datetime) -> list[int]:
        latest = (
            sa.select(sa.func.max(opinions.c.at))
            .where(opinions.c.conversation == conversations.c.id)
            .scalar_subquery()
        )
        query = (
            sa.select(conversations.c.id, conversations.c.changed_at, latest, conversations.c.key)
            .add_columns(opinion_groups.c.made_at, opinion_groups.c.covered)
            .outerjoin(opinion_groups, opinion_groups.c.conversation == conversations.c.id)
            .order_by(conversations.c.id)
        )
        return [id for id, *rest in self._run(query) if _stale(now, *rest)]

    def groups(self, conversation: int) -> Groups | None:
        query = sa.select(opinion_groups).where(opinion_groups.c.conversation == conversation)
        row = self._run(query).first()
        return _groups(row) if row else None

    def priorities(self, conversation: int) -> Mapping[int, float]:
        which = opinion_groups.c.conversation == conversation
        found = self._run(sa.select(opinion_groups.c.priorities).where(which)).scalar()
        return _read(found or {}, dict[int, float])

    def put_groups(self, groups: Groups) -> None:
        kept = {
            "version": groups.version,
            "made_at": groups.made_at,
            "covered": groups.covered,
            "people": groups.people,
            "votes": groups.votes,
            "moved": groups.moved,
            "priorities": _plain(groups.priorities),
            "figures": _plain(groups.figures),
            "groups": _plain(groups.groups),
            "consensus": _plain(groups.consensus),
            "members": b"".join(
                voter + letter.encode() for voter, letter in sorted(groups.members.items())
            ),
        }
        self._upsert(opinion_groups, {"conversation": groups.conversation}, kept)


def _stale(
    now: datetime,
    changed: datetime,
    latest: datetime | None,
    key: bytes | None,
    made: datetime | None,
    covered: datetime | None,
) -> bool:
    """Whether groups may be other than they were. A vote that was on its way to the disk while
    others were read has its time before theirs: so once more when all is settled."""
    if made is None:
        return latest is not None
    if changed > made:
        return True
    if key is None or latest is None:
        return False
    unsettled = made - latest < SETTLED and now - latest >= SETTLED
    return covered is None or latest > covered or unsettled


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value, str_keys=True)


def _conversation(row: sa.Row) -> Conversation:
    kinds = {"state": PollState(row.state), "moderation": Moderation(row.moderation)}
    return Conversation(**row._asdict() | kinds)


def _statement(row: sa.Row) -> Statement:
    kinds = {"state": StatementState(row.state), "found": tuple(row.found.split())}
    return Statement(**row._asdict() | kinds)


def _groups(row: sa.Row) -> Groups:
    return Groups(
        **row._asdict()
        | {
            "priorities": _read(row.priorities, dict[int, float]),
            "figures": _read(row.figures, dict[int, StatementFigures]),
            "groups": _read(row.groups, dict[str, GroupFigures]),
            "consensus": _read(row.consensus, tuple[Stand, ...]),
            "members": _members(row.members),
        }
    )


def _read(value: Any, kind: Any) -> Any:
    return msgspec.convert(value, kind, strict=False)


def _members(packed: bytes) -> Mapping[bytes, str]:
    step = VOTER + 1
    return {packed[i : i + VOTER]: chr(packed[i + VOTER]) for i in range(0, len(packed), step)}
