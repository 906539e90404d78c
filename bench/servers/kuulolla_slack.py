"""Our Slack endpoint: `python -m bench.servers.kuulolla_slack DATABASE_FILE`.

The line that Slack shows the voter goes out by a call of its own, after the acknowledgement; it
would be the same behind Bolt, and is left out of both.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aiohttp import web

from bench import servers
from bench.protocol import Ready
from bench.servers.bolt_votes import SECRET
from bench.servers.kuulolla import now, served, service
from bots.memory import settle
from bots.slack.errands import Errands
from bots.slack.inbound import Inbound
from bots.slack.parse import Press
from bots.slack.signature import Signature
from core.events import Address
from core.messages import Message, Reply
from core.ports import Route


class Unsaid:
    """In the place of `bots.slack.replies.Replies`: what it would send stays here."""

    async def to_press(self, press: Press, reply: Reply) -> None: ...


async def unsent(to: Address, message: Message) -> str:
    return ""


async def setup() -> tuple[web.Application, Ready]:
    ours = service(Path(sys.argv[1]))
    inbound = Inbound(
        ours.intake.handle,
        Unsaid(),
        unsent,
        Errands(),
        Signature(SECRET, now),
        now,
        ours.city.timezone,
        ours.city.language,
        ack_within=2.0,
    )
    route = Route("POST", "/slack/events", inbound.http, inbound.brief)
    app = served([route])
    settle()
    return app, Ready(0, "/slack/events", actions=ours.actions, secret=SECRET)


if __name__ == "__main__":
    servers.run(setup, servers.as_the_service)
