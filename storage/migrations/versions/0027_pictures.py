"""Pictures of options."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant, Words

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("digest", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_pictures"),
    )
    op.create_table(
        "picture_sources",
        sa.Column("url", Words, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("digest", Words, nullable=True),
        sa.Column("fault", Words, nullable=True),
        sa.PrimaryKeyConstraint("url", name="pk_picture_sources"),
        sqlite_with_rowid=False,
    )
