"""A quarter of reminders: every message that the clock sends between Lady Day and Midsummer, with
what people do meanwhile, written to a file that is read (``quarter.txt``)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.events import Address
from core.messages import as_text
from core.questions import reminders
from storage import open_database
from tests.stage import CITY, GAPS, Stage, three

FILE = Path(__file__).parent / "quarter.txt"
HELSINKI = ZoneInfo("Europe/Helsinki")
FIRST, LAST = datetime(2026, 3, 23, tzinfo=HELSINKI), datetime(2026, 7, 1, tzinfo=HELSINKI)
DOWN = (datetime(2026, 5, 4, tzinfo=HELSINKI), datetime(2026, 5, 19, 10, tzinfo=HELSINKI))
BOSS = replace(
    CITY.officials[1],
    account="U0BOSS",
    title=three("Katupäällikkö", "Gatuchef", "Head of Streets"),
)
TOWN = replace(
    CITY,
    departments=(
        replace(CITY.departments[0], duty=("slack:U0STREETS", "slack:U0SECOND"), head=BOSS.key),
        replace(CITY.departments[1], days=(5, 10)),
    ),
    officials=(*CITY.officials, BOSS),
    escalation=Address("slack", "C0CITY"),
)

Act = Callable[[Stage], object]


def asks(who: str, words: str) -> Act:
    def act(stage: Stage) -> None:
        stage.says(who, words)
        stage.presses(who, {"resident": "Lähetä", "invånare": "Skicka", "neighbour": "Send"}[who])

    return act


def presses(who: str, action: str, **fields: str) -> Act:
    def act(stage: Stage) -> None:
        stage.forges(who, action)
        if fields:
            stage.submits(who, **fields)

    return act


def answers(who: str, number: int) -> Act:
    def act(stage: Stage) -> None:
        stage.forges(who, f"answer:{number}")
        stage.submits(who, answer_fi="Näin on.")
        stage.submits(who)

    return act


def says(who: str, words: str) -> Act:
    return lambda stage: stage.says(who, words)


EVENTS: dict[str, tuple[str, Act]] = {
    "2026-03-23 09:15": ("K-1 is asked, and nobody takes it", asks(
        "resident", "Milloin Rantatie aurataan lumesta?")),
    "2026-03-26 14:30": ("K-2 is asked", asks("invånare", "När plogas gångvägen vid skolan?")),
    "2026-03-27 10:00": ("K-2 is taken", presses("official", "take:2")),
    "2026-03-31 12:00": ("K-2: the resident is asked for more", presses(
        "official", "more:2", text="Vilken skola?")),
    "2026-04-01 11:00": ("K-3 is asked, before Easter", asks(
        "neighbour", "When is the snow on Harbour Road cleared?")),
    "2026-04-02 11:00": ("K-3 is taken by the foreman", presses("second", "take:3")),
    "2026-04-09 18:00": ("K-2: the resident replies", says("invånare", "Storängens skola")),
    "2026-04-20 09:30": ("K-2 is answered", answers("official", 2)),
    "2026-04-30 15:00": ("K-4 is asked on Walpurgis Eve, of the general desk", asks(
        "resident", "Miten varaan ajan neuvontaan torilta?")),
    "2026-05-03 12:00": ("K-5 is asked on a Sunday", asks(
        "neighbour", "Who removes the snow poles of Hill Street?")),
    "2026-05-20 09:05": ("K-3 is answered", answers("second", 3)),
    "2026-06-01 09:05": ("K-1 is declined", presses(
        "official", "decline:1", grounds="known", reason="Lumi suli jo.")),
    "2026-06-02 13:00": ("K-1 is opened again by its asker", presses("resident", "reopen:1")),
    "2026-06-02 13:05": ("K-1: why", says("resident", "Kysyin ensi talvesta.")),
    "2026-06-12 10:00": ("K-6 is asked before Midsummer", asks(
        "invånare", "Varför ligger plogen kvar på stranden?")),
    "2026-06-15 10:00": ("K-5 is answered", answers("second", 5)),
    "2026-06-26 12:00": ("K-4 is answered", answers("editor", 4)),
}  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Stage]:
    with open_database(f"sqlite:///{tmp_path}/town.db") as database:
        database.upgrade()
        yield Stage(database, city=TOWN)


def quarter(town: Stage, step: timedelta = timedelta(minutes=30)) -> list[str]:
    """A line for each act and each message of the clock's, in their order."""
    lines: list[str] = []
    events = dict(EVENTS)
    now = FIRST.astimezone(UTC)
    while now < LAST:
        for when in [w for w in events if _moment(w) <= now]:
            label, act = events.pop(when)
            town.now = _moment(when)
            act(town)
            lines.append(f"\n{when} -- {label}")
        town.now = now
        if not DOWN[0] <= now < DOWN[1]:
            lines += _ticked(town)
        now += step
    assert not events
    return lines


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(UTC)


def _ticked(town: Stage) -> list[str]:
    """As the timetable does: a look, and work only where something is due; and what waited for
    the morning."""
    before = len(town.sent)
    with town.database.reading() as store:
        due = reminders.any_due(store, TOWN, town.now)
    if due:
        with town.database.begin() as store:
            reminders.tick(store, TOWN, town.now, GAPS)
    town.deliver()
    told = [(to, m) for to, m in town.sent[before:] if not m.summary.startswith("Kysymys K-")]
    here = f"{town.now.astimezone(HELSINKI):%a %Y-%m-%d %H:%M}"
    return [
        f"{here} {to}\n" + "\n".join(f"    {x}" for x in as_text(m).splitlines()) for to, m in told
    ]


def test_a_quarter(town: Stage, request: pytest.FixtureRequest) -> None:
    now = "\n".join(quarter(town)).strip() + "\n"
    if request.config.getoption("--update-golden", default=False):
        FILE.write_text(now, "utf-8")
    assert now == FILE.read_text("utf-8")


def test_looking_seldom_sends_the_same_reminders(tmp_path: Path, town: Stage) -> None:
    """Every four hours instead of every half an hour: nothing is lost or doubled."""
    often = [line.split(" ", 3)[3] for line in quarter(town) if not line.startswith("\n")]
    with open_database(f"sqlite:///{tmp_path}/other.db") as database:
        database.upgrade()
        other = Stage(database, city=TOWN)
        seldom = [
            line.split(" ", 3)[3]
            for line in quarter(other, timedelta(hours=4))
            if not line.startswith("\n")
        ]
    assert seldom == often
