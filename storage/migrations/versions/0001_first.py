"""The first tables: polls, questions, people, the outbox, digests, events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SMALL = {"sqlite_with_rowid": False}
NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    polls()
    questions()
    people()
    outbox()
    chats()
    events()


def polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("option_count", sa.Integer(), nullable=False),
        sa.Column("shows", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.Double(), nullable=False),
        sa.Column("closes_at", sa.Double(), nullable=True),
        sa.Column("closed_at", sa.Double(), nullable=True),
        sa.Column("chats", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
        **NUMBERED,
    )
    op.create_index("ix_polls_closed_at", "polls", ["closed_at"])
    op.create_index("ix_polls_state", "polls", ["state"])
    op.create_table(
        "ballots",
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("voter", sa.LargeBinary(length=16), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_ballots_poll"),
        sa.PrimaryKeyConstraint("poll", "voter", name="pk_ballots"),
        **SMALL,
    )
    op.create_table(
        "tallies",
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.id"], name="fk_tallies_poll"),
        sa.PrimaryKeyConstraint("poll", "option", "channel", name="pk_tallies"),
        **SMALL,
    )


def questions() -> None:
    op.create_table(
        "questions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=True),
        sa.Column("asker_channel", sa.Text(), nullable=False),
        sa.Column("official", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.Double(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("publish", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_questions"),
        **NUMBERED,
    )
    op.create_index("ix_questions_answered_at", "questions", ["answered_at"])
    op.create_index("ix_questions_asker", "questions", ["asker"])
    op.create_index("ix_questions_state_department", "questions", ["state", "department"])
    op.create_table(
        "steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["question"], ["questions.number"], name="fk_steps_question"),
        sa.PrimaryKeyConstraint("id", name="pk_steps"),
    )
    op.create_index("ix_steps_question", "steps", ["question"])


def people() -> None:
    op.create_table(
        "residents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_residents"),
        **SMALL,
    )
    op.create_table(
        "drafts",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "kind", name="pk_drafts"),
    )


def outbox() -> None:
    op.create_table(
        "posts",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("show", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        **NUMBERED,
    )
    op.create_index("ix_posts_channel_chat", "posts", ["channel", "chat"])
    op.create_table(
        "watches",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("post", ID, nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name="fk_watches_post", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("subject", "post", name="pk_watches"),
        **SMALL,
    )
    op.create_index("ix_watches_post", "watches", ["post"])
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("post", ID, nullable=True),
        sa.Column("awaits", ID, nullable=True),
        sa.Column("show", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("dedupe", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("gap", sa.Double(), nullable=False),
        sa.Column("lease", sa.Double(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post"], ["posts.id"], name="fk_deliveries_post", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["awaits"], ["posts.id"], name="fk_deliveries_awaits", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("dedupe", name="uq_deliveries_dedupe"),
        **NUMBERED,
    )
    op.create_index("ix_deliveries_awaits", "deliveries", ["awaits"])
    op.create_index("ix_deliveries_state", "deliveries", ["state"])
    op.create_index(
        "ix_deliveries_chat",
        "deliveries",
        ["channel", "chat", "due", "id"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["channel", "due", "id"],
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "ix_deliveries_edit",
        "deliveries",
        ["post"],
        unique=True,
        sqlite_where=sa.text("kind = 'edit' AND state = 'waiting'"),
        postgresql_where=sa.text("kind = 'edit' AND state = 'waiting'"),
    )
    op.create_index(
        "ix_deliveries_leased",
        "deliveries",
        ["channel", "chat", "lease"],
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index("ix_deliveries_post", "deliveries", ["post"])


def chats() -> None:
    op.create_table(
        "silenced",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_silenced"),
        **SMALL,
    )
    op.create_table(
        "moves",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("to_channel", sa.Text(), nullable=False),
        sa.Column("to_chat", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_moves"),
        **SMALL,
    )
    op.create_table(
        "digests",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("covered", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_digests"),
        **SMALL,
    )


def events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        **SMALL,
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_who", "events", ["who"])
