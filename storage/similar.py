"""The words of questions, as rows, and what officials re-routed."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from core.model import Question, Reroute
from core.similar import answer_terms as terms_of_answer
from core.similar import kept as kept_of
from storage.tables import answer_terms, question_terms, questions, reroutes
from storage.transaction import Transaction
from storage.types import instant

REMEMBERED = 2000
"""Re-routings that are kept, the newest."""

_NEWEST = (
    "SELECT * FROM (SELECT term, question FROM question_terms WHERE term = :{name}"
    " ORDER BY question DESC LIMIT :most) AS {name}"
)
# From the few re-routings to their terms, never from a term to its many questions: a CROSS JOIN
# keeps SQLite's planner from turning it round.
_REROUTES = (
    "SELECT r.question, r.department, r.at, count(*),"
    " (SELECT count(*) FROM question_terms x WHERE x.question = r.question)"
    " FROM reroutes r CROSS JOIN question_terms t"
    " WHERE t.question = r.question AND t.term {among}:terms"
    " GROUP BY r.question, r.department, r.at"
)


class Similar(Transaction):
    def sharing(self, wanted: Collection[int], most: int) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {term: [] for term in wanted}
        if found:
            values = {f"t{i}": term for i, term in enumerate(found)}
            query = " UNION ALL ".join(_NEWEST.format(name=name) for name in values)
            for term, number in self._fast(query, most=most, **values):
                found[term].append(number)
        return found

    def remember_reroute(self, question: int, department: str, at: datetime) -> None:
        self._upsert(reroutes, {"question": question}, {"department": department, "at": at})
        kept = sa.select(reroutes.c.at).order_by(reroutes.c.at.desc()).offset(REMEMBERED - 1)
        oldest = kept.limit(1).scalar_subquery()
        self._run(sa.delete(reroutes).where(reroutes.c.at < oldest))

    def reroutes_sharing(self, wanted: Collection[int]) -> list[Reroute]:
        rows = self._fast(_REROUTES, terms=self._dialect.listed(wanted))
        return [Reroute(n, where, instant(at), shared, all_) for n, where, at, shared, all_ in rows]

    def outdated(self, limit: int) -> list[int]:
        by = questions.c.lemmas
        if not self.lemmas.name:
            return []
        found: list[int] = []
        for other in (by < self.lemmas.name, by > self.lemmas.name):  # as the index has them
            query = sa.select(questions.c.number).where(other).limit(limit - len(found))
            found += self._run(query).scalars()
        return found

    def _keep_words(self, question: Question) -> None:
        """Of the question, and of what the city said to it: in whatever language."""
        answer = question.answer or {"": question.reason}
        kept = {
            question_terms: kept_of(question.text, self.lemmas),
            answer_terms: terms_of_answer(answer),
        }
        chosen = questions.c.number == question.number
        self._run(sa.update(questions).where(chosen).values(lemmas=self.lemmas.name))
        for table, found in kept.items():
            self._run(sa.delete(table).where(table.c.question == question.number))
            if rows := [{"term": term, "question": question.number} for term in found]:
                self._run(sa.insert(table).values(rows))
