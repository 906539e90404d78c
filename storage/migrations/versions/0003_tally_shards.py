"""A counter is the sum of its shards: several writers count at once, each in a row of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT poll, option, channel, n FROM tallies")
    op.drop_table("tallies")
    op.create_table(
        "tallies",
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_tallies_poll"),
        sa.PrimaryKeyConstraint("poll", "option", "channel", "shard", name="pk_tallies"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO tallies SELECT poll, option, channel, 0, n FROM kept")
    op.execute("DROP TABLE kept")
