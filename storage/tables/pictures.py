"""Pictures of options, and what the addresses gave that editors wrote."""

import sqlalchemy as sa

from storage.tables.base import SMALL, key, metadata
from storage.types import Instant, Words

pictures = sa.Table(
    "pictures",
    metadata,
    key("digest"),
    sa.Column("kind", Words, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("shown", sa.Boolean, nullable=False),  # by a poll, so it stays
)

picture_sources = sa.Table(
    "picture_sources",
    metadata,
    key("url"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("digest", Words),
    sa.Column("fault", Words),
    **SMALL,
)
