"""The package stands alone, the command tells what it found, and the service does not pay."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots.__main__ import app
from core.opinions.analysis import analyse
from core.opinions.synthetic import synthetic
from core.opinions.writing import write_export

ROOT = Path(__file__).resolve().parents[2]
MAY = {"numpy", "scipy"}


def test_it_imports_nothing_of_ours() -> None:
    faults = []
    for path in sorted((ROOT / "core" / "opinions").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                root = name.partition(".")[0]
                own = name.startswith("core.opinions")
                if not own and root not in MAY and root not in sys.stdlib_module_names:
                    faults.append(f"{path.name} imports {name}")
    assert faults == []


def test_the_service_starts_without_numpy() -> None:
    code = "import sys, bots.app, bots.__main__; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    conversation, _ = synthetic(60, 30, 2, share=0.8, seed=1)
    analysis = analyse(conversation.votes, conversation.statements)
    write_export(tmp_path / "export", conversation, analysis)
    return tmp_path


def test_the_command_writes_json_and_report(place: Path) -> None:
    files = ["--json", str(place / "out.json"), "--report", str(place / "out.html")]
    command = ["opinions", str(place / "export"), *files, "--language", "sv"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "60 people, 30 statements" in done.output
    assert "Group A:" in done.output
    told = json.loads((place / "out.json").read_text("utf-8"))
    assert {"A", "B"} <= set(told["participants"].values()) <= {"A", "B", None}
    assert len(told["participants"]) == 60
    assert [len(each) for each in (told["center"], *told["components"])] == [30, 30, 30]
    assert set(told["statements"][0]) >= {
        *("id", "agrees", "disagrees", "passes"),
        *("extremity", "priority", "group_informed_consensus"),
    }
    assert set(told["representative"]) == {"A", "B"}
    assert set(told["consensus"]) == {"agree", "disagree"}
    assert '<html lang="sv">' in (place / "out.html").read_text("utf-8")


def test_the_command_has_polis_mode(place: Path) -> None:
    command = ["opinions", str(place / "export"), "--mode", "polis"]
    command += ["--json", str(place / "out.json")]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert json.loads((place / "out.json").read_text("utf-8"))["mode"] == "polis"


def test_the_command_tells_what_is_wrong(place: Path) -> None:
    with (place / "export" / "votes.csv").open("a", encoding="utf-8") as file:
        file.write("1,x,1,1,7\n")
    done = CliRunner().invoke(app, ["opinions", str(place / "export")])
    assert done.exit_code == 2
    assert "the vote is '7'" in done.output
    assert "votes.csv, line" in done.output
