"""A worker's own side of `bots.workshop`, and what is ordered of those who draw. It reads one order
after another on its standard input and answers each on its standard output, a length of four bytes
before either. Little is loaded here: somebody waits while a worker starts.
"""

import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from core.messages import Bars

LENGTH = struct.Struct(">I")


class Drawing(msgspec.Struct, frozen=True, tag=True):
    """An order of `bots.charts`."""

    title: str
    bars: Bars


class Scatter(msgspec.Struct, frozen=True, tag=True):
    """An order of `bots.charts`: a dot a person as (x, y, style of their group or -1), and by style
    the name, the size and the outline's corners of each group that is told."""

    title: str
    dots: tuple[tuple[float, float, int], ...]
    labels: dict[int, tuple[str, int]]
    outlines: dict[int, tuple[tuple[float, float], ...]] = {}


def serve(make: Callable[[bytes], bytes]) -> None:
    """A worker's whole life. An order that fails is answered with nothing at all."""
    orders, made = sys.stdin.buffer, sys.stdout.buffer
    while order := _next(orders):
        try:
            answer = make(order)
        except Exception as error:
            print(f"worker: {type(error).__name__}", file=sys.stderr)
            answer = b""
        made.write(LENGTH.pack(len(answer)) + answer)
        made.flush()


def _next(orders: BinaryIO) -> bytes:
    """b"" where there is none any more."""
    head = orders.read(LENGTH.size)
    return orders.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
