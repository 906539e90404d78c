"""By which dictionaries a question's words are kept. By none yet: the service keeps them anew."""

import sqlalchemy as sa
from alembic import op

from storage.types import Words

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("lemmas", Words, nullable=False, server_default=""))
    op.create_index("ix_questions_lemmas", "questions", ["lemmas"])
