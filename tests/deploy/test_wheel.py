"""The steps of the Dockerfile, in a clean virtual environment: the wheel and what is in it.

The dependencies are those that are installed already, so that no network is needed.
"""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*pip, *options, str(ROOT)], check=True, capture_output=True)
    (made,) = folder.glob("kuulolla-*.whl")
    return made


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of a fresh environment are, with the wheel in it. Our own checkout is
    not: of its folder for packages only what lies in it is seen, no link to the sources."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    packages = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    install = ["install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    others = sysconfig.get_path("purelib")
    Path(packages, "others.pth").write_text(f"{others}\n", "utf-8")
    return python.parent


def run(programs: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("KUULOLLA_", "PYTHON"))}
    env |= {"PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def test_everything_that_is_no_code_ships_as_well(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "bots", "config", "core", "storage"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    assert {name for name in tracked if name and (ROOT / name).exists()} <= shipped
    assert {
        "config/espoo.yaml",
        "core/locale/fi/LC_MESSAGES/kuulolla.po",
        "bots/web/static/kuulolla.css",
        "bots/web/templates/base.html",
        "bots/teams/manifest/manifest.json",
        "storage/migrations/versions/0001_first.py",
    } <= shipped
    assert not any(name.startswith(("tests/", "bench/")) for name in shipped)


def test_it_runs_from_its_own_place(programs: Path, tmp_path: Path) -> None:
    where = run(programs, tmp_path, "python", "-c", "import bots, core; print(bots.__path__[0])")
    assert where.stdout.startswith(str(programs.parent)), where.stderr


def test_help_is_told(programs: Path, tmp_path: Path) -> None:
    shown = run(programs, tmp_path, "kuulolla", "--help")
    assert shown.returncode == 0, shown.stderr
    for command in ("run", "check", "migrate", "backup", "restore", "copy-database"):
        assert command in shown.stdout


def test_the_example_city_is_in_order(programs: Path, tmp_path: Path) -> None:
    shown = run(programs, tmp_path, "kuulolla", "check")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Espoon kaupunki" in shown.stdout


def test_a_database_is_made_backed_up_and_brought_back(programs: Path, tmp_path: Path) -> None:
    for arguments in (["migrate"], ["check"], ["backup", "b"], ["restore", "b", "--overwrite"]):
        shown = run(programs, tmp_path, "kuulolla", *arguments)
        assert shown.returncode == 0, shown.stdout + shown.stderr
    assert (tmp_path / "var" / "kuulolla.db").exists()
