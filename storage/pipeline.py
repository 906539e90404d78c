"""PostgreSQL: statements sent together and answered together, past the driver's cursors, which
take as long for each as the server does.

Each is prepared once a connection. That is for connections on which the driver itself prepares
nothing: it throws away all that is prepared when a transaction is rolled back.
"""

import re
import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, PGconn, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection

Statement = tuple[str, Sequence[Any] | Mapping[str, Any]]
"""In the driver's words: ``%s`` for values in a sequence, ``%(name)s`` for those in a mapping."""
Rows = list[tuple[Any, ...]]

COMMIT: Statement = "COMMIT", ()
_BEGIN: Statement = "BEGIN", ()
_UNPREPARED = {_BEGIN[0], COMMIT[0]}
_DONE = {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}

_prepared: WeakKeyDictionary[psycopg.Connection, dict[str, bytes]] = WeakKeyDictionary()
_numbers = count()


def ask(connection: Connection, *statements: Statement) -> list[Rows]:
    """The rows of each; one by one where the driver prepares statements itself."""
    driver: Any = connection.connection.driver_connection
    if driver.prepare_threshold is None:
        return run(driver, *statements)
    with closing(driver.cursor()) as cursor:
        return [_fetched(cursor.execute(*each)) for each in statements]


def _fetched(cursor: psycopg.Cursor[Any]) -> Rows:
    return cursor.fetchall() if cursor.description else []


def run(connection: psycopg.Connection, *statements: Statement) -> list[Rows]:
    """The rows of each, in one trip to the server; what begins no transaction is in one already.
    The first one's error is raised where there is one, and nothing after it was done."""
    pgconn = connection.pgconn
    begins = pgconn.transaction_status == TransactionStatus.IDLE
    asked = (_BEGIN, *statements) if begins else statements
    known = _prepared.setdefault(connection, {})
    try:
        pgconn.enter_pipeline_mode()
        new = _send(pgconn, known, asked)
        results = list(_results(pgconn))
        pgconn.exit_pipeline_mode()
    except BaseException:
        pgconn.finish()  # nobody knows how far it came
        raise
    _raise_first_fault(results)
    known |= new
    reader = Transformer(connection)
    found = [_rows(reader, each) for each in results if each.command_status != b""]
    return found[-len(statements) :]


def _send(
    pgconn: PGconn, known: Mapping[str, bytes], statements: Sequence[Statement]
) -> dict[str, bytes]:
    """Returns the names of what is prepared now, if all goes well."""
    new: dict[str, bytes] = {}
    for text, values in statements:
        if text in _UNPREPARED:
            pgconn.send_query_params(text.encode(), None)
            continue
        numbered, names = _numbered(text)
        if (name := known.get(text) or new.get(text)) is None:
            # Another name each time: what was tried in vain may be prepared all the same.
            name = new[text] = b"k%d" % next(_numbers)
            pgconn.send_prepare(name, numbered)
        given = [values[each] for each in names] if isinstance(values, Mapping) else values
        pgconn.send_query_prepared(name, [_written(value) for value in given])
    pgconn.pipeline_sync()
    return new


def _results(pgconn: PGconn) -> Iterator[PGresult]:
    """One a command, until the end of them all."""
    poll = select.poll()
    while pgconn.flush():
        poll.register(pgconn.socket, select.POLLIN | select.POLLOUT)
        poll.poll()
        pgconn.consume_input()
    poll.register(pgconn.socket, select.POLLIN)
    while True:
        while pgconn.is_busy():
            poll.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:  # between two commands; also where there is nobody any more
            if pgconn.status != ConnStatus.OK:
                raise psycopg.OperationalError("the connection was lost")
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return
        else:
            yield result


def _raise_first_fault(results: Sequence[PGresult]) -> None:
    for result in results:
        if result.status not in _DONE:
            raise error_from_result(result)


def _rows(reader: Transformer, result: PGresult) -> Rows:
    reader.set_pgresult(result)
    return reader.load_rows(0, result.ntuples, tuple)


@cache
def _numbered(text: str) -> tuple[bytes, list[str]]:
    """With ``$1``, ``$2``…; and, for values by name, which they are."""
    names: list[str] = []
    places = count(1)

    def number(found: re.Match[str]) -> str:
        if (name := found[1]) is None:
            return f"${next(places)}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return re.sub(r"%(?:\((\w+)\))?s", number, text).replace("%%", "%").encode(), names


def _written(value: Any) -> bytes | None:
    match value:
        case None:
            return None
        case str():
            return value.encode()
        case bytes():
            return b"\\x" + value.hex().encode()
    return repr(value).encode()
