"""Who may vote in a poll: codes and who gave one, areas of residents."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json, Words

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    voters = sa.Column("voters", Words, nullable=False, server_default="anyone")
    op.add_column("polls", voters)
    op.add_column("polls", sa.Column("areas", Json, nullable=False, server_default="[]"))
    op.add_column("residents", sa.Column("area", Words))
    op.create_table(
        "poll_codes",
        _poll("poll_codes"),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("poll", "digest", name="pk_poll_codes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code_holders",
        _poll("code_holders"),
        sa.Column("voter", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("poll", "voter", name="pk_code_holders"),
        sqlite_with_rowid=False,
    )


def _poll(table: str) -> sa.Column[int]:
    name = f"fk_{table}_poll"
    return sa.Column("poll", sa.Integer, sa.ForeignKey("polls.id", name=name), nullable=False)
