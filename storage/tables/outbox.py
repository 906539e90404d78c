"""Posts, deliveries, chats and events."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, key, metadata, row_id, text
from storage.types import Instant, Json, Words

posts = sa.Table(
    "posts",
    metadata,
    row_id(),
    sa.Column("channel", Words, nullable=False),
    sa.Column("chat", Words, nullable=False),
    sa.Column("show", Json, nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Column("ref", Words),
    sa.Column("shown", Words, nullable=False, default=""),
    sa.Column("edited_at", Instant),
    sa.Index(None, "channel", "chat"),
    **NUMBERED,
)

watches = sa.Table(
    "watches",
    metadata,
    key("subject"),
    sa.Column("post", sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "post"),
    **SMALL,
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    row_id(),
    sa.Column("kind", Words, nullable=False),  # send or edit (a post), tell
    sa.Column("channel", Words, nullable=False),
    sa.Column("chat", Words, nullable=False),
    sa.Column("post", sa.ForeignKey("posts.id", ondelete="SET NULL")),
    # The post that must be in its chat first: the one edited, or the one whose thread this is.
    sa.Column("awaits", sa.ForeignKey("posts.id", ondelete="SET NULL")),
    sa.Column("show", Json),
    sa.Column("language", Words),
    sa.Column("dedupe", Words, unique=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("gap", sa.Double, nullable=False, default=0),
    sa.Column("lease", Instant),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("error", Words, nullable=False, default=""),
    sa.Column("finished_at", Instant),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("broadcast", sa.Integer),
    **NUMBERED,
)

_active = sa.text("finished_at IS NULL")

_waiting_edit = sa.text("kind = 'edit' AND state = 'waiting'")

_of_broadcast = sa.text("broadcast IS NOT NULL")

_leased = sa.text("state = 'sending'")


def _part(name: str, *columns: str, where: sa.TextClause, unique: bool = False) -> sa.Index:
    """An index over the rows that still matter, so that a million finished ones cost nothing."""
    chosen = [deliveries.c[column] for column in columns]
    return sa.Index(name, *chosen, unique=unique, sqlite_where=where, postgresql_where=where)


_part("ix_deliveries_due", "channel", "priority", "due", "id", where=_active)


_part("ix_deliveries_broadcast", "broadcast", "state", where=_of_broadcast)


_part("ix_deliveries_chat", "channel", "chat", "due", "id", where=_active)


_part("ix_deliveries_leased", "channel", "chat", "lease", where=_leased)


_part("ix_deliveries_edit", "post", where=_waiting_edit, unique=True)


sa.Index(None, deliveries.c.post)


sa.Index(None, deliveries.c.awaits)


sa.Index(None, deliveries.c.state)  # for `pending`

silenced = sa.Table(
    "silenced",
    metadata,
    key("channel"),
    key("chat"),
    text("reason"),
    sa.Column("at", Instant, nullable=False),
    **SMALL,
)

moves = sa.Table(
    "moves",
    metadata,
    key("channel"),
    key("chat"),
    sa.Column("to_channel", Words, nullable=False),
    sa.Column("to_chat", Words, nullable=False),
    **SMALL,
)

chat_references = sa.Table(
    "chat_references",
    metadata,
    key("channel"),
    key("chat"),
    text("reference"),
    **SMALL,
)

events = sa.Table(
    "events",
    metadata,
    key("id"),
    sa.Column("who", Words, nullable=False),
    sa.Column("reply", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "who"),
    sa.Index(None, "at"),
    **SMALL,
)
