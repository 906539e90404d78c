"""Bolt in front of our writer: `python -m bench.servers.bolt_kuulolla DATABASE_FILE`."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from aiohttp import web

from bench import servers
from bench.protocol import Ready
from bench.servers.bolt_votes import SECRET, application
from bench.servers.kuulolla import now, service
from core.events import Address, Person, Pressed

CHAT = Address("slack", "C00000001")


async def setup() -> tuple[web.Application, Ready]:
    ours = service(Path(sys.argv[1]))
    orders = count(1)

    async def vote(person: str, poll: str, option: str) -> None:
        order = next(orders)
        pressed = Pressed(
            id=f"slack:{order}",
            who=Person("slack", person),
            where=CHAT,
            at=now(),
            action=f"vote:{poll}:{option}",
            order=order,
        )
        await ours.intake.handle(pressed)

    return application(vote), Ready(0, "/slack", actions=ours.actions, secret=SECRET)


if __name__ == "__main__":
    servers.run(setup)
