"""Questions."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, key, metadata, row_id, text
from storage.types import Instant, Json, Words

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    text("text"),
    sa.Column("language", Words, nullable=False),
    sa.Column("theme", Words),
    sa.Column("department", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("asker", Words),
    sa.Column("asker_channel", Words, nullable=False),
    text("official", null=True),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Column("answer", Json, nullable=False),
    sa.Column("publish", Words),
    text("reason"),
    sa.Column("grounds", Words),
    text("whose"),
    sa.Column("merged_into", sa.ForeignKey("questions.number")),
    sa.Column("links", Json, nullable=False),
    sa.Column("area", Words),
    sa.Column("lemmas", Words, nullable=False, server_default=""),
    sa.Index(None, "lemmas"),
    sa.Index(None, "asker"),
    sa.Index(None, "state", "department"),
    sa.Index(None, "answered_at"),
    sa.Index(None, "received_at"),
    sa.Index(None, "merged_into"),
    **NUMBERED,
)

steps = sa.Table(
    "steps",
    metadata,
    row_id(),
    sa.Column("question", sa.ForeignKey("questions.number"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", Words, nullable=False),
    text("by"),
    text("text"),
    sa.Column("state", Words, nullable=False),
    sa.Column("detail", Json, nullable=False),
    sa.Index(None, "question"),
    sa.Index(
        "ix_steps_amended",
        "question",
        sqlite_where=sa.text("kind = 'amended'"),
        postgresql_where=sa.text("kind = 'amended'"),
    ),
)

question_terms = sa.Table(
    "question_terms",
    metadata,
    sa.Column("term", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    sa.Index(None, "question"),
    **SMALL,
)

answer_terms = sa.Table(
    "answer_terms",
    metadata,
    sa.Column("term", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    sa.Index(None, "question"),
    **SMALL,
)

reroutes = sa.Table(
    "reroutes",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    sa.Column("department", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "at"),
    **SMALL,
)

follows = sa.Table(
    "follows",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    key("resident"),
    sa.Column("channel", Words, nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Index(None, "resident"),
    **SMALL,
)

thumbs = sa.Table(
    "thumbs",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    key("resident"),
    sa.Column("up", sa.Boolean, nullable=False),
    text("words"),
    sa.Index(None, "resident"),
    **SMALL,
)
