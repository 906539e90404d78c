"""Who follows a question, and whom its answer helped."""

from collections.abc import Collection

import sqlalchemy as sa

from core.model import QuestionState
from storage.tables import follows, questions, thumbs
from storage.transaction import Transaction


class Following(Transaction):
    def follow_question(self, question: int, resident: str, channel: str, language: str) -> None:
        key = {"question": question, "resident": resident}
        self._upsert(follows, key, {"channel": channel, "language": language})

    def unfollow_question(self, question: int, residents: Collection[str]) -> None:
        theirs = follows.c.resident.in_(residents)
        self._run(sa.delete(follows).where(follows.c.question == question, theirs))

    def question_followers(self, question: int) -> list[tuple[str, str, str]]:
        columns = (follows.c.resident, follows.c.channel, follows.c.language)
        query = sa.select(*columns).where(follows.c.question == question)
        return [tuple(row) for row in self._run(query.order_by(follows.c.resident))]

    def follower_counts(self, questions: Collection[int]) -> dict[int, int]:
        query = sa.select(follows.c.question, sa.func.count())
        chosen = query.where(follows.c.question.in_(questions)).group_by(follows.c.question)
        return dict.fromkeys(questions, 0) | dict(self._run(chosen).all())

    def most_followed(self, states: Collection[QuestionState], least: int, limit: int) -> list[int]:
        n = sa.func.count()
        query = (
            sa.select(follows.c.question)
            .join(questions, questions.c.number == follows.c.question)
            .where(questions.c.state.in_(states))
            .group_by(follows.c.question)
            .having(n >= least)
        )
        return list(self._run(query.order_by(n.desc(), follows.c.question).limit(limit)).scalars())

    def followed_questions(self, residents: Collection[str]) -> list[int]:
        query = sa.select(follows.c.question).where(follows.c.resident.in_(residents))
        return list(self._run(query.distinct().order_by(follows.c.question.desc())).scalars())

    def move_followers(self, question: int, to: int | None) -> None:
        for resident, channel, language in self.question_followers(question) if to else ():
            self.follow_question(to, resident, channel, language)
        self._run(sa.delete(follows).where(follows.c.question == question))

    def put_thumb(self, question: int, person: str, up: bool, words: str) -> None:
        values = {"up": up} | ({"words": words} if words else {})
        insert = self._dialect.insert(thumbs).values(
            question=question, resident=person, up=up, words=words
        )
        key = ["question", "resident"]
        self._run(insert.on_conflict_do_update(index_elements=key, set_=values))

    def own_thumb(self, question: int, persons: Collection[str]) -> tuple[bool, str] | None:
        query = sa.select(thumbs.c.up, thumbs.c.words).where(thumbs.c.question == question)
        row = self._run(query.where(thumbs.c.resident.in_(persons)).limit(1)).first()
        return (bool(row.up), row.words) if row else None

    def thumbs(self, question: int) -> tuple[int, int]:
        query = sa.select(thumbs.c.up, sa.func.count()).where(thumbs.c.question == question)
        found = {bool(up): n for up, n in self._run(query.group_by(thumbs.c.up))}
        return found.get(True, 0), found.get(False, 0)

    def thumb_words(self, question: int, limit: int) -> list[str]:
        said = sa.select(thumbs.c.words).where(thumbs.c.question == question, thumbs.c.words != "")
        return list(self._run(said.order_by(thumbs.c.resident).limit(limit)).scalars())
