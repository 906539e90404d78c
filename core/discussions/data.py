"""What was written in discussions, for everybody to take along. Authors have a number that is drawn
anew for each file and each discussion, so that files can't be joined by it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from secrets import SystemRandom
from typing import Any

from core import deadlines, markers
from core.city import City, Part
from core.model import Comment, Discussion, PollState
from core.ports import Store
from core.tabular import LICENCE, Column, Row, Table, as_csv, described, in_languages, time, words
from core.texts import texts

MOST = 10_000
PUBLIC = (PollState.OPEN, PollState.CLOSED)


def _discussions(store: Store, city: City, now: datetime) -> Iterator[Row]:
    for one in store.discussions(*PUBLIC, limit=MOST):
        yield {
            "id": one.id,
            **in_languages("title", one.title),
            "state": one.state,
            "opened": time(one.opens_at),
            "closes": time(one.closes_at),
            "sub_themes": "; ".join(one.topics),
            "comments": store.comment_count(one.id),
            **in_languages("summary", one.summary),
        }


def _comments(store: Store, city: City, now: datetime) -> Iterator[Row]:
    for one in store.discussions(*PUBLIC, limit=MOST):
        yield from comment_rows(store, city, one)


def comment_rows(store: Store, city: City, discussion: Discussion) -> Iterator[Row]:
    """Those that are shown, oldest first."""
    comments = store.comments(discussion.id, newest=False)
    number = numbers(comments)
    for one in comments:
        known = one.topic is not None and one.topic < len(discussion.topics)
        yield {
            "id": one.id,
            "discussion": discussion.id,
            "reply_to": one.parent,
            "author": number.get(one.author),
            "channel": one.origin,
            "language": one.language,
            "kind": one.kind,
            "sub_theme": discussion.topics[one.topic or 0] if known else "",
            "text": markers.shown(one.text, texts(one.language)),
            "day": deadlines.local(city, one.at).date().isoformat(),
            "support": one.support,
            "became": one.became,
        }


def numbers(comments: Iterable[Comment]) -> dict[str, int]:
    authors = sorted({one.author for one in comments if one.author})
    numbers = list(range(1, len(authors) + 1))
    SystemRandom().shuffle(numbers)
    return dict(zip(authors, numbers, strict=True))


COMMENTS = (
    Column("id", "integer", "The comment's number"),
    Column("discussion", "integer", "The number of its discussion"),
    Column("reply_to", "integer", "The comment that it replies to; empty where it is no reply"),
    Column("author", "integer", "Who wrote it: a number for this discussion and this file alone,"
           " drawn anew; empty where nobody knows any more"),
    Column("channel", "string", "Where it was written: telegram, slack, teams or web"),
    Column("language", "string", "The language that its author uses here"),
    Column("kind", "string", "idea, worry, experience, question or other, as its author says"),
    Column("sub_theme", "string", "The sub-theme that its author chose"),
    Column("text", "string", "As it was written, without personal data"),
    Column("day", "date", "The day it was written, in the city's time"),
    Column("support", "integer", "How many support it"),
    Column("became", "string", "What the city made of it, as question:12 or statement:7"),
)  # fmt: skip
TABLES = (
    Table(
        "discussions",
        "Discussions that have opened.",
        (
            Column("id", "integer", "The discussion's number"),
            *words("title", "Its theme"),
            Column("state", "string", "open or closed"),
            Column("opened", "datetime", "When it opened (UTC)"),
            Column("closes", "datetime", "When it closes, or closed (UTC)"),
            Column("sub_themes", "string", "Its sub-themes, with semicolons between"),
            Column("comments", "integer", "Comments that are shown"),
            *words("summary", "What an editor wrote of it after the close"),
        ),
        _discussions,
        Part.DISCUSSIONS,
    ),
    Table("comments", "Comments that are shown.", COMMENTS, _comments, Part.DISCUSSIONS),
)


# --- of one discussion ---------------------------------------------------------------------------


def comments_csv(store: Store, city: City, discussion: Discussion) -> bytes:
    names = [column.name for column in COMMENTS]
    return as_csv(names, comment_rows(store, city, discussion))


def comments_json(store: Store, city: City, discussion: Discussion) -> dict[str, Any]:
    """With the licence, and what the columns mean."""
    return {
        "license": LICENCE,
        "columns": described(COMMENTS),
        "comments": list(comment_rows(store, city, discussion)),
    }


def public(store: Store, id: int) -> Discussion | None:
    """None where there is none for everybody."""
    found = store.discussion(id)
    return found if found and found.state in PUBLIC else None
