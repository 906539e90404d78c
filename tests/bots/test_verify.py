"""``kuulolla verify``: from a file alone."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots.__main__ import app
from core.answers import Kind, Paper, points, ranking
from tests.core.test_ballot_list import SOME, a_file

RUN = CliRunner()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.jsonl"
    path.write_bytes(SOME)
    return path


def receipt_of(line: int, content: bytes = SOME) -> str:
    return content.splitlines()[line].split(b'"')[1].decode()


def test_a_list_in_order(file: Path) -> None:
    done = RUN.invoke(app, ["verify", str(file), "--receipt", receipt_of(1).lower()])
    assert done.exit_code == 0, done.output
    for words in ("Poll 7: Mitä?", "V0", "Ballots: 4", "SHA-256: ", "Your ballot: V", "In order"):
        assert words in done.output


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--sha256", "0" * 64], "is not the published one"),
        (["--receipt", "00000-00000"], "no ballot has the receipt"),
    ],
)
def test_what_does_not_match(file: Path, more: list[str], told: str) -> None:
    done = RUN.invoke(app, ["verify", str(file), *more])
    assert done.exit_code == 1 and told in done.output
    assert "In order" not in done.output


def test_a_changed_list(file: Path) -> None:
    file.write_bytes(SOME.replace(b",[1]]", b",[2]]", 1))
    done = RUN.invoke(app, ["verify", str(file)])
    assert done.exit_code == 1 and "the lines add up to" in done.output


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"<html>", SOME + b"\n"])
def test_another_file(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    done = RUN.invoke(app, ["verify", str(file)])
    assert done.exit_code == 1 and "line" in done.output and "Traceback" not in done.output


def test_what_is_no_receipt(file: Path) -> None:
    done = RUN.invoke(app, ["verify", str(file), "--receipt", "hello"])
    assert done.exit_code == 2 and "is not a receipt" in done.output


def test_points(file: Path) -> None:
    content = a_file(Paper(Kind.POINTS, 2, 0, 10), [points([3, 7])])
    file.write_bytes(content)
    done = RUN.invoke(app, ["verify", str(file), "--receipt", receipt_of(1, content)])
    assert "Your ballot: V0, V1 (3, 7)" in done.output


def test_a_ranking_is_counted_in_both_ways(file: Path) -> None:
    orders = [[0, 1, 2]] * 2 + [[1, 0, 2]] * 2 + [[2, 1, 0]]
    content = a_file(Paper(Kind.RANKING, 3, 1, 3), [ranking(order) for order in orders])
    file.write_bytes(content)
    output = RUN.invoke(app, ["verify", str(file), "--receipt", receipt_of(1, content)]).output
    for words in (
        "Round 1: V0 2, V1 2, V2 1. Out: V2.",
        "Round 2: V0 2, V1 3.",
        "Instant run-off: V1",
        "Schulze: V1 > V0 > V2",
        "Your ballot: 1. V",
    ):
        assert words in output, output


def test_a_tie_is_told(file: Path) -> None:
    file.write_bytes(a_file(Paper(Kind.RANKING, 2, 1, 2), [ranking([0, 1]), ranking([1, 0])]))
    output = RUN.invoke(app, ["verify", str(file)]).output
    assert "Instant run-off: a tie: V0, V1" in output and "Schulze: V0 = V1" in output


def test_a_scale_has_its_mean(file: Path) -> None:
    file.write_bytes(a_file(Paper(Kind.SCALE, 5), [0, 1, 4]))
    assert "Mean: 2.7" in RUN.invoke(app, ["verify", str(file)]).output
