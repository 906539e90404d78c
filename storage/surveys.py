"""Surveys, and how far each person is in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from core.model import GroupTable, PollState, Survey, SurveyDraft, SurveyStep
from storage.polls import Polls
from storage.tables import ballots, poll_steps, polls, survey_progress, surveys


class Surveys(Polls):
    def add_survey(self, draft: SurveyDraft, state: PollState, keys: Sequence[bytes]) -> Survey:
        values: dict[str, Any] = {
            "title": draft.title,
            "intro": draft.intro,
            "state": state,
            "opens_at": draft.opens_at,
            "closes_at": draft.closes_at,
            "chats": draft.chats,
            "created_by": draft.created_by,
            "steps": [],
            "tables": [],
        }
        id = self._run(sa.insert(surveys).values(values).returning(surveys.c.id)).scalar_one()
        made = [
            self.add_poll(replace(one, survey=id), key, state).id
            for one, key in zip(draft.polls, keys, strict=True)
        ]
        steps = [
            SurveyStep(made[s.poll], s.background, tuple((made[i], told) for i, told in s.when))
            for s in draft.steps
        ]
        kept = {"steps": msgspec.to_builtins(steps)}
        self._run(sa.update(surveys).where(surveys.c.id == id).values(kept))
        found = self.survey(id)
        assert found is not None
        return found

    def survey(self, id: int) -> Survey | None:
        row = self._run(sa.select(surveys).where(surveys.c.id == id)).first()
        return _survey(row) if row else None

    def surveys(self, *states: PollState, limit: int = 50) -> list[Survey]:
        query = sa.select(surveys).order_by(surveys.c.id.desc()).limit(limit)
        if states:
            query = query.where(surveys.c.state.in_(states))
        return list(map(_survey, self._run(query)))

    def surveys_to_open(self, now: datetime) -> list[int]:
        return self._surveys_due(PollState.SCHEDULED, surveys.c.opens_at, now)

    def surveys_to_close(self, now: datetime) -> list[int]:
        return self._surveys_due(PollState.OPEN, surveys.c.closes_at, now)

    def surveys_to_remind(self, now: datetime, before: timedelta) -> list[int]:
        told = sa.exists().where(
            polls.c.survey == surveys.c.id,
            poll_steps.c.poll == polls.c.id,
            poll_steps.c.kind == "reminded",
        )
        closes = surveys.c.closes_at
        query = sa.select(surveys.c.id, surveys.c.opens_at, closes).where(
            surveys.c.state == PollState.OPEN, closes > now, closes <= now + before, ~told
        )
        found = self._run(query.order_by(closes, surveys.c.id))
        return [id for id, opens, closes in found if closes - opens >= 2 * before]

    def _surveys_due(
        self, state: PollState, column: sa.Column[datetime], now: datetime
    ) -> list[int]:
        query = sa.select(surveys.c.id).where(surveys.c.state == state, column <= now)
        return list(self._run(query.order_by(column, surveys.c.id)).scalars())

    def open_survey(self, id: int) -> None:
        for table, key in ((surveys, surveys.c.id), (polls, polls.c.survey)):
            due = (key == id, table.c.state == PollState.SCHEDULED)
            self._run(sa.update(table).where(*due).values(state=PollState.OPEN))

    def close_survey(self, id: int, at: datetime, tables: Sequence[GroupTable]) -> None:
        self._end_survey(id, PollState.CLOSED, at, tables)

    def cancel_survey(self, id: int, at: datetime) -> None:
        self._end_survey(id, PollState.CANCELLED, at, ())

    def _end_survey(
        self, id: int, state: PollState, at: datetime, tables: Sequence[GroupTable]
    ) -> None:
        kept = msgspec.to_builtins(tables, str_keys=True)
        values = {"state": state, "closed_at": at, "tables": kept}
        self._run(sa.update(surveys).where(surveys.c.id == id).values(values))
        self._run(sa.delete(survey_progress).where(survey_progress.c.survey == id))
        self.erased = True

    def progress(self, survey: int, person: str) -> int | None:
        mine = (survey_progress.c.survey == survey, survey_progress.c.person == person)
        return self._run(sa.select(survey_progress.c.poll).where(*mine)).scalar()

    def put_progress(self, survey: int, person: str, poll: int) -> None:
        self._upsert(survey_progress, {"survey": survey, "person": person}, {"poll": poll})

    def merge_progress(self, kept: str, gone: str) -> None:
        t = survey_progress
        both = sa.select(t.c.survey).where(t.c.person == kept)
        mine = t.c.person == gone
        self._run(sa.update(t).where(mine, t.c.survey.not_in(both)).values(person=kept))
        self._run(sa.delete(t).where(mine))

    def taking_part(self, survey: int) -> list[str]:
        query = sa.select(survey_progress.c.person).where(survey_progress.c.survey == survey)
        return list(self._run(query).scalars())

    def answers(self, poll: int) -> dict[bytes, int]:
        query = sa.select(ballots.c.voter, ballots.c.option).where(ballots.c.poll == poll)
        return {row.voter: row.option for row in self._run(query)}


def _survey(row: sa.Row) -> Survey:
    values = row._asdict()
    return Survey(
        **values
        | {
            "state": PollState(row.state),
            "steps": tuple(msgspec.convert(row.steps, list[SurveyStep])),
            "tables": tuple(msgspec.convert(row.tables, list[GroupTable], strict=False)),
        }
    )
