"""What happens around polls: plans of them, their history, and who wants to hear of them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.model import Follower, Plan, PlanState, PollState, PollStep
from core.texts import Localized
from storage.tables import plans, poll_followers, poll_steps, polls
from storage.transaction import Transaction

_STEPS = list(poll_steps.c)


class Lives(Transaction):
    def reword_poll(self, id: int, question: Localized, options: Sequence[Localized]) -> None:
        words = {"question": question, "options": tuple(options)}
        self._run(sa.update(polls).where(polls.c.id == id).values(words))

    def polls_to_remind(self, now: datetime, before: timedelta) -> list[int]:
        told = sa.exists().where(poll_steps.c.poll == polls.c.id, poll_steps.c.kind == "reminded")
        query = sa.select(polls.c.id, polls.c.opens_at, polls.c.closes_at).where(
            polls.c.state == PollState.OPEN,
            polls.c.closes_at > now,
            polls.c.closes_at <= now + before,
            polls.c.survey.is_(None),
            ~told,
        )
        found = self._run(query.order_by(polls.c.closes_at, polls.c.id))
        return [id for id, opens, closes in found if closes - opens >= 2 * before]

    # --- history -----------------------------------------------------------------------------

    def add_poll_step(
        self,
        poll: int,
        at: datetime,
        kind: str,
        by: str,
        text: Localized,
        option: int | None = None,
    ) -> PollStep:
        values = {"poll": poll, "at": at, "kind": kind, "by": by, "text": text, "option": option}
        return _step(self._run(sa.insert(poll_steps).values(values).returning(*_STEPS)).one())

    def poll_steps(self, polls: Collection[int], *kinds: str) -> list[PollStep]:
        query = sa.select(*_STEPS).where(poll_steps.c.poll.in_(polls))
        if kinds:
            query = query.where(poll_steps.c.kind.in_(kinds))
        return list(map(_step, self._run(query.order_by(poll_steps.c.id))))

    def poll_step(self, id: int) -> PollStep | None:
        row = self._run(sa.select(*_STEPS).where(poll_steps.c.id == id)).first()
        return _step(row) if row else None

    def poll_steps_between(self, kind: str, since: datetime, until: datetime) -> list[PollStep]:
        at = poll_steps.c.at
        query = sa.select(*_STEPS).where(poll_steps.c.kind == kind, at > since, at <= until)
        return list(map(_step, self._run(query.order_by(poll_steps.c.id))))

    # --- followers ---------------------------------------------------------------------------

    def follow(self, poll: int, follower: Follower) -> None:
        key = {"poll": poll, "resident": follower.resident}
        values = {"channel": follower.channel, "language": follower.language}
        self._upsert(poll_followers, key, values)

    def follow_all(self, poll: int, followers: Collection[Follower]) -> None:
        rows = [asdict(follower) | {"poll": poll} for follower in followers]
        if rows:
            insert = self._dialect.insert(poll_followers).on_conflict_do_nothing()
            self._connection.execute(insert, rows)

    def unfollow(self, poll: int, resident: str) -> None:
        mine = (poll_followers.c.poll == poll, poll_followers.c.resident == resident)
        self._run(sa.delete(poll_followers).where(*mine))

    def follows(self, poll: int, resident: str) -> bool:
        mine = (poll_followers.c.poll == poll, poll_followers.c.resident == resident)
        return self._run(sa.select(poll_followers.c.poll).where(*mine)).first() is not None

    def followers(self, poll: int) -> list[Follower]:
        columns = (poll_followers.c.resident, poll_followers.c.channel, poll_followers.c.language)
        query = sa.select(*columns).where(poll_followers.c.poll == poll)
        return [Follower(*row) for row in self._run(query.order_by(poll_followers.c.resident))]

    def followed_polls(self, residents: Collection[str]) -> list[int]:
        query = sa.select(poll_followers.c.poll).where(poll_followers.c.resident.in_(residents))
        return list(self._run(query.distinct().order_by(poll_followers.c.poll)).scalars())

    # --- plans -------------------------------------------------------------------------------

    def add_plan(self, plan: Plan) -> Plan:
        row = self._run(sa.insert(plans).values(_values(plan)).returning(plans)).one()
        return _plan(row)

    def plan(self, id: int) -> Plan | None:
        query = sa.select(plans).where(plans.c.id == id)
        if self._writing:
            query = query.with_for_update()
        row = self._run(query).first()
        return _plan(row) if row else None

    def plans(self, *states: PlanState, limit: int = 100) -> list[Plan]:
        query = sa.select(plans).order_by(plans.c.id.desc()).limit(limit)
        if states:
            query = query.where(plans.c.state.in_(states))
        return list(map(_plan, self._run(query)))

    def save_plan(self, plan: Plan) -> None:
        self._run(sa.update(plans).where(plans.c.id == plan.id).values(_values(plan)))

    def drop_plan(self, id: int) -> None:
        self._run(sa.delete(plans).where(plans.c.id == id))

    def series_due(self, now: datetime) -> list[Plan]:
        query = sa.select(plans).where(plans.c.state == PlanState.SERIES, plans.c.due <= now)
        return list(map(_plan, self._run(query.order_by(plans.c.due, plans.c.id))))


def _values(plan: Plan) -> dict[str, object]:
    return {
        "fields": dict(plan.fields),
        "state": plan.state,
        "by": plan.by,
        "at": plan.at,
        "version": plan.version,
        "cron": plan.cron,
        "due": plan.due,
    }


def _step(row: sa.Row) -> PollStep:
    return PollStep(**row._asdict())


def _plan(row: sa.Row) -> Plan:
    return Plan(**row._asdict() | {"state": PlanState(row.state)})
