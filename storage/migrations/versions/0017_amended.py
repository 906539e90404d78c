"""Corrections that wait for approval are found among many steps."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    amended = sa.text("kind = 'amended'")
    op.create_index(
        "ix_steps_amended", "steps", ["question"], sqlite_where=amended, postgresql_where=amended
    )
