"""Options that were withdrawn, and the step of a poll's history that says so."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("polls", sa.Column("withdrawn", Json, nullable=False, server_default="[]"))
    op.add_column("poll_steps", sa.Column("option", sa.Integer))
