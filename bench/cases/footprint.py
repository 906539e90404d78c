"""The whole service at rest, as `python -m bots run` starts it without tokens.

So it holds every channel with its SDK and, in the same process, the playground's stand-ins. It
runs in an empty folder and without the caller's settings: a real `.env` must not be found.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.process import (
    PATIENCE_S,
    ROOT,
    BenchmarkError,
    dictionaries,
    free_port,
    scratch,
    started,
    wait_until_ready,
)
from bench.registry import Goal, Plan, Spread, benchmark
from bench.rounds import spread

OWN = {"bench", "bots", "config", "core", "storage"}
IMPORTED = re.compile(r"^import time:\s+\d+ \|\s+\d+ \| +(\S+)$", re.MULTILINE)
REST_S = 3.0
UNWANTED = ("KUULOLLA_", "PYTHONDONTWRITEBYTECODE")
"""Settings of the caller. What is in use keeps its compiled code, as the libraries have theirs."""


@contextmanager
def service(folder: Path, *flags: str, **options: Any) -> Iterator[int]:
    """A running service that says it is ready: its process id."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(UNWANTED)}
    env |= {
        "PYTHONPATH": str(ROOT),
        "KUULOLLA_HOST": "127.0.0.1",
        "KUULOLLA_PORT": str(port),
        "KUULOLLA_CITY_FILE": str(ROOT / "config" / "espoo.yaml"),
        "KUULOLLA_DATABASE_URL": f"sqlite:///{folder / 'kuulolla.db'}",
        "KUULOLLA_DICTIONARIES": str(dictionaries().folder),  # as on any start but the first
    }
    command = [sys.executable, *flags, "-m", "bots", "run"]
    with started(command, env=env, cwd=folder, **options) as process:
        wait_until_ready(process, port)
        yield process.pid


def imported_modules(folder: Path) -> list[str]:
    """Every module that the running service has imported and that is not its own, in order."""
    seen = folder / "imports.txt"
    with seen.open("wb") as file, service(folder, "-X", "importtime", stderr=file):
        pass
    names = IMPORTED.findall(seen.read_text("utf-8", "replace"))
    return [name for name in names if name.split(".")[0] not in OWN]


def start_to_ready(folder: Path) -> float:
    began = time.perf_counter()
    with service(folder):
        return time.perf_counter() - began


def import_alone(modules: Path) -> float:
    began = time.perf_counter()
    with started([sys.executable, "-m", "bench.importing", str(modules)]) as process:
        if process.wait(PATIENCE_S):
            raise BenchmarkError("the bare imports failed")
        return time.perf_counter() - began


def wait_until_at_rest(pid: int) -> None:
    """The first start has a worker find the groups of the sample conversation, and end."""
    deadline = time.monotonic() + PATIENCE_S
    while psutil.Process(pid).children(recursive=True):
        if time.monotonic() > deadline:
            raise BenchmarkError("a worker never ended")
        time.sleep(0.5)
    time.sleep(REST_S)


def resident_mb(pid: int) -> float:
    process = psutil.Process(pid)
    family = (process, *process.children(recursive=True))
    return sum(each.memory_info().rss for each in family) / 2**20


@benchmark(rss_mb=Goal("<=", 150, "MB"))
def resting_memory(plan: Plan) -> Mapping[str, Spread]:
    sizes = []
    with scratch() as folder:
        for _ in range(3):
            with service(folder) as pid:
                wait_until_at_rest(pid)
                sizes.append(resident_mb(pid))
                plan.note(f"  {sizes[-1]:.0f} MB")
    return {"rss_mb": spread(sizes)}


@benchmark(ready_vs_imports=Goal("<=", 1.5))
def start(plan: Plan) -> Mapping[str, Spread]:
    """On a database that exists; the first start, which makes it, is not counted."""
    ratios = []
    with scratch() as folder:
        modules = folder / "modules.txt"
        modules.write_text("\n".join(imported_modules(folder)), "utf-8")
        import_alone(modules)
        for number in range(plan.rounds):
            plan.patience.wait_for_idle()
            whole, alone = start_to_ready(folder), import_alone(modules)
            ratios.append(whole / alone)
            plan.note(f"  {number + 1}/{plan.rounds} ready {whole:.2f} s, imports {alone:.2f} s")
    return {"ready_vs_imports": spread(ratios)}
