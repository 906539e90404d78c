"""By which cron line a chat's round-ups are counted, so that an edited one is noticed."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("digests", sa.Column("cron", sa.Text(), nullable=False, server_default=""))
