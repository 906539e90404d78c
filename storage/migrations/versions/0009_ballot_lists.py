"""The lists of closed polls' ballots; channels apart from answers once a poll is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("polls", sa.Column("channels", sa.Text(), nullable=True))
    op.create_table(
        "ballot_lists",
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_ballot_lists_poll"),
        sa.PrimaryKeyConstraint("poll", name="pk_ballot_lists"),
        sqlite_with_rowid=False,
    )
