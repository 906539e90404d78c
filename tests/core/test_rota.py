"""Officials take turns, a week each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from core.rota import on_duty
from tests.stage import CITY

STREETS = replace(CITY.departments[0], duty=("slack:U0STREETS", "slack:U0SECOND"))
SUNDAY = datetime(2026, 3, 8, 21, 59, tzinfo=UTC)  # a minute before Monday in Helsinki


def account(now: datetime, department=STREETS) -> str | None:
    found = on_duty(CITY, department, now)
    return found.account if found else None


def test_the_turn_changes_at_midnight_on_monday_in_the_city():
    before, after = account(SUNDAY), account(SUNDAY + timedelta(minutes=1))
    assert {before, after} == {"U0STREETS", "U0SECOND"}
    assert account(SUNDAY + timedelta(days=7)) == after


def test_turns_alternate_over_a_year_and_over_the_clocks_change():
    year = [account(SUNDAY + timedelta(weeks=n, hours=3)) for n in range(60)]
    assert all(a != b for a, b in pairwise(year))


def test_who_left_the_city_file_has_no_turn():
    gone = replace(STREETS, duty=("slack:U0GONE", "slack:U0SECOND"))
    assert {account(SUNDAY + timedelta(weeks=n), gone) for n in range(4)} == {"U0SECOND"}
    assert account(SUNDAY, replace(STREETS, duty=())) is None
    assert account(SUNDAY, replace(STREETS, duty=("slack:U0GONE",))) is None
