"""The tables. The words are those of docs/architecture.md; times are `Instant`s."""

import sqlalchemy as sa

from storage.types import Addresses, Instant, Json, Words

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


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, Words, primary_key=True)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=null)


def _poll() -> sa.Column[int]:
    return sa.Column("poll", sa.ForeignKey("polls.id"), primary_key=True)


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
    _text("created_by"),
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
    sa.Index(None, "state"),
    sa.Index(None, "closed_at"),
    **NUMBERED,
)

ballots = sa.Table(
    "ballots",
    metadata,
    _poll(),
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
    _poll(),
    sa.Column("token", sa.LargeBinary(8), primary_key=True),  # random: no order is kept
    sa.Column("voter", sa.LargeBinary(16)),  # none once the poll is closed
    _text("text"),
    sa.Column("language", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("found", Words, nullable=False),
    _text("reason"),
    sa.Index(None, "poll", "voter", unique=True),
    **SMALL,
)

tallies = sa.Table(
    "tallies",
    metadata,
    _poll(),
    sa.Column("option", Answer, primary_key=True),
    _key("channel"),
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
    _text("created_by"),
    sa.Column("steps", Json, nullable=False),
    sa.Column("tables", Json, nullable=False),  # how groups answered, once it is closed
    sa.Index(None, "state"),
    **NUMBERED,
)

survey_progress = sa.Table(
    "survey_progress",
    metadata,
    sa.Column("survey", sa.ForeignKey("surveys.id"), primary_key=True),
    _key("person"),
    sa.Column("poll", sa.Integer, nullable=False),  # 0 once through
    sa.Index(None, "person"),
    **SMALL,
)

poll_codes = sa.Table(
    "poll_codes",
    metadata,
    _poll(),
    sa.Column("digest", sa.LargeBinary(16), primary_key=True),
    sa.Column("used", sa.Boolean, nullable=False),
    **SMALL,
)

# Who gave a code, apart from which: the two meet in no row.
code_holders = sa.Table(
    "code_holders",
    metadata,
    _poll(),
    sa.Column("voter", sa.LargeBinary(16), primary_key=True),
    **SMALL,
)

poll_steps = sa.Table(
    "poll_steps",
    metadata,
    _id(),
    sa.Column("poll", sa.ForeignKey("polls.id"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", Words, nullable=False),
    _text("by"),
    sa.Column("text", Json, nullable=False),
    sa.Index(None, "poll"),
    sa.Index(None, "kind", "at"),
)

poll_followers = sa.Table(
    "poll_followers",
    metadata,
    _poll(),
    _key("resident"),
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
    _text("by"),
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
    _poll(),
    _text("head"),
    _text("digest"),
    sa.Column("ballots", sa.Integer, nullable=False),
    **SMALL,
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _text("text"),
    sa.Column("language", Words, nullable=False),
    sa.Column("theme", Words),
    sa.Column("department", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("asker", Words),
    sa.Column("asker_channel", Words, nullable=False),
    _text("official", null=True),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Column("answer", Json, nullable=False),
    sa.Column("publish", Words),
    _text("reason"),
    sa.Column("grounds", Words),
    _text("whose"),
    sa.Column("merged_into", sa.ForeignKey("questions.number")),
    sa.Column("links", Json, nullable=False),
    sa.Index(None, "asker"),
    sa.Index(None, "state", "department"),
    sa.Index(None, "answered_at"),
    sa.Index(None, "received_at"),
    sa.Index(None, "merged_into"),
    **NUMBERED,
)

steps = sa.Table(
    "steps",
    metadata,
    _id(),
    sa.Column("question", sa.ForeignKey("questions.number"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", Words, nullable=False),
    _text("by"),
    _text("text"),
    sa.Column("state", Words, nullable=False),
    sa.Column("detail", Json, nullable=False),
    sa.Index(None, "question"),
)

question_terms = sa.Table(
    "question_terms",
    metadata,
    sa.Column("term", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    sa.Index(None, "question"),
    **SMALL,
)

reroutes = sa.Table(
    "reroutes",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    sa.Column("department", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "at"),
    **SMALL,
)

follows = sa.Table(
    "follows",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    _key("resident"),
    sa.Column("channel", Words, nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Index(None, "resident"),
    **SMALL,
)

thumbs = sa.Table(
    "thumbs",
    metadata,
    sa.Column("question", sa.ForeignKey("questions.number"), primary_key=True),
    _key("resident"),
    sa.Column("up", sa.Boolean, nullable=False),
    _text("words"),
    sa.Index(None, "resident"),
    **SMALL,
)

residents = sa.Table(
    "residents",
    metadata,
    _key("id"),
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
    _key("account"),
    sa.Column("digest", sa.LargeBinary(16), nullable=False, unique=True),
    sa.Column("at", Instant, nullable=False),
    **SMALL,
)

drafts = sa.Table(
    "drafts",
    metadata,
    _key("owner"),
    _key("kind"),
    sa.Column("value", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

posts = sa.Table(
    "posts",
    metadata,
    _id(),
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
    _key("subject"),
    sa.Column("post", sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "post"),
    **SMALL,
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _id(),
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
    **NUMBERED,
)

_active = sa.text("finished_at IS NULL")
_waiting_edit = sa.text("kind = 'edit' AND state = 'waiting'")
_leased = sa.text("state = 'sending'")


def _part(name: str, *columns: str, where: sa.TextClause, unique: bool = False) -> sa.Index:
    """An index over the rows that still matter, so that a million finished ones cost nothing."""
    chosen = [deliveries.c[column] for column in columns]
    return sa.Index(name, *chosen, unique=unique, sqlite_where=where, postgresql_where=where)


_part("ix_deliveries_due", "channel", "due", "id", where=_active)
_part("ix_deliveries_chat", "channel", "chat", "due", "id", where=_active)
_part("ix_deliveries_leased", "channel", "chat", "lease", where=_leased)
_part("ix_deliveries_edit", "post", where=_waiting_edit, unique=True)
sa.Index(None, deliveries.c.post)
sa.Index(None, deliveries.c.awaits)
sa.Index(None, deliveries.c.state)  # for `pending`

silenced = sa.Table(
    "silenced",
    metadata,
    _key("channel"),
    _key("chat"),
    _text("reason"),
    sa.Column("at", Instant, nullable=False),
    **SMALL,
)

moves = sa.Table(
    "moves",
    metadata,
    _key("channel"),
    _key("chat"),
    sa.Column("to_channel", Words, nullable=False),
    sa.Column("to_chat", Words, nullable=False),
    **SMALL,
)

chat_references = sa.Table(
    "chat_references",
    metadata,
    _key("channel"),
    _key("chat"),
    _text("reference"),
    **SMALL,
)

digests = sa.Table(
    "digests",
    metadata,
    _key("channel"),
    _key("chat"),
    sa.Column("covered", Instant, nullable=False),
    sa.Column("due", Instant, nullable=False),
    **SMALL,
)

events = sa.Table(
    "events",
    metadata,
    _key("id"),
    sa.Column("who", Words, nullable=False),
    sa.Column("reply", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "who"),
    sa.Index(None, "at"),
    **SMALL,
)
