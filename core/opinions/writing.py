"""Writing exports that tools for Polis read: `polis-export/1`, and the older format."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np

from core.opinions.analysis import Analysis
from core.opinions.conversation import REMOVED, Conversation, Statement
from core.opinions.table import Folder, safe, write
from core.opinions.votes import AGREE, DISAGREE, PASS, Flags, Id, Ints, Votes

FORMAT = "polis-export/1"
CONVENTION = f"agree=+1;disagree=-1;pass=0;format={FORMAT}"
DOCS = "https://github.com/compdemocracy/polis/blob/edge/docs/export-format.md"
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

Row = tuple[object, ...]


def write_export(place: Path, conversation: Conversation, analysis: Analysis) -> None:
    """`polis-export/1` into a folder. Times are whole seconds there, so of several votes of one
    person on one statement within a second only the last is written. The `analysis` must be of
    this conversation's votes. What is important to people is written if it was asked."""
    folder = _folder(place)
    summary = _summary(conversation, analysis)
    write(folder, "summary.csv", [*summary, ("vote-convention", CONVENTION)])
    write(folder, "comments.csv", _comments(conversation, analysis))
    write(folder, "votes.csv", _votes(conversation.votes, 1000))
    write(folder, "participant-votes.csv", _matrix(conversation, analysis))
    write(folder, "comment-groups.csv", _comment_groups(conversation, analysis))
    important = analysis.ballots.important
    if important is not None:
        write(folder, "participant-importance.csv", _importance(conversation, analysis, important))
    told = json.dumps(_format(important is not None), indent=2) + "\n"
    (place / "format.json").write_text(told, "utf-8", newline="")


def write_older_export(place: Path, conversation: Conversation, analysis: Analysis) -> None:
    """The older format, with times in milliseconds."""
    folder = _folder(place)
    views = ("views", len(analysis.ballots.participants))
    topic, url, *rest = _summary(conversation, analysis)
    write(folder, "summary.csv", [topic, url, views, *rest])
    write(folder, "comments.csv", _older_comments(conversation, analysis))
    write(folder, "votes.csv", _votes(replace(conversation.votes, important=None), 1))
    write(folder, "participants-votes.csv", _matrix(conversation, analysis))


def _folder(place: Path) -> Folder:
    place.mkdir(parents=True, exist_ok=True)
    return cast(Folder, place)


def _summary(conversation: Conversation, analysis: Analysis) -> list[Row]:
    authors = {each.author for each in conversation.statements if each.author is not None}
    return [
        ("topic", safe(conversation.topic)),
        ("url", conversation.url),
        ("voters", len(analysis.ballots.participants)),
        ("voters-in-conv", int((analysis.group >= 0).sum())),
        ("commenters", len(authors)),
        ("comments", len(conversation.statements)),
        ("groups", len(analysis.letters)),
        ("conversation-description", safe(conversation.description)),
    ]


def _counts(analysis: Analysis) -> Mapping[Id, tuple[int, int, int]]:
    """Agreements, disagreements and all votes of each statement that has any."""
    tallies = analysis.everyone
    columns = (tallies.agrees[0], tallies.disagrees[0], tallies.seen[0])
    counted = zip(*(column.tolist() for column in columns), strict=True)
    return dict(zip(analysis.ballots.statements, counted, strict=True))


def _comments(conversation: Conversation, analysis: Analysis) -> Iterator[Row]:
    """The documented columns, and those of newer exports that tools ask for: is-meta, is-seed."""
    counts, marks = _counts(analysis), _marks(analysis)
    importance = () if marks is None else ("importance",)
    yield ("timestamp", "datetime", *_COMMENT, *importance, *_FLAGS, "comment-body")
    for each in conversation.statements:
        seconds = each.created // 1000
        start = (seconds, _datetime(seconds), *_comment(each, counts))
        marked = () if marks is None else (marks.get(each.id, 0),)
        yield (*start, *marked, *_flags(each), safe(each.text))


def _marks(analysis: Analysis) -> Mapping[Id, int] | None:
    """To how many each statement is important; None where that was never asked."""
    ballots = analysis.ballots
    if ballots.important is None:
        return None
    counts = np.bincount(ballots.statement[ballots.important], minlength=ballots.shape[1])
    return dict(zip(ballots.statements, counts.tolist(), strict=True))


def _older_comments(conversation: Conversation, analysis: Analysis) -> Iterator[Row]:
    counts = _counts(analysis)
    values = analysis.group_informed_consensus.tolist()
    informed = dict(zip(analysis.ballots.statements, values, strict=True))
    yield ("timestamp", *_COMMENT, *_FLAGS, "group-informed-consensus", "comment-body")
    for each in conversation.statements:
        told = (*_flags(each), informed.get(each.id, ""), safe(each.text))
        yield (each.created, *_comment(each, counts), *told)


_COMMENT = ("comment-id", "author-id", "agrees", "disagrees", "moderated")
_FLAGS = ("is-meta", "is-seed")


def _comment(each: Statement, counts: Mapping[Id, tuple[int, int, int]]) -> Row:
    agrees, disagrees, _ = counts.get(each.id, (0, 0, 0))
    author = "" if each.author is None else each.author
    return each.id, author, agrees, disagrees, each.moderated


def _flags(each: Statement) -> Row:
    return str(each.meta).lower(), str(each.seed).lower()


def _votes(votes: Votes, unit: int) -> Iterator[Row]:
    """In the order of time; `unit` is that of the file, in milliseconds."""
    asked = votes.important is not None
    marks = votes.important if votes.important is not None else np.zeros(len(votes), dtype=bool)
    yield ("timestamp", "datetime", "comment-id", "voter-id", "vote", *["important"][:asked])
    order = np.lexsort((marks, votes.value, votes.at, votes.statement, votes.person))
    person, statement, at = votes.person[order], votes.statement[order], votes.at[order] // unit
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (np.diff(person) != 0) | (np.diff(statement) != 0) | (np.diff(at) != 0)
    kept = order[last]
    kept = kept[np.argsort(votes.at[kept], kind="stable")]
    columns = (votes.at[kept] // unit, votes.statement[kept], votes.person[kept], votes.value[kept],
               marks[kept].astype(np.int8))  # fmt: skip
    for time, what, who, *said in zip(*(each.tolist() for each in columns), strict=True):
        told = _datetime(time * unit // 1000)
        yield time, told, votes.statements[what], votes.participants[who], *said[: 1 + asked]


def _matrix(conversation: Conversation, analysis: Analysis) -> Iterator[Row]:
    """Everyone's latest votes; a column for each statement that has any."""
    yield (*_PERSON, "n-agree", "n-disagree", *analysis.ballots.statements)
    for person, values, cells in _people(conversation, analysis, analysis.ballots.value):
        yield (*person, values.count(1), values.count(-1), *cells)


def _importance(conversation: Conversation, analysis: Analysis, important: Flags) -> Iterator[Row]:
    """Of everyone's latest votes: 1 where the statement was marked as important, else 0."""
    yield (*_PERSON, "n-important", *analysis.ballots.statements)
    for person, values, cells in _people(conversation, analysis, important.astype(np.int8)):
        yield (*person, sum(values), *cells)


_PERSON = ("participant", "group-id", "n-comments", "n-votes")


def _people(
    conversation: Conversation, analysis: Analysis, of_vote: Ints
) -> Iterator[tuple[Row, list[int], Sequence[object]]]:
    """Each person's first columns, the values of their votes, and those in the matrix's cells."""
    ballots = analysis.ballots
    written = Counter(each.author for each in conversation.statements)
    for n, who in enumerate(ballots.participants):
        own = slice(ballots.indptr[n], ballots.indptr[n + 1])
        values = of_vote[own].tolist()
        cells: list[object] = [""] * len(ballots.statements)
        for place, value in zip(ballots.statement[own].tolist(), values, strict=True):
            cells[place] = value
        group = int(analysis.group[n])
        told = "" if group < 0 else _number(analysis, group)
        yield (who, told, written[who], len(values)), values, cells


def _number(analysis: Analysis, group: int) -> int:
    """Groups are numbered from 0 in the files: by their letters."""
    return ord(analysis.letters[group]) - ord("A")


_PARTS = ("votes", "agrees", "disagrees", "passes")


def _comment_groups(conversation: Conversation, analysis: Analysis) -> Iterator[Row]:
    places = {each: n for n, each in enumerate(analysis.ballots.statements)}
    order = sorted(range(len(analysis.letters)), key=lambda n: analysis.letters[n])
    names = [f"group-{analysis.letters[n].lower()}-{part}" for n in order for part in _PARTS]
    yield ("comment-id", "comment", *(f"total-{part}" for part in _PARTS), *names)
    tallies = [(analysis.everyone, 0), *((analysis.by_group, n) for n in order)]
    for each in conversation.statements:
        if each.moderated == REMOVED:
            continue
        row: list[object] = [each.id, safe(each.text)]
        for tally, group in tallies:
            place = places.get(each.id)
            columns = (tally.seen, tally.agrees, tally.disagrees, tally.passes)
            row += [0 if place is None else int(column[group, place]) for column in columns]
        yield tuple(row)


def _format(importance: bool) -> dict[str, object]:
    """What format.json says: the sign, and which columns have votes, counts and flags."""
    groups = [f"{of}-{part}" for of in ("total", "group-<letter>") for part in _PARTS]
    files: dict[str, dict[str, str]] = {
        "summary.csv": {"vote-convention": "declaration"},
        "votes.csv": {"vote": "vote"},
        "participant-votes.csv": {
            "<comment-id>": "vote",
            **dict.fromkeys(("n-votes", "n-agree", "n-disagree"), "count"),
        },
        "comments.csv": dict.fromkeys(("agrees", "disagrees"), "count"),
        "comment-groups.csv": dict.fromkeys(groups, "count"),
    }
    if importance:
        files["votes.csv"]["important"] = "flag"
        files["comments.csv"]["importance"] = "count"
        counts = dict.fromkeys(("n-votes", "n-important"), "count")
        files["participant-importance.csv"] = {"<comment-id>": "flag", **counts}
    return {
        "format": FORMAT,
        "vote-convention": CONVENTION,
        "vote": {"agree": AGREE, "disagree": DISAGREE, "pass": PASS},
        "files": files,
        "docs": DOCS,
    }


def _datetime(seconds: int) -> str:
    """As Polis writes it, in any locale: Fri Sep 20 14:29:43 UTC 2024."""
    day, second = divmod(seconds, 86_400)
    start, year = _day(day)
    return f"{start} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} UTC {year}"


@lru_cache(maxsize=64)
def _day(number: int) -> tuple[str, int]:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return f"{DAYS[at.weekday()]} {MONTHS[at.month - 1]} {at.day:02}", at.year
