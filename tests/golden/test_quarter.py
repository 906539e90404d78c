"""A quarter of reminders: every message that the clock sends between Lady Day and Midsummer, with
what people do meanwhile, written to files that are read (``quarter.fi.txt``), one a language."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.city import Department, Official, Theme
from core.events import Address
from core.messages import as_text
from core.questions import reminders
from core.questions.corrections import amendment
from core.texts import LANGUAGES, texts
from storage import open_database
from tests.stage import CITY, GAPS, Stage, three

HERE = Path(__file__).parent
HELSINKI = ZoneInfo("Europe/Helsinki")
FIRST, LAST = datetime(2026, 3, 23, tzinfo=HELSINKI), datetime(2026, 7, 1, tzinfo=HELSINKI)
DOWN = (datetime(2026, 5, 4, tzinfo=HELSINKI), datetime(2026, 5, 19, 10, tzinfo=HELSINKI))
BOSS = replace(
    CITY.officials[1],
    account="U0BOSS",
    title=three("Katupäällikkö", "Gatuchef", "Head of Streets"),
)
GARDENER, BOTANIST, RANGER = (
    Official("slack", account, title, ("parks",))
    for account, title in (
        ("U0GARDENER", three("Puutarhuri", "Trädgårdsmästare", "Gardener")),
        ("U0BOTANIST", three("Kasvitieteilijä", "Botaniker", "Botanist")),
        ("U0RANGER", three("Puistopäällikkö", "Parkchef", "Head of Parks")),
    )
)
PARKS = Department(
    "parks", three("Puistot", "Parker", "Parks"), Address("slack", "C0PARKS"), approval=True,
    duty=(BOTANIST.key,), head=RANGER.key,
)  # fmt: skip
"""Where a second pair of eyes reads every answer and correction."""
TOWN = replace(
    CITY,
    departments=(
        replace(CITY.departments[0], duty=("slack:U0STREETS", "slack:U0SECOND"), head=BOSS.key),
        replace(CITY.departments[1], days=(5, 10)),
        PARKS,
    ),
    themes=(
        *CITY.themes,
        Theme("parks", PARKS.name, "parks", {"fi": ("puisto",), "sv": ("park",), "en": ("park",)}),
    ),
    officials=(*CITY.officials, BOSS, GARDENER, BOTANIST, RANGER),
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


def decides(who: str, verb: str, number: int) -> Act:
    """On the correction that waits."""

    def act(stage: Stage) -> None:
        with stage.database.reading() as store:
            found = amendment(store.steps(number))
        assert found
        stage.forges(who, f"{verb}:{number}:{found[0]}")

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
    "2026-04-08 10:00": ("K-4 is asked, of a department that reads answers twice", asks(
        "neighbour", "When do the toilets in the park open?")),
    "2026-04-09 09:00": ("K-4 is taken by the gardener", presses("gardener", "take:4")),
    "2026-04-09 18:00": ("K-2: the resident replies", says("invånare", "Storängens skola")),
    "2026-04-10 15:00": ("K-4: an answer waits for approval", answers("gardener", 4)),
    "2026-04-20 09:30": ("K-2 is answered", answers("official", 2)),
    "2026-04-24 09:30": ("K-4: the answer is approved", presses("botanist", "approve:4")),
    "2026-04-29 10:00": ("K-4: a correction waits for approval", presses(
        "gardener", "correct:4", answer_fi="Toukokuussa.")),
    "2026-04-30 15:00": ("K-5 is asked on Walpurgis Eve, of the general desk", asks(
        "resident", "Miten varaan ajan neuvontaan torilta?")),
    "2026-05-03 12:00": ("K-6 is asked on a Sunday", asks(
        "neighbour", "Who removes the snow poles of Hill Street?")),
    "2026-05-20 09:05": ("K-3 is answered", answers("second", 3)),
    "2026-05-20 09:30": ("K-4: the correction is approved", decides("botanist", "amend_yes", 4)),
    "2026-06-01 09:00": ("K-4: another correction waits", presses(
        "gardener", "correct:4", answer_fi="Kesäkuussa.")),
    "2026-06-01 09:05": ("K-1 is declined", presses(
        "official", "decline:1", grounds="known", reason="Lumi suli jo.")),
    "2026-06-02 13:00": ("K-1 is opened again by its asker", presses("resident", "reopen:1")),
    "2026-06-02 13:05": ("K-1: why", says("resident", "Kysyin ensi talvesta.")),
    "2026-06-09 11:00": ("K-4: the answer stays as it was", decides("botanist", "amend_no", 4)),
    "2026-06-12 10:00": ("K-7 is asked before Midsummer", asks(
        "invånare", "Varför ligger plogen kvar på stranden?")),
    "2026-06-15 10:00": ("K-6 is answered", answers("second", 6)),
    "2026-06-26 12:00": ("K-5 is answered", answers("editor", 5)),
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
        due = reminders.any_due(store, town.city, town.now)
    if due:
        with town.database.begin() as store:
            reminders.tick(store, town.city, town.now, GAPS)
    town.deliver()
    card = texts(town.city.language)("Question {reference}", reference="K-")
    told = [(to, m) for to, m in town.sent[before:] if not m.summary.startswith(card)]
    here = f"{town.now.astimezone(HELSINKI):%a %Y-%m-%d %H:%M}"
    return [
        f"{here} {to}\n" + "\n".join(f"    {x}" for x in as_text(m).splitlines()) for to, m in told
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarter(town: Stage, language: str, request: pytest.FixtureRequest) -> None:
    town = Stage(town.database, city=replace(TOWN, language=language))
    step = timedelta(minutes=30 if language == TOWN.language else 120)
    now = "\n".join(quarter(town, step)).strip() + "\n"
    file = HERE / f"quarter.{language}.txt"
    if request.config.getoption("--update-golden", default=False):
        file.write_text(now, "utf-8")
    assert now == file.read_text("utf-8")


def test_looking_seldom_sends_the_same_reminders(tmp_path: Path, town: Stage) -> None:
    """Every four hours instead of every two: nothing is lost or doubled."""
    every = quarter(town, timedelta(hours=2))
    often = [line.split(" ", 3)[3] for line in every if not line.startswith("\n")]
    with open_database(f"sqlite:///{tmp_path}/other.db") as database:
        database.upgrade()
        other = Stage(database, city=TOWN)
        seldom = [
            line.split(" ", 3)[3]
            for line in quarter(other, timedelta(hours=4))
            if not line.startswith("\n")
        ]
    assert seldom == often
