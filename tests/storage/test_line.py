"""Several processes on one PostgreSQL: one has a duty, all hear of commits, none is held up."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest

from core.ports import Line, News
from storage import Database, DatabaseUnavailable, OtherKey, UnsuitablePool, open_database
from storage.line import LARGEST, SILENCE, _payloads
from tests.pooler import pooled

PATIENCE = 20.0
MARK, OTHER_MARK = "c0ffee00", "0badcafe"
DUTIES = ["courier:telegram", "timetable"]


@pytest.fixture
def databases(postgres_url: str) -> Iterator[tuple[Database, Database]]:
    with open_database(postgres_url) as one, open_database(postgres_url) as other:
        one.upgrade()
        yield one, other


@pytest.fixture
def lines(databases: tuple[Database, Database]) -> Iterator[list[Line]]:
    lines = [database.line(MARK) for database in databases]
    yield lines
    for line in lines:
        line.close()


def look(line: Line) -> News:
    return line.listen(DUTIES, 0.0)


def until_held(line: Line, duties: set[str], meanwhile: type[Exception] | None = None) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(*filter(None, [meanwhile])):
            if look(line).held == duties:
                return
        assert time.monotonic() < deadline


def test_sqlite_has_no_line(sqlite_database: Database) -> None:
    """The file's lock has made this process the only one."""
    assert sqlite_database.line(MARK) is None


def test_one_has_a_duty(lines: list[Line]) -> None:
    one, other = lines
    assert look(one).held == set(DUTIES)
    assert look(other).held == set()
    assert look(one).held == set(DUTIES)


def test_duties_are_apart(lines: list[Line]) -> None:
    one, other = lines
    assert one.listen(["timetable"], 0.0).held == {"timetable"}
    assert look(other).held == {"courier:telegram"}


def test_who_goes_lets_go(lines: list[Line]) -> None:
    one, other = lines
    look(one)
    one.close()
    until_held(other, set(DUTIES))
    assert look(one).held == set()


def test_another_secret_key_is_refused(databases: tuple[Database, Database]) -> None:
    """It would make other pseudonyms of the same residents."""
    one, other = databases[0].line(MARK), databases[1].line(OTHER_MARK)
    look(one)
    with pytest.raises(OtherKey, match="KUULOLLA_SECRET_KEY"):
        look(other)
    one.close()
    until_held(other, set(DUTIES), OtherKey)
    other.close()


def test_a_lost_session_has_lost_its_duties(lines: list[Line], postgres_url: str) -> None:
    """It is told, and makes another one, that has none."""
    one, other = lines
    look(one)
    look(other)
    end_sessions(postgres_url, "courier:telegram")
    with pytest.raises(DatabaseUnavailable):
        look(one)
    until_held(other, set(DUTIES))
    again = look(one)
    assert (again.held, again.missed) == (frozenset(), True)


def test_the_server_ends_a_session_that_is_silent(lines: list[Line], postgres_url: str) -> None:
    """As it is when the network swallows all packets, or the process is held up."""
    one, other = lines
    silent_since = look(one).as_of
    until_held(other, set(DUTIES))
    assert SILENCE - 0.1 < time.monotonic() - silent_since < 2 * SILENCE


def end_sessions(url: str, duty: str) -> None:
    """Of whoever has that duty."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
            " AND (classid::bigint << 32) | objid::bigint = hashtextextended('duty:' || %s, 0)",
            (duty,),
        )


def test_others_hear_what_was_touched(lines: list[Line]) -> None:
    one, other = lines
    assert look(one).missed and look(other).missed
    with ThreadPoolExecutor(1) as pool:
        hearing = pool.submit(other.listen, DUTIES, PATIENCE)
        one.tell({"poll:1", "poll:2"})
        news = hearing.result(PATIENCE)
    assert (news.heard, news.missed) == ({"poll:1", "poll:2"}, False)


def test_a_commit_that_touched_nothing_is_heard_of(lines: list[Line]) -> None:
    one, other = lines
    look(other)
    assert look(other).heard is None
    one.tell(())
    assert other.listen(DUTIES, PATIENCE).heard == frozenset()


def test_nobody_hears_itself(lines: list[Line]) -> None:
    one, _ = lines
    look(one)
    one.tell({"poll:1"})
    assert one.listen(DUTIES, PATIENCE).heard is None


def test_much_is_told_in_parts() -> None:
    subjects = [f"poll:{n}" for n in range(3_000)]
    parts = list(_payloads("me", subjects))
    assert len(parts) > 1 and max(map(len, parts)) <= LARGEST
    assert [subject for part in parts for subject in part.split()[1:]] == subjects
    assert list(_payloads("me", [])) == ["me"]


def test_whoever_waits_for_a_dead_database_is_let_go(
    databases: tuple[Database, Database], lines: list[Line]
) -> None:
    """Cut: what waits fails now, what comes fails at once, until there is a line again."""
    database, line = databases[0], lines[0]
    look(line)
    waiting = threading.Event()

    def wait() -> None:
        with database.begin() as store:
            waiting.set()
            store._connection.exec_driver_sql(f"SELECT pg_sleep({PATIENCE})")

    with ThreadPoolExecutor(1) as pool:
        asleep = pool.submit(wait)
        assert waiting.wait(PATIENCE)
        line.cut()
        assert isinstance(asleep.exception(PATIENCE), DatabaseUnavailable)
    with pytest.raises(DatabaseUnavailable, match="does not answer"), database.reading():
        pass
    with pytest.raises(DatabaseUnavailable):
        look(line)
    assert look(line).missed
    database.check()


def test_a_writer_that_was_cut_off_lets_go_of_its_locks(postgres_url: str) -> None:
    """In the middle of a transaction, and without a word: the server waits no longer than this."""
    with open_database(postgres_url) as database, database.begin() as store:
        shown = store._connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout")
        assert shown.scalar() == "5s"


# --- pools between -------------------------------------------------------------------------------


def test_a_pool_in_transaction_mode_is_refused(postgres_url: str) -> None:
    with open_database(postgres_url) as database:
        database.upgrade()
    with (
        pooled(postgres_url, by="transaction") as url,
        open_database(url) as database,
        pytest.raises(UnsuitablePool, match="KUULOLLA_DATABASE_URL"),
    ):
        database.check()


def test_a_pool_in_session_mode_is_as_good(postgres_url: str) -> None:
    with open_database(postgres_url) as database:
        database.upgrade()
    with pooled(postgres_url, by="session") as url, open_database(url) as database:
        database.check()
        line = database.line(MARK)
        assert look(line).held == look(line).held == set(DUTIES)
        line.close()


def test_a_session_that_changes_is_noticed_while_running(postgres_url: str) -> None:
    """Where the pool was put between later, or did not show itself at the start."""
    with pooled(postgres_url, by="transaction") as url, open_database(url) as database:
        line = database.line(MARK)
        look(line)
        with psycopg.connect(url, autocommit=True) as other, other.transaction():
            other.execute("SELECT 1")
            with pytest.raises(UnsuitablePool):
                look(line)
