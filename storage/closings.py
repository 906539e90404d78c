"""Closing a poll. At once it takes no votes and its key is gone; what tells of its voters is wiped
from there on, by ranges of keys, so that others wait for some thousands of rows at most.

A row of ``closings`` says how far it is: the stages that are done, and the key reached in the next.
A step that was cut off did nothing, and is done again.
"""

from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from secrets import token_bytes

import msgspec
import sqlalchemy as sa

from core.model import AT_ONCE, FEW, BallotList, PollState
from core.people import voter
from storage.tables import (
    ballot_lists,
    ballots,
    closings,
    code_holders,
    drafts,
    poll_codes,
    poll_words,
    polls,
    tallies,
)
from storage.transaction import slices
from storage.words import TOKEN, WrittenAnswers

MANY = 500
"""Voters in one statement."""
_BEYOND = b"\xff" * 17
"""Past every voter."""


class Closings(WrittenAnswers):
    def close_poll(self, id: int, at: datetime, rows: int = AT_ONCE) -> None:
        self._end_poll(id, PollState.CLOSED, at, rows)

    def cancel_poll(self, id: int, at: datetime, rows: int = AT_ONCE) -> None:
        self._end_poll(id, PollState.CANCELLED, at, rows)

    def voted(self, poll: int, persons: Collection[str]) -> set[str]:
        query = sa.select(polls.c.key).where(polls.c.id == poll).with_for_update()
        if not persons or (key := self._run(query).scalar()) is None:
            return set()
        names = {voter(key, person): person for person in persons}
        found = set[str]()
        for some in slices(sorted(names), MANY):
            cast = (ballots.c.poll == poll, ballots.c.voter.in_(some))
            theirs = self._run(sa.select(ballots.c.voter).where(*cast)).scalars()
            found |= {names[name] for name in theirs}
        return found

    def _end_poll(self, id: int, state: PollState, at: datetime, rows: int) -> None:
        ended = self._run(
            sa.update(polls)
            .where(polls.c.id == id, polls.c.closed_at.is_(None))
            .values(state=state, closed_at=at, key=None)
        )
        if ended.rowcount:
            self._total_channels(id)
            self._run(sa.insert(closings).values(poll=id, stage=0, after=b""))
            self.wipe_closed(id, rows)
            self.erased = self.keys_erased = True

    def closings(self) -> list[int]:
        return list(self._run(sa.select(closings.c.poll).order_by(closings.c.poll)).scalars())

    def wipe_closed(self, poll: int, rows: int = AT_ONCE) -> bool:
        """In the order of `_STAGES`: tallies after ballots, from which they may be made anew."""
        mine = closings.c.poll == poll
        where = sa.select(closings.c.stage, closings.c.after).where(mine).with_for_update()
        stage, after = self._run(where).first() or (len(_STAGES), b"")
        if stage == len(_STAGES):
            return True
        while rows > 0 and stage < len(_STAGES):
            done, after = _STAGES[stage](self, poll, after, rows)
            if done < rows:
                stage, after = stage + 1, b""
            rows -= done
        self._run(sa.update(closings).where(mine).values(stage=stage, after=after))
        if stage < len(_STAGES):
            return False
        cancelled = sa.exists().where(polls.c.id == poll, polls.c.state == PollState.CANCELLED)
        self._run(sa.delete(closings).where(mine, cancelled))
        self.erased = self.votes_erased = True
        return True

    def put_ballot_list(self, kept: BallotList) -> bool:
        ended = self._run(sa.delete(closings).where(closings.c.poll == kept.poll))
        if ended.rowcount:
            self._run(sa.insert(ballot_lists).values(msgspec.structs.asdict(kept)))
        return bool(ended.rowcount)

    def _total_channels(self, id: int) -> None:
        """One by one, what came by which channel could tell of the few who use it."""
        by = (tallies.c.channel, sa.func.sum(tallies.c.n))
        query = sa.select(*by).where(tallies.c.poll == id).group_by(tallies.c.channel)
        found = {channel: int(n) for channel, n in self._run(query) if n}
        channels = found if sum(found.values()) >= FEW else {}
        self._run(sa.update(polls).where(polls.c.id == id).values(channels=channels))

    # --- stages: how many rows were done, and the last one's key; fewer than asked for where
    # --- there are no more

    def _wipe_ballots(self, poll: int, after: bytes, rows: int) -> tuple[int, bytes]:
        rest = (ballots.c.poll == poll, ballots.c.voter > after)
        last = sa.select(ballots.c.voter).where(*rest).order_by(ballots.c.voter)
        until = self._run(last.offset(rows - 1).limit(1)).scalar() or _BEYOND
        return self._dialect.wipe_ballots(self._connection, poll, after, until), until

    def _wipe_tallies(self, poll: int, after: bytes, rows: int) -> tuple[int, bytes]:
        """One counter an answer stays."""
        n, answer = tallies.c.n, tallies.c.option
        rest = (tallies.c.poll == poll, answer > (int.from_bytes(after) if after else -1))
        query = sa.select(answer, sa.func.sum(n)).where(*rest).group_by(answer)
        found = self._run(query.order_by(answer).limit(rows)).all()
        if not found:
            return 0, after
        last = found[-1][0]
        self._run(sa.delete(tallies).where(*rest, answer <= last))
        cells = [(poll, answer, "", int(n)) for answer, n in found if n]
        if cells:
            self._dialect.count(self._connection, cells)
        return len(found), last.to_bytes(8)

    def _wipe_words(self, poll: int, after: bytes, rows: int) -> tuple[int, bytes]:
        """Written anew, without the voter, under new tokens and in their order: an update would
        leave rows where they came, and old tokens are known to copies made before."""
        t = poll_words.c
        rest = (t.poll == poll, t.token > after, t.voter.is_not(None))
        query = sa.select(poll_words).where(*rest).order_by(t.token).limit(rows)
        kept = [row._asdict() for row in self._run(query)]
        if not kept:
            return 0, after
        last = kept[-1]["token"]
        self._run(sa.delete(poll_words).where(*rest, t.token <= last))
        new = [row | {"token": token_bytes(TOKEN), "voter": None} for row in kept]
        self._connection.execute(sa.insert(poll_words), sorted(new, key=itemgetter("token")))
        tokens = {old["token"]: row["token"] for old, row in zip(kept, new, strict=True)}
        self._part_from_items(poll, tokens)
        return len(kept), last

    def _drop_codes(self, poll: int, after: bytes, rows: int) -> tuple[int, bytes]:
        return self._drop(poll_codes, poll_codes.c.digest, poll_codes.c.poll == poll, rows), after

    def _drop_holders(self, poll: int, after: bytes, rows: int) -> tuple[int, bytes]:
        t = code_holders
        return self._drop(t, t.c.voter, t.c.poll == poll, rows), after

    def _drop_marks(self, poll: int, after: bytes, rows: int) -> tuple[int, bytes]:
        mine = drafts.c.kind == f"ballot:{poll}"
        return self._drop(drafts, drafts.c.owner, mine, rows), after

    def _drop(
        self, table: sa.Table, key: sa.Column, mine: sa.ColumnElement[bool], rows: int
    ) -> int:
        some = sa.select(key).where(mine).limit(rows)
        return self._run(sa.delete(table).where(mine, key.in_(some))).rowcount


_STAGES = (
    Closings._wipe_ballots,
    Closings._wipe_tallies,
    Closings._wipe_words,
    Closings._drop_codes,
    Closings._drop_holders,
    Closings._drop_marks,
)
