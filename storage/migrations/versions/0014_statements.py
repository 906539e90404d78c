"""Conversations of statements, opinions on them, and the groups that come of it."""

import sqlalchemy as sa
from alembic import op

from storage.types import Addresses, Instant, Json, Words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("background", Json, nullable=False),
        sa.Column("state", Words, nullable=False),
        sa.Column("opens_at", Instant, nullable=False),
        sa.Column("adds_until", Instant),
        sa.Column("closes_at", Instant),
        sa.Column("closed_at", Instant),
        sa.Column("moderation", Words, nullable=False),
        sa.Column("chats", Addresses, nullable=False),
        sa.Column("created_by", Words, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("names", Json, nullable=False),
        sa.Column("bridge", Words, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversations_state", "conversations", ["state"])
    op.create_table(
        "statements",
        sa.Column("id", sa.Integer, nullable=False),
        _conversation("statements"),
        sa.Column("text", Json, nullable=False),
        sa.Column("seed", sa.Boolean, nullable=False),
        sa.Column("author", sa.LargeBinary(16)),
        sa.Column("state", Words, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("found", Words, nullable=False),
        sa.Column("source", sa.Integer),
        sa.Column("posted_at", Instant),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_statements_conversation_state", "statements", ["conversation", "state"])
    op.create_table(
        "opinions",
        _conversation("opinions"),
        sa.Column("voter", sa.LargeBinary(16), nullable=False),
        sa.Column("statement", sa.Integer, nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("important", sa.Boolean, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "voter", "statement", name="pk_opinions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_opinions_conversation_at", "opinions", ["conversation", "at"])
    op.create_table(
        "opinion_groups",
        _conversation("opinion_groups"),
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
        sa.Column("members", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_opinion_groups"),
        sqlite_with_rowid=False,
    )


def _conversation(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("conversations.id", name=f"fk_{table}_conversation")
    return sa.Column("conversation", sa.Integer, key, nullable=False)
