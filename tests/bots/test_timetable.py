"""What is due by the clock, over a real store, with a clock that is set."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bots.timetable import KEPT, WORDS_AT_ONCE, Timetable, next_fire_in, trigger_of
from core.city import Chat, City, Department, Part
from core.errors import TryAgain
from core.events import Address
from core.model import (
    Ballot,
    DigestClock,
    PollDraft,
    PollState,
    Publish,
    Question,
    QuestionState,
    Show,
    Shows,
    Step,
)
from core.similar import number_of
from tests.fakes import START, FakeDuty

TORI = Address("telegram", "-1")
CITY = City(
    name={"fi": "Espoo"},
    timezone="Europe/Helsinki",
    language="fi",
    parts=frozenset({Part.POLLS, Part.QUESTIONS, Part.DIGESTS}),
    departments=(Department("general", {"fi": "Neuvonta"}, Address("slack", "C1")),),
    themes=(),
    officials=(),
    chats=(Chat(TORI, "Tori", "fi", digest="0 9 * * 1-5"),),
    general_desk="general",
)
GAPS = {"telegram": 3.0}


def timetable_of(records, city: City = CITY) -> Timetable:
    read, run = records.reader.read, records.intake.run
    return Timetable(city, run, read, records.clock, GAPS)


@pytest.fixture
def timetable(records) -> Timetable:
    return timetable_of(records)


def draft(opens_at: datetime, closes_at: datetime | None) -> PollDraft:
    return PollDraft(
        question={"fi": "Uusi puisto?"},
        options=({"fi": "Kyllä"}, {"fi": "Ei"}),
        shows=Shows.ALWAYS,
        opens_at=opens_at,
        closes_at=closes_at,
        chats=(TORI,),
        created_by="slack:U1",
    )


async def scheduled(records, closes_after: float | None = None) -> int:
    """A poll that opens in an hour."""
    opens = START + timedelta(hours=1)
    closes = opens + timedelta(seconds=closes_after) if closes_after is not None else None
    poll = await records.write(
        lambda store: store.add_poll(draft(opens, closes), bytes(32), PollState.SCHEDULED)
    )
    return poll.id


def state(records, poll: int) -> PollState:
    return records.read(lambda store: store.poll(poll).state)


async def sends(records) -> int:
    """How many posts are on their way; edits of what is not sent yet do not count."""
    now = records.clock()
    claimed = await records.write(lambda store: store.claim("telegram", now, lease=0, limit=10))
    return len(claimed)


def waiting(records) -> int:
    return records.read(lambda store: store.pending()).get("waiting", 0)


def test_what_is_off_has_no_job(records) -> None:
    def jobs(*parts: Part) -> set[str]:
        return set(timetable_of(records, replace(CITY, parts=frozenset(parts))).jobs)

    assert jobs() == {"prune"}
    assert jobs(Part.POLLS) == {"prune", "polls", "closings", "moderation"}
    assert jobs(Part.QUESTIONS) == {"prune", "questions", "words", "moderation"}
    everything = {"prune", "polls", "closings", "digests", "questions", "words", "statements"}
    assert jobs(*Part) == everything | {"subscriptions", "broadcasts", "moderation", "discussions"}


async def test_a_poll_opens_and_closes_at_its_time(records, timetable: Timetable) -> None:
    poll = await scheduled(records, closes_after=600)
    records.clock.advance(3599)
    await timetable.jobs["polls"]()
    assert (state(records, poll), await sends(records)) == (PollState.SCHEDULED, 0)
    records.clock.advance(1)
    await timetable.jobs["polls"]()
    assert (state(records, poll), await sends(records)) == (PollState.OPEN, 1)
    records.clock.advance(600)
    await timetable.jobs["polls"]()
    assert state(records, poll) is PollState.CLOSED


class Mice:
    """Dictionaries of one word."""

    name = "mice-1"

    def of(self, words: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        return {"mice": ("mouse",)} if "mice" in words else {}


async def test_words_are_kept_anew_once_there_are_dictionaries(records) -> None:
    def ask(store):
        asked = Question(0, "Are there mice?", "en", None, "general", QuestionState.ANSWERED, None,
                         "web", None, START, publish=Publish.PAGE)  # fmt: skip
        return [store.add_question(asked).number for _ in range(2 * WORDS_AT_ONCE + 1)]

    numbers = await records.write(ask)
    timetable = timetable_of(records)
    await timetable.jobs["words"]()
    records.database.lemmas = Mice()
    mouse = number_of("mouse")
    assert records.read(lambda store: store.sharing([mouse], 1000)) == {mouse: []}
    await timetable.jobs["words"]()
    found = records.read(lambda store: store.sharing([mouse], 1000))
    assert found == {mouse: numbers[::-1]}


async def large(records) -> int:
    """A poll that closed with more ballots than one step wipes."""

    def write(store):
        poll = store.add_poll(draft(START, START + timedelta(hours=1)), bytes(32), PollState.OPEN)
        voters = (n.to_bytes(16, "big") for n in range(5))
        store.put_ballots([Ballot(poll.id, v, 1, "telegram", 1, START) for v in voters])
        store.publish(TORI, Show("poll", {"id": poll.id}), "fi", START, [f"poll:{poll.id}"])
        store.close_poll(poll.id, START + timedelta(hours=1), rows=2)
        return poll.id

    return await records.write(write)


def ends(records, poll: int) -> tuple[bool, int]:
    """Whether the list is there, and how many edits of the post wait."""

    def look(store):
        return store.ballot_list(poll) is not None, store.pending().get("waiting", 0) - 1

    return records.read(look)


async def test_a_large_poll_ends_by_itself(records, timetable: Timetable) -> None:
    poll = await large(records)
    assert ends(records, poll) == (False, 0)
    await timetable.jobs["closings"]()
    assert ends(records, poll) == (True, 1)
    kept = records.read(lambda store: store.ballot_list(poll))
    assert kept.ballots == 5 and records.read(lambda store: store.closings()) == []
    await timetable.jobs["closings"]()
    assert ends(records, poll) == (True, 1)


async def test_who_loses_the_duty_or_stops_leaves_the_rest_to_the_next(records) -> None:
    poll = await large(records)
    read, run = records.reader.read, records.intake.run
    resting = Timetable(CITY, run, read, records.clock, GAPS, FakeDuty(held=False))
    stopped = timetable_of(records)
    await stopped.stop()
    for other in (resting, stopped):
        await other.jobs["closings"]()
        assert ends(records, poll) == (False, 0)
    await timetable_of(records).jobs["closings"]()
    assert ends(records, poll) == (True, 1)


async def test_a_list_that_was_cut_off_in_the_making_is_made_anew(records) -> None:
    """By a process that ends between the last page and keeping the list."""
    poll = await large(records)

    writes = []

    async def once_cut(work):
        writes.append(work)
        if len(writes) == 2:
            raise TryAgain("cut off")
        return await records.intake.run(work)

    cut = Timetable(CITY, once_cut, records.reader.read, records.clock, GAPS)
    with pytest.raises(TryAgain):
        await cut.jobs["closings"]()
    assert ends(records, poll)[0] is False
    await cut.jobs["closings"]()
    assert ends(records, poll) == (True, 1)


async def test_what_was_missed_while_down_is_caught_up_with_once(records) -> None:
    poll = await scheduled(records, closes_after=600)
    records.clock.advance(3 * 86400)
    for _ in range(3):
        await timetable_of(records).jobs["polls"]()
    assert (state(records, poll), await sends(records)) == (PollState.CLOSED, 1)


async def test_nothing_is_written_while_nothing_is_due(records, timetable: Timetable) -> None:
    commits: list[None] = []
    await scheduled(records)
    await timetable.jobs["digests"]()  # a new chat's clock is started
    records.woken.append(lambda: commits.append(None))
    await timetable.jobs["polls"]()
    await timetable.jobs["digests"]()
    assert commits == []


async def test_one_digest_goes_out_however_many_were_missed(records, timetable: Timetable) -> None:
    await timetable.jobs["digests"]()
    await scheduled(records)
    records.clock.now = START + timedelta(days=9)
    await timetable.jobs["polls"]()
    before = waiting(records)
    for _ in range(3):
        await timetable.jobs["digests"]()
    assert waiting(records) == before + 1
    clock = records.read(lambda store: store.digest_clock(TORI))
    assert clock == DigestClock(records.clock.now, records.clock.now, "0 9 * * 1-5")


async def test_what_is_old_is_dropped(records, timetable: Timetable) -> None:
    await records.write(lambda store: store.record("telegram:1", "abc", b"{}", START))
    records.clock.now = START + KEPT
    await timetable.jobs["prune"]()
    assert records.read(lambda store: store.seen("telegram:1")) == b"{}"
    records.clock.advance(1)
    await timetable.jobs["prune"]()
    assert records.read(lambda store: store.seen("telegram:1")) is None


async def test_the_first_look_is_at_once_and_a_fault_ends_nothing(records) -> None:
    ran = asyncio.Event()

    async def run(work):
        ran.set()
        raise TryAgain("locked")

    timetable = Timetable(CITY, run, records.reader.read, records.clock, GAPS)
    timetable.start()
    async with asyncio.timeout(5):
        await ran.wait()
    await timetable.stop()
    await timetable.stop()  # again does no harm


async def test_it_rests_while_another_process_has_the_duty(records) -> None:
    poll = await scheduled(records)
    records.clock.advance(3600)
    duty = FakeDuty(held=False)
    read, run = records.reader.read, records.intake.run
    timetable = Timetable(CITY, run, read, records.clock, GAPS, duty)
    await timetable._quietly("polls", timetable.jobs["polls"])
    assert state(records, poll) is PollState.SCHEDULED
    duty.held = True
    await timetable._quietly("polls", timetable.jobs["polls"])
    assert state(records, poll) is PollState.OPEN


async def test_each_process_publishes_its_own_files_at_night(records) -> None:
    made = []

    async def publish() -> None:
        made.append(records.clock.now)

    read, run = records.reader.read, records.intake.run
    duty = FakeDuty(held=False)
    timetable = Timetable(CITY, run, read, records.clock, GAPS, duty, publish=publish)
    timetable.start()
    (job,) = [x for x in timetable._scheduler.get_jobs() if x.id == "open data"]
    at = job.next_run_time.astimezone(ZoneInfo(CITY.timezone))
    assert (at.hour, at.minute) == (0, 2)
    await timetable._quietly("open data", timetable.jobs["open data"])
    assert len(made) == 1
    await timetable.stop()


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 9 * * 1", ["Mon"]),
        ("0 9 * * 0", ["Sun"]),
        ("0 9 * * 7", ["Sun"]),
        ("0 9 * * 1-5", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("0 9 * * 5-7", ["Sun", "Fri", "Sat"]),
        ("0 9 * * 1,3", ["Mon", "Wed"]),
        ("0 9 * * */3", ["Sun", "Wed", "Sat"]),
        ("0 9 * * mon-wed", ["Mon", "Tue", "Wed"]),
        ("0 9 * * *", ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]),
    ],
)
def test_days_of_the_week_are_those_of_any_crontab(cron: str, days: list[str]) -> None:
    next_fire = next_fire_in("Europe/Helsinki")
    sunday = datetime(2026, 11, 22, tzinfo=UTC)
    fires, at = [], sunday
    while (at := next_fire(cron, at)) < sunday + timedelta(days=7):
        fires.append(f"{at:%a}")
    assert fires == days


@pytest.mark.parametrize("cron", ["0 9 * * 8", "0 9 * * 5-1", "0 9 * *", "0 25 * * *", "x"])
def test_a_line_that_is_none_is_refused(cron: str) -> None:
    with pytest.raises(ValueError):
        trigger_of(cron, "Europe/Helsinki")


@pytest.mark.parametrize(
    ("cron", "after", "fires"),
    [  # in UTC; summer time ends 25.10. at 4.00, begins 28.3. at 3.00
        ("30 3 * * *", (2026, 10, 24, 12), [(25, 0, 30), (26, 1, 30)]),
        ("30 3 * * *", (2027, 3, 27, 12), [(28, 1, 30), (29, 0, 30)]),
        ("0 9 * * *", (2026, 10, 24, 12), [(25, 7, 0), (26, 7, 0)]),
        ("0 * * * *", (2026, 10, 25, 0), [(25, 1, 0), (25, 2, 0)]),
    ],
)
def test_clock_times_hold_when_the_clocks_change(cron: str, after: tuple, fires: list) -> None:
    next_fire = next_fire_in("Europe/Helsinki")
    first = next_fire(cron, datetime(*after, tzinfo=UTC))
    second = next_fire(cron, first)
    assert [(at.day, at.hour, at.minute) for at in (first, second)] == fires


async def test_reminders_go_out_by_day_and_once(records, timetable: Timetable) -> None:
    asked = Question(
        0, "Milloin aurataan?", "fi", None, "general", QuestionState.WAITING, None, "web", None,
        START,
    )  # fmt: skip

    def receive(store):
        number = store.add_question(asked).number
        store.add_step(number, Step(START, "received", "resident", QuestionState.WAITING))

    await records.write(receive)
    levels = []
    for day in range(40):
        records.clock.now = START.replace(hour=3) + timedelta(days=day)  # at night
        await timetable.jobs["questions"]()
        records.clock.now = START.replace(hour=10) + timedelta(days=day)
        for _ in range(2):
            await timetable.jobs["questions"]()
        told = [s for s in records.read(lambda store: store.steps(1)) if s.kind == "reminded"]
        assert all(step.at.hour == 10 for step in told)
        levels = [step.detail["level"] for step in told]
    assert levels == [1, 2, 3, 4, 5]


async def test_a_job_that_fails_is_due_again_and_says_where(timetable: Timetable, capsys) -> None:
    async def fails() -> None:
        raise KeyError("a person's words")

    await timetable._quietly("polls", fails)
    told = "".join(capsys.readouterr())
    assert "KeyError" in told and "in fails" in told and "person's" not in told
