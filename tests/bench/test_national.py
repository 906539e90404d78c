"""The model of a national poll, and that its measure measures."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from bench.national import (
    CLOSES,
    OPENS,
    Measured,
    Meter,
    Nation,
    Need,
    Wave,
    measure,
    need,
    rehearse,
    service,
    table,
)
from bench.protocol import Slice

NATION = Nation()
MEASURED = Measured(most=2000, service_us=200, postgres_us=100, wal=300, stored=150)


def test_nobody_votes_twice_in_the_model_and_nobody_is_lost() -> None:
    assert len(NATION.expected) == CLOSES - OPENS
    assert NATION.votes == pytest.approx(4_500_000 * 0.6 * 1.15)
    assert sum(NATION.expected) == pytest.approx(NATION.votes, rel=0.01)
    assert min(NATION.expected) > 0


def test_the_peak_is_the_evening_s() -> None:
    """A wave is at its height once its time has passed, with 1/(e·tau) of its people a second."""
    assert NATION.peak_at == 20 * 3600 + 1800 + 240
    height = NATION.votes * 0.3 / (2.718281828 * 240)
    assert height < NATION.peak < 1.1 * height
    assert NATION.busiest_second() > NATION.peak
    assert NATION.busiest_second() == NATION.busiest_second()


def test_half_of_a_broadcast_s_people_come_within_seven_minutes() -> None:
    wave = Wave(1.0, 0, 240)
    assert sum(map(wave.density, range(7 * 60))) == pytest.approx(0.52, abs=0.01)
    assert wave.density(-1) == 0


def test_a_day_without_a_broadcast_is_calmer() -> None:
    calm = replace(NATION, waves=NATION.waves[:2])
    assert sum(calm.expected) == pytest.approx(NATION.votes, rel=0.01)
    assert calm.peak < NATION.peak / 4


def test_what_is_needed_grows_with_what_a_vote_costs() -> None:
    least = need(NATION, MEASURED)
    busiest = NATION.busiest_second()
    assert least == Need(2, 1, busiest * 300 / 1e6, 2_700_000 * 150 / 1e9)
    dear = need(NATION, replace(MEASURED, service_us=2000, postgres_us=1000))
    assert dear.processes == -(-busiest * 2000 // 500_000)
    assert dear.postgres_cores == -(-busiest * 1000 // 500_000)


def test_two_processes_at_least_so_that_one_may_fail() -> None:
    assert need(replace(NATION, voters=1000), MEASURED).processes == 2


def test_the_table_tells_it_all() -> None:
    peak = Slice(750.0, 200, 5.25, 20.5, 0, 0.2, 0.1)
    console = Console(width=100, file=StringIO())
    console.print(table(NATION, MEASURED, need(NATION, MEASURED), peak))
    told = console.file.getvalue()
    for figure in (
        "4,500,000, 60%",
        "votes/s at 20:34",
        "200 us",
        "5.2 and 20.5 ms",
        "750 votes/s",
    ):
        assert figure in told


def test_votes_are_measured_on_a_real_database(postgres_url: str) -> None:
    with service(postgres_url) as target:
        before = Meter.read(postgres_url)
        measured, found = measure(postgres_url, target, seconds=0.5)
        after = Meter.read(postgres_url)
        small = replace(NATION, voters=100_000)
        peak = rehearse(target, small, need(small, measured), seconds=0.5)
    assert found.failed == peak.failed == 0
    assert measured.most > 0 and measured.service_us > 0
    assert measured.wal > 16 and measured.stored > 16
    assert measured.postgres_us >= 0
    assert after.ballots - before.ballots >= found.rate * 0.5
