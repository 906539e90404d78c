"""Answers in words, beside the ballots that they belong to while the poll is open."""

from collections.abc import Collection, Mapping
from operator import itemgetter
from secrets import token_bytes
from typing import Any

import sqlalchemy as sa

from core.model import ItemKind, ItemState, Words, WordsState
from storage.tables import deliveries, moderation, mutes, poll_words, polls
from storage.transaction import Transaction

TOKEN = 8
_KEY = ["poll", "voter"]
_OF = poll_words.c
_WORDS = (_OF.token, _OF.text, _OF.language, _OF.state, _OF.found, _OF.reason)


class WrittenAnswers(Transaction):
    def put_words(self, poll: int, voter: bytes, words: Words, *, first: bool) -> str | None:
        values = {
            "token": token_bytes(TOKEN),
            "text": words.text,
            "language": words.language,
            "state": words.state,
            "found": " ".join(words.found),
            "reason": words.reason,
        }
        insert = self._dialect.insert(poll_words).values(poll=poll, voter=voter, **values)
        if first:
            insert = insert.on_conflict_do_nothing(index_elements=_KEY)
        else:
            insert = insert.on_conflict_do_update(index_elements=_KEY, set_=values)
        token = self._run(insert.returning(_OF.token)).scalar()
        return token.hex() if token else None

    def own_words(self, poll: int, voter: bytes) -> Words | None:
        row = self._run(sa.select(*_WORDS).where(*_of(poll, voter))).first()
        return _words(row) if row else None

    def words_named(self, poll: int, token: str) -> Words | None:
        row = self._run(sa.select(*_WORDS).where(*_named(poll, token))).first()
        return _words(row) if row else None

    def words_texts(self, poll: int, tokens: Collection[str]) -> list[str]:
        named = (_OF.poll == poll, _OF.token.in_([bytes.fromhex(one) for one in tokens]))
        return list(self._run(sa.select(_OF.text).where(*named)).scalars())

    def rewrite_words(self, poll: int, token: str, text: str) -> None:
        self._run(sa.update(poll_words).where(*_named(poll, token)).values(text=text))

    def words(self, poll: int, state: WordsState, after: str, limit: int) -> list[Words]:
        wanted = (_OF.poll == poll, _OF.state == state, _OF.token > bytes.fromhex(after))
        query = sa.select(*_WORDS).where(*wanted).order_by(_OF.token).limit(limit)
        return list(map(_words, self._run(query)))

    def words_counts(self, poll: int) -> dict[WordsState, int]:
        query = sa.select(_OF.state, sa.func.count()).where(_OF.poll == poll)
        found = dict(tuple(row) for row in self._run(query.group_by(_OF.state)))
        return {state: found.get(state, 0) for state in WordsState}

    def approved_words(self, poll: int) -> list[tuple[str, str, int]]:
        columns = (_OF.text, _OF.language)
        query = sa.select(*columns, sa.func.count()).group_by(*columns).order_by(*columns)
        approved = (_OF.poll == poll, _OF.state == WordsState.APPROVED)
        return [tuple(row) for row in self._run(query.where(*approved))]

    def judge_words(
        self, poll: int, tokens: Collection[str], state: WordsState, reason: str
    ) -> int:
        wanted = (_OF.poll == poll, _OF.token.in_([bytes.fromhex(x) for x in tokens]))
        values = {"state": state, "reason": reason}
        return self._run(sa.update(poll_words).where(*wanted).values(values)).rowcount

    def _drop_words(self, poll: int, voter: bytes) -> None:
        gone = sa.delete(poll_words).where(*_of(poll, voter)).returning(_OF.token)
        if token := self._run(gone).scalar():
            self._run(sa.delete(moderation).where(*_item(poll, token)))

    def _move_words(self, poll: int, voter: bytes, to: bytes) -> None:
        self._drop_words(poll, to)
        self._run(sa.update(poll_words).where(*_of(poll, voter)).values(voter=to))

    def _part_from_items(self, poll: int, renamed: Mapping[bytes, bytes]) -> None:
        """Old tokens to new ones, on the moderation desk: nobody's any more, and as long there as
        the poll is closed. What was decided on them stands in the log; who was told of it, or was
        muted, is forgotten."""
        first, last = f"moderated:{ItemKind.WORDS}.{poll}.", f"moderated:{ItemKind.WORDS}.{poll}/"
        told = deliveries.c.dedupe >= first, deliveries.c.dedupe < last
        self._run(sa.delete(deliveries).where(*told))
        self._run(sa.delete(mutes).where(mutes.c.place == f"poll:{poll}"))
        old = {f"{poll}.{token.hex()}": f"{poll}.{new.hex()}" for token, new in renamed.items()}
        theirs = moderation.c.kind == ItemKind.WORDS, moderation.c.ref.in_(list(old))
        rows = [row._asdict() for row in self._run(sa.select(moderation).where(*theirs))]
        if not rows:
            return
        self._run(sa.delete(moderation).where(*theirs))
        ended = self._run(sa.select(polls.c.closed_at).where(polls.c.id == poll)).scalar_one()
        freed = {
            "author": "", "channel": "", "since": ended, "appeal": "", "judgement": None,
            "claimed_by": None, "claimed_at": None, "decided_by": None, "found": [],
        }  # fmt: skip
        states = {ItemState.APPEALED: ItemState.WAITING}
        new = [
            row | freed | {"ref": old[row["ref"]], "state": states.get(row["state"], row["state"])}
            for row in rows
        ]
        self._connection.execute(sa.insert(moderation), sorted(new, key=itemgetter("ref")))


def _of(poll: int, voter: bytes) -> tuple[Any, ...]:
    return _OF.poll == poll, _OF.voter == voter


def _named(poll: int, token: str) -> tuple[Any, ...]:
    return _OF.poll == poll, _OF.token == bytes.fromhex(token)


def _item(poll: int, token: bytes) -> tuple[Any, ...]:
    ref = f"{poll}.{token.hex()}"
    return moderation.c.kind == ItemKind.WORDS, moderation.c.ref == ref


def _words(row: Any) -> Words:
    token, text, language, state, found, reason = row
    return Words(token.hex(), text, language, WordsState(state), tuple(found.split()), reason)
