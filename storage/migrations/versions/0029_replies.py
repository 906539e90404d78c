"""Replies are found by what they answer, so that a discussion's page reads its comments only."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_comments_parent", "comments", ["parent"])
