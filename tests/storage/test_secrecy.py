"""Who chose what, asked by somebody who has the whole database, and the city's secret key as well.

Two cities live through the same, but that two people's choices are exchanged. Once the polls are
closed, nothing that is kept may differ: whoever could tell who chose what could tell the two apart.
"""

import struct
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest
import sqlalchemy as sa

from core import polls
from core.answers import Kind
from core.desk import Desk
from core.events import Address, Command, Event, Person, Pressed, Said, Submitted
from core.inbox import Inbox
from core.model import AT_ONCE, PollState, Voters, WordsState
from core.people import Keyring, voter
from core.polls import closing, entrance
from core.polls.ballot_list import receipt
from core.surveys import definition
from core.surveys import life as surveys
from core.texts import texts
from storage import Database, open_database
from storage.tables import metadata
from tests.databases import fresh_postgres
from tests.stage import CITY, SECRET
from tests.storage.samples import NOW, draft

KEYRING = Keyring(SECRET)
ANNA, BO = Person("telegram", "1", "fi"), Person("telegram", "2", "fi")
OTHERS = [Person("web", str(n), "en") for n in range(3, 9)]
CODES = ("K7QF3M9D2X", "A1B2CD3E4F")
WORDS = ("Lisää penkkejä", "Vähemmän autoja")
CHANCE = {
    "moderation": {"ref"},
    "ballots": {"voter"},
    "ballot_lists": {"digest"},
    "poll_words": {"token"},
    "residents": {"contact"},
    "tallies": {"shard"},
}
"""Columns that hold what comes of a random key, or is sealed: different every time."""


SURVEY = """
title: {fi: Ranta}
closes: 2026-03-02 13:00
questions:
  - {name: uses, kind: yes_no, question: Käytkö}
  - {question: Milloin, kind: several, options: [A, B, C], when: {uses: [1, 2]}}
  - {question: Pisteet, kind: points, most: 2, options: [A, B]}
  - {question: Sana, kind: words}
  - {name: age, background: true, question: Ikä, options: [A, B]}
"""


@dataclass
class Town:
    database: Database
    now: datetime = NOW
    n: int = 0

    def act(self, kind: type[Event], who: Person, **more: object) -> None:
        self.n += 1
        self.now += timedelta(seconds=7)
        event = kind(
            id=f"e{self.n}", who=who, where=Address(who.channel, who.account), at=self.now, **more
        )
        with self.database.begin() as store:
            Inbox(CITY, KEYRING, {}).handle(store, event, self.now)

    def press(self, who: Person, action: str) -> None:
        self.act(Pressed, who, action=action, order=self.n + 1)

    def live(self, first: int, second: int) -> bytes:
        """Anna chooses ``first``, Bo ``second``, in every way there is; the key of poll 1."""
        with self.database.begin() as store:
            for more in (
                {},
                {"kind": Kind.SEVERAL, "least": 1, "most": 2},
                {"voters": Voters.CODE},
                {"kind": Kind.WORDS, "options": ()},
            ):
                store.add_poll(draft(chats=(), **more), token_bytes(32), PollState.OPEN)
            store.add_codes(3, entrance.digests(KEYRING, 3, CODES))
        for who, option in ((ANNA, 2), (BO, 2), (ANNA, first), (BO, second)):
            self.press(who, f"vote:1:{option}")
            self.press(who, "poll:1")
        for n, who in enumerate(OTHERS):
            self.press(who, f"vote:1:{n % 2}")
        for who, option in ((ANNA, first), (BO, second)):
            self.press(who, f"tick:2:{option}")
            self.press(who, "poll:2")
            self.act(Command, who, name="kuitit")
            self.act(Command, who, name="start", args="poll_1")
            self.press(who, "follow:1")
        self.enter_codes_and_words(first, second)
        with self.database.reading() as store:
            return store.ballot_boxes([1])[1].key

    def enter_codes_and_words(self, first: int, second: int) -> None:
        for who, code, option in ((ANNA, CODES[0], first), (BO, CODES[1], second)):
            self.press(who, "code:3")
            self.act(Said, who, text=code)
            self.press(who, f"vote:3:{option}")
        for who, option in ((ANNA, first), (BO, second)):
            self.press(who, "ballot:4")
            self.act(Said, who, text=WORDS[option])
        editor = Person("slack", "U0EDITOR")
        with self.database.reading() as store:
            token = next(w.token for w in store.words(4, WordsState.WAITING, "", 9)
                         if w.text == WORDS[0])  # fmt: skip
            hidden = next(w.token for w in store.words(4, WordsState.WAITING, "", 9)
                          if w.text == WORDS[1])  # fmt: skip
        fields = {"approve": f"words:4.{token}", "reject": f"words:4.{hidden}", "rule": "topic"}
        self.act(Submitted, editor, form="desk_many", fields=fields, state="waiting:poll:4:0")
        mute = {"days": "1", "rule": "topic"}
        self.act(Submitted, editor, form="desk_mute", fields=mute, state=f"words:4.{hidden}")

    def answer(self, first: int, second: int) -> None:
        """The same in a survey, question by question, and back."""
        desk = Desk(self.database, CITY, self.now, {})
        with self.database.begin() as store:
            words = SURVEY.replace("2026-03-02 13:00", f"{NOW + timedelta(hours=3):%Y-%m-%d %H:%M}")
            made = definition.read(CITY, texts("fi"), words, "slack:U0EDITOR", NOW)
            survey = surveys.begin(replace(desk, store=store), made)
        uses, when, points, word, age = survey.polls
        for who, option in ((ANNA, first), (BO, second)):
            for action in (f"survey:{survey.id}", f"survey_take:{uses}:{option}",
                           f"tick:{when}:{option}", f"survey_next:{when}",
                           f"give:{points}:{option}:1", f"survey_to:{uses}", f"ballot:{word}"):
                self.press(who, action)  # fmt: skip
            self.act(Said, who, text=WORDS[option])
            for action in (f"survey_take:{age}:0", f"survey_receipts:{survey.id}",
                           f"survey_follow:{survey.id}"):
                self.press(who, action)  # fmt: skip
        for n, who in enumerate(OTHERS):
            self.press(who, f"survey_take:{uses}:{n % 2}")
            self.press(who, f"survey_take:{age}:0")

    def close(self, rows: int = AT_ONCE) -> None:
        """By steps of so many ``rows`` where that is not all."""
        self.now += timedelta(hours=2)
        if rows < AT_ONCE:
            for id in range(1, 5):
                with self.database.begin() as store:
                    store.close_poll(id, self.now, rows)
                self.go_on(id, rows)
        with self.database.begin() as store:
            polls.tick(store, CITY, self.now, {})

    def go_on(self, id: int, rows: int) -> None:
        done = False
        while not done:
            with self.database.begin() as store:
                done = store.wipe_closed(id, rows)
        with self.database.begin() as store:
            closing.end(Desk(store, CITY, self.now, {}), id)

    def kept(self) -> dict[str, list[tuple]]:
        """Every row of every table, without what is random."""
        with self.database.reading() as store:
            return {
                table.name: sorted(
                    (
                        tuple(repr(v) for name, v in row.items()
                              if name not in CHANCE.get(table.name, ()))
                        for row in store._run(sa.select(table)).mappings()
                    ),
                )
                for table in metadata.sorted_tables
            }  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def towns(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Town]]:
    """Two, in databases of their own."""
    with ExitStack() as stack:
        made = []
        for n in range(2):
            url = f"sqlite:///{tmp_path / f'town{n}.db'}"
            if request.param == "postgres":
                server = request.getfixturevalue("postgres_server")
                url = stack.enter_context(fresh_postgres(server))
            database = stack.enter_context(open_database(url))
            database.upgrade()
            made.append(Town(database))
        yield made


@pytest.mark.parametrize("rows", [AT_ONCE, 3], ids=["at once", "by steps"])
def test_nothing_that_is_kept_tells_who_chose_what(towns: list[Town], rows: int) -> None:
    for town, choices in zip(towns, [(0, 1), (1, 0)], strict=True):
        town.live(*choices)
    assert towns[0].kept() != towns[1].kept()  # while they are open, order and time tell it
    for town in towns:
        town.close(rows)
    one, other = (town.kept() for town in towns)
    for table, rows in one.items():
        assert rows == other[table], table
    assert len(one["ballots"]) == 14 and len(one["ballot_lists"]) == 4
    assert not one["poll_codes"] and not one["code_holders"] and len(one["poll_words"]) == 2


def test_nothing_that_is_kept_of_a_survey_tells_it_either(towns: list[Town]) -> None:
    for town, choices in zip(towns, [(0, 1), (1, 0)], strict=True):
        town.answer(*choices)
    assert towns[0].kept() != towns[1].kept()
    for town in towns:
        town.now += timedelta(hours=2)
        town.close()
    one, other = (town.kept() for town in towns)
    for table, rows in one.items():
        assert rows == other[table], table
    assert len(one["ballots"]) == 22 and len(one["ballot_lists"]) == 5
    assert len(one["poll_words"]) == 2 and not one["survey_progress"] and one["poll_followers"]


@pytest.mark.parametrize("rows", [AT_ONCE, 3], ids=["at once", "by steps"])
def test_ballots_lie_in_the_order_of_their_random_names(towns: list[Town], rows: int) -> None:
    town = towns[0]
    town.live(0, 1)
    town.close(rows)
    with town.database.reading() as store:
        kept = store._connection.exec_driver_sql(
            "SELECT voter, channel, at FROM ballots WHERE poll = 1"
        ).all()
        assert [bytes(row[0]) for row in kept] == sorted(bytes(row[0]) for row in kept)
        assert {row[1:] for row in kept} == {("", None)}
        if town.database.engine == "PostgreSQL":
            written = "SELECT count(DISTINCT xmin::text) FROM ballots WHERE poll = 1"
            assert store._connection.exec_driver_sql(written).scalar() == -(-len(kept) // rows)


def test_names_and_receipts_of_people_are_nowhere_else(towns: list[Town]) -> None:
    """Not beside their pseudonym, nor in a reply that was kept."""
    town = towns[0]
    key = town.live(0, 1)
    town.close()
    rows = {name: found for name, found in town.kept().items() if name != "ballots"}
    everything = repr(rows)
    for who in (ANNA, BO, *OTHERS):
        name = voter(key, KEYRING.resident(who.channel, who.account))
        assert receipt(name) not in everything and name.hex() not in everything
    assert key.hex() not in everything and repr(key) not in everything
    assert "mine" not in repr(rows["events"])


def test_neither_key_nor_time_is_left_in_the_files(towns: list[Town]) -> None:
    """Of SQLite, database and log; of PostgreSQL, the table that had the keys."""
    town = towns[0]
    key = town.live(0, 1)
    assert key in files(town.database)
    with town.database.reading() as store:
        query = "SELECT at FROM ballots WHERE poll = 1"
        times = [struct.pack(">d", at) for (at,) in store._connection.exec_driver_sql(query)]
    town.close()
    left = files(town.database)
    assert left and key not in left
    if town.database.engine != "PostgreSQL":
        kept = events_times(town)
        assert not [at for at in times if at in left and at not in kept]


def events_times(town: Town) -> set[bytes]:
    """Times at which something else was kept than a vote."""
    with town.database.reading() as store:
        found = store._connection.exec_driver_sql("SELECT at FROM events")
        return {struct.pack(">d", at) for (at,) in found}


def files(database: Database) -> bytes:
    with database.reading() as store:
        run = store._connection.exec_driver_sql
        if database.engine != "PostgreSQL":
            path = Path(run("PRAGMA database_list").first()[2])
            return path.read_bytes() + Path(f"{path}-wal").read_bytes()
    with database._sessions.connect() as session:
        session.exec_driver_sql("CHECKPOINT")
        where = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('polls')"
        return Path(session.exec_driver_sql(where).scalar_one()).read_bytes()
