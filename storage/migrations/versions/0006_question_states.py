"""Every step says which state the question was in after it; a question can be declined on grounds,
merged with another, and answered with links."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AFTER = {"taken": "taken", "asked": "asked", "replied": "taken", "moved": "transferred",
         "answered": "answered", "declined": "declined"}  # fmt: skip


def upgrade() -> None:
    numbered = {"table_kwargs": {"sqlite_autoincrement": True}}
    with op.batch_alter_table("questions", **numbered) as table:
        table.add_column(sa.Column("grounds", sa.Text(), nullable=True))
        table.add_column(sa.Column("whose", sa.Text(), nullable=True))
        table.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
        table.add_column(sa.Column("links", sa.Text(), nullable=True))
        table.create_foreign_key(
            "fk_questions_merged_into", "questions", ["merged_into"], ["number"]
        )
    with op.batch_alter_table("steps") as table:
        table.add_column(sa.Column("state", sa.Text(), nullable=True))
        table.add_column(sa.Column("detail", sa.Text(), nullable=True))
    fill()
    with op.batch_alter_table("questions", **numbered) as table:
        table.alter_column("whose", existing_type=sa.Text(), nullable=False)
        table.alter_column("links", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("steps") as table:
        table.alter_column("state", existing_type=sa.Text(), nullable=False)
        table.alter_column("detail", existing_type=sa.Text(), nullable=False)
    op.create_index("ix_questions_received_at", "questions", ["received_at"])
    op.create_index("ix_questions_merged_into", "questions", ["merged_into"])


def fill() -> None:
    op.execute("UPDATE questions SET whose = '', links = '[]'")
    op.execute("UPDATE questions SET grounds = 'other' WHERE state = 'declined'")
    cases = " ".join(f"WHEN '{kind}' THEN '{state}'" for kind, state in AFTER.items())
    op.execute(f"UPDATE steps SET detail = '{{}}', state = CASE kind {cases} ELSE 'waiting' END")
