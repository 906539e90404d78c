"""Which part of the city a question is about; words of answers, by which questions are found."""

import sqlalchemy as sa
from alembic import op

from core.similar import answer_terms
from storage.types import Json

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

QUESTIONS = sa.table("questions")


def upgrade() -> None:
    op.add_column("questions", sa.Column("area", sa.Text(), nullable=True))
    made = op.create_table(
        "answer_terms",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"], ["questions.number"], name="fk_answer_terms_question"
        ),
        sa.PrimaryKeyConstraint("term", "question", name="pk_answer_terms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_answer_terms_question", "answer_terms", ["question"])
    columns = (sa.column("number"), sa.column("answer", Json), sa.column("reason"))
    for number, answer, reason in op.get_bind().execute(sa.select(*columns).select_from(QUESTIONS)):
        words = answer or {"": reason}
        if rows := [{"term": term, "question": number} for term in answer_terms(words)]:
            op.get_bind().execute(sa.insert(made), rows)
