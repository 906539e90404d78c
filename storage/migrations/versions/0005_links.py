"""Accounts of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SMALL = {"sqlite_with_rowid": False}


def upgrade() -> None:
    with op.batch_alter_table("residents", table_kwargs=SMALL) as residents:
        residents.add_column(sa.Column("person", sa.Text(), nullable=True))
        residents.create_index("ix_residents_person", ["person"])
    op.create_table(
        "link_codes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_link_codes"),
        sa.UniqueConstraint("digest", name="uq_link_codes_digest"),
        **SMALL,
    )
