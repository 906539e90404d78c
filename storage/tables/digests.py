"""Round-ups, subscriptions and broadcasts."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, key, metadata, row_id
from storage.types import Instant, Json, Words

digests = sa.Table(
    "digests",
    metadata,
    key("channel"),
    key("chat"),
    sa.Column("covered", Instant, nullable=False),
    sa.Column("fired", Instant, nullable=False),
    **SMALL,
)

digest_previews = sa.Table(
    "digest_previews",
    metadata,
    row_id(),
    sa.Column("channel", Words, nullable=False),
    sa.Column("chat", Words, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("found", Json, nullable=False),
    sa.Column("items", Json, nullable=False),
    sa.Column("more", Json, nullable=False),
    sa.Column("opening", Json, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(None, "channel", "chat", unique=True),
    **NUMBERED,
)

digest_reactions = sa.Table(
    "digest_reactions",
    metadata,
    key("channel"),
    key("chat"),
    key("section"),
    sa.Column("n", sa.Integer, nullable=False),
    **SMALL,
)
