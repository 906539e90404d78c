"""Votes through Bolt: its own signature check, parsing and dispatch, in front of any writer.

`application(vote, secret)` is what a comparison starts, with the writer of the service as `vote`.
Run as a module it keeps the votes in a dictionary: Bolt's own share.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bench import servers
from bench.protocol import Ready

Vote = Callable[[str, str, str], Awaitable[None]]  # person, poll, option
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


async def authorize(**_: object) -> AuthorizeResult:
    """Without a call to Slack: the bot and its token are known."""
    return AuthorizeResult(
        enterprise_id=None, team_id="T00000001", bot_user_id="U00000BOT", bot_token="xoxb-1"
    )


def application(vote: Vote, secret: str = SECRET) -> web.Application:
    """Answers when `vote` has returned. `process_before_response` is Bolt's faster mode here."""
    bolt = AsyncApp(signing_secret=secret, authorize=authorize, process_before_response=True)

    @bolt.action(re.compile("^vote:"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        _, poll, option = action["value"].split(":")
        await vote(body["user"]["id"], poll, option)
        await ack()

    async def events(request: web.Request) -> web.Response:
        response = await bolt.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    app = web.Application()
    app.router.add_post("/slack", events)
    return app


async def setup() -> tuple[web.Application, Ready]:
    ballots: dict[tuple[str, str], str] = {}

    async def vote(person: str, poll: str, option: str) -> None:
        ballots[person, poll] = option

    actions = [f"vote:1:{option}" for option in range(1, 5)]
    return application(vote), Ready(port=0, path="/slack", actions=actions, secret=SECRET)


if __name__ == "__main__":
    servers.run(setup)
