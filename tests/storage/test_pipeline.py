"""Statements that go to PostgreSQL together: their rows, their faults, and a connection lost."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from storage.pipeline import COMMIT, run

ADD = "INSERT INTO notes SELECT * FROM unnest(%s::int[], %s::text[]) RETURNING id"
ALL = "SELECT id, words FROM notes WHERE id >= %(from)s AND id <> %(not)s AND %(from)s > 0"
BYTES = "SELECT %s::bytea, %s::float8, %s::bool, %s::text, 7 %% 4"
NOWHERE = "SELECT * FROM nowhere"


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_url, prepare_threshold=None) as made:
        made.execute("CREATE TABLE notes (id int PRIMARY KEY, words text)")
        made.commit()
        yield made


def prepared(connection: psycopg.Connection) -> int:
    return connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()[0]


def test_each_statement_has_its_rows(connection: psycopg.Connection) -> None:
    added, kept = run(connection, (ADD, ("{1,2,3}", "{a,b,c}")), (ALL, {"from": 1, "not": 2}))
    assert (added, kept) == ([(1,), (2,), (3,)], [(1, "a"), (3, "c")])
    given = (b"\x00\\ '", 0.1, True, None)
    assert run(connection, (BYTES, given)) == [[(*given, 3)]]


def test_it_begins_where_nothing_has_begun_and_commits_with_the_rest(
    connection: psycopg.Connection,
) -> None:
    status = connection.info
    run(connection, (ADD, ("{1}", "{a}")))
    assert status.transaction_status == TransactionStatus.INTRANS
    run(connection, (ADD, ("{2}", "{b}")), COMMIT)
    assert status.transaction_status == TransactionStatus.IDLE
    connection.rollback()
    assert connection.execute("SELECT count(*) FROM notes").fetchone() == (2,)


def test_the_first_fault_is_raised_and_nothing_after_it_is_done(
    connection: psycopg.Connection,
) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        run(connection, (ADD, ("{1}", "{a}")), (NOWHERE, ()), (ADD, ("{2}", "{b}")), COMMIT)
    assert connection.info.transaction_status == TransactionStatus.INERROR
    connection.rollback()
    assert run(connection, (ADD, ("{1}", "{a}")), COMMIT)[0] == [(1,)]


def test_a_statement_is_prepared_once_a_connection(connection: psycopg.Connection) -> None:
    for n in range(3):
        run(connection, (ADD, (f"{{{n}}}", "{a}")), COMMIT)
    assert prepared(connection) == 1
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(connection, (ADD, ("{1}", "{a}")))
    connection.rollback()
    run(connection, (ADD, ("{9}", "{a}")))
    assert prepared(connection) == 1


def test_a_large_batch_goes_out_while_answers_come_in(connection: psycopg.Connection) -> None:
    ids, words = ",".join(map(str, range(50_000))), ",".join(["x" * 100] * 50_000)
    added, *rest = run(
        connection, (ADD, (f"{{{ids}}}", f"{{{words}}}")), *[(ALL, {"from": 1, "not": 0})] * 9
    )
    assert len(added) == 50_000 and {len(rows) for rows in rest} == {49_999}


def test_a_lost_connection_is_a_fault_and_no_endless_wait(
    connection: psycopg.Connection, postgres_url: str
) -> None:
    run(connection, (ADD, ("{1}", "{a}")))
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        run(connection, (ADD, ("{2}", "{b}")), COMMIT)
    assert connection.closed
    with pytest.raises(psycopg.OperationalError):
        run(connection, (ADD, ("{2}", "{b}")))
