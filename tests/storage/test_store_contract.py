"""What `core.ports.Store` promises of polls, questions, people, digests and events, on both
engines. Ballots and the outbox have their own files."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from core.events import Address
from core.model import DigestClock, PollState, Profile, Publish, QuestionState, Shows, Step
from core.ports import Store
from storage import Database, DatabaseUnavailable, open_database
from storage.store import Store as WholeStore
from storage.transaction import Transaction
from tests.storage.samples import (
    DESK,
    GAPS,
    GROUP,
    HOSTILE,
    KEY,
    NOW,
    after,
    draft,
    open_poll,
    question,
    show,
)

ANNA, BO = "a" * 32, "b" * 32


# --- polls -------------------------------------------------------------------------------------


def test_a_poll_is_kept_as_it_was_drafted(database: Database) -> None:
    wanted = draft(shows=Shows.AFTER_CLOSE, closes_at=None)
    with database.begin() as store:
        made = store.add_poll(wanted, KEY, PollState.SCHEDULED)
    with database.reading() as store:
        poll = store.poll(made.id)
        assert store.poll(made.id + 1) is None
    assert poll == made
    assert (poll.question, poll.options, poll.shows) == (
        wanted.question,
        wanted.options,
        wanted.shows,
    )
    assert (poll.opens_at, poll.closes_at, poll.closed_at) == (NOW, None, None)
    assert (poll.chats, poll.created_by, poll.state) == (
        wanted.chats,
        "slack:U1",
        PollState.SCHEDULED,
    )


def test_polls_are_listed_newest_first(database: Database) -> None:
    with database.begin() as store:
        first, second = open_poll(store), open_poll(store)
        planned = store.add_poll(draft(), KEY, PollState.SCHEDULED)
        assert store.polls() == [planned, second, first]
        assert store.polls(PollState.OPEN) == [second, first]
        assert store.polls(PollState.OPEN, PollState.SCHEDULED, limit=2) == [planned, second]
        assert store.polls(PollState.CLOSED) == []


def test_polls_open_and_close_when_due(database: Database) -> None:
    with database.begin() as store:
        late = store.add_poll(draft(opens_at=after(20)), KEY, PollState.SCHEDULED)
        soon = store.add_poll(draft(opens_at=after(10)), KEY, PollState.SCHEDULED)
        endless = open_poll(store, closes_at=None)
        ending = open_poll(store, closes_at=after(30))
        assert store.polls_to_open(after(9)) == []
        assert store.polls_to_open(after(20)) == [soon.id, late.id]
        assert store.polls_to_close(after(29)) == []
        assert store.polls_to_close(after(30)) == [ending.id]
        store.open_poll(soon.id)
        assert store.poll(soon.id).state is PollState.OPEN
        assert store.polls_to_open(after(20)) == [late.id]
        store.close_poll(ending.id, after(30))
        assert store.polls_to_close(after(9999)) == [soon.id]
        assert store.poll(endless.id).state is PollState.OPEN


def test_a_poll_closes_once_and_for_good(database: Database) -> None:
    with database.begin() as store:
        poll = open_poll(store)
        store.close_poll(poll.id, after(1))
        store.close_poll(poll.id, after(2))
        store.open_poll(poll.id)
        closed = store.poll(poll.id)
    assert closed == replace(poll, state=PollState.CLOSED, closed_at=after(1))


def test_polls_closed_in_a_span(database: Database) -> None:
    with database.begin() as store:
        polls = [open_poll(store) for _ in range(4)]
        for poll, second in zip(polls, (30, 10, 20, 40), strict=True):
            store.close_poll(poll.id, after(second))
        found = store.polls_closed_between(after(10), after(30))
        assert [poll.id for poll in found] == [polls[2].id, polls[0].id]


# --- questions ---------------------------------------------------------------------------------


def test_a_question_gets_its_number(database: Database) -> None:
    with database.begin() as store:
        first = store.add_question(question(number=77))
        second = store.add_question(question(text="Toinen"))
    assert first == question(number=first.number)
    assert second.number > first.number != 77
    with database.reading() as store:
        assert store.question(first.number) == first
        assert store.question(second.number + 1) is None


def test_a_question_is_saved_whole(database: Database) -> None:
    with database.begin() as store:
        asked, other = store.add_question(question()), store.add_question(question())
        saved = replace(
            asked,
            text="x",
            theme=None,
            department="desk",
            state=QuestionState.ANSWERED,
            asker=None,
            official="slack:U1",
            answered_at=after(9),
            answer={"fi": "Huomenna", "sv": "I morgon"},
            publish=Publish.NOW,
            reason="r",
        )
        store.save_question(saved)
        assert store.question(asked.number) == saved
        assert store.question(other.number) == other


def test_two_cannot_answer_at_once(postgres_url: str) -> None:
    """Who reads a question to change it has it alone; SQLite has one writer anyway."""
    with open_database(postgres_url, wait=0.05) as database:
        database.upgrade()
        with database.begin() as store:
            number = store.add_question(question()).number
        with database.begin() as one:
            assert one.question(number)
            with pytest.raises(DatabaseUnavailable), database.begin() as two:
                two.question(number)
            with database.reading() as page:
                assert page.question(number)


def test_steps_are_told_oldest_first(database: Database) -> None:
    steps = [
        Step(NOW, "received", "resident", QuestionState.RECEIVED),
        Step(NOW, "taken", "slack:U1", QuestionState.TAKEN, "", {"from": ["a", 1]}),
        Step(after(5), "asked", "slack:U1", QuestionState.ASKED, HOSTILE),
    ]
    with database.begin() as store:
        number = store.add_question(question()).number
        other = store.add_question(question()).number
        for step in (steps[2], steps[0], steps[1]):
            store.add_step(number, step)
        assert store.steps(number) == steps
        assert store.steps(other) == []


def test_a_residents_questions_newest_first(database: Database) -> None:
    with database.begin() as store:
        mine = [store.add_question(question(asker=ANNA)) for _ in range(3)]
        store.add_question(question(asker=BO))
        assert store.questions_of([ANNA]) == mine[::-1]
        assert store.questions_of([ANNA], limit=1) == mine[2:]


def test_questions_for_departments_oldest_first(database: Database) -> None:
    with database.begin() as store:
        first = store.add_question(question())
        taken = store.add_question(question(state=QuestionState.TAKEN))
        desk = store.add_question(question(department="desk"))
        waiting, both = [QuestionState.WAITING], [QuestionState.WAITING, QuestionState.TAKEN]
        assert store.questions_for(["streets"], waiting) == [first]
        assert store.questions_for(["streets"], both) == [first, taken]
        assert store.questions_for(["desk", "streets"], waiting) == [first, desk]
        assert store.questions_for(["desk", "streets"], waiting, limit=1) == [first]
        assert store.questions_for([], waiting) == []


def test_open_questions_that_somebody_has_read(database: Database) -> None:
    read, private = {"taken", "admitted"}, {"publish": Publish.PRIVATE}
    with database.begin() as store:
        states = {"taken": {"state": QuestionState.TAKEN}, "routed": {}, "noted": {},
                  "admitted": {}, "private": {"state": QuestionState.TAKEN, **private},
                  "done": {"state": QuestionState.ANSWERED, "publish": Publish.PAGE},
                  "proposed": {"state": QuestionState.APPROVAL, "publish": Publish.NOW},
                  "held": {"state": QuestionState.MODERATION}}  # fmt: skip
        number = {name: store.add_question(question(**more)).number
                  for name, more in states.items()}  # fmt: skip
        for name, kind in {"taken": "taken", "routed": "routed", "noted": "noted", "done": "taken",
                           "admitted": "admitted", "private": "taken", "proposed": "taken",
                           "held": "routed"}.items():  # fmt: skip
            for _ in range(2):
                store.add_step(number[name], Step(NOW, kind, "city", QuestionState.WAITING))
        found = [q.number for q in store.open_questions(read, 9)]
        assert found == [number[x] for x in ("proposed", "admitted", "taken")]
        assert [q.number for q in store.open_questions(read, 1, number["proposed"])] == found[1:2]
        assert store.open_questions([], 9) == []


def answered(store: Store, second: float, **changes: object) -> int:
    usual = {
        "state": QuestionState.ANSWERED,
        "publish": Publish.DIGEST,
        "answered_at": after(second),
    }
    return store.add_question(question(**usual | changes)).number


def test_questions_with_a_correction_in_their_history(database: Database) -> None:
    done = {"state": QuestionState.ANSWERED, "department": "streets"}
    with database.begin() as store:
        numbers = [store.add_question(question(**done)).number for _ in range(3)]
        other = store.add_question(question(**done | {"department": "desk"})).number
        again = store.add_question(question(**done | {"state": QuestionState.REOPENED})).number
        for number in (numbers[2], numbers[0], numbers[0], other, again):
            step = Step(NOW, "amended", "slack:U1", QuestionState.ANSWERED)
            store.add_step(number, step)
        store.add_step(numbers[1], Step(NOW, "corrected", "slack:U1", QuestionState.ANSWERED))
        found = store.amended_questions(["streets"])
        assert [q.number for q in found] == [numbers[0], numbers[2]]
        assert store.amended_questions([]) == []


def test_public_questions_newest_first(database: Database) -> None:
    with database.begin() as store:
        store.add_question(question())
        one = answered(store, 1)
        answered(store, 2, publish=Publish.PRIVATE)
        two = answered(store, 3, state=QuestionState.DECLINED, publish=Publish.NOW)
        three = answered(store, 4, theme="parks")
        answered(store, 5, publish=None)
        numbers = [q.number for q in store.public_questions()]
        assert numbers == [three, two, one]
        assert [q.number for q in store.public_questions(before=three)] == [two, one]
        assert [q.number for q in store.public_questions(limit=1)] == [three]
        assert [q.number for q in store.public_questions(theme="parks")] == [three]


def test_answers_of_a_span_in_order(database: Database) -> None:
    with database.begin() as store:
        answered(store, 10)
        late = answered(store, 30)
        soon = answered(store, 20, publish=Publish.NOW)
        answered(store, 31)
        span = (after(10), after(30))
        assert [q.number for q in store.answered_between(*span)] == [soon, late]
        assert [q.number for q in store.answered_between(*span, Publish.DIGEST)] == [late]
        both = store.answered_between(*span, Publish.DIGEST, Publish.NOW)
        assert [q.number for q in both] == [soon, late]


# --- people ------------------------------------------------------------------------------------


def test_what_every_turn_needs_of_somebody(database: Database) -> None:
    with database.begin() as store:
        store.set_language(ANNA, "sv")
        store.set_language(ANNA, "fi")
        store.keep_contact(BO, "sealed")
        assert store.profiles({ANNA, BO, "c" * 32}) == {ANNA: Profile("fi"), BO: Profile()}
        assert store.profiles([]) == {}


def test_residents_may_be_called_anything(database: Database) -> None:
    names = ['a"b', "a\\", '\\"', "a,b", "{a}", "NULL", "", " ", "ä\n", "%s", ":a"]
    with database.begin() as store:
        for name in names:
            store.set_language(name, "fi")
        assert store.profiles([*names, "a", "b"]) == dict.fromkeys(names, Profile("fi"))


def test_a_contact_and_a_language_live_side_by_side(database: Database) -> None:
    with database.begin() as store:
        assert store.contact(ANNA) is None
        store.set_language(ANNA, "sv")
        assert store.contact(ANNA) is None
        store.keep_contact(ANNA, "one")
        store.keep_contact(ANNA, "two")
        assert (store.contact(ANNA), store.profiles([ANNA])) == ("two", {ANNA: Profile("sv")})


def test_a_draft_replaces_the_one_before(database: Database) -> None:
    with database.begin() as store:
        store.put_draft(ANNA, "question", {"text": "a"}, NOW)
        store.put_draft(ANNA, "question", {"text": HOSTILE, "n": [1, None, True]}, NOW)
        store.put_draft(ANNA, "poll", {"x": 1}, NOW)
        store.put_draft(BO, "question", {"text": "b"}, NOW)
        assert store.draft(ANNA, "question") == {"text": HOSTILE, "n": [1, None, True]}
        store.drop_draft(ANNA, "question")
        store.drop_draft(ANNA, "question")
        assert store.draft(ANNA, "question") is None
        assert (store.draft(ANNA, "poll"), store.draft(BO, "question")) == ({"x": 1}, {"text": "b"})


def remember(store: Store, resident: str) -> int:
    """Everything that is ever kept of somebody."""
    store.set_language(resident, "sv")
    store.keep_contact(resident, f"sealed {resident}")
    store.put_draft(resident, "question", {"text": "x"}, NOW)
    store.record(f"telegram:{resident}", resident, b'{"notice":"kept"}', NOW)
    store.tell(Address("telegram", f"~{resident}"), show(), "sv", NOW)
    store.publish(Address("telegram", f"~{resident}"), show(), "sv", NOW, ["poll:1"])
    store.silence(Address("web", f"~{resident}"), "blocked", NOW)
    return store.add_question(question(asker=resident)).number


def test_a_resident_is_forgotten_and_nobody_else(database: Database) -> None:
    with database.begin() as store:
        numbers = {who: remember(store, who) for who in (ANNA, BO)}
    with database.begin() as store:
        store.forget(ANNA)
    with database.begin() as store:
        assert store.profiles([ANNA, BO]) == {BO: Profile("sv")}
        assert (store.contact(ANNA), store.contact(BO)) == (None, f"sealed {BO}")
        assert (store.draft(ANNA, "question"), store.draft(BO, "question")) == (None, {"text": "x"})
        assert store.question(numbers[ANNA]) == question(number=numbers[ANNA], asker=None)
        assert store.question(numbers[BO]).asker == BO
        assert store.seen(f"telegram:{ANNA}") == b""
        assert store.seen(f"telegram:{BO}") == b'{"notice":"kept"}'
        assert list(store.silenced()) == [f"web:~{BO}"]
        assert [d.to.chat for d in store.claim("telegram", NOW, 30, 10)] == [f"~{BO}"]


# --- digests and events --------------------------------------------------------------------------


def test_each_chat_has_its_clock(database: Database) -> None:
    with database.begin() as store:
        assert store.digest_clock(GROUP) is None
        store.set_digest_clock(GROUP, DigestClock(NOW, after(60)))
        later = DigestClock(after(60), after(120), "0 9 * * *")
        store.set_digest_clock(GROUP, later)
        assert store.digest_clock(GROUP) == later
        assert store.digest_clock(DESK) is None


def test_an_event_is_seen_with_its_reply(database: Database) -> None:
    with database.begin() as store:
        assert store.seen("telegram:1") is None
        store.record("telegram:1", ANNA, b"\x00reply\xff", NOW)
    with database.begin() as store:
        assert store.seen("telegram:1") == b"\x00reply\xff"


def test_an_event_is_recorded_once(database: Database) -> None:
    with database.begin() as store:
        store.record("telegram:1", ANNA, b"first", NOW)
    with pytest.raises(Exception, match=r"(?i)unique"), database.begin() as store:
        store.set_language(ANNA, "sv")
        store.record("telegram:1", ANNA, b"second", NOW)
    with database.reading() as store:
        assert store.seen("telegram:1") == b"first"
        assert store.profiles([ANNA]) == {}


def test_pruning_drops_what_is_old_and_finished(database: Database) -> None:
    old, new = after(0), after(100)
    with database.begin() as store:
        for at, name in ((old, "old"), (new, "new")):
            store.record(name, ANNA, b"", at)
            store.put_draft(ANNA, name, {}, at)
            store.tell(GROUP, show(), "fi", at, dedupe=name)
        store.publish(DESK, show(), "fi", old, ["poll:1"])
        for at, chats in ((old, "telegram"), (old, "slack"), (new, "telegram")):
            (delivery,) = store.claim(chats, at, 30, 10)
            store.sent(delivery, "m", "", at)
        store.tell(GROUP, show(), "fi", old)
        store.prune(after(50))
        assert (store.seen("old"), store.seen("new")) == (None, b"")
        assert (store.draft(ANNA, "old"), store.draft(ANNA, "new")) == (None, {})
        assert store.pending() == {"done": 1, "waiting": 1}
        store.touch(["poll:1"], new, GAPS)
        assert len(store.claim("slack", new, 30, 10)) == 1  # the post is still there


# --- whatever people write -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(HOSTILE, HOSTILE, id="hostile"),
        pytest.param("x" * 100_000, "x" * 100_000, id="long"),
        pytest.param("a\0b", "a\ufffdb", id="NUL"),
        pytest.param("a\ud800b", "a\ufffdb", id="half a pair"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text_comes_back(database: Database, text: str, kept: str) -> None:
    with database.begin() as store:
        number = store.add_question(question(text=text, reason=text)).number
        store.record(f"web:{text}", ANNA, b"", NOW)
        store.put_draft(ANNA, "question", {"text": text}, NOW)
    with database.reading() as store:
        found = store.question(number)
        assert (found.text, found.reason) == (kept, kept)
        assert store.seen(f"web:{text}") == b""
        assert store.draft(ANNA, "question") in ({"text": kept}, {"text": text})


def test_times_come_back_to_the_microsecond_in_utc(database: Database) -> None:
    helsinki = timezone(timedelta(hours=2))
    for micro in (0, 1, 499_999, 999_999):
        at = NOW.replace(microsecond=micro)
        with database.begin() as store:
            store.set_digest_clock(GROUP, DigestClock(at.astimezone(helsinki), at))
            assert store.digest_clock(GROUP) == DigestClock(at, at)
            assert store.digest_clock(GROUP).covered.utcoffset() == timedelta()


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a zone"), database.begin() as store:
        store.set_digest_clock(GROUP, DigestClock(datetime(2026, 1, 1), NOW))


# --- chats -------------------------------------------------------------------------------------


def test_how_a_chat_is_found_again_is_kept(database: Database) -> None:
    team, other = Address("teams", "19:a@thread.tacv2"), Address("teams", "19:b@thread.tacv2")
    with database.begin() as store:
        store.keep_reference(team, "https://smba.example/emea/")
        store.keep_reference(other, "https://smba.example/emea/")
        store.keep_reference(team, "https://smba.example/amer/")
        store.keep_reference(GROUP, "x")
    with database.reading() as store:
        assert store.references("teams") == {
            team.chat: "https://smba.example/amer/",
            other.chat: "https://smba.example/emea/",
        }
        assert store.references("slack") == {}


def test_what_a_post_shows_is_found_by_its_reference(database: Database) -> None:
    with database.begin() as store:
        store.publish(GROUP, show(7), "sv", NOW)
        assert store.showing(GROUP, "m1") is None
        [delivery] = store.claim("telegram", NOW, 60, 9)
        store.sent(delivery, "m1", "", NOW)
        assert store.showing(GROUP, "m1") == (show(7), "sv")
        assert store.showing(DESK, "m1") is None and store.showing(GROUP, "m2") is None


def test_no_part_of_the_store_hides_anothers_method() -> None:
    parts = [part for part in WholeStore.__mro__ if part not in (WholeStore, Transaction, object)]
    names = Counter(name for part in parts for name in vars(part) if not name.startswith("__"))
    assert [name for name, times in names.items() if times > 1] == []
