"""Answers in words, beside the ballots that they belong to while the poll is open."""

from collections.abc import Collection
from secrets import token_bytes
from typing import Any

import sqlalchemy as sa

from core.model import Words, WordsState
from storage.tables import poll_words
from storage.transaction import Transaction

TOKEN = 8
_KEY = ["poll", "voter"]
_OF = poll_words.c
_WORDS = (_OF.token, _OF.text, _OF.language, _OF.state, _OF.found, _OF.reason)


class WrittenAnswers(Transaction):
    def put_words(self, poll: int, voter: bytes, words: Words, *, first: bool) -> bool:
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
            return self._run(insert.returning(_OF.token)).first() is not None
        self._run(insert.on_conflict_do_update(index_elements=_KEY, set_=values))
        return True

    def own_words(self, poll: int, voter: bytes) -> Words | None:
        row = self._run(sa.select(*_WORDS).where(*_of(poll, voter))).first()
        return _words(row) if row else None

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
        self._run(sa.delete(poll_words).where(*_of(poll, voter)))

    def _move_words(self, poll: int, voter: bytes, to: bytes) -> None:
        self._drop_words(poll, to)
        self._run(sa.update(poll_words).where(*_of(poll, voter)).values(voter=to))


def _of(poll: int, voter: bytes) -> tuple[Any, ...]:
    return _OF.poll == poll, _OF.voter == voter


def _words(row: Any) -> Words:
    token, text, language, state, found, reason = row
    return Words(token.hex(), text, language, WordsState(state), tuple(found.split()), reason)
