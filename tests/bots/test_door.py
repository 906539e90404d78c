"""The short way in: what takes it, what must not, and that answers keep the order of requests."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import web

from bots.door import Door
from core.ports import Answer

VOTE = b"POST /vote HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b"
PAGE = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"


def vote(body: bytes = b"vote") -> bytes:
    return VOTE % (len(body), body)


class Wire(asyncio.Transport):
    """The server's end of a connection: keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False
        self.paused = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


class House:
    """A door with a short way for ``/vote``; all else, and what it declines, goes the long way."""

    def __init__(self) -> None:
        self.briefs: list[bytes] = []
        self.at_work: list[asyncio.Task[None]] = []
        self.long: list[bytes] = []
        self.gates: dict[bytes, asyncio.Event] = {}
        self.server = web.Server(self.handle)
        self.door, self.wire = Door(self.server, {"/vote": self.brief}), Wire()
        self.door.connection_made(self.wire)

    def brief(self, headers: Mapping[str, str], body: bytes, answer: Answer) -> bool:
        if not body.startswith(b"vote"):
            return False
        self.briefs.append(body)
        if body == b"vote trouble":
            raise RuntimeError("trouble")
        self.at_work.append(asyncio.create_task(self._brief(body, answer)))
        return True

    async def _brief(self, body: bytes, answer: Answer) -> None:
        await self._gate(body)
        answer({b"vote again": None, b"vote silently": b""}.get(body, b"short " + body))

    async def handle(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        self.long.append(body)
        await self._gate(body or request.path.encode())
        return web.Response(body=b"long " + (body or request.path.encode()))

    async def _gate(self, name: bytes) -> None:
        if name in self.gates:
            await self.gates[name].wait()

    async def feed(self, *pieces: bytes) -> list[bytes]:
        """What is answered to them, once nothing moves any more: the bodies."""
        for piece in pieces:
            self.door.data_received(piece)
            await self.settle()
        return self.answers()

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    def answers(self) -> list[bytes]:
        """The bodies so far, each of which ends where its response says that it ends."""
        rest, bodies = self.wire.written, []
        while rest:
            head, rest = rest.split(b"\r\n\r\n", 1)
            [length] = [
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            ]
            bodies.append(rest[:length])
            rest = rest[length:]
        return bodies


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    yield house
    house.door.connection_lost(None)
    await house.server.shutdown(1.0)


async def test_a_whole_plain_request_takes_the_short_way(house: House) -> None:
    assert await house.feed(vote()) == [b"short vote"]
    head = house.wire.written.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert head[0] == b"HTTP/1.1 200 OK"
    names = {line.split(b":")[0] for line in head[1:]}
    assert names == {b"Content-Type", b"Content-Length", b"Date"}
    assert house.long == []


async def test_both_ways_share_a_connection(house: House) -> None:
    answers = await house.feed(vote(), PAGE, vote(), vote(b"other"), vote(), PAGE)
    short, page = b"short vote", b"long /page"
    assert answers == [short, page, short, b"long other", short, page]


async def test_what_comes_in_pieces_takes_the_long_way_and_the_next_the_short(
    house: House,
) -> None:
    whole = vote(b"vote" + b"x" * 100)
    body_at = whole.index(b"vote" + b"x")
    for cut in (body_at, body_at + 1, len(whole) - 1):
        assert (await house.feed(whole[:cut], whole[cut:]))[-1].startswith(b"long vote")
        assert (await house.feed(vote()))[-1] == b"short vote"
    assert house.briefs == [b"vote"] * 3


@pytest.mark.parametrize("cut", [1, 10, 40])
async def test_a_head_in_pieces_is_left_to_aiohttp_for_good(house: House, cut: int) -> None:
    whole = vote()
    assert await house.feed(whole[:cut], whole[cut:], vote()) == [b"long vote"] * 2


CHUNKED_HEAD = b"POST /vote HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKED = CHUNKED_HEAD + b"4\r\nvote\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        vote().replace(b"/1.1", b"/1.0"),
        vote().replace(b"/vote", b"/vote?x=1"),
        vote().replace(b"Host: x", b"Host: x\r\nConnection: close"),
        vote().replace(b"Host: x", b"Host: x\r\nExpect: 100-continue"),
        vote().replace(b"Host: x", b"Host: x\r\nContent-Encoding: deflate"),
        vote().replace(b"Host: x", b"Host: x\r\nConnection: upgrade\r\nUpgrade: h2c"),
        vote().replace(b"Host: x", b"Host: x\r\nContent-Length: 4"),
        vote().replace(b"Host: x", b"Host: x\r\nTransfer-Encoding: chunked"),
        vote().replace(b": 4", b": +4"),
        vote().replace(b": 4", b": 04"),
        vote().replace(b": 4", b": 4, 4"),
        vote().replace(b": 4", b" : 4"),
        vote().replace(b"Host: x", b"Host: x\r\n folded: y"),
        vote().replace(b"Host: x\r\n", b""),
        vote().replace(b"\r\nHost", b"\nHost"),
        vote().replace(b"Host: x", b"Host: x\x00"),
        vote().replace(b"POST", b"PUT"),
        vote().replace(b"POST", b"post"),
        b"\r\n" + vote(),
        vote() + vote(),
        b"GET /vote HTTP/1.1\r\nHost: x\r\n\r\n",
        vote().replace(b"Host: x", b"Host: x\r\nX: " + b"x" * 5000),
        CHUNKED,
    ],
)
async def test_anything_less_plain_takes_the_long_way(house: House, request_bytes: bytes) -> None:
    await house.feed(request_bytes)
    assert house.briefs == []
    assert house.long or house.wire.written.startswith(b"HTTP/1.1 4") or house.wire.closed


async def test_a_request_in_the_body_of_another_is_never_one(house: House) -> None:
    hidden = vote()
    carrier = b"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    assert await house.feed(carrier + hidden) == [b"long " + hidden]
    assert await house.feed(carrier, hidden) == [b"long " + hidden] * 2
    chunks = CHUNKED_HEAD + b"%x\r\n" % len(hidden)
    await house.feed(chunks, hidden, b"\r\n0\r\n\r\n")
    assert house.briefs == [] and house.answers()[2:] == [b"long " + hidden]


async def test_more_than_the_body_that_was_told_of_ends_the_short_way(house: House) -> None:
    piece = vote(b"x" * 10)
    answers = await house.feed(piece[:-5], piece[-5:] + vote(), vote())
    assert answers == [b"long xxxxxxxxxx", b"long vote", b"long vote"]


async def test_requests_behind_a_short_one_wait_for_its_answer(house: House) -> None:
    gate = house.gates[b"vote first"] = asyncio.Event()
    assert await house.feed(vote(b"vote first"), vote(b"vote second"), PAGE) == []
    assert house.wire.paused
    gate.set()
    await house.settle()
    assert [answer.split()[-1] for answer in house.answers()] == [b"first", b"second", b"/page"]
    assert not house.wire.paused


async def test_a_short_one_behind_a_long_one_waits_for_its_answer(house: House) -> None:
    gate = house.gates[b"/page"] = asyncio.Event()
    assert await house.feed(PAGE, vote()) == []
    gate.set()
    await house.settle()
    assert house.answers() == [b"long /page", b"long vote"]
    assert (await house.feed(vote()))[-1] == b"short vote"


@pytest.mark.parametrize("body", [b"vote again", b"vote trouble"])
async def test_what_was_not_done_is_503(house: House, body: bytes) -> None:
    assert await house.feed(vote(body)) == [b""]
    assert house.wire.written.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 1\r\n" in house.wire.written
    assert (await house.feed(vote()))[-1] == b"short vote"


async def test_an_answer_without_words_has_no_type(house: House) -> None:
    assert await house.feed(vote(b"vote silently"), vote()) == [b"", b"short vote"]
    first = house.wire.written.split(b"\r\n\r\n")[0]
    assert first.startswith(b"HTTP/1.1 200 OK\r\n") and b"Content-Type" not in first


async def test_whoever_left_meanwhile_does_no_harm(house: House) -> None:
    gate = house.gates[b"vote"] = asyncio.Event()
    await house.feed(vote(), vote(b"vote held"))
    house.door.connection_lost(None)
    gate.set()
    await house.settle()
    assert house.wire.written == b"" and house.briefs == [b"vote"]


async def test_stopping_answers_first(house: House) -> None:
    gate = house.gates[b"vote"] = asyncio.Event()
    await house.feed(vote())
    house.server.pre_shutdown()
    stopping = asyncio.create_task(house.server.shutdown(10.0))
    await house.settle()
    assert not stopping.done() and not house.wire.closed
    gate.set()
    await stopping
    assert house.answers() == [b"short vote"] and house.wire.closed


async def test_nothing_new_is_taken_while_stopping(house: House) -> None:
    await house.feed(vote())
    house.server.pre_shutdown()
    assert await house.feed(vote()) == [b"short vote"]
