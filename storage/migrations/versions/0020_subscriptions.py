"""Subscriptions and broadcasts; deliveries that somebody waits for go before those of many."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("resident", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("themes", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("results", sa.Boolean(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=False),
        sa.Column("covered", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("resident", name="pk_subscriptions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subscriptions_due", "subscriptions", ["due"])
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("starts_at", sa.Double()),
        sa.Column("began_at", sa.Double()),
        sa.Column("ended_at", sa.Double()),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcasts_state", "broadcasts", ["state"])
    priority = sa.Column("priority", sa.Integer(), nullable=False, server_default="0")
    op.add_column("deliveries", priority)
    op.add_column("deliveries", sa.Column("broadcast", sa.Integer()))
    op.drop_index("ix_deliveries_due", "deliveries")
    active, sent = sa.text("finished_at IS NULL"), sa.text("broadcast IS NOT NULL")
    due = ["channel", "priority", "due", "id"]
    _index("ix_deliveries_due", due, active)
    _index("ix_deliveries_broadcast", ["broadcast", "state"], sent)


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)
