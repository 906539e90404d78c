"""Answers in words."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll_words",
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(8), nullable=False),
        sa.Column("voter", sa.LargeBinary(16), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_poll_words_poll"),
        sa.PrimaryKeyConstraint("poll", "token", name="pk_poll_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_words_poll_voter", "poll_words", ["poll", "voter"], unique=True)
