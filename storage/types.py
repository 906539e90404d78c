"""How Python's values lie in the tables, the same on both engines."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from core.events import Address

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def clean(text: str) -> str:
    """PostgreSQL keeps no NUL, and neither engine half a surrogate pair: U+FFFD stands in."""
    return _UNKEEPABLE.sub("\ufffd", text)


def seconds(at: datetime) -> float:
    """Epoch seconds. ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at}")
    return at.timestamp()


def instant(value: float) -> datetime:
    return datetime.fromtimestamp(value, UTC)


class Instant(TypeDecorator[datetime]):
    """An aware time as epoch seconds, so that ``edited_at + gap`` is plain SQL."""

    impl = sa.Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:
        return None if value is None else seconds(value)

    def process_result_value(self, value: float | None, dialect: Dialect) -> datetime | None:
        return None if value is None else instant(value)


class Words(TypeDecorator[str]):
    """Text that anybody may have written."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(str(value))


class Json(TypeDecorator[Any]):
    """JSON as text, for PostgreSQL's own would refuse a NUL."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else clean(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Addresses(TypeDecorator[tuple[Address, ...]]):
    """Chats, as a JSON list of ``channel:chat``."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else [str(address) for address in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else tuple(map(Address.parse, value))
