"""What the processes of the bench tell one another, as one line of JSON each."""

from __future__ import annotations

import sys
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Ready(msgspec.Struct):
    """A server's first line on standard output: where it listens, and how to vote there.

    `actions` are the buttons' data, one per option, as the server itself would render them.
    `secret` signs Slack requests. `headers` go with every request.
    """

    port: int
    path: str = "/"
    headers: dict[str, str] = {}
    actions: list[str] = []
    secret: str = ""


class Job(msgspec.Struct):
    """One slice of load. `rate` 0 is a closed loop, else a Poisson open loop of that rate: one
    that `spins`, or, where another process needs that core, looks each millisecond."""

    ready: Ready
    server_pid: int
    kind: str = "telegram"
    in_flight: int = 64
    seconds: float = 3.0
    warmup: float = 1.0
    rate: float = 0.0
    spins: bool = True
    first: int = 0
    voters: int = 100_000_000


class Slice(msgspec.Struct):
    """What one slice showed. CPU is the measured process's; the load's is beside it."""

    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    failed: int
    busy: float
    load_busy: float
    late_ms: float = 0.0
    foreign: float = 0.0

    def line(self) -> str:
        late = f", sent late p99 {self.late_ms:.2f} ms" if self.late_ms else ""
        return (
            f"{self.rate:8.0f}/s  {self.cpu_us:7.0f} us CPU  p50 {self.p50_ms:7.2f}  "
            f"p99 {self.p99_ms:7.2f} ms  core {self.busy:4.0%}  load {self.load_busy:4.0%}"
            f"  foreign {self.foreign:.2f}{late}"
        )


def percentile(ordered: list[float], share: float) -> float:
    """Nearest rank of an ordered list; 0 for an empty one."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def receive(kind: type[T]) -> T:
    """The task that this process was given on standard input."""
    return msgspec.json.decode(sys.stdin.buffer.read(), type=kind)


def tell(what: msgspec.Struct) -> None:
    print(msgspec.json.encode(what).decode(), flush=True)
