"""Round-ups: looked at by editors before they go out, and ordered by what each chat likes."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE kept_digests AS SELECT channel, chat, covered FROM digests")
    op.drop_table("digests")
    op.create_table(
        "digests",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("covered", sa.Double(), nullable=False),
        sa.Column("fired", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_digests"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO digests SELECT channel, chat, covered, covered FROM kept_digests")
    op.drop_table("kept_digests")
    op.create_table(
        "digest_previews",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("more", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digest_previews"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_digest_previews_channel_chat", "digest_previews", ["channel", "chat"], unique=True
    )
    op.create_table(
        "digest_reactions",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", "section", name="pk_digest_reactions"),
        sqlite_with_rowid=False,
    )
