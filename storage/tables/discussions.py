"""Discussions."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, key, metadata, text
from storage.types import Addresses, Instant, Json, Words

discussions = sa.Table(
    "discussions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", Json, nullable=False),
    sa.Column("background", Json, nullable=False),
    sa.Column("topics", Json, nullable=False),
    sa.Column("keywords", Json, nullable=False, server_default="[]"),
    sa.Column("chats", Addresses, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("opens_at", Instant, nullable=False),
    sa.Column("closes_at", Instant),
    sa.Column("look", Words, nullable=False),
    sa.Column("a_day", sa.Integer, nullable=False),
    text("created_by"),
    sa.Column("summary", Json, nullable=False),
    sa.Index(None, "state"),
    **NUMBERED,
)

comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("discussion", sa.ForeignKey("discussions.id"), nullable=False),
    sa.Column("parent", sa.Integer),
    text("author"),
    text("origin"),
    sa.Column("language", Words, nullable=False),
    text("text"),
    sa.Column("kind", Words, nullable=False),
    sa.Column("topic", sa.Integer),
    sa.Column("state", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    text("became"),
    sa.Index(None, "discussion", "state", "at"),
    sa.Index(None, "author"),
    sa.Index(None, "parent"),
    sa.Index(None, "became"),
    **NUMBERED,
)

supports = sa.Table(
    "supports",
    metadata,
    sa.Column("comment", sa.ForeignKey("comments.id"), primary_key=True),
    key("person"),
    sa.Index(None, "person"),
    **SMALL,
)
