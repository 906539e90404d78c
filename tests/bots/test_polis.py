"""The bridge to a Polis server, against a stand-in as strict as one."""

import socket
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from bots.polis import PolisChannel
from core.events import Address
from core.model import ConversationDraft, Moderation, PollState
from core.ports import SendFailed
from core.statements.bridge import bridge_vote
from core.views import render
from storage import Database
from tests.stage import CITY, PEOPLE, START, Stage, three

KNOWN = "4abcxyz"
TO = Address("polis", KNOWN)


@dataclass
class Server:
    """Takes votes on statements 0 to 9 of one conversation."""

    url: str = ""
    votes: dict[tuple[str, int], int] = field(default_factory=dict)
    faults: deque[web.Response] = field(default_factory=deque)

    async def vote(self, request: web.Request) -> web.Response:
        if self.faults:
            return self.faults.popleft()
        told = await request.json()
        if set(told) != {"conversation_id", "tid", "vote", "xid", "agid"}:
            return web.Response(status=400, text="polis_err_param_missing")
        good = isinstance(told["tid"], int) and told["vote"] in (-1, 0, 1)
        if not good or not isinstance(told["xid"], str) or not 0 < len(told["xid"]) <= 999:
            return web.Response(status=400, text="polis_err_param_parse_failed")
        if told["conversation_id"] != KNOWN or not 0 <= told["tid"] < 10:
            return web.Response(status=403, text="polis_err_conversation_is_closed")
        key = (told["xid"], told["tid"])
        if self.votes.get(key) == told["vote"]:
            return web.Response(status=406, text="polis_err_vote_duplicate")
        self.votes[key] = told["vote"]
        return web.json_response({"currentPid": 1})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application()
    app.router.add_post("/api/v3/votes", made.vote)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def channel(server: Server) -> AsyncIterator[PolisChannel]:
    made = PolisChannel(server.url)

    async def nothing(event: Any) -> Any:
        raise AssertionError("nothing comes in")

    await made.start(nothing)
    yield made
    await made.stop()


async def test_votes_arrive_with_the_servers_sign(server: Server, channel: PolisChannel) -> None:
    for tid, vote in ((1, 1), (2, 0), (3, -1), (1, 1)):  # the last one again: known, and fine
        await channel.send(TO, bridge_vote(None, "x1", tid, vote))
    assert server.votes == {("x1", 1): -1, ("x1", 2): 0, ("x1", 3): 1}
    assert (await channel.health()).ok


async def test_what_the_server_will_not_take(server: Server, channel: PolisChannel) -> None:
    vote = bridge_vote(None, "x1", 1, 1)
    server.faults += [
        web.Response(status=429, headers={"Retry-After": "7"}),
        web.Response(status=500),
        web.Response(status=302, headers={"Location": "https://elsewhere.example"}),
    ]
    with pytest.raises(SendFailed) as busy:
        await channel.send(TO, vote)
    assert busy.value.retry_after == 7 and not busy.value.permanent
    with pytest.raises(SendFailed) as broken:
        await channel.send(TO, vote)
    assert not broken.value.permanent and not (await channel.health()).ok
    with pytest.raises(SendFailed) as moved:
        await channel.send(TO, vote)
    assert moved.value.permanent  # it is led nowhere
    with pytest.raises(SendFailed) as closed:
        await channel.send(Address("polis", "other"), vote)
    assert closed.value.permanent
    await channel.send(TO, vote)
    assert (await channel.health()).ok


async def test_a_server_that_is_not_there_is_tried_again(channel: PolisChannel) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = PolisChannel(f"http://127.0.0.1:{port}")  # where nobody listens any more
    await away.start(None)  # type: ignore[arg-type]
    with pytest.raises(SendFailed) as failed:
        await away.send(TO, bridge_vote(None, "x1", 1, 1))
    assert not failed.value.permanent
    await away.stop()


def bridged(database: Database, server: str, bridge: str = KNOWN) -> Stage:
    draft = ConversationDraft(
        three("Ranta", "Stranden", "The shore"), {}, START, None, None, Moderation.BEFORE, (), "x"
    )
    with database.begin() as store:
        made = store.add_conversation(draft, bytes(32), PollState.OPEN, START)
        for n, source in enumerate((3, None)):
            text = {"fi": f"Väite {n}"}
            store.add_statement(made.id, text, None, "shown", START, seed=True, source=source)
        store.save_conversation(replace(made, bridge=bridge))
    return Stage(database, replace(CITY, polis_server=server))


def waiting(stage: Stage) -> list[tuple[Address, dict[str, str]]]:
    with stage.database.begin() as store:
        found = store.claim("polis", stage.now, 60, 50)
        shown = [render(store, CITY, one.show, one.language, stage.now) for one in found]
        for one in found:
            store.sent(one, "", "", stage.now)
    return [(one.to, dict(m.blocks[0].rows)) for one, m in zip(found, shown, strict=True)]


def test_a_vote_on_a_statement_that_the_server_knows_is_sent_on(sqlite_database: Database) -> None:
    stage = bridged(sqlite_database, "https://polis.example")
    stage.forges("resident", "say:1:agree")
    stage.forges("resident", "say:2:agree")  # the server does not know it
    ((to, facts),) = waiting(stage)
    assert to == TO and (facts["tid"], facts["vote"]) == ("3", "1")
    with stage.database.reading() as store:
        assert bytes.fromhex(facts["xid"]) not in {each.voter for each in store.opinions(1)}
    stage.forges("resident", "say:1:disagree")
    ((_, again),) = waiting(stage)
    assert again == {**facts, "vote": "-1"}
    stage.forges("neighbour", "say:1:pass")
    ((_, other),) = waiting(stage)
    assert other["xid"] != facts["xid"] and PEOPLE["resident"].account not in str(facts)


@pytest.mark.parametrize(("server", "bridge"), [("", KNOWN), ("https://polis.example", "")])
def test_off_nothing_is_sent_on(sqlite_database: Database, server: str, bridge: str) -> None:
    stage = bridged(sqlite_database, server, bridge)
    stage.forges("resident", "say:1:agree")
    assert waiting(stage) == []
