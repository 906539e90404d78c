"""Discussions and comments."""

import sqlalchemy as sa
from alembic import op

from storage.types import Addresses, Instant, Json, Words

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "discussions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("background", Json, nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("chats", Addresses, nullable=False),
        sa.Column("state", Words, nullable=False),
        sa.Column("opens_at", Instant, nullable=False),
        sa.Column("closes_at", Instant),
        sa.Column("look", Words, nullable=False),
        sa.Column("a_day", sa.Integer, nullable=False),
        sa.Column("created_by", Words, nullable=False),
        sa.Column("summary", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_discussions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_discussions_state", "discussions", ["state"])
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("discussion", sa.Integer, nullable=False),
        sa.Column("parent", sa.Integer),
        sa.Column("author", Words, nullable=False),
        sa.Column("origin", Words, nullable=False),
        sa.Column("language", Words, nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("topic", sa.Integer),
        sa.Column("state", Words, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("became", Words, nullable=False),
        sa.ForeignKeyConstraint(["discussion"], ["discussions.id"], name="fk_comments_discussion"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comments_discussion_state_at", "comments", ["discussion", "state", "at"])
    op.create_index("ix_comments_author", "comments", ["author"])
    op.create_table(
        "supports",
        sa.Column("comment", sa.Integer, nullable=False),
        sa.Column("person", Words, nullable=False),
        sa.ForeignKeyConstraint(["comment"], ["comments.id"], name="fk_supports_comment"),
        sa.PrimaryKeyConstraint("comment", "person", name="pk_supports"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_supports_person", "supports", ["person"])
