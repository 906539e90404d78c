"""Polls, ballots, tallies."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache, reduce
from typing import Any

import msgspec
import sqlalchemy as sa

from core.answers import Kind, Paper
from core.model import (
    Ballot,
    BallotBox,
    BallotList,
    Extra,
    Poll,
    PollDraft,
    PollState,
    Profile,
    Shows,
    Tally,
    Voters,
)
from core.texts import Localized
from storage.closings import Closings
from storage.dialect import CELL, BallotKey, BallotRow, Delta, Question
from storage.people import PROFILES, profiles_in
from storage.pictures import Pictures
from storage.tables import ballot_lists, ballots, polls, tallies
from storage.transaction import TOUCH
from storage.types import instant, seconds

DAY = 24 * 3600.0

_BALLOT = [c for c in ballots.c if c.name != "at"] + [sa.type_coerce(ballots.c.at, sa.Double)]
_POLL = [c for c in polls.c if c.name not in ("key", "option_count", "channels")]
_BOXES = (
    "SELECT id, options, state, shows, opens_at, closes_at, key, kind, option_count, least, most,"
    " withdrawn, final, survey, voters FROM polls"
    " WHERE id {among}:ids ORDER BY id {for_share}"
)
_CLOSED = (
    "SELECT b.voter, b.option FROM ballots b JOIN polls p ON p.id = b.poll"
    " WHERE b.poll = :poll AND p.key IS NULL AND b.voter > :after ORDER BY b.voter LIMIT :limit"
)
_TALLIES = (
    "SELECT p.id, p.channels, p.kind, p.option_count, p.least, p.most, p.withdrawn,"
    " t.option, t.channel, t.n"
    " FROM polls p LEFT JOIN tallies t ON t.poll = p.id WHERE p.id {among}:ids"
)

_CHOICE = "SELECT option FROM ballots WHERE poll = :poll AND voter = :voter"


class Polls(Closings, Pictures):
    def add_poll(self, draft: PollDraft, key: bytes, state: PollState) -> Poll:
        self._show_pictures(draft.extras.values())
        values = {
            "question": draft.question,
            "options": draft.options,
            "option_count": len(draft.options),
            "shows": draft.shows,
            "state": state,
            "opens_at": draft.opens_at,
            "closes_at": draft.closes_at,
            "chats": draft.chats,
            "created_by": draft.created_by,
            "key": key,
            "kind": draft.kind,
            "least": draft.least,
            "most": draft.most,
            "shuffled": draft.shuffled,
            "final": draft.final,
            "survey": draft.survey,
            "voters": draft.voters,
            "areas": draft.areas,
            "extras": {i: msgspec.to_builtins(extra) for i, extra in draft.extras.items()},
        }
        return _poll(self._run(sa.insert(polls).values(values).returning(*_POLL)).one())

    def poll(self, id: int) -> Poll | None:
        row = self._run(sa.select(*_POLL).where(polls.c.id == id)).first()
        return _poll(row) if row else None

    def polls(
        self,
        *states: PollState,
        limit: int = 100,
        surveys: bool = False,
        before: int | None = None,
    ) -> list[Poll]:
        query = sa.select(*_POLL).order_by(polls.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(polls.c.id < before)
        if not surveys:
            query = query.where(polls.c.survey.is_(None))
        if states:
            query = query.where(polls.c.state.in_(states))
        return list(map(_poll, self._run(query)))

    def polls_to_open(self, now: datetime) -> list[int]:
        return self._due(PollState.SCHEDULED, polls.c.opens_at, now)

    def polls_to_close(self, now: datetime) -> list[int]:
        return self._due(PollState.OPEN, polls.c.closes_at, now)

    def _due(self, state: PollState, column: sa.Column[datetime], now: datetime) -> list[int]:
        alone = polls.c.survey.is_(None)
        query = sa.select(polls.c.id).where(polls.c.state == state, column <= now, alone)
        return list(self._run(query.order_by(column, polls.c.id)).scalars())

    def polls_closed_between(self, since: datetime, until: datetime) -> list[Poll]:
        closed = polls.c.closed_at
        alone = polls.c.survey.is_(None)
        over = (polls.c.state == PollState.CLOSED, closed > since, closed <= until, alone)
        query = sa.select(*_POLL).where(*over)
        return list(map(_poll, self._run(query.order_by(closed, polls.c.id))))

    def open_poll(self, id: int) -> None:
        self._run(
            sa.update(polls)
            .where(polls.c.id == id, polls.c.state == PollState.SCHEDULED)
            .values(state=PollState.OPEN)
        )

    def closed_ballots(self, poll: int, after: bytes, limit: int) -> list[tuple[bytes, int]]:
        return self._fast(_CLOSED, poll=poll, after=after, limit=limit)

    def ballot_list(self, poll: int) -> BallotList | None:
        row = self._run(sa.select(ballot_lists).where(ballot_lists.c.poll == poll)).first()
        return BallotList(*row) if row else None

    def ballot_boxes(self, ids: Collection[int]) -> dict[int, BallotBox]:
        """In a writing transaction none of the polls closes before it ends."""
        return _boxes(self._dialect.ask(self._connection, self._of_boxes(ids))[0])

    def _of_boxes(self, ids: Collection[int]) -> Question:
        template = _BOXES if self._writing else _BOXES.replace("{for_share}", "")
        return template, {"ids": self._dialect.listed(ids)}

    def voting(
        self, polls: Collection[int], residents: Collection[str]
    ) -> tuple[dict[int, BallotBox], dict[str, Profile]]:
        of_profiles = PROFILES, {"residents": self._dialect.listed(residents)}
        boxes, found = self._dialect.ask(self._connection, self._of_boxes(polls), of_profiles)
        return _boxes(boxes), profiles_in(found)

    def put_ballots(
        self, ballots: Sequence[Ballot], final: Collection[int] = ()
    ) -> dict[BallotKey, int]:
        if not ballots:
            return {}
        presses: dict[BallotKey, list[BallotRow]] = {}
        for row in map(_row, ballots):
            presses.setdefault(row[:2], []).append(row)
        last = {
            key: reduce(_earlier if key[0] in final else _later, rows)
            for key, rows in presses.items()
        }
        known = self._dialect.add_ballots(self._connection, last, TOUCH)
        self._touching = True
        kept = {
            key: row if key[0] in final else reduce(_later, presses[key], row)
            for key, row in known.items()
        }
        changed = [row for key, row in kept.items() if row is not known[key]]
        if changed:
            deltas = _deltas(changed, [known[row[:2]] for row in changed])
            self._dialect.replace_ballots(self._connection, changed, deltas)
        return {key: kept.get(key, row)[2] for key, row in last.items() if key[0] in final}

    def merge_ballots(self, poll: int, kept: bytes, gone: bytes, *, first: bool) -> None:
        both = (ballots.c.poll == poll, ballots.c.voter.in_([kept, gone]))
        found = {row.voter: tuple(row) for row in self._run(sa.select(*_BALLOT).where(*both))}
        if gone not in found:
            return
        theirs = (ballots.c.poll == poll, ballots.c.voter == gone)
        if kept not in found:
            self._run(sa.update(ballots).where(*theirs).values(voter=kept))
            self._move_words(poll, gone, to=kept)
            return
        self._run(sa.delete(ballots).where(*theirs))
        moved = (poll, kept, *found[gone][2:])
        mine = found[kept]
        wins = moved if (_later(mine, moved) is moved) != first else mine
        if wins is moved:
            self._dialect.replace_ballots(self._connection, [moved], ())
            self._move_words(poll, gone, to=kept)
        else:
            self._drop_words(poll, gone)
        self._count([], [mine if wins is moved else moved])

    def withdraw(self, poll: int, voter: bytes) -> bool:
        mine = (ballots.c.poll == poll, ballots.c.voter == voter)
        row = self._run(sa.delete(ballots).where(*mine).returning(*_BALLOT)).first()
        self._drop_words(poll, voter)
        self._count([], [tuple(row)] if row else [])
        return row is not None

    def _count(self, more: list[BallotRow], fewer: list[BallotRow]) -> None:
        if deltas := _deltas(more, fewer):
            self._dialect.count(self._connection, deltas)

    def withdraw_option(self, id: int, option: int) -> bool:
        """Waits for votes that are on their way; those that come find it withdrawn."""
        going = (polls.c.id == id, polls.c.state == PollState.OPEN)
        held = sa.select(polls.c.withdrawn).where(*going).with_for_update()
        row = self._run(held).first()
        if row is None or option in row.withdrawn:
            return False
        gone = (*row.withdrawn, option)
        self._run(sa.update(polls).where(polls.c.id == id).values(withdrawn=gone))
        return True

    def choice(self, poll: int, voter: bytes) -> int | None:
        found = self._fast(_CHOICE, poll=poll, voter=voter)
        return found[0][0] if found else None

    def choices(self, keys: Collection[BallotKey]) -> dict[BallotKey, int]:
        return {row[:2]: row[2] for row in self._dialect.ballots_of(self._connection, keys)}

    def ballot(self, poll: int, voter: bytes) -> Ballot | None:
        mine = (ballots.c.poll == poll, ballots.c.voter == voter, ballots.c.at.is_not(None))
        row = self._run(sa.select(ballots).where(*mine)).first()
        return Ballot(*row) if row else None

    def tallies(self, ids: Collection[int]) -> dict[int, Tally]:
        cells: dict[int, list[tuple[int, str, int]]] = {}
        papers: dict[int, tuple[str | None, Paper]] = {}
        rows = self._fast(_TALLIES, ids=self._dialect.listed(ids))
        for poll, parted, *paper, answer, channel, n in rows:
            papers[poll] = parted, _paper(*paper)
            cells.setdefault(poll, []).append((answer, channel, n or 0))
        return {poll: _tally(*papers[poll], found) for poll, found in cells.items()}

    def recount(self, id: int) -> Tally:
        parted = sa.type_coerce(polls.c.channels, sa.Text)
        p = polls.c
        gone = sa.type_coerce(p.withdrawn, sa.Text)
        paper = sa.select(parted, p.kind, p.option_count, p.least, p.most, gone)
        kept = self._run(paper.where(p.id == id)).one()
        return _tally(kept[0], _paper(*kept[1:]), (row[1:] for row in self._recounted(id)))

    def repair(self, id: int) -> None:
        self._run(sa.select(polls.c.id).where(polls.c.id == id).with_for_update())
        self._run(sa.delete(tallies).where(tallies.c.poll == id))
        if cells := self._recounted(id):
            self._dialect.count(self._connection, cells)

    def _recounted(self, id: int) -> list[Delta]:
        by = (ballots.c.poll, ballots.c.option, ballots.c.channel)
        query = sa.select(*by, sa.func.count()).where(ballots.c.poll == id).group_by(*by)
        return [tuple(row) for row in self._run(query)]


def _poll(row: sa.Row) -> Poll:
    values = row._asdict()
    return Poll(
        **values
        | {
            "options": tuple(row.options),
            "shows": Shows(row.shows),
            "state": PollState(row.state),
            "kind": Kind(row.kind),
            "voters": Voters(row.voters),
            "areas": tuple(row.areas),
            "withdrawn": tuple(row.withdrawn),
            "extras": {int(i): msgspec.convert(extra, Extra) for i, extra in row.extras.items()},
        }
    )


@lru_cache(1024)
def _paper(kind: str, size: int, least: int, most: int, gone: str) -> Paper:
    return Paper(Kind(kind), size, least, most, tuple(json.loads(gone)))


def _tally(parted: str | None, paper: Paper, cells: Iterable[tuple[int, str, int]]) -> Tally:
    """``parted``: the channels of a poll that is closed. What one shard counts, another may count
    back: only the sum says that nothing is left."""
    answers, channels = Counter[int](), Counter[str]()
    for answer, channel, n in cells:
        if n:
            answers[answer] += n
            channels[channel] += n
    by_channel = dict(+channels) if parted is None else json.loads(parted)
    return Tally(paper, dict(+answers), by_channel)


@lru_cache(1024)
def _options(written: str) -> tuple[Localized, ...]:
    return tuple(json.loads(written))


def _boxes(rows: Iterable[tuple[Any, ...]]) -> dict[int, BallotBox]:
    return {row[0]: _box(*row) for row in rows}


def _box(
    id: int,
    options: str,
    state: str,
    shows: str,
    opens_at: float,
    closes_at: float | None,
    key: bytes | None,
    *rest: Any,
) -> BallotBox:
    closes = None if closes_at is None else instant(closes_at)
    return BallotBox(
        id,
        _options(options),
        PollState(state),
        Shows(shows),
        instant(opens_at),
        closes,
        key,
        _paper(*rest[:-3]),
        bool(rest[-3]),
        rest[-2],
        Voters(rest[-1]),
    )


def _deltas(more: Iterable[BallotRow], fewer: Iterable[BallotRow]) -> list[Delta]:
    change = Counter(map(CELL, more))
    change.subtract(map(CELL, fewer))
    return [(*cell, n) for cell, n in change.items() if n]


def _row(ballot: Ballot) -> BallotRow:
    return (
        ballot.poll,
        ballot.voter,
        ballot.answer,
        ballot.channel,
        ballot.order,
        seconds(ballot.at),
    )


def _earlier(one: BallotRow, other: BallotRow) -> BallotRow:
    return one if _later(one, other) is other else other


def _later(kept: BallotRow, new: BallotRow) -> BallotRow:
    """The one of one person's two presses that counts; a ballot of a closed poll stays."""
    *_, channel, order, at = kept
    *_, new_channel, new_order, new_at = new
    if order is None or at is None:
        return kept
    by_receipt = channel != new_channel or abs(new_at - at) > DAY
    newer = new_at > at if by_receipt else new_order > order
    return new if newer else kept
