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
    sa.Column("cron", Words, nullable=False, server_default=""),
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

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    key("resident"),
    sa.Column("channel", Words, nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Column("rhythm", Words, nullable=False),
    # Ids with a colon on each side of each, so that one of them can be looked for; "" for all.
    sa.Column("themes", Words, nullable=False),
    sa.Column("areas", Words, nullable=False),
    sa.Column("results", Words, nullable=False),
    sa.Column("quiet", Words, nullable=False),
    sa.Column("covered", Instant, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Index(None, "due"),
    **SMALL,
)

broadcasts = sa.Table(
    "broadcasts",
    metadata,
    row_id(),
    sa.Column("text", Json, nullable=False),
    sa.Column("theme", Words, nullable=False),
    sa.Column("area", Words, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("approved_by", Words, nullable=False),
    sa.Column("home", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("starts_at", Instant),
    sa.Column("began_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("cursor", Words, nullable=False),
    sa.Column("queued", sa.Boolean, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("report", Json, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(None, "state"),
    **NUMBERED,
)
