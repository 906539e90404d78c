"""The sign of votes. Needs no numpy."""

from __future__ import annotations

from typing import Any, TypeVar

Value = TypeVar("Value", bound=Any)


def from_storage_sign(value: Value) -> Value:
    """Between the sign of Polis's database and API (agree is -1) and that of its exports and of
    this package (agree is +1), in either direction: the one place where signs are turned. Of an
    integer, or of a column of them."""
    return -value
