"""The parameters of one call: JSON values, or strings when they came as a form or a query."""

import json
from collections.abc import Mapping
from typing import Any

from bots.playground.telegram.errors import bad_request


class Args:
    def __init__(self, values: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> None:
        self._values = values
        self._files = files or {}

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, bool | dict | list):
            raise bad_request(f'field "{name}" must be of type String')
        try:
            return str(value).encode().decode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None

    def integer(self, name: str, default: int | None = None) -> int | None:
        value = self._values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f'field "{name}" must be a valid Number') from None

    def flag(self, name: str) -> bool:
        value = self._values.get(name)
        return value is True or str(value).strip().lower() in ("true", "yes", "1")

    def structure(self, name: str) -> Any:
        """An object or a list, given as such or as JSON in a string; None when absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def mapping(self, name: str) -> dict[str, Any] | None:
        value = self.structure(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    def sequence(self, name: str) -> list[Any] | None:
        value = self.structure(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"expected an Array of {name.replace('_', ' ')}")
        return value

    def chat(self) -> str:
        """`chat_id` as it was written: a number or an @username; empty when absent."""
        return self.text("chat_id").strip()

    def chat_key(self) -> str | None:
        """The chat for the record of calls and for faults, whether it makes sense or not."""
        value = self._values.get("chat_id")
        return str(value)[:64] if isinstance(value, str | int) else None

    def file(self, name: str) -> bytes | None:
        """The bytes uploaded for a field, directly or by an `attach://` reference."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self._files.get(value.removeprefix("attach://"))
        return self._files.get(name)
