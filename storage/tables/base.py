"""What the tables are made of."""

import sqlalchemy as sa

from storage.types import Words

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

SMALL = {"sqlite_with_rowid": False}
"""For tables read by their key. Of the ballots it also hides in which order they came."""

NUMBERED = {"sqlite_autoincrement": True}
"""No number is given twice, even when its row is gone."""

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

Answer = Id
"""What `core.answers` makes of a ballot. The column is called ``option``, as it mostly is one."""


def row_id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True)


def key(name: str) -> sa.Column[str]:
    return sa.Column(name, Words, primary_key=True)


def text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=null)


def poll_key() -> sa.Column[int]:
    return sa.Column("poll", sa.ForeignKey("polls.id"), primary_key=True)
