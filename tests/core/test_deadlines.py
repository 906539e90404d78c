"""The public clock against real Finnish calendars: a day counts when it is a working day that began
while the question waited for the city."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import deadlines
from core.model import QuestionState as S
from core.model import Step
from tests.stage import CITY

HELSINKI = ZoneInfo("Europe/Helsinki")


def at(text: str) -> datetime:
    """``2026-03-02 10:00``, in Helsinki."""
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(UTC)


def history(*lines: str) -> list[Step]:
    """``2026-03-02 10:00 received waiting``."""
    rows = (line.rsplit(" ", 2) for line in lines)
    return [Step(at(when), kind, "x", S(state)) for when, kind, state in rows]


def city(limit: int = 10, long: int = 20, **more):
    streets = replace(CITY.departments[0], days=(limit, long))
    return replace(CITY, departments=(streets, *CITY.departments[1:]), **more)


# --- the calendar ----------------------------------------------------------------------------

FREE = {
    "2025-01-01": "uudenvuodenpäivä", "2025-01-06": "loppiainen", "2025-04-18": "pitkäperjantai",
    "2025-04-21": "toinen pääsiäispäivä", "2025-05-01": "vappu", "2025-05-29": "helatorstai",
    "2025-06-20": "juhannusaatto", "2025-12-24": "jouluaatto", "2025-12-25": "joulupäivä",
    "2025-12-26": "tapaninpäivä", "2026-01-01": "uudenvuodenpäivä", "2026-01-06": "loppiainen",
    "2026-04-03": "pitkäperjantai", "2026-04-06": "toinen pääsiäispäivä", "2026-05-01": "vappu",
    "2026-05-14": "helatorstai", "2026-06-19": "juhannusaatto", "2026-12-24": "jouluaatto",
    "2026-12-25": "joulupäivä", "2027-01-01": "uudenvuodenpäivä", "2027-01-06": "loppiainen",
    "2027-03-26": "pitkäperjantai", "2027-03-29": "toinen pääsiäispäivä",
    "2027-05-06": "helatorstai", "2027-06-25": "juhannusaatto", "2027-12-06": "itsenäisyyspäivä",
    "2027-12-24": "jouluaatto", "2028-04-14": "pitkäperjantai", "2028-12-06": "itsenäisyyspäivä",
}  # fmt: skip


@pytest.mark.parametrize("day", FREE)
def test_a_weekday_off(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5, "a weekend proves nothing"
    assert not deadlines.working_day("FI", date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    ["2026-04-02", "2026-04-07", "2026-04-30", "2026-05-15", "2026-06-18", "2026-06-22",
     "2026-12-07", "2026-12-23", "2026-12-28", "2026-12-31", "2027-01-07"],
)  # fmt: skip
def test_a_working_day_beside_a_holiday(day: str) -> None:
    """Maundy Thursday, Walpurgis Eve, the Friday after Ascension: offices are open."""
    assert deadlines.working_day("FI", date.fromisoformat(day))


def test_other_countries_have_other_days() -> None:
    assert deadlines.working_day("SE", date(2026, 12, 7)) and not deadlines.is_country("XX")
    assert not deadlines.working_day("SE", date(2025, 6, 6)), "the National Day, a Friday"
    assert deadlines.working_day("FI", date(2025, 6, 6))
    assert not deadlines.working_day("DE", date(2026, 10, 3)), "a Saturday, too"
    assert deadlines.is_country("FI")


# --- the last day ----------------------------------------------------------------------------

LAST = [
    ("2026-03-02 10:00", 10, "2026-03-16", "an ordinary Monday: two weeks"),
    ("2026-03-06 15:59", 10, "2026-03-20", "a Friday afternoon"),
    ("2026-03-07 12:00", 10, "2026-03-20", "a Saturday: the count begins on Monday"),
    ("2026-03-08 23:59", 10, "2026-03-20", "late on Sunday"),
    ("2026-03-09 00:00", 10, "2026-03-23", "the first minute of Monday"),
    ("2026-03-27 09:00", 10, "2026-04-14", "over Easter, and the clocks going forward"),
    ("2026-04-02 09:00", 1, "2026-04-07", "Maundy Thursday: the day after Easter"),
    ("2026-04-24 09:00", 10, "2026-05-11", "over May Day"),
    ("2026-05-13 09:00", 2, "2026-05-18", "over Ascension Day"),
    ("2026-06-12 09:00", 10, "2026-06-29", "over Midsummer"),
    ("2026-12-01 09:00", 5, "2026-12-08", "Independence Day is a Sunday in 2026"),
    ("2027-12-01 09:00", 5, "2027-12-09", "Independence Day is a Monday in 2027"),
    ("2026-12-18 09:00", 10, "2027-01-07", "over Christmas, New Year and Epiphany"),
    ("2026-10-23 12:00", 1, "2026-10-26", "the clocks go back on Sunday"),
    ("2026-10-24 23:30", 5, "2026-10-30", "the night of the 25 hours"),
    ("2026-03-28 23:30", 5, "2026-04-07", "the night of the 23 hours, before Easter"),
]


@pytest.mark.parametrize(("received", "days", "last", "why"), LAST, ids=[x[3] for x in LAST])
def test_the_last_day(received: str, days: int, last: str, why: str) -> None:
    past = history(f"{received} received waiting")
    assert deadlines.last_day(city(days), "streets", past) == date.fromisoformat(last)


@pytest.mark.parametrize(("received", "days", "last", "why"), LAST, ids=[x[3] for x in LAST])
def test_overdue_from_the_midnight_after_it(received: str, days: int, last: str, why: str) -> None:
    past, there = history(f"{received} received waiting"), city(days, days + 1)
    end = deadlines.midnight(there, date.fromisoformat(last) + timedelta(days=1))
    before = deadlines.clock(there, "streets", past, end - timedelta(seconds=1))
    assert not before.overdue and before.spent == days
    after = deadlines.clock(there, "streets", past, end)
    assert after.overdue and not after.long_overdue and after.running


def test_days_begin_at_midnight_in_the_city_whatever_utc_says() -> None:
    """22.30 in UTC on Sunday is Monday in Helsinki: Monday has begun without the question."""
    received = datetime(2026, 3, 8, 22, 30, tzinfo=UTC)
    past = [Step(received, "received", "x", S.WAITING)]
    assert deadlines.last_day(city(1), "streets", past) == date(2026, 3, 10)
    stockholm = city(1, timezone="Europe/Stockholm")
    assert deadlines.last_day(stockholm, "streets", past) == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-02", 24)]
)
def test_days_of_the_clocks_change(day: str, hours: int) -> None:
    one = date.fromisoformat(day)
    span = deadlines.midnight(CITY, one + timedelta(days=1)) - deadlines.midnight(CITY, one)
    assert span == timedelta(hours=hours)


# --- waiting for the resident ----------------------------------------------------------------


def test_days_that_begin_while_the_resident_is_asked_do_not_count() -> None:
    past = history(
        "2026-03-02 10:00 received waiting",
        "2026-03-04 12:00 asked asked",  # Wednesday
        "2026-03-10 09:00 replied taken",  # Tuesday: Thu, Fri, Mon, Tue are the resident's
    )
    assert deadlines.last_day(city(), "streets", past) == date(2026, 3, 20)
    assert deadlines.clock(city(), "streets", past, at("2026-03-10 15:00")).spent == 2


def test_asked_and_replied_on_one_day_costs_the_city_nothing_and_gives_it_nothing() -> None:
    past = history(
        "2026-03-02 10:00 received waiting",
        "2026-03-04 08:00 asked asked",
        "2026-03-04 16:00 replied taken",
    )
    assert deadlines.last_day(city(), "streets", past) == date(2026, 3, 16)


def test_the_clock_stands_still_while_it_waits() -> None:
    past = history("2026-03-02 10:00 received waiting", "2026-03-04 12:00 asked asked")
    assert deadlines.last_day(city(), "streets", past) is None
    much_later = deadlines.clock(city(), "streets", past, at("2026-09-01 12:00"))
    assert (much_later.spent, much_later.overdue, much_later.running) == (2, False, False)


def test_what_is_done_stays_as_late_as_it_was() -> None:
    past = history("2026-03-02 10:00 received waiting", "2026-03-16 23:00 answered answered")
    noted = [*past, *history("2026-04-16 12:00 noted answered")]
    for steps in (past, noted):
        told = deadlines.clock(city(), "streets", steps, at("2026-06-01 12:00"))
        assert (told.spent, told.overdue, told.running) == (10, False, False)
    late = history("2026-03-02 10:00 received waiting", "2026-03-17 00:30 answered answered")
    assert deadlines.clock(city(), "streets", late, at("2026-06-01 12:00")).overdue


def test_a_question_that_is_opened_again_has_all_its_days_again() -> None:
    past = history(
        "2026-03-02 10:00 received waiting",
        "2026-03-13 10:00 answered answered",
        "2026-03-20 10:00 reopened reopened",
    )
    assert deadlines.last_day(city(), "streets", past) == date(2026, 4, 7)
    assert deadlines.ended(past) is None and deadlines.began(past) == at("2026-03-20 10:00")


def test_moderation_is_the_citys_time() -> None:
    past = history(
        "2026-03-02 10:00 received received",
        "2026-03-02 10:00 held moderation",
        "2026-03-05 10:00 admitted waiting",
    )
    assert deadlines.last_day(city(), "streets", past) == date(2026, 3, 16)


def test_each_department_has_its_own_days() -> None:
    past = history("2026-03-02 10:00 received waiting")
    assert deadlines.last_day(city(3), "streets", past) == date(2026, 3, 5)
    assert deadlines.last_day(city(3), "desk", past) == date(2026, 3, 16)


# --- by the rules, on any day ----------------------------------------------------------------

moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 6, 1), timezones=st.just(UTC))


@given(moments, st.integers(1, 30))
def test_the_last_day_is_a_working_day_with_as_many_before_it(moment: datetime, n: int) -> None:
    past = [Step(moment, "received", "x", S.WAITING)]
    last = deadlines.last_day(city(n), "streets", past)
    first = moment.astimezone(HELSINKI).date()
    assert last is not None and deadlines.working_day("FI", last)
    between = (first + timedelta(days=d) for d in range(1, (last - first).days + 1))
    assert sum(deadlines.working_day("FI", day) for day in between) == n


@given(moments, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_time_only_adds_days(moment: datetime, later: timedelta) -> None:
    past = [Step(moment, "received", "x", S.WAITING)]
    now = deadlines.clock(city(), "streets", past, moment + later)
    then = deadlines.clock(city(), "streets", past, moment + later + timedelta(days=1))
    assert 0 <= then.spent - now.spent <= 1 and then.overdue >= now.overdue


# --- office hours ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "at_work"),
    [("2026-03-02 07:59", False), ("2026-03-02 08:00", True), ("2026-03-02 15:59", True),
     ("2026-03-02 16:00", False), ("2026-03-07 12:00", False), ("2026-04-06 12:00", False),
     ("2026-03-30 08:00", True), ("2026-12-24 12:00", False)],
)  # fmt: skip
def test_quiet_at_night_on_weekends_and_holidays(moment: str, at_work: bool) -> None:
    assert deadlines.working_time(CITY, at(moment)) is at_work


def test_the_citys_own_hours() -> None:
    late = replace(CITY, office_hours=(time(12), time(20)))
    assert deadlines.working_time(late, at("2026-03-02 19:00"))
    assert not deadlines.working_time(late, at("2026-03-02 09:00"))


@pytest.mark.parametrize(
    ("code", "known"), [("FI", True), ("SE", True), ("XX", False), ("", False)]
)
def test_a_country_is_known_by_its_code(code: str, known: bool) -> None:
    assert deadlines.is_country(code) == known


def test_of_all_countries_the_one_is_loaded() -> None:
    """In a process of its own: here others may have loaded the rest."""
    asked = (
        "import sys; from datetime import date; from core.deadlines import is_country, working_day;"
        "assert is_country('FI') and not working_day('FI', date(2026, 12, 25));"
        "print(sum(name.startswith('holidays') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100
