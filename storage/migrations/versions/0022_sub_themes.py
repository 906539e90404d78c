"""Words that tell a discussion's sub-themes apart; which comment something was made of."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keywords = sa.Column("keywords", Json, nullable=False, server_default="[]")
    op.add_column("discussions", keywords)
    op.create_index("ix_comments_became", "comments", ["became"])
