"""The staff's desk on the web."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant, Json, Words

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat", Words, nullable=False),
        sa.Column("parent", sa.Integer),
        sa.Column("shown", sa.LargeBinary, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_messages_chat_id", "desk_messages", ["chat", "id"])
    op.create_index("ix_desk_messages_parent", "desk_messages", ["parent"])
    op.create_table(
        "desk_passes",
        sa.Column("digest", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("holder", Json, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_desk_passes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "desk_sign_ins",
        sa.Column("account", Words, nullable=False),
        sa.Column("claim", Json, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_desk_sign_ins"),
        sqlite_with_rowid=False,
    )
