"""Questions and their history."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.model import OPEN, Grounds, Publish, Question, QuestionState, Step
from storage.similar import Similar
from storage.tables import answer_terms, question_terms, questions, steps

_PUBLIC = (
    questions.c.state.in_([QuestionState.ANSWERED, QuestionState.DECLINED]),
    questions.c.publish.in_([Publish.DIGEST, Publish.NOW, Publish.PAGE]),
)
_STEP = (steps.c.at, steps.c.kind, steps.c.by, steps.c.state, steps.c.text, steps.c.detail)


class Questions(Similar):
    def add_question(self, question: Question) -> Question:
        row = self._run(sa.insert(questions).values(_values(question)).returning(questions)).one()
        made = _question(row)
        self._keep_words(made)
        return made

    def question(self, number: int) -> Question | None:
        query = sa.select(questions).where(questions.c.number == number)
        row = self._run(query.with_for_update() if self._writing else query).first()
        return _question(row) if row else None

    def questions_numbered(self, numbers: Collection[int]) -> list[Question]:
        return self._questions(questions.c.number.in_(numbers))

    def question_texts(self, numbers: Collection[int]) -> list[str]:
        query = sa.select(questions.c.text).where(questions.c.number.in_(numbers))
        return list(self._run(query).scalars())

    def save_question(self, question: Question) -> None:
        chosen = questions.c.number == question.number
        before = self._run(sa.select(questions.c.answer, questions.c.reason).where(chosen)).first()
        self._run(sa.update(questions).where(chosen).values(_values(question)))
        if before != (question.answer, question.reason):
            self._keep_words(question)

    def reword_question(self, number: int, text: str) -> None:
        self._run(sa.update(questions).where(questions.c.number == number).values(text=text))
        self.keep_words([number])

    def keep_words(self, numbers: Collection[int]) -> None:
        query = sa.select(questions).where(questions.c.number.in_(numbers))
        for row in self._run(query.order_by(questions.c.number).with_for_update()).all():
            self._keep_words(_question(row))

    def add_step(self, number: int, step: Step) -> None:
        self._run(sa.insert(steps).values(question=number, **asdict(step)))

    def steps(self, number: int) -> list[Step]:
        return self.histories([number]).get(number, [])

    def histories(self, numbers: Collection[int]) -> dict[int, list[Step]]:
        found: dict[int, list[Step]] = {}
        query = sa.select(steps.c.question, *_STEP).where(steps.c.question.in_(numbers))
        for number, at, kind, by, state, text, detail in self._run(
            query.order_by(steps.c.at, steps.c.id)
        ):
            step = Step(at, kind, by, QuestionState(state), text, detail)
            found.setdefault(number, []).append(step)
        return found

    def merged_into(self, number: int) -> list[Question]:
        return self._questions(questions.c.merged_into == number)

    def questions_of(self, askers: Collection[str], limit: int = 20) -> list[Question]:
        return self._questions(questions.c.asker.in_(askers), newest=True, limit=limit)

    def questions_for(
        self, departments: Collection[str], states: Collection[QuestionState], limit: int = 50
    ) -> list[Question]:
        return self._questions(
            questions.c.department.in_(departments), questions.c.state.in_(states), limit=limit
        )

    def open_questions(
        self, read: Collection[str], limit: int, before: int | None = None
    ) -> list[Question]:
        q = questions.c
        theirs = steps.c.question == q.number
        where = [
            q.state.in_(OPEN),
            sa.func.coalesce(q.publish, "") != Publish.PRIVATE,
            sa.exists().where(theirs, steps.c.kind.in_(read)),
        ]
        if before is not None:
            where.append(q.number < before)
        return self._questions(*where, newest=True, limit=limit)

    def amended_questions(self, departments: Collection[str]) -> list[Question]:
        # As literals, so that the partial index of amendments serves.
        amended = sa.select(steps.c.question).where(steps.c.kind == sa.literal_column("'amended'"))
        return self._questions(
            questions.c.number.in_(amended),
            questions.c.state == QuestionState.ANSWERED,
            questions.c.department.in_(departments),
        )

    def received_between(self, since: datetime, until: datetime) -> list[Question]:
        at = questions.c.received_at
        return self._questions(at > since, at <= until)

    def public_questions(
        self,
        limit: int = 50,
        before: int | None = None,
        theme: str | None = None,
        *,
        department: str | None = None,
        state: QuestionState | None = None,
        area: str | None = None,
        words: Sequence[Collection[int]] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        skip: int = 0,
    ) -> list[Question]:
        q = questions.c
        wanted = (
            (before, q.number.__lt__),
            (theme, sa.func.coalesce(q.theme, "").__eq__),
            (department, q.department.__eq__),
            (state, q.state.__eq__),
            (area, q.area.__eq__),
            (since, q.received_at.__ge__),
            (until, q.received_at.__le__),
        )
        where = [*_PUBLIC, *(fits(value) for value, fits in wanted if value is not None)]
        for forms in words:
            has = (
                sa.select(table.c.question).where(table.c.term.in_(forms))
                for table in (question_terms, answer_terms)
            )
            where.append(q.number.in_(sa.union_all(*has)))
        return self._questions(*where, newest=True, limit=limit, skip=skip)

    def answered_between(
        self, since: datetime, until: datetime, *publish: Publish
    ) -> list[Question]:
        at = questions.c.answered_at
        where = [at > since, at <= until]
        if publish:
            where.append(questions.c.publish.in_(publish))
        query = sa.select(questions).where(*where).order_by(at, questions.c.number)
        return list(map(_question, self._run(query)))

    def _questions(
        self,
        *where: sa.ColumnElement[bool],
        newest: bool = False,
        limit: int | None = None,
        skip: int = 0,
    ) -> list[Question]:
        number = questions.c.number
        query = sa.select(questions).where(*where).limit(limit)
        if skip:
            query = query.offset(skip)
        return list(map(_question, self._run(query.order_by(number.desc() if newest else number))))


def _values(question: Question) -> dict[str, Any]:
    """All columns but those that the store itself fills in. Shallow: the answer is a plain dict
    already."""
    own = ("number", "lemmas")
    values = {c.name: getattr(question, c.name) for c in questions.c if c.name not in own}
    return values | {"links": [list(link) for link in question.links]}


def _question(row: sa.Row) -> Question:
    values = row._asdict()
    del values["lemmas"]
    values["state"] = QuestionState(row.state)
    values["publish"] = Publish(row.publish) if row.publish else None
    values["grounds"] = Grounds(row.grounds) if row.grounds else None
    values["links"] = tuple((label, url) for label, url in row.links)
    return Question(**values)
