"""Quiet hours, by the clock on the city's wall."""

from datetime import UTC, datetime, time

import pytest

from core.timing import after, within

NIGHT = (time(21), time(7))
ZONE = "Europe/Helsinki"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        (utc(2026, 1, 5, 18, 59), utc(2026, 1, 5, 18, 59)),
        (utc(2026, 1, 5, 19), utc(2026, 1, 6, 5)),  # 21.00
        (utc(2026, 1, 6, 4, 59), utc(2026, 1, 6, 5)),
        (utc(2026, 1, 6, 5), utc(2026, 1, 6, 5)),
        (utc(2026, 3, 28, 22), utc(2026, 3, 29, 4)),  # a night of nine hours
        (utc(2026, 10, 24, 22), utc(2026, 10, 25, 5)),  # a night of eleven
    ],
)
def test_the_night_and_its_end(moment: datetime, ends: datetime) -> None:
    assert within(NIGHT, ZONE, moment) == (ends != moment)
    assert after(NIGHT, ZONE, moment) == ends


def test_hours_of_a_day_and_none() -> None:
    noon = utc(2026, 1, 5, 10)
    assert after((time(11), time(13)), ZONE, noon) == utc(2026, 1, 5, 11)
    assert after((time(0), time(0)), ZONE, noon) == noon
