"""Conversations of statements, what people think of them, and the groups that come of it."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, metadata, text
from storage.types import Addresses, Instant, Json, Words

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", Json, nullable=False),
    sa.Column("background", Json, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("opens_at", Instant, nullable=False),
    sa.Column("adds_until", Instant),
    sa.Column("closes_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("moderation", Words, nullable=False),
    sa.Column("chats", Addresses, nullable=False),
    text("created_by"),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("key", sa.LargeBinary),
    sa.Column("names", Json, nullable=False),
    sa.Column("bridge", Words, nullable=False),
    sa.Index(None, "state"),
    **NUMBERED,
)


def conversation_key() -> sa.Column[int]:
    return sa.Column("conversation", sa.ForeignKey("conversations.id"), primary_key=True)


statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("text", Json, nullable=False),
    sa.Column("seed", sa.Boolean, nullable=False),
    sa.Column("author", sa.LargeBinary(16)),
    sa.Column("state", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    text("reason"),
    sa.Column("found", Words, nullable=False),
    sa.Column("source", sa.Integer),
    sa.Column("posted_at", Instant),
    sa.Index(None, "conversation", "state"),
    **NUMBERED,
)

opinions = sa.Table(
    "opinions",
    metadata,
    conversation_key(),
    sa.Column("voter", sa.LargeBinary(16), primary_key=True),
    sa.Column("statement", sa.Integer, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("important", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "conversation", "at"),
    **SMALL,
)

opinion_groups = sa.Table(
    "opinion_groups",
    metadata,
    conversation_key(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("covered", Instant),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("votes", sa.Integer, nullable=False),
    sa.Column("moved", sa.Integer, nullable=False),
    sa.Column("priorities", Json, nullable=False),
    sa.Column("figures", Json, nullable=False),
    sa.Column("groups", Json, nullable=False),
    sa.Column("consensus", Json, nullable=False),
    sa.Column("members", sa.LargeBinary, nullable=False),  # 16 bytes of a voter, one of a letter
    **SMALL,
)
