"""What a database holds, in numbers: to compare a copy, or its counters, with the ballots."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from core.model import Tally
from storage import schema
from storage.store import Store
from storage.tables import metadata, polls


@dataclass(frozen=True, slots=True)
class Figures:
    """``tallies`` are what the counters say, ``ballots`` what was recounted; both by poll."""

    rows: Mapping[str, int]
    tallies: Mapping[int, Tally]
    ballots: Mapping[int, Tally]

    def digest(self) -> str:
        """The same for the same figures, however long they are (hexadecimal)."""
        written = [
            sorted(self.rows.items()),
            [_written(tally) for _, tally in sorted(self.tallies.items())],
            [_written(tally) for _, tally in sorted(self.ballots.items())],
        ]
        return hashlib.sha256(repr(written).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """A poll whose counters are not what its ballots say."""

    poll: int
    counted: Tally
    ballots: Tally


def figures(store: Store) -> Figures:
    rows = {
        table.name: store._run(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }
    ids = _polls(store)
    return Figures(rows, store.tallies(ids), {poll: store.recount(poll) for poll in ids})


def differences(store: Store) -> Iterator[Difference]:
    """Poll by poll, in one moment's view: votes that come in meanwhile make none."""
    for poll in _polls(store):
        counted, ballots = store.tallies([poll])[poll], store.recount(poll)
        if _written(counted) != _written(ballots):
            yield Difference(poll, counted, ballots)


def is_empty(store: Store) -> bool:
    """Without tables, or with this program's tables and nothing in them."""
    found = schema.found(store._connection)
    if found != schema.wanted():
        return found is None
    first = (sa.select(sa.literal(1)).select_from(t).limit(1) for t in metadata.sorted_tables)
    return all(store._run(query).first() is None for query in first)


def _polls(store: Store) -> list[int]:
    return list(store._run(sa.select(polls.c.id).order_by(polls.c.id)).scalars())


def _written(tally: Tally) -> tuple[object, ...]:
    """A counter that came back to nothing is as good as none."""
    return tally.counts, sorted((channel, n) for channel, n in tally.channels.items() if n)
