"""The moderation desk."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, key, metadata, row_id, text
from storage.types import Instant, Json, Words

# In the order of their names, and without row numbers: the order in which answers in words came
# is not to be read from it once their poll is closed.
moderation = sa.Table(
    "moderation",
    metadata,
    key("kind"),
    key("ref"),
    text("place"),
    sa.Column("language", Words, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("state", Words, nullable=False),
    text("author"),
    text("channel"),
    sa.Column("found", Json, nullable=False),
    sa.Column("shown", sa.Boolean, nullable=False),
    text("claimed_by", null=True),
    sa.Column("claimed_at", Instant),
    text("decided_by", null=True),
    text("rule"),
    text("reason"),
    text("appeal"),
    sa.Column("rewordings", sa.Integer, nullable=False),
    sa.Column("escalated", sa.Boolean, nullable=False),
    sa.Column("judgement", sa.Integer),
    sa.Column("reported", sa.Integer, nullable=False),
    sa.Index(None, "state", "since"),
    sa.Index(None, "place", "state", "since"),
    sa.Index(None, "author"),
    **SMALL,
)

judgements = sa.Table(
    "judgements",
    metadata,
    row_id(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("outcome", Words, nullable=False),
    text("rule"),
    text("by"),
    sa.Column("waited", sa.Double),
    sa.Column("appeal", Words),
    sa.Index(None, "at"),
    **NUMBERED,
)

mutes = sa.Table(
    "mutes",
    metadata,
    key("author"),
    key("place"),
    sa.Column("until", Instant, nullable=False),
    text("rule"),
    **SMALL,
)

reports = sa.Table(
    "reports",
    metadata,
    key("kind"),
    key("ref"),
    key("person"),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "person", "at"),
    **SMALL,
)
