"""Plans of polls, their public history, and who wants to hear of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "poll_steps",
        sa.Column("id", Id, nullable=False),
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_poll_steps_poll"),
        sa.PrimaryKeyConstraint("id", name="pk_poll_steps"),
    )
    op.create_index("ix_poll_steps_poll", "poll_steps", ["poll"])
    op.create_index("ix_poll_steps_kind_at", "poll_steps", ["kind", "at"])
    op.create_table(
        "poll_followers",
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("resident", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_poll_followers_poll"),
        sa.PrimaryKeyConstraint("poll", "resident", name="pk_poll_followers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_followers_resident", "poll_followers", ["resident"])
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cron", sa.Text(), nullable=False),
        sa.Column("due", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plans_due", "plans", ["due"])
