"""The ceiling for a page: aiohttp on uvloop sends a file's bytes, made beforehand."""

from __future__ import annotations

import sys
from pathlib import Path

from aiohttp import web

from bench import servers
from bench.protocol import Ready


async def setup() -> tuple[web.Application, Ready]:
    body = Path(sys.argv[1]).read_bytes()

    async def page(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="text/html", charset="utf-8")

    app = web.Application()
    app.router.add_get("/page", page)
    return app, Ready(port=0, path="/page")


if __name__ == "__main__":
    servers.run(setup)
