"""The staff's desk on the web."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, key, metadata
from storage.types import Instant, Json, Words

desk_messages = sa.Table(
    "desk_messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("chat", Words, nullable=False),
    sa.Column("parent", sa.Integer),
    sa.Column("shown", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "chat", "id"),
    sa.Index(None, "parent"),
    **NUMBERED,
)

desk_passes = sa.Table(
    "desk_passes",
    metadata,
    key("digest"),
    sa.Column("kind", Words, nullable=False),
    sa.Column("holder", Json, nullable=False),
    sa.Column("until", Instant, nullable=False),
    **SMALL,
)

desk_sign_ins = sa.Table(
    "desk_sign_ins",
    metadata,
    key("account"),
    sa.Column("claim", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
    **SMALL,
)
