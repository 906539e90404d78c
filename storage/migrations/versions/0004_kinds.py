"""Kinds of polls: what a ballot may say, and answers of 63 bits."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind, usual in (
        ("kind", sa.Text(), "single"),
        ("least", sa.Integer(), "1"),
        ("most", sa.Integer(), "1"),
        ("shuffled", sa.Boolean(), sa.false()),
        ("extras", sa.Text(), "{}"),
    ):
        op.add_column("polls", sa.Column(name, kind, nullable=False, server_default=usual))
    if op.get_bind().dialect.name == "postgresql":  # SQLite's integers hold them as they are
        op.alter_column("ballots", "option", type_=sa.BigInteger())
        op.alter_column("tallies", "option", type_=sa.BigInteger())
