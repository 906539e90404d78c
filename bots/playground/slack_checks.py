"""Small checks that say what is wrong with a JSON value, in Slack's own words.

A check takes a value and the JSON pointer to it, and yields complaints.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def complaint(text: str, path: str) -> str:
    return f"[ERROR] {text} [json-pointer:{path}]"


def string(most: int = 3000, least: int = 1, pattern: str = "") -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must be a string", path)
        elif len(value) > most:
            yield complaint(f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            yield complaint(f"must be more than {least - 1} characters", path)
        elif pattern and not re.fullmatch(pattern, value):
            yield complaint("does not match the required pattern", path)

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if value not in allowed:
            yield complaint(f"must be one of: {', '.join(allowed)}", path)

    return check


def boolean(value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield complaint("must be a boolean", path)


def number(least: int, most: int) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield complaint(f"must be an integer from {least} to {most}", path)

    return check


def array(item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield complaint("must be an array", path)
            return
        if len(value) > most:
            yield complaint(f"no more than {most} items allowed", path)
        if len(value) < least:
            yield complaint(f"no fewer than {least} items allowed", path)
        for index, entry in enumerate(value):
            yield from item(entry, f"{path}/{index}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    known = {**required, **optional}

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must be an object", path)
            return
        for name in required:
            if name not in value:
                yield complaint(f"missing required field: {name}", path)
        for name, entry in value.items():
            if name == "type":
                continue
            if name in known:
                yield from known[name](entry, f"{path}/{name}")
            else:
                yield complaint(f"invalid additional property: {name}", path)

    return check


def by_type(types: Mapping[str, Check]) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in types:
            yield complaint(f"unsupported type: {kind}", f"{path}/type")
        else:
            yield from types[kind](value, path)

    return check


def anything(value: Any, path: str) -> Iterator[str]:
    return iter(())
