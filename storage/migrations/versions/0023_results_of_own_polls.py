"""Subscriptions say which results they are for: of all polls, of those voted in, or of none."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SMALL = {"sqlite_with_rowid": False}


def upgrade() -> None:
    with op.batch_alter_table("subscriptions", table_kwargs=SMALL) as table:
        table.alter_column(
            "results",
            existing_type=sa.Boolean(),
            existing_nullable=False,
            type_=sa.Text(),
            postgresql_using="CASE WHEN results THEN 'all' ELSE 'none' END",
        )
    op.execute("UPDATE subscriptions SET results = 'all' WHERE results = '1'")
    op.execute("UPDATE subscriptions SET results = 'none' WHERE results = '0'")
