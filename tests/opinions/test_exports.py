"""Reading and writing exports: both formats, and what may be wrong with them."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.opinions.analysis import Analysis, Mode, analyse
from core.opinions.conversation import REMOVED, Conversation, Statement
from core.opinions.reading import read_export
from core.opinions.result import plain
from core.opinions.synthetic import START, synthetic
from core.opinions.table import ExportError, safe, unsafe
from core.opinions.votes import Votes
from core.opinions.writing import CONVENTION, write_export, write_older_export
from tests.opinions.real import NAMES, folder

Write = Callable[[Path, Conversation, Analysis], None]
WRITERS = {"polis-export/1": write_export, "older": write_older_export}

COMMENTS = (
    "timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    "1700000000,1,7,2,0,1,More trees\n"
    '1700000000,2,7,1,1,-1,"Fewer\ncars, ""please"""\n'
)
VOTES = (
    "timestamp,comment-id,voter-id,vote\n"
    "1700000003,1,7,1\n1700000001,1,8,-1\n1700000002,1,8,1\n1700000001,2,7,1\n1700000001,2,8,-1\n"
)
MATRIX = (
    "participant,group-id,n-comments,n-votes,n-agree,n-disagree,1,2\n"
    "7,0,2,2,2,0,1,1\n8,,0,2,1,1,1,-1\n"
)


def export(place: Path, **files: str) -> Path:
    for name, text in files.items():
        file = name.replace("__", "-") + ".csv"
        (place / file).write_text(text, "utf-8", newline="")
    return place


def cells(votes: Votes) -> list[tuple[object, object, int]]:
    latest = votes.latest()
    return [
        (latest.participants[who], latest.statements[what], int(value))
        for who, what, value in zip(latest.person, latest.statement, latest.value, strict=True)
    ]


SAID = [(7, 1, 1), (7, 2, 1), (8, 1, 1), (8, 2, -1)]


def tricky() -> Conversation:
    """Meta, removed, unvoted, formulas, quotes, line ends, revotes within a second."""
    made, _ = synthetic(80, 25, 2, seed=3)
    texts = ["=1+1", "+358", "-5 °C", "@home", "'=quoted", "'plain", 'a "b", c', "two\nlines", "ä"]
    statements = tuple(
        replace(each, text=texts[n % len(texts)], meta=n == 4, moderated=REMOVED if n == 6 else 1)
        for n, each in enumerate(made.statements)
    )
    votes = made.votes
    again = slice(0, 200)
    columns = [
        np.concatenate((getattr(votes, name), getattr(votes, name)[again]))
        for name in ("person", "statement", "value", "at")
    ]
    columns[2][-200:] = np.roll(columns[2][-200:], 1)
    columns[3][-200:] += 1
    log = Votes(votes.participants, votes.statements, *columns)
    unvoted = Statement(99, "Nobody saw this", None, START, 0)
    return Conversation("=topic", "+description", (*statements, unvoted), log)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
def test_what_is_written_reads_back_to_identical_results(
    write: Write, mode: Mode, tmp_path: Path
) -> None:
    conversation = tricky()
    analysis = analyse(conversation.votes, conversation.statements, mode)
    write(tmp_path, conversation, analysis)
    read = read_export(tmp_path)
    assert plain(analyse(read.votes, read.statements, mode)) == plain(analysis)
    seconds = [replace(each, created=each.created // 1000 * 1000) for each in read.statements]
    assert seconds == list(conversation.statements)
    assert (read.topic, read.description) == ("=topic", "+description")
    assert read.notes == ()
    letters = analysis.letter_of()
    assert read.published == {who: letter for who, letter in letters.items() if letter}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
def test_real_conversations_read_back_the_same(write: Write, name: str, tmp_path: Path) -> None:
    conversation = read_export(folder() / name)
    analysis = analyse(conversation.votes, conversation.statements)
    write(tmp_path, conversation, analysis)
    read = read_export(tmp_path)
    assert plain(analyse(read.votes, read.statements)) == plain(analysis)
    assert read.notes == conversation.notes == ()


def header(place: Path) -> list[str]:
    return next(csv.reader(place.read_text("utf-8").splitlines()))


def test_columns_of_polis_export_1(tmp_path: Path) -> None:
    made, _ = synthetic(60, 12, 2, seed=1)
    write_export(tmp_path, made, analyse(made.votes, made.statements))
    assert header(tmp_path / "comments.csv") == [
        *("timestamp", "datetime", "comment-id", "author-id"),
        *("agrees", "disagrees", "moderated", "is-meta", "is-seed", "comment-body"),
    ]
    assert header(tmp_path / "votes.csv") == [
        *("timestamp", "datetime", "comment-id", "voter-id", "vote")
    ]
    assert header(tmp_path / "participant-votes.csv")[:8] == [
        *("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "0", "1")
    ]
    assert header(tmp_path / "comment-groups.csv")[:11] == [
        *("comment-id", "comment", "total-votes", "total-agrees", "total-disagrees"),
        *("total-passes", "group-a-votes", "group-a-agrees", "group-a-disagrees"),
        *("group-a-passes", "group-b-votes"),
    ]
    with (tmp_path / "summary.csv").open(encoding="utf-8", newline="") as file:
        summary = dict(csv.reader(file))
    assert summary["vote-convention"] == CONVENTION
    assert summary["voters"] == "60"
    first = (tmp_path / "votes.csv").read_text("utf-8").splitlines()[1].split(",")
    assert first[:2] == ["1700000001", "Tue Nov 14 22:13:21 UTC 2023"]


def test_what_is_important_goes_out_where_polis_has_it_and_comes_back(tmp_path: Path) -> None:
    made, _ = synthetic(30, 6, 2, seed=1)
    marks = np.arange(len(made.votes)) % 3 == 0
    made = replace(made, votes=replace(made.votes, important=marks))
    analysis = analyse(made.votes, made.statements)
    write_export(tmp_path, made, analysis)
    with (tmp_path / "comments.csv").open(encoding="utf-8", newline="") as file:
        told = {row["comment-id"]: int(row["importance"]) for row in csv.DictReader(file)}
    latest = made.votes.latest()
    marked = latest.statement[latest.important].tolist()
    assert told == {str(id): marked.count(n) for n, id in enumerate(latest.statements)}
    assert header(tmp_path / "comments.csv")[6:8] == ["moderated", "importance"]
    assert header(tmp_path / "votes.csv")[-2:] == ["vote", "important"]
    with (tmp_path / "participant-importance.csv").open(encoding="utf-8", newline="") as file:
        names, *people = csv.reader(file)
    assert names[:5] == ["participant", "group-id", "n-comments", "n-votes", "n-important"]
    assert names[5:] == list(map(str, latest.statements))
    for row in people:
        assert int(row[3]) == len([cell for cell in row[5:] if cell])
        assert int(row[4]) == row[5:].count("1")
    assert sum(int(row[4]) for row in people) == len(marked) > 0
    read = read_export(tmp_path)
    assert read.votes.important is not None and read.notes == ()
    back = read.votes.latest()
    assert back.important is not None and back.participants == latest.participants
    assert back.important.tolist() == latest.important.tolist()
    files = json.loads((tmp_path / "format.json").read_text("utf-8"))["files"]
    assert files["votes.csv"] == {"vote": "vote", "important": "flag"}
    assert set(files) == {each.name for each in tmp_path.iterdir()} - {"format.json"}


def test_of_the_same_vote_twice_at_once_the_marked_one_counts(tmp_path: Path) -> None:
    rows = ["1700000001,1,7,1,0", "1700000001,1,7,1,1", "1700000001,2,7,1,"]
    for order in (rows, rows[::-1]):
        log = "\n".join(["timestamp,comment-id,voter-id,vote,important", *order, ""])
        latest = read_export(export(tmp_path, comments=COMMENTS, votes=log)).votes.latest()
        assert latest.important is not None and latest.important.tolist() == [True, False]


def test_a_mark_of_importance_that_is_none(tmp_path: Path) -> None:
    log = "timestamp,comment-id,voter-id,vote,important\n1700000001,1,7,1,-1\n"
    with pytest.raises(ExportError, match=r"line 2: the mark of importance is '-1'"):
        read_export(export(tmp_path, comments=COMMENTS, votes=log))


def test_where_importance_was_never_asked_no_file_tells_of_it(tmp_path: Path) -> None:
    made, _ = synthetic(30, 6, 2, seed=1)
    write_export(tmp_path, made, analyse(made.votes, made.statements))
    told = json.loads((tmp_path / "format.json").read_text("utf-8"))
    assert told["format"] == "polis-export/1" and told["vote-convention"] == CONVENTION
    assert told["vote"] == {"agree": 1, "disagree": -1, "pass": 0}
    assert set(told["files"]) == {each.name for each in tmp_path.iterdir()} - {"format.json"}
    assert read_export(tmp_path).votes.important is None


def test_columns_of_the_older_format(tmp_path: Path) -> None:
    made, _ = synthetic(60, 12, 2, seed=1)
    write_older_export(tmp_path, made, analyse(made.votes, made.statements))
    assert (tmp_path / "participants-votes.csv").is_file()
    assert header(tmp_path / "comments.csv")[-4:] == [
        *("is-meta", "is-seed", "group-informed-consensus", "comment-body")
    ]
    assert (tmp_path / "votes.csv").read_text("utf-8").splitlines()[1].startswith("17000000")
    assert [each.seed for each in read_export(tmp_path).statements].count(True) == 10


def test_no_text_starts_a_formula(tmp_path: Path) -> None:
    conversation = tricky()
    write_export(tmp_path, conversation, analyse(conversation.votes, conversation.statements))
    for file in ("comments.csv", "comment-groups.csv", "summary.csv"):
        with (tmp_path / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines):
                for cell in row:
                    number = cell.removeprefix("-").isdigit()
                    assert number or cell[:1] not in tuple("=+-@\t\r") or not cell


@given(st.text())
def test_safe_text_comes_back(text: str) -> None:
    assert unsafe(safe(text)) == text
    assert safe(text)[:1] not in tuple("=+-@\t\r") or text == ""


def test_pseudonyms_are_new_for_each_export() -> None:
    conversation, _ = synthetic(60, 12, 2, seed=1)
    by_people = (replace(each, author=5) for each in conversation.statements[1:])
    by_the_city = replace(conversation.statements[0], author=None)
    conversation = replace(conversation, statements=(by_the_city, *by_people))
    first, second = (conversation.renamed(Random(seed)) for seed in (1, 2))
    assert first.votes.participants != second.votes.participants
    assert set(first.votes.participants) == set(range(1, 61))
    assert [each.author for each in first.statements[:2]] == [0, first.votes.participants[5]]
    sizes = [analyse(each.votes, each.statements).members() for each in (first, second)]
    assert sizes[0] == sizes[1] == analyse(conversation.votes, conversation.statements).members()


# --- reading ---------------------------------------------------------------------------------


def test_the_last_vote_by_time_counts(tmp_path: Path) -> None:
    read = read_export(export(tmp_path, comments=COMMENTS, votes=VOTES))
    assert cells(read.votes) == SAID
    assert [each.text for each in read.statements] == ["More trees", 'Fewer\ncars, "please"']
    assert [each.created for each in read.statements] == [START, START]
    assert [each.left_out for each in read.statements] == [False, True]


@pytest.mark.parametrize("name", ["participants__votes", "participant__votes"])
def test_a_matrix_without_votes(name: str, tmp_path: Path) -> None:
    read = read_export(export(tmp_path, comments=COMMENTS, **{name: MATRIX}))
    assert cells(read.votes) == SAID
    assert read.published == {7: "A"}


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    windows = {
        name: "\ufeff" + text.replace("\n", "\r\n")
        for name, text in {"comments": COMMENTS, "votes": VOTES}.items()
    }
    read = read_export(export(tmp_path, **windows))
    assert cells(read.votes) == SAID
    assert read.statements[1].text == 'Fewer\r\ncars, "please"'


@pytest.mark.parametrize("inside", ["", "export/"])
def test_a_zip_file(inside: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr(f"{inside}comments.csv", COMMENTS)
        archive.writestr(f"{inside}votes.csv", VOTES)
    assert cells(read_export(tmp_path / "export.zip").votes) == SAID


def test_milliseconds_and_seconds_are_the_same(tmp_path: Path) -> None:
    longer = VOTES.replace("17000000", "17000000").replace(",1,7,1\n", ",1,7,1\n")
    in_milliseconds = "\n".join(
        line.replace(line[:10], line[:10] + "000", 1) if line[:1] == "1" else line
        for line in longer.splitlines()
    )
    (tmp_path / "ms").mkdir()
    first = read_export(export(tmp_path, votes=VOTES)).votes
    second = read_export(export(tmp_path / "ms", votes=in_milliseconds + "\n")).votes
    assert first.at.tolist() == second.at.tolist()


def test_duplicate_rows_count_once(tmp_path: Path) -> None:
    twice = VOTES + VOTES.split("\n", 1)[1]
    assert cells(read_export(export(tmp_path, votes=twice)).votes) == SAID


def test_without_times_the_last_row_counts(tmp_path: Path) -> None:
    votes = "comment-id,voter-id,vote\n1,1,1\n1,1,-1\n2,1,-1\n2,1,0\n"
    assert cells(read_export(export(tmp_path, votes=votes)).votes) == [(1, 1, -1), (1, 2, 0)]


def turned(votes: str) -> str:
    head, *lines = votes.splitlines()
    pairs = (line.rsplit(",", 1) for line in lines)
    return "\n".join([head, *(f"{start},{-int(vote)}" for start, vote in pairs)]) + "\n"


def test_the_wrong_sign_shows_in_the_counts(tmp_path: Path) -> None:
    read = read_export(export(tmp_path, comments=COMMENTS, votes=turned(VOTES)))
    assert cells(read.votes) == SAID
    assert "turned" in read.notes[0]


def test_the_wrong_sign_told_by_the_summary(tmp_path: Path) -> None:
    summary = "topic,Trees\nvote-convention,agree=-1;disagree=+1;pass=0\n"
    read = read_export(export(tmp_path, summary=summary, votes=turned(VOTES)))
    assert cells(read.votes) == SAID
    assert "turned" in read.notes[0]
    assert read.topic == "Trees"


def test_votes_on_a_statement_that_is_not_listed(tmp_path: Path) -> None:
    votes = VOTES + "1700000009,44,7,1\n"
    read = read_export(export(tmp_path, comments=COMMENTS, votes=votes))
    assert [each.id for each in read.statements] == [1, 2, 44]
    assert "1 statements have votes" in read.notes[0]


FAULTS = {
    "a vote of two": (
        {"votes": VOTES.replace("8,-1\n", "8,2\n", 1)},
        "votes.csv, line 3: the vote is '2'; it must be 1 (agree), 0 (pass) or -1 (disagree).",
    ),
    "too few cells": (
        {"votes": VOTES + "1700000009,44\n"},
        "votes.csv, line 7: there are 2 cells, but 4 columns.",
    ),
    "no such column": (
        {"votes": "timestamp,comment,voter-id,vote\n"},
        "votes.csv, line 1: there is no column comment-id. "
        "There are: timestamp, comment, voter-id, vote.",
    ),
    "a time in words": (
        {"votes": VOTES.replace("1700000003", "today")},
        "votes.csv, line 2: the timestamp is 'today'; it must be a whole number.",
    ),
    "no id": (
        {"votes": "comment-id,voter-id,vote\n1,,1\n"},
        "votes.csv, line 2: an id is missing.",
    ),
    "an empty file": (
        {"votes": ""},
        "votes.csv: the file is empty; its first line must name the columns.",
    ),
    "a vote in the matrix": (
        {"participant__votes": MATRIX.replace(",-1\n", ",x\n")},
        "participant-votes.csv, line 3: the vote is 'x'; "
        "it must be 1 (agree), 0 (pass) or -1 (disagree).",
    ),
    "moderation, after a cell of two lines": (
        {"votes": VOTES, "comments": COMMENTS + "1,3,7,0,0,maybe,Hm\n"},
        "comments.csv, line 5: the moderated is 'maybe'; "
        "it must be 1 (accepted), 0 (undecided) or -1 (removed).",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_with_file_and_line(name: str, tmp_path: Path) -> None:
    files, words = FAULTS[name]
    with pytest.raises(ExportError) as caught:
        read_export(export(tmp_path, **files))
    assert str(caught.value) == words


def test_no_export_at_all(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="this is no Polis export"):
        read_export(tmp_path)
    with pytest.raises(ExportError, match="there is no such folder or zip file"):
        read_export(tmp_path / "nowhere")
    (tmp_path / "not.zip").write_text("no")
    with pytest.raises(ExportError, match="neither a folder nor a zip"):
        read_export(tmp_path / "not.zip")


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    export(tmp_path, votes=VOTES)
    (tmp_path / "comments.csv").write_bytes(
        COMMENTS.encode() + "1,3,7,0,0,1,Jää\n".encode("cp1252")
    )
    with pytest.raises(ExportError, match=r"comments\.csv.*not UTF-8"):
        read_export(tmp_path)


def test_an_empty_conversation_reads_back(tmp_path: Path) -> None:
    statement = Statement(1, "Alone", None, START)
    empty = Conversation("Empty", "", (statement,), Votes.of([]))
    write_export(tmp_path, empty, analyse(empty.votes, empty.statements))
    read = read_export(tmp_path)
    assert read.statements == (statement,)
    assert len(read.votes) == 0
