"""Polls in which a vote is final."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    final = sa.Column("final", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("polls", final)
