"""CSV files of an export: read with file and line in every complaint, written safely."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO, TypeVar

Value = TypeVar("Value")
LONGEST_CELL = 1_000_000
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class Folder(Protocol):
    """What `pathlib.Path` and `zipfile.Path` have in common."""

    @property
    def name(self) -> str: ...
    def __truediv__(self, name: str) -> Folder: ...
    def is_file(self) -> bool: ...
    def iterdir(self) -> Iterator[Folder]: ...
    def is_dir(self) -> bool: ...
    def open(self, mode: str = "r", *, encoding: str, newline: str) -> TextIO: ...


class ExportError(ValueError):
    """An export can't be read: `str` tells the file, the line and what is wrong with it."""

    def __init__(self, file: str, line: int | None, what: str) -> None:
        super().__init__(f"{file}, line {line}: {what}" if line else f"{file}: {what}")
        self.file, self.line, self.what = file, line, what


class Rows:
    """The rows of a CSV file that has a header; blank lines are skipped. Cells are lists, and
    `place` finds their columns, for a million rows are read in this way."""

    def __init__(self, file: str, stream: TextIO, header: bool = True) -> None:
        csv.field_size_limit(LONGEST_CELL)
        self.file = file
        self._reader = csv.reader(stream)
        self._rows = self._checked()
        self.columns: list[str] = []
        if header:
            self.columns = next(self._rows, [])
            if not self.columns:
                raise self.error("the file is empty; its first line must name the columns.")

    def __iter__(self) -> Iterator[list[str]]:
        return self._rows

    def _checked(self) -> Iterator[list[str]]:
        try:
            for row in self._reader:
                if len(row) != len(self.columns) and self.columns and any(row):
                    width = len(self.columns)
                    raise self.error(f"there are {len(row)} cells, but {width} columns.")
                if any(row):
                    yield row
        except csv.Error as error:
            raise self.error(f"this is not CSV: {error}.") from error
        except UnicodeDecodeError as error:
            raise self.error("the text is not UTF-8. Save the file as UTF-8.") from error

    def error(self, what: str) -> ExportError:
        return ExportError(self.file, self._reader.line_num or None, what)

    def place(self, *names: str) -> int:
        """Where the first of these columns is that there is."""
        found = self.place_or_none(*names)
        if found is None:
            there = ", ".join(self.columns[:12])
            raise self.error(f"there is no column {names[0]}. There are: {there}.")
        return found

    def place_or_none(self, *names: str) -> int | None:
        lower = [column.strip().lower() for column in self.columns]
        return next((lower.index(name) for name in names if name in lower), None)

    def value(self, text: str, what: str, read: Callable[[str], Value]) -> Value:
        try:
            return read(text)
        except ValueError as error:
            raise self.error(f"the {what} is {text!r}; {error}.") from error


@contextmanager
def rows(folder: Folder, file: str, header: bool = True) -> Iterator[Rows]:
    with (folder / file).open("r", encoding="utf-8-sig", newline="") as stream:
        yield Rows(file, stream, header)


def write(folder: Folder, file: str, table: Iterable[Sequence[object]]) -> None:
    """Lines end as RFC 4180 says. Text must have gone through `safe`."""
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(table)


def safe(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unsafe(text: str) -> str:
    """What `safe` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
