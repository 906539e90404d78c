"""What is remembered around questions: their words, re-routings, followers, thumbs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table("question_terms", _number("term"), key="term")
    _table("reroutes", _words("department"), _time("at"))
    _table("follows", _words("resident"), _words("channel"), _words("language"), key="resident")
    _table(
        "thumbs",
        _words("resident"),
        sa.Column("up", sa.Boolean(), nullable=False),
        _words("words"),
        key="resident",
    )
    op.create_index("ix_question_terms_question", "question_terms", ["question"])
    op.create_index("ix_reroutes_at", "reroutes", ["at"])
    op.create_index("ix_follows_resident", "follows", ["resident"])
    op.create_index("ix_thumbs_resident", "thumbs", ["resident"])


def _table(name: str, *columns: sa.Column, key: str = "") -> None:
    keys = {"term": ("term", "question"), "": ("question",)}.get(key, ("question", key))
    question = sa.Column("question", sa.Integer(), nullable=False)
    first = [*columns[:1], question] if key == "term" else [question, *columns[:1]]
    op.create_table(
        name,
        *first,
        *columns[1:],
        sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["question"], ["questions.number"], name=f"fk_{name}_question"),
        sqlite_with_rowid=False,
    )


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False, autoincrement=False)


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str) -> sa.Column:
    return sa.Column(name, sa.Double(), nullable=False)
