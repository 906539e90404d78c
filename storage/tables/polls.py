"""Polls, ballots and their life; surveys."""

import sqlalchemy as sa

from storage.tables.base import NUMBERED, SMALL, Answer, key, metadata, poll_key, row_id, text
from storage.types import Addresses, Instant, Json, Words

polls = sa.Table(
    "polls",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("question", Json, nullable=False),
    sa.Column("options", Json, nullable=False),
    sa.Column("option_count", sa.Integer, nullable=False),
    sa.Column("shows", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("opens_at", Instant, nullable=False),
    sa.Column("closes_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("chats", Addresses, nullable=False),
    text("created_by"),
    sa.Column("key", sa.LargeBinary),
    sa.Column("channels", Json),  # how many came by which, once it is closed
    sa.Column("kind", Words, nullable=False, server_default="single"),
    sa.Column("least", sa.Integer, nullable=False, server_default="1"),
    sa.Column("most", sa.Integer, nullable=False, server_default="1"),
    sa.Column("shuffled", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("extras", Json, nullable=False, server_default="{}"),
    sa.Column("final", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("survey", sa.Integer),
    sa.Column("voters", Words, nullable=False, server_default="anyone"),
    sa.Column("areas", Json, nullable=False, server_default="[]"),
    sa.Column("withdrawn", Json, nullable=False, server_default="[]"),
    sa.Index(None, "state"),
    sa.Index(None, "closed_at"),
    **NUMBERED,
)

ballots = sa.Table(
    "ballots",
    metadata,
    poll_key(),
    sa.Column("voter", sa.LargeBinary(16), primary_key=True),
    sa.Column("option", Answer, nullable=False),
    sa.Column("channel", Words, nullable=False),
    sa.Column("order", sa.BigInteger),
    sa.Column("at", Instant),
    **SMALL,
)

poll_words = sa.Table(
    "poll_words",
    metadata,
    poll_key(),
    sa.Column("token", sa.LargeBinary(8), primary_key=True),  # random: no order is kept
    sa.Column("voter", sa.LargeBinary(16)),  # none once the poll is closed
    text("text"),
    sa.Column("language", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("found", Words, nullable=False),
    text("reason"),
    sa.Index(None, "poll", "voter", unique=True),
    **SMALL,
)

tallies = sa.Table(
    "tallies",
    metadata,
    poll_key(),
    sa.Column("option", Answer, primary_key=True),
    key("channel"),
    sa.Column("shard", sa.Integer, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    **SMALL,
)

surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", Json, nullable=False),
    sa.Column("intro", Json, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("opens_at", Instant, nullable=False),
    sa.Column("closes_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("chats", Addresses, nullable=False),
    text("created_by"),
    sa.Column("steps", Json, nullable=False),
    sa.Column("tables", Json, nullable=False),  # how groups answered, once it is closed
    sa.Index(None, "state"),
    **NUMBERED,
)

survey_progress = sa.Table(
    "survey_progress",
    metadata,
    sa.Column("survey", sa.ForeignKey("surveys.id"), primary_key=True),
    key("person"),
    sa.Column("poll", sa.Integer, nullable=False),  # 0 once through
    sa.Index(None, "person"),
    **SMALL,
)

poll_codes = sa.Table(
    "poll_codes",
    metadata,
    poll_key(),
    sa.Column("digest", sa.LargeBinary(16), primary_key=True),
    sa.Column("used", sa.Boolean, nullable=False),
    **SMALL,
)


# Who gave a code, apart from which: the two meet in no row.
code_holders = sa.Table(
    "code_holders",
    metadata,
    poll_key(),
    sa.Column("voter", sa.LargeBinary(16), primary_key=True),
    **SMALL,
)

poll_steps = sa.Table(
    "poll_steps",
    metadata,
    row_id(),
    sa.Column("poll", sa.ForeignKey("polls.id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", Words, nullable=False),
    text("by"),
    sa.Column("text", Json, nullable=False),
    sa.Column("option", sa.Integer),
    sa.Index(None, "poll"),
    sa.Index(None, "kind", "at"),
)

poll_followers = sa.Table(
    "poll_followers",
    metadata,
    poll_key(),
    key("resident"),
    sa.Column("channel", Words, nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Index(None, "resident"),
    **SMALL,
)

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fields", Json, nullable=False),
    sa.Column("state", Words, nullable=False),
    text("by"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("cron", Words, nullable=False),
    sa.Column("due", Instant),
    sa.Index(None, "due"),
    **NUMBERED,
)

ballot_lists = sa.Table(
    "ballot_lists",
    metadata,
    poll_key(),
    text("head"),
    text("digest"),
    sa.Column("ballots", sa.Integer, nullable=False),
    **SMALL,
)

# Closed polls of which something is still to be wiped, or the list to be made.
closings = sa.Table(
    "closings",
    metadata,
    poll_key(),
    sa.Column("stage", sa.Integer, nullable=False),  # how many are done: `storage.closings`
    sa.Column("after", sa.LargeBinary, nullable=False),  # the last key that is done in the next
    **SMALL,
)
