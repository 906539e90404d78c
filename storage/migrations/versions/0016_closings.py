"""Closings that take several steps, and how far they are."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closings",
        sa.Column("poll", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("after", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_closings_poll"),
        sa.PrimaryKeyConstraint("poll", name="pk_closings"),
        sqlite_with_rowid=False,
    )
