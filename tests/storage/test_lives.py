"""What happens around polls, as both engines keep it."""

from dataclasses import replace
from datetime import timedelta

from core.model import Follower, Plan, PlanState, PollDraft, PollState, Shows
from core.ports import Store
from storage import Database
from tests.stage import GROUP, START, three

DAY = timedelta(days=1)
YES_NO = (three("Kyllä", "Ja", "Yes"), three("Ei", "Nej", "No"))


def poll(store: Store, days: float) -> int:
    draft = PollDraft(three("Mitä?", "Vad?", "What?"), YES_NO, Shows.ALWAYS, START,
                      START + days * DAY, (GROUP,), "slack:U0EDITOR")  # fmt: skip
    return store.add_poll(draft, bytes(32), PollState.OPEN).id


def test_a_cancelled_poll_has_no_key_and_is_no_result(database: Database) -> None:
    with database.begin() as store:
        id = poll(store, 3)
        store.cancel_poll(id, START + DAY)
        store.close_poll(id, START + 2 * DAY)
        found, box = store.poll(id), store.ballot_boxes({id})[id]
        assert found and (found.state, found.closed_at) == (PollState.CANCELLED, START + DAY)
        assert box.key is None
        assert store.polls_closed_between(START, START + 9 * DAY) == []
        assert store.polls_to_close(START + 9 * DAY) == []


def test_polls_are_recalled_once_and_only_long_ones(database: Database) -> None:
    with database.begin() as store:
        long, short = poll(store, 3), poll(store, 1.5)
        assert store.polls_to_remind(START + 1.9 * DAY, DAY) == []
        assert store.polls_to_remind(START + 2 * DAY, DAY) == [long]
        store.add_poll_step(long, START, "reminded", "", {})
        assert store.polls_to_remind(START + 2 * DAY, DAY) == []
        assert short not in store.polls_to_remind(START + DAY, DAY)


def test_history(database: Database) -> None:
    with database.begin() as store:
        one, two = poll(store, 3), poll(store, 3)
        first = store.add_poll_step(one, START, "corrected", "slack:U1", {})
        why = three("Näin", "Så", "So")
        second = store.add_poll_step(two, START + DAY, "followed_up", "slack:U1", why)
        assert store.poll_steps({one, two}) == [first, second]
        assert store.poll_steps({one, two}, "followed_up") == [second]
        assert second.text == why
        assert store.poll_step(first.id) == first and store.poll_step(99) is None
        assert store.poll_steps_between("followed_up", START, START + DAY) == [second]
        assert store.poll_steps_between("followed_up", START + DAY, START + 2 * DAY) == []
        store.reword_poll(one, {"fi": "Uusi?"}, ({"fi": "A"}, {"fi": "B"}))
        found = store.poll(one)
        assert found and (found.question, found.options) == (
            {"fi": "Uusi?"},
            ({"fi": "A"}, {"fi": "B"}),
        )


def test_followers(database: Database) -> None:
    with database.begin() as store:
        id = poll(store, 3)
        mine, other = Follower("a" * 32, "telegram", "fi"), Follower("b" * 32, "teams", "sv")
        for follower in (mine, replace(mine, language="en"), other):
            store.follow(id, follower)
        assert store.followers(id) == [replace(mine, language="en"), other]
        assert store.follows(id, mine.resident) and not store.follows(id, "c" * 32)
        store.unfollow(id, other.resident)
        store.forget(mine.resident)
        assert store.followers(id) == []


def test_plans(database: Database) -> None:
    with database.begin() as store:
        made = store.add_plan(Plan(0, {"question_fi": "M?"}, PlanState.DRAFT, "slack:U1", START))
        kept = replace(made, state=PlanState.SERIES, version=2, cron="0 9 * * mon", due=START)
        store.save_plan(kept)
        assert store.plan(made.id) == kept and store.plan(99) is None
        assert store.series_due(START - DAY) == [] and store.series_due(START) == [kept]
        newer = store.add_plan(replace(made, state=PlanState.TEMPLATE))
        assert newer.id > made.id and store.plans() == [newer, kept]
        assert store.plans(PlanState.TEMPLATE) == [newer]
        store.drop_plan(newer.id)
        assert store.plans() == [kept]
