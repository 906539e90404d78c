"""People."""

import sqlalchemy as sa

from storage.tables.base import SMALL, key, metadata
from storage.types import Instant, Json, Words

residents = sa.Table(
    "residents",
    metadata,
    key("id"),
    sa.Column("language", Words),
    sa.Column("contact", Words),
    sa.Column("person", Words),
    sa.Column("area", Words),
    sa.Index(None, "person"),
    **SMALL,
)

link_codes = sa.Table(
    "link_codes",
    metadata,
    key("account"),
    sa.Column("digest", sa.LargeBinary(16), nullable=False, unique=True),
    sa.Column("at", Instant, nullable=False),
    **SMALL,
)

drafts = sa.Table(
    "drafts",
    metadata,
    key("owner"),
    key("kind"),
    sa.Column("value", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
