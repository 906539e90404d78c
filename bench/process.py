"""Starting the processes that are measured, and the load on them."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from bench import machine
from bench.protocol import Job, Ready, Slice
from bots.dictionaries import Dictionaries

ROOT = Path(__file__).resolve().parent.parent
SLICE_IDS = 1_000_000
PATIENCE_S = 60.0


class BenchmarkError(Exception):
    """A figure could not be had: something did not start, or answered with errors."""


@dataclass(frozen=True)
class Server:
    """A started server; `bench.servers` says what such a module does."""

    pid: int
    ready: Ready


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder on the disk of the checkout: the system's may be in memory."""
    place = ROOT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


@cache
def dictionaries() -> Dictionaries:
    """Where the service of this checkout has them; made where it has none."""
    found = Dictionaries(ROOT / "var" / "dictionaries")
    if not found.look():
        maker = [sys.executable, "-m", "bots.dictionary_maker", str(found.folder)]
        subprocess.run(maker, check=True, cwd=ROOT)
        if not found.look():
            raise BenchmarkError("the dictionaries can't be made")
    return found


@contextmanager
def started(
    command: list[str], side: int = 0, stdout: int = subprocess.DEVNULL, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A process pinned to a side, in the checkout; ended with SIGTERM, then SIGKILL."""
    options = {"cwd": ROOT, **options}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, **options)
    machine.pin(process.pid, side)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


@contextmanager
def server(module: str, *args: object, side: int = 0, patience: float = 120.0) -> Iterator[Server]:
    command = [sys.executable, "-m", f"bench.servers.{module}", *map(str, args)]
    with started(command, side, subprocess.PIPE) as process:
        assert process.stdout is not None
        timer = threading.Timer(patience, process.kill)
        timer.start()
        line = process.stdout.readline()
        timer.cancel()
        if not line:
            raise BenchmarkError(f"bench.servers.{module} did not start")
        yield Server(process.pid, msgspec.json.decode(line, type=Ready))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchmarkError(f"the service ended with {process.returncode}")
        if is_ready(port):
            return
        time.sleep(0.005)
    raise BenchmarkError(f"the service was not ready within {PATIENCE_S:.0f} s")


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readiness")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


_slices = count()


def load(target: Server, **options: object) -> Slice:
    """One slice on this server; ids go on from the slice before, so that none repeats."""
    first = next(_slices) * SLICE_IDS
    return slice_of("bench.load", Job(target.ready, target.pid, first=first, **options))


def slice_of(module: str, job: msgspec.Struct, patience: float = 120.0) -> Slice:
    """Runs a module that reads this job and prints a Slice."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        timeout=patience,
    )
    if done.returncode:
        raise BenchmarkError(f"{module} ended with {done.returncode}")
    return msgspec.json.decode(done.stdout, type=Slice)
