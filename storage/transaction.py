"""What every part of the store stands on: one transaction."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Table

from core.events import Address
from core.words import NO_LEMMAS, Lemmas
from storage.dialect import Dialect
from storage.tables import moves

T = TypeVar("T")

TOUCH = "touch"
"""What `touch` does together with others, for votes on a hot poll must not wait for one another."""


def slices(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at a time, for what engines take in one statement."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


class Transaction:
    """``touched`` gathers what `touch` was told of; ``erased`` says that traces are to be wiped
    from the log as well, once this is committed; ``keys_erased``, that a poll's key is among
    them; ``votes_erased``, that all is that tells of a poll's voters. ``lemmas``: the dictionaries
    that words are kept and looked for by."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        *,
        writing: bool,
        lemmas: Lemmas = NO_LEMMAS,
    ) -> None:
        self.lemmas = lemmas
        self.touched: set[str] = set()
        self.erased = False
        self.keys_erased = False
        self.votes_erased = False
        self._connection = connection
        self._dialect = dialect
        self._writing = writing
        self._touching = False  # whether it holds TOUCH

    def _run(self, statement: Executable) -> CursorResult[Any]:
        self._dialect.settle(self._connection)
        return self._connection.execute(statement)

    def _fast(self, template: str, **values: Any) -> list[tuple[Any, ...]]:
        """Runs a statement of the engine's own, past SQLAlchemy; see `storage.dialect`."""
        return self._dialect.ask(self._connection, (template, values))[0]

    def _upsert(self, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
        insert = self._dialect.insert(table).values(**key, **values)
        self._run(insert.on_conflict_do_update(index_elements=list(key), set_=values))

    def _now_at(self, address: Address) -> Address:
        """Where a chat is that may have moved."""
        found = self._run(
            moves.select().where(moves.c.channel == address.channel, moves.c.chat == address.chat)
        ).first()
        return Address(found.to_channel, found.to_chat) if found else address
