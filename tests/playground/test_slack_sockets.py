"""Socket Mode of the stand-in: tickets, acknowledgements, redelivery, connections that go."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.playground.slack_desk import EXPERT, TECH, Desk, Json, bolt_app, connected, desk


async def socket_url(office: Desk) -> str:
    token = office.slack.app.app_token
    return str((await office.client.apps_connections_open(app_token=token))["url"])


async def plug(office: Desk) -> aiohttp.ClientWebSocketResponse:
    """A bare connection, after its hello."""
    socket = await office.web.ws_connect(await socket_url(office))
    assert (await socket.receive_json())["type"] == "hello"
    return socket


async def test_hello_and_tickets_that_work_once() -> None:
    async with desk() as office:
        url = await socket_url(office)
        async with office.web.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert (hello["num_connections"], hello["connection_info"]) == (
                1, {"app_id": office.slack.app.id})  # fmt: skip
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await office.web.ws_connect(url)
            assert caught.value.status == 401


async def test_an_event_that_is_not_acknowledged_comes_again() -> None:
    async with desk(ack_seconds=0.05, retry_delays=(0, 0)) as office:
        socket = await plug(office)
        office.slack.people.say(EXPERT, TECH, "hei")
        frames = [await socket.receive_json() for _ in range(3)]
        assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2]
        assert frames[1]["retry_reason"] == "http_timeout"
        assert len({frame["payload"]["event_id"] for frame in frames}) == 1
        assert len({frame["envelope_id"] for frame in frames}) == 3
        await socket.close()


async def test_an_acknowledged_event_does_not_come_again() -> None:
    async with desk(retry_delays=(0,)) as office:
        socket = await plug(office)
        office.slack.people.say(EXPERT, TECH, "hei")
        frame = await socket.receive_json()
        assert frame["accepts_response_payload"] is False
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        await office.slack.delivery.idle()
        assert len(office.slack.delivery.sent) == 1
        await socket.close()


async def test_nonsense_acknowledges_nothing() -> None:
    async with desk() as office:
        socket = await plug(office)
        office.slack.people.say(EXPERT, TECH, "hei")
        frame = await socket.receive_json()
        for text in ("{", "[]", '{"envelope_id": "other"}', '{"envelope_id": []}'):
            await socket.send_str(text)
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        await office.slack.delivery.idle()
        assert len(office.slack.sockets.stray_acks) == 4
        await socket.close()


async def test_a_slow_app_is_told_to_the_person() -> None:
    async with desk(ack_seconds=0.05) as office:
        socket = await plug(office)
        done = await office.slack.people.command(EXPERT, TECH, "/kuulolla")
        assert done["error"] == "operation_timeout"
        assert (await socket.receive_json())["accepts_response_payload"] is True
        await socket.close()


async def test_an_app_that_is_away() -> None:
    async with desk(ack_seconds=0.05) as office:
        done = await office.slack.people.command(EXPERT, TECH, "/kuulolla")
        assert done["error"] == "dispatch_failed"


async def test_ten_connections_are_enough() -> None:
    async with desk() as office:
        plugged = [await plug(office) for _ in range(10)]
        async with office.web.ws_connect(await socket_url(office)) as socket:
            assert (await socket.receive_json())["reason"] == "too_many_websockets"
        assert office.slack.sockets.connected == 10
        for each in plugged:
            await each.close()


async def test_connections_take_turns_and_a_cut_one_is_left_out() -> None:
    async with desk() as office:
        first, second = await plug(office), await plug(office)
        for socket in (first, second):
            office.slack.people.say(EXPERT, TECH, "hei")
            frame = await socket.receive_json()
            await socket.send_json({"envelope_id": frame["envelope_id"]})
        office.slack.sockets.cut()
        assert (await first.receive()).type is aiohttp.WSMsgType.CLOSED
        third = await plug(office)
        office.slack.people.say(EXPERT, TECH, "hei")
        assert (await third.receive_json())["type"] == "events_api"
        await third.close()


async def test_bolt_connects_anew_when_asked() -> None:
    async with desk() as office:
        bolt, heard = bolt_app(office.client), asyncio.Queue[Json]()

        @bolt.event("message")
        async def keep(event: Json) -> None:
            await heard.put(event)

        async with connected(office, bolt):
            await office.control("socket", do="refresh")
            assert office.slack.people.say(EXPERT, TECH, "uudelleen")["ok"]
            assert (await heard.get())["text"] == "uudelleen"
            assert office.slack.sockets.connected == 1


async def test_an_envelope_can_be_sent_again() -> None:
    async with desk() as office:
        bolt, seen = bolt_app(office.client), list[str]()

        @bolt.command("/kuulolla")
        async def told(ack: Any, body: Json) -> None:
            seen.append(body["trigger_id"])
            await ack()

        async with connected(office, bolt):
            await office.slack.people.command(EXPERT, TECH, "/kuulolla")
            assert (await office.control("redeliver"))[1]["ok"]
        assert len(seen) == 2
        assert seen[0] == seen[1]
