"""What stands between: a balancer in front of the processes, a line to the database to cut."""

import asyncio
from collections import Counter
from contextlib import suppress
from itertools import count

import aiohttp
from aiohttp import web

HUNG = aiohttp.ClientTimeout(total=30)


class Balancer:
    """Hands each webhook to the next process, to another one where nobody listens; answers 503
    where none does. ``answers`` counts the status codes by process."""

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.answers: Counter[tuple[str, int]] = Counter()
        self._turns = count()
        self._http: aiohttp.ClientSession | None = None

    def install(self, app: web.Application) -> None:
        app.router.add_post("/telegram/webhook", self._pass_on)
        app.cleanup_ctx.append(self._session)

    async def _session(self, app: web.Application):
        async with aiohttp.ClientSession(timeout=HUNG) as self._http:
            yield

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, turn = await request.read(), next(self._turns)
        assert self._http
        for n in range(len(self.targets)):
            url = self.targets[(turn + n) % len(self.targets)]
            with suppress(aiohttp.ClientError):
                async with self._http.post(
                    url + request.path, data=body, headers=_handed_on(request)
                ) as answer:
                    self.answers[url, answer.status] += 1
                    said = await answer.read()
                    kind = answer.content_type
                    return web.Response(status=answer.status, body=said, content_type=kind)
        return web.Response(status=503)


def _handed_on(request: web.Request) -> dict[str, str]:
    dropped = {"host", "content-length", "connection"}
    return {name: value for name, value in request.headers.items() if name.lower() not in dropped}


class Cable:
    """A TCP line to a Unix socket that can be cut: from then on packets vanish, both ways, while
    connections stay open, old and new ones. Mended, it goes on where it was."""

    def __init__(self, socket_path: str) -> None:
        self._path = socket_path
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> int:
        """The port."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        self._whole.set()

    async def close(self) -> None:
        assert self._server
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await self._whole.wait()
            far, forth = await asyncio.open_unix_connection(self._path)
        except OSError:
            back.close()
            return
        try:
            await asyncio.gather(self._pump(near, forth), self._pump(far, back))
        finally:
            for end in (forth, back):
                end.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while said := await source.read(65536):
                await self._whole.wait()
                sink.write(said)
                await sink.drain()
            await self._whole.wait()
            sink.close()
