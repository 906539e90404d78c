"""Exports of Polis: `polis-export/1`, and the older ones with `participants-votes.csv`."""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import ascii_uppercase
from typing import cast

import numpy as np

from core.opinions.conversation import Conversation, Statement
from core.opinions.sign import from_storage_sign
from core.opinions.table import ExportError, Folder, Rows, rows, unsafe
from core.opinions.votes import AGREE, DISAGREE, PASS, Id, Votes

MATRICES = ("participant-votes.csv", "participants-votes.csv")
BEFORE_COLUMNS = ("n-disagree", "n-agree", "n-votes", "n-comments", "group-id", "participant")
IN_SECONDS = 10**11
"""Times below are in seconds: in milliseconds they would be before 1973."""
A_ROW = 1000
"""Where no times are told, rows are taken as a second apart."""
REVERSED = "agree=-1"
_VOTES = {"1": AGREE, "0": PASS, "-1": DISAGREE, "1.0": AGREE, "0.0": PASS, "-1.0": DISAGREE}
_FLAGS = {"true": True, "1": True, "t": True, "false": False, "0": False, "f": False, "": False}


@dataclass
class _Log:
    """Votes as they are read: a million take some twenty megabytes."""

    participants: dict[Id, int] = field(default_factory=dict)
    statements: dict[Id, int] = field(default_factory=dict)
    person: array[int] = field(default_factory=lambda: array("i"))
    statement: array[int] = field(default_factory=lambda: array("i"))
    value: array[int] = field(default_factory=lambda: array("b"))
    at: array[int] = field(default_factory=lambda: array("q"))
    important: array[int] | None = None

    def add(self, who: Id, what: Id, value: int, at: int) -> None:
        self.person.append(self.participants.setdefault(who, len(self.participants)))
        self.statement.append(self.statements.setdefault(what, len(self.statements)))
        self.value.append(value)
        self.at.append(at)

    def votes(self) -> Votes:
        return Votes(
            tuple(self.participants),
            tuple(self.statements),
            np.array(self.person, dtype=np.int32),
            np.array(self.statement, dtype=np.int32),
            np.array(self.value, dtype=np.int8),
            np.array(self.at, dtype=np.int64),
            None if self.important is None else np.array(self.important, dtype=bool),
        )


def read_export(place: Path) -> Conversation:
    """A folder or a zip file. Votes come from `votes.csv` where there is one, else from the
    matrix. Raises `ExportError`."""
    if place.is_dir():
        return _read(cast(Folder, place))
    if not place.is_file():
        raise ExportError(str(place), None, "there is no such folder or zip file.")
    try:
        with zipfile.ZipFile(place) as archive:
            return _read(_inside(cast(Folder, zipfile.Path(archive))))
    except zipfile.BadZipFile as error:
        raise ExportError(str(place), None, "this is neither a folder nor a zip file.") from error


def _inside(folder: Folder) -> Folder:
    """Zips often hold one folder that holds the files."""
    inner = [each for each in folder.iterdir() if not each.name.startswith(("__", "."))]
    return _inside(inner[0]) if len(inner) == 1 and inner[0].is_dir() else folder


def _read(folder: Folder) -> Conversation:
    matrix = next((file for file in MATRICES if (folder / file).is_file()), None)
    has_log = (folder / "votes.csv").is_file()
    if matrix is None and not has_log:
        wanted = " nor ".join(("votes.csv", *MATRICES))
        raise ExportError(folder.name, None, f"this is no Polis export: there is neither {wanted}.")
    summary = _summary(folder)
    statements, told = _statements(folder)
    log, groups = _Log(), {}
    if matrix is not None:
        groups = _matrix(folder, matrix, None if has_log else log)
    if has_log:
        _log(folder, log)
    votes, notes = _signed(log.votes(), summary.get("vote-convention", ""), told)
    known = {each.id for each in statements}
    unlisted = tuple(Statement(each) for each in votes.statements if each not in known)
    if unlisted and (folder / "comments.csv").is_file():
        notes += (f"{len(unlisted)} statements have votes, but no line in comments.csv.",)
    return Conversation(
        unsafe(summary.get("topic", "")),
        unsafe(summary.get("conversation-description", "")),
        statements + unlisted,
        votes,
        groups,
        summary.get("url", ""),
        notes,
    )


def _summary(folder: Folder) -> dict[str, str]:
    if not (folder / "summary.csv").is_file():
        return {}
    with rows(folder, "summary.csv", header=False) as table:
        return {row[0].strip().lower(): row[1] for row in table if len(row) > 1}


# --- votes -----------------------------------------------------------------------------------


def _log(folder: Folder, log: _Log) -> None:
    with rows(folder, "votes.csv") as table:
        who, what = table.place("voter-id", "participant"), table.place("comment-id")
        vote, when = table.place("vote"), table.place_or_none("timestamp")
        mark, ids = table.place_or_none("important"), _Ids(table)
        marks = log.important = array("b") if mark is not None else None
        for number, row in enumerate(table):
            at = number * A_ROW if when is None else _milliseconds(table, row[when], number * A_ROW)
            value = _VOTES.get(row[vote])
            if value is None:
                value = table.value(row[vote].strip(), "vote", _vote)
            log.add(ids[row[who]], ids[row[what]], value, at)
            if marks is not None and mark is not None:
                marks.append(table.value(row[mark].strip(), "mark of importance", _flag))


class _Ids(dict[str, Id]):
    """Each id's text is looked at once."""

    def __init__(self, table: Rows) -> None:
        self._table = table

    def __missing__(self, text: str) -> Id:
        return self.setdefault(text, _id(self._table, text))


def _matrix(folder: Folder, file: str, log: _Log | None) -> dict[Id, str]:
    """The published groups; the votes go into `log`, if it is given."""
    groups: dict[Id, str] = {}
    with rows(folder, file) as table:
        who, group = table.place("participant"), table.place_or_none("group-id")
        first = 1 + max(table.place_or_none(name) or 0 for name in BEFORE_COLUMNS)
        columns = [(n, _id(table, table.columns[n])) for n in range(first, len(table.columns))]
        for number, row in enumerate(table):
            person = _id(table, row[who])
            if group is not None and row[group].strip():
                groups[person] = _letter(row[group].strip())
            if log is not None:
                for n, what in columns:
                    if row[n]:
                        value = table.value(row[n].strip(), "vote", _vote)
                        log.add(person, what, value, number * A_ROW)
    return groups


def _signed(
    votes: Votes, convention: str, told: Mapping[Id, tuple[int, int]]
) -> tuple[Votes, tuple[str, ...]]:
    """With agree as +1, whatever the file has: it may say so itself, and otherwise the counts in
    comments.csv tell which of the signs is meant."""
    if REVERSED in convention.replace(" ", "").split(";"):
        note = "The votes had agree as -1, as summary.csv says, and were turned."
    elif not convention and _seems_reversed(votes, told):
        note = "The votes were turned: comments.csv counts as agreements what was -1."
    else:
        return votes, ()
    return replace(votes, value=from_storage_sign(votes.value)), (note,)


def _seems_reversed(votes: Votes, told: Mapping[Id, tuple[int, int]]) -> bool:
    ballots = votes.latest()
    tallies = ballots.tallies()
    places = [n for n, each in enumerate(ballots.statements) if each in told]
    counts = np.array([told[ballots.statements[n]] for n in places]).reshape(-1, 2)
    agrees, disagrees = tallies.agrees[0, places], tallies.disagrees[0, places]
    straight = np.abs(counts - np.column_stack((agrees, disagrees))).sum()
    turned = np.abs(counts - np.column_stack((disagrees, agrees))).sum()
    return bool(turned < straight)


# --- statements ------------------------------------------------------------------------------


def _statements(folder: Folder) -> tuple[tuple[Statement, ...], dict[Id, tuple[int, int]]]:
    """The statements, and how many agreed and disagreed by the file's own counts."""
    if not (folder / "comments.csv").is_file():
        return (), {}
    with rows(folder, "comments.csv") as table:
        found = [(_statement(table, row), _told(table, row)) for row in table]
    told = {statement.id: counts for statement, counts in found if counts}
    return tuple(statement for statement, _ in found), told


def _statement(table: Rows, row: list[str]) -> Statement:
    def cell(name: str) -> str:
        place = table.place_or_none(name)
        return row[place].strip() if place is not None else ""

    author, created = cell("author-id"), cell("timestamp")
    return Statement(
        _id(table, row[table.place("comment-id")]),
        unsafe(row[table.place("comment-body", "comment")]),
        _id(table, author) if author else None,
        _milliseconds(table, created, 0),
        table.value(cell("moderated") or "0", "moderated", _moderated),
        table.value(cell("is-meta"), "is-meta", _flag),
        table.value(cell("is-seed"), "is-seed", _flag),
    )


def _told(table: Rows, row: list[str]) -> tuple[int, int] | None:
    places = [table.place_or_none(name) for name in ("agrees", "disagrees")]
    cells = [row[place].strip() for place in places if place is not None]
    if len(cells) < 2 or not all(cells):
        return None
    agrees, disagrees = (table.value(cell, "count", _number) for cell in cells)
    return agrees, disagrees


# --- cells -----------------------------------------------------------------------------------


def _id(table: Rows, text: str) -> Id:
    try:
        return int(text)
    except ValueError:
        pass
    if name := text.strip():
        return name
    raise table.error("an id is missing.")


def _letter(group: str) -> str:
    """Polis numbers its groups from 0, and shows them as letters."""
    number = group.removesuffix(".0")
    if number.isdigit() and int(number) < len(ascii_uppercase):
        return ascii_uppercase[int(number)]
    return group.upper()


def _milliseconds(table: Rows, text: str, missing: int) -> int:
    if not text or text.isspace():
        return missing
    time = table.value(text, "timestamp", _number)
    return time * 1000 if abs(time) < IN_SECONDS else time


def _among(values: Mapping[str, int], wanted: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text not in values:
            raise ValueError(f"it must be {wanted}")
        return values[text]

    return read


_vote = _among(_VOTES, "1 (agree), 0 (pass) or -1 (disagree)")
_moderated = _among({"1": 1, "0": 0, "-1": -1}, "1 (accepted), 0 (undecided) or -1 (removed)")


def _flag(text: str) -> bool:
    return bool(_among(_FLAGS, "true or false")(text.lower()))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("it must be a whole number") from None
