"""The moderation desk: what waited to be looked through, waits there."""

import sqlalchemy as sa
from alembic import op

from storage.types import Instant, Json, Words

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation",
        sa.Column("kind", Words, nullable=False),
        sa.Column("ref", Words, nullable=False),
        sa.Column("place", Words, nullable=False),
        sa.Column("language", Words, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("state", Words, nullable=False),
        sa.Column("author", Words, nullable=False),
        sa.Column("channel", Words, nullable=False),
        sa.Column("found", Json, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("claimed_by", Words),
        sa.Column("claimed_at", Instant),
        sa.Column("decided_by", Words),
        sa.Column("rule", Words, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("appeal", Words, nullable=False),
        sa.Column("rewordings", sa.Integer, nullable=False),
        sa.Column("escalated", sa.Boolean, nullable=False),
        sa.Column("judgement", sa.Integer),
        sa.Column("reported", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref", name="pk_moderation"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_moderation_state_since", "moderation", ["state", "since"])
    op.create_index("ix_moderation_place_state_since", "moderation", ["place", "state", "since"])
    op.create_index("ix_moderation_author", "moderation", ["author"])
    op.create_table(
        "judgements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("outcome", Words, nullable=False),
        sa.Column("rule", Words, nullable=False),
        sa.Column("by", Words, nullable=False),
        sa.Column("waited", sa.Double),
        sa.Column("appeal", Words),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_judgements_at", "judgements", ["at"])
    op.create_table(
        "mutes",
        sa.Column("author", Words, nullable=False),
        sa.Column("place", Words, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("rule", Words, nullable=False),
        sa.PrimaryKeyConstraint("author", "place", name="pk_mutes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reports",
        sa.Column("kind", Words, nullable=False),
        sa.Column("ref", Words, nullable=False),
        sa.Column("person", Words, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref", "person", name="pk_reports"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reports_person_at", "reports", ["person", "at"])
    _move_in()


_QUESTIONS = (
    "SELECT 'question' AS kind, CAST(number AS TEXT) AS ref, 'question' AS place, language,"
    " received_at AS since, asker, asker_channel AS channel FROM questions"
    " WHERE state = 'moderation'"
)
_WORDS = "SELECT poll, token, language FROM poll_words WHERE state = 'waiting'"
_INSERT = (
    "INSERT INTO moderation (kind, ref, place, language, since, state, author, channel, found,"
    " shown, rule, reason, appeal, rewordings, escalated, reported) VALUES (:kind, :ref, :place,"
    " :language, :since, 'waiting', :author, :channel, '[]', :shown, '', '', '', 0, :shown, 0)"
)


def _move_in() -> None:
    """Times of answers in words were not kept: they wait since the beginning of time."""
    connection = op.get_bind()
    rows = [
        {**row, "author": row["asker"] or "", "shown": False}
        for row in connection.execute(sa.text(_QUESTIONS)).mappings()
    ]
    for poll, token, language in connection.execute(sa.text(_WORDS)):
        named = {"kind": "words", "ref": f"{poll}.{bytes(token).hex()}", "place": f"poll:{poll}"}
        rest = {"language": language, "since": 0.0, "author": "", "channel": "", "shown": False}
        rows.append({**named, **rest})
    for row in rows:
        row.pop("asker", None)
    if rows:
        connection.execute(sa.text(_INSERT), rows)
