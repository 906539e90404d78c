"""A connection pool in front of PostgreSQL, as PgBouncer is one: by session or by transaction.

It answers each client's greeting itself, and hands messages on to a session of its own with the
server: one that it keeps for the client, or any that is free, until the server says that the
transaction is over. The free one that was used last comes first, as with PgBouncer.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from psycopg.conninfo import conninfo_to_dict

Mode = Literal["session", "transaction"]
READY = b"Z\0\0\0\5I"
WELCOME = (
    b"R\0\0\0\x08\0\0\0\0"
    + b"".join(
        b"S" + struct.pack("!i", len(pair) + 4) + pair
        for pair in (b"server_version\x0016.0\0", b"client_encoding\0UTF8\0")
    )
    + b"K\0\0\0\x0c\0\0\0\1\0\0\0\2"
    + READY
)


class Pooler:
    def __init__(self, url: str, by: Mode) -> None:
        given = conninfo_to_dict(url)
        self._server = f"{given['host']}/.s.PGSQL.{given.get('port', 5432)}"
        self._greeting = _greeting(str(given["user"]), str(given["dbname"]))
        self._by = by
        self._free: list[socket.socket] = []
        self._all: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = "postgresql://{user}@127.0.0.1:{port}/{dbname}?sslmode=disable".format(
            user=given["user"], port=self._door.getsockname()[1], dbname=given["dbname"]
        )
        self._threads = [threading.Thread(target=self._welcome)]
        self._threads[0].start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        for line in self._all:
            _end(line)
        for thread in self._threads:
            thread.join(10)
        for line in (self._door, *self._all):
            line.close()

    def _welcome(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            self._all.append(client)
            serving = threading.Thread(target=self._serve, args=(client,))
            self._threads.append(serving)
            serving.start()

    def _serve(self, client: socket.socket) -> None:
        server = None
        with suppress(OSError, EOFError):
            size = struct.unpack("!i", _exactly(client, 4))[0]
            _exactly(client, size - 4)
            client.sendall(WELCOME)
            while (asked := _message(client))[:1] != b"X":
                server = server or self._session()
                server.sendall(asked)
                if asked[:1] in (b"Q", b"S") and self._answer(server, client):
                    server = self._given_back(server)
        for line in (server, client):
            _end(line)

    def _answer(self, server: socket.socket, client: socket.socket) -> bool:
        """Whether the transaction is over."""
        while True:
            said = _message(server)
            client.sendall(said)
            if said[:1] == b"Z":
                return said == READY

    def _given_back(self, server: socket.socket) -> socket.socket | None:
        if self._by == "session":
            return server
        self._free.append(server)
        return None

    def _session(self) -> socket.socket:
        if self._free:
            return self._free.pop()
        server = socket.socket(socket.AF_UNIX)
        self._all.append(server)
        server.connect(self._server)
        server.sendall(self._greeting)
        while _message(server)[:1] != b"Z":
            pass
        return server


def _end(line: socket.socket | None) -> None:
    with suppress(OSError):  # the other end was faster
        if line:
            line.shutdown(socket.SHUT_RDWR)


def _greeting(user: str, database: str) -> bytes:
    said = f"user\0{user}\0database\0{database}\0client_encoding\0UTF8\0\0".encode()
    return struct.pack("!ii", len(said) + 8, 196608) + said


def _message(line: socket.socket) -> bytes:
    head = _exactly(line, 5)
    return head + _exactly(line, struct.unpack("!i", head[1:])[0] - 4)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        if not (more := line.recv(size - len(found))):
            raise EOFError
        found += more
    return found


@contextmanager
def pooled(url: str, by: Mode) -> Iterator[str]:
    """The address of a pool in front of that database."""
    pooler = Pooler(url, by)
    try:
        yield pooler.url
    finally:
        pooler.close()
