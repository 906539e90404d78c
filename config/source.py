"""A YAML file with the lines of everything in it, so that a fault can say where it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from config.faults import ConfigFault, Fault

Place = tuple[str | int, ...]
LARGEST = 1_000_000
_DEEPEST = 20


@dataclass(frozen=True)
class Source:
    """What a file says. ``lines`` counts from one, for every place there is a value at."""

    path: Path
    data: dict[str, Any]
    lines: dict[Place, int]
    faults: list[Fault] = field(default_factory=list)

    def values(self, *path: str) -> dict[Place, Any]:
        """Of each entry of a list what it has under a key, wherever the file has that shape:
        ``values("officials", "title")``, ``values("desk", "grants", "title")``."""
        *names, key = path
        return {
            (*names, i, key): entry[key]
            for i, entry in self._entries(*names)
            if entry.get(key) is not None
        }

    def members(self, *path: str) -> dict[Place, Any]:
        """As `values`, where each value is a list itself."""
        return {
            (*place, i): member
            for place, members in self.values(*path).items()
            if isinstance(members, list)
            for i, member in enumerate(members)
        }

    def _entries(self, *path: str) -> Iterator[tuple[int, dict[str, Any]]]:
        listed: Any = self.data
        for name in path:
            listed = listed.get(name) if isinstance(listed, dict) else None
        for i, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, dict):
                yield i, entry

    def fault(self, place: Place, what: str, remedy: str) -> Fault:
        return Fault(f"{self.path}, {self.where(place)}", what, remedy)

    def where(self, place: Place) -> str:
        """``departments[2].home (line 31)``; what is missing has the line of what it belongs in."""
        line = next(
            (self.lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self.lines), 1
        )
        path = "".join(f"[{x}]" if isinstance(x, int) else f".{x}" for x in place).lstrip(".")
        return f"{path or 'the whole'} (line {line})"

    def order(self, fault: Fault) -> tuple[int, str]:
        """Key to sort faults by, in the order of the file."""
        line = fault.place.rpartition("(line ")[2].rstrip(")")
        return (int(line) if line.isdigit() else 0, fault.place)


def read(path: Path) -> Source:
    """ConfigFault where the file is not there, too large, not YAML or not a mapping."""
    text = _text(path)
    try:
        _check(text)
        tree = yaml.compose(text, Loader=_Loader)
        data = _Loader("").construct_document(tree) if tree else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        what = f"is not YAML{line}: {error.problem}."
        raise _fault(path, what, "Check indents and quotes.") from None
    except yaml.YAMLError:
        raise _fault(path, "is not YAML.", "It has characters that YAML does not allow.") from None
    except (RecursionError, ValueError):
        raise _fault(path, "cannot be read as YAML.", "Check indents and quotes.") from None
    if not isinstance(data, dict):
        raise _fault(path, "does not hold a city.", "Start from a copy of config/espoo.yaml.")
    lines: dict[Place, int] = {}
    faults: list[Fault] = []
    source = Source(path, data, lines, faults)
    _walk(tree, (), source)
    return source


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's is ten times as fast; not every build of PyYAML has it."""


def _check(text: str) -> None:
    """Refuses aliases, by which a small file can stand for a huge one, and great depth."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            _refuse(event, "aliases (*) are not taken")
        if depth > _DEEPEST:
            _refuse(event, "it is nested too deep")


def _refuse(event: yaml.Event, problem: str) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise _fault(path, "is larger than 1 MB.", "Start from a copy of config/espoo.yaml.")
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise _fault(path, "is not there.", "Name the file with KUULOLLA_CITY_FILE.") from None
    except UnicodeDecodeError:
        raise _fault(path, "is not text in UTF-8.", "Save it as UTF-8.") from None
    except (OSError, ValueError):
        raise _fault(path, "cannot be read.", "It is a file that the service may read.") from None


def _fault(path: Path, what: str, remedy: str) -> ConfigFault:
    return ConfigFault([Fault(str(path), what, remedy)])


def _walk(node: yaml.Node, place: Place, source: Source) -> None:
    """Gathers lines, and the keys that are there twice (YAML would keep the last, silently)."""
    source.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for i, child in enumerate(node.value):
            _walk(child, (*place, i), source)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            inner = (*place, str(key.value))
            if inner in source.lines:
                what = f"is written twice, here and on line {key.start_mark.line + 1}."
                source.faults.append(source.fault(inner, what, "Keep one of them."))
            source.lines[inner] = key.start_mark.line + 1
            _walk(child, inner, source)
