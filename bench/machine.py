"""Cores, CPU time, and whether anybody else is using them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psutil


@cache  # of the whole machine, whatever this process is pinned to afterwards
def cores() -> tuple[int, int] | None:
    """One core for the server and another for the load; None where that can't be had."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[-1]) if len(allowed) > 1 else None


def pin(pid: int, side: int) -> None:
    """Side 0 is the measured process, side 1 the load. Threads started later inherit it."""
    if pair := cores():
        os.sched_setaffinity(pid, {pair[side]})


@contextmanager
def beside_the_measured() -> Iterator[None]:
    """This process, and what it starts meanwhile, on the load's side."""
    before = os.sched_getaffinity(0) if cores() else set()
    pin(os.getpid(), 1)
    try:
        yield
    finally:
        if before:
            os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """User and system time so far of this process and its children, ended ones included."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:4]) for each in (process, *process.children(recursive=True)))


def busy_seconds() -> float:
    """Time so far that all cores together spent working, for anyone."""
    spent = psutil.cpu_times()
    idle = spent.idle + getattr(spent, "iowait", 0.0)
    return sum(spent[:8]) - idle


class Watch:
    """Foreign CPU, in cores, since it was made: what neither we nor our children used."""

    def __init__(self) -> None:
        self._own = cpu_seconds(os.getpid())
        self._busy = busy_seconds()
        self._at = time.monotonic()

    def foreign(self) -> float:
        own = cpu_seconds(os.getpid()) - self._own
        elapsed = max(time.monotonic() - self._at, 1e-3)
        return max(0.0, busy_seconds() - self._busy - own) / elapsed


class Patience:
    """How many seconds a whole run may still spend on waiting for idle cores and on repeating."""

    def __init__(self, seconds: float = 480.0, at_once: float = 6.0, quiet: float = 0.15) -> None:
        self.left = seconds
        self._at_once, self._quiet = at_once, quiet

    def spend(self, seconds: float) -> None:
        self.left -= seconds

    def wait_for_idle(self) -> bool:
        """Until a moment with little foreign CPU, or for so long as it may."""
        most = min(self._at_once, self.left)
        began = time.monotonic()
        idle = False
        while not idle and time.monotonic() - began < most:
            watch = Watch()
            time.sleep(0.3)
            idle = watch.foreign() < self._quiet
        self.spend(time.monotonic() - began)
        return idle
