"""Updates by webhook: who may bring them, what is answered in the response, what is repeated."""

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest

from bots.playground.faults import Fault
from bots.playground.telegram import BOT_USERNAME, CHANNEL, GROUP, RESIDENT_1, RESIDENT_2
from bots.telegram.webhook import PATH, SECRET_HEADER
from core.errors import TryAgain
from core.events import Address, Command, Event, Joined, Left, Moved, Pressed, Said
from core.messages import Button, Message, Reply, rows, text
from tests.telegram.payloads import SUPERGROUP as FAR
from tests.telegram.payloads import message, press
from tests.telegram.rig import PATIENCE, SECRET, Rig

POLL = Message(
    "Silta?", (text("Silta?"), rows(Button("Kyllä", "vote:7:0"), Button("Ei", "vote:7:1")))
)
TWO_POLLS = Message("Kooste", (*POLL.blocks, rows(Button("Joo", "vote:8:0"))))


async def bring(rig: Rig, body: object, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {SECRET_HEADER: SECRET} if headers is None else headers
    async with rig.http.post(rig.hook, data=data, headers=headers) as response:
        return response.status, await response.read()


@pytest.mark.parametrize("secret", [None, "", "with space", "ä" * 8, "x" * 257])
def test_no_webhook_without_a_proper_secret(rig: Rig, secret: str | None) -> None:
    with pytest.raises(ValueError, match="secret"):
        rig.channel(public_url="https://example.test", secret=secret)


def test_no_route_without_a_public_address(rig: Rig) -> None:
    assert rig.channel(public_url=None, secret=SECRET).routes() == []
    [route] = rig.channel(public_url="https://example.test/", secret=SECRET).routes()
    assert (route.method, route.path) == ("POST", PATH)


WRONG = [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET + "x"}, {SECRET_HEADER: "sécret"}]


@pytest.mark.parametrize("headers", WRONG, ids=["none", "empty", "longer", "not ascii"])
async def test_a_wrong_secret(
    rig: Rig, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.webhook():
        for body in (press(), message("Hei"), b"{"):
            assert await bring(rig, body, headers) == (401, b"")
    assert rig.rules.tried == []
    assert caplog.text.count("wrong secret or none") == 3
    assert not {value for value in headers.values() if value and value in caplog.text}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[]", b"7", b"{}", b'{"update_id":"x"}', b"[" * 100_000]
)
async def test_what_is_not_an_update(rig: Rig, body: bytes) -> None:
    async with rig.webhook():
        assert (await bring(rig, body))[0] == 400
    assert rig.rules.tried == []


@pytest.mark.parametrize("told", [True, False], ids=["length told", "chunked"])
async def test_a_body_that_is_too_big(rig: Rig, told: bool) -> None:
    body = json.dumps(message("x" * 1024 * 1024)).encode()

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    async with rig.webhook():
        headers = {SECRET_HEADER: SECRET}
        data = BytesIO(body) if told else chunks()
        async with rig.http.post(rig.hook, data=data, headers=headers) as response:
            assert response.status == 413
    assert rig.rules.tried == []


async def test_an_update_that_cannot_be_read_is_not_repeated(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.webhook():
        assert (await bring(rig, {"update_id": 9, "message": {"text": "Salaista"}}))[0] == 200
    assert "update 9 can't be read" in caplog.text and "Salaista" not in caplog.text


async def test_before_the_start_all_is_asked_for_again(rig: Rig) -> None:
    async with rig.hosted():
        assert (await bring(rig, press()))[0] == 503
        assert (await bring(rig, press(), {}))[0] == 401


async def test_until_the_bot_knows_its_name_votes_alone_are_taken(rig: Rig) -> None:
    rig.world.faults.add(Fault("getMe", "500", times=1000))
    async with rig.hosted() as channel:
        await channel.start(rig.rules)
        assert (await bring(rig, press()))[0] == 200
        assert (await bring(rig, message("/kysy@another_bot x")))[0] == 503
        await channel.stop()


# --- votes -------------------------------------------------------------------------------------


async def test_a_vote_is_answered_in_the_response(rig: Rig) -> None:
    rig.rules.answer = lambda event: Reply("Ääni laskettu. <b> " + "x" * 300)
    async with rig.webhook():
        before = len(rig.world.calls)
        status, body = await bring(rig, press(chat=FAR))
        assert len(rig.world.calls) == before, "no outbound call"
    answer = json.loads(body)
    assert status == 200
    assert (answer["method"], answer["callback_query_id"]) == ("answerCallbackQuery", "4382")
    assert answer["text"].startswith("Ääni laskettu. <b> xxx") and len(answer["text"]) == 200
    [vote] = rig.rules.events
    assert isinstance(vote, Pressed) and (vote.action, vote.order) == ("vote:7:1", 900)


async def test_a_vote_that_cannot_take_the_short_way_is_counted_alike(rig: Rig) -> None:
    rig.rules.answer = lambda event: Reply("Laskettu")
    body = json.dumps(press(chat=FAR)).encode()

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    async with rig.webhook():
        short = await bring(rig, body)
        headers = {SECRET_HEADER: SECRET}
        async with rig.http.post(rig.hook, data=pieces(), headers=headers) as response:
            assert (response.status, await response.read()) == short
    first, second = rig.rules.events
    assert first == second


@pytest.mark.parametrize("chat", [GROUP, CHANNEL, RESIDENT_1], ids=["group", "channel", "private"])
async def test_a_vote_from_a_phone(rig: Rig, chat: int) -> None:
    async with rig.webhook() as channel:
        rig.residents.start(RESIDENT_1)
        await rig.rules.took(1)
        rig.rules.answer = lambda event: Reply("Laskettu")
        ref = await channel.send(address(chat), POLL)
        number = int(ref.split(":")[1])
        answer = await rig.residents.press(RESIDENT_1, chat, number, "vote:7:1")
        assert answer.text == "Laskettu"
        await rig.world.updates.drained()
    vote = rig.rules.events[1]
    assert vote.private == (chat == RESIDENT_1) and vote.where == address(chat)
    assert rig.calls("answerCallbackQuery") == [200]


@pytest.mark.parametrize("raw", [press(chat=FAR), message("Hei")], ids=["vote", "message"])
async def test_what_could_not_be_handled_is_asked_for_again(
    rig: Rig, raw: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.webhook():
        rig.rules.failures.append(TryAgain("Salaista"))
        assert (await bring(rig, raw))[0] == 503
        assert (await bring(rig, raw))[0] == 200
    assert rig.rules.tried == ["telegram:900"] * 2 and len(rig.rules.events) == 1
    assert "update 900" in caplog.text and "Salaista" not in caplog.text


async def test_telegram_brings_it_again_until_it_is_handled(rig: Rig) -> None:
    async with rig.webhook():
        rig.rules.failures.extend([TryAgain(), TryAgain()])
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        await rig.rules.took(1)
        await rig.world.updates.drained()
    assert len(rig.rules.tried) == 3 and len(set(rig.rules.tried)) == 1


TROUBLE = {
    "fi": "Palvelussa on juuri nyt häiriö.",
    "sv": "Det är störningar i tjänsten just nu.",
}


@pytest.mark.parametrize(("who", "language"), [(RESIDENT_1, "fi"), (RESIDENT_2, "sv")])
async def test_whose_message_waits_is_told_once(rig: Rig, who: int, language: str) -> None:
    async with rig.webhook():
        rig.rules.failures.extend([TryAgain(), OSError(), TryAgain()])
        rig.residents.send(who, who, "Hei")
        await rig.rules.took(1)
        await rig.posted(who)
        await rig.world.updates.drained()
    assert len(rig.rules.tried) == 4
    [told] = rig.messages(who)
    assert told.text.startswith(TROUBLE[language])


@pytest.mark.parametrize("action", ["vote:7:1", "poll:7"])
async def test_whose_press_waits_is_told_once_and_alone(rig: Rig, action: str) -> None:
    shown = Message("Silta?", (*POLL.blocks, rows(Button("Lisää", "poll:7"))))
    async with rig.webhook() as channel:
        ref = await channel.send(address(GROUP), shown)
        rig.world.updates.held = True
        query = rig.residents.tap(RESIDENT_2, GROUP, int(ref.split(":")[1]), action)
        [update] = rig.world.updates.pending
        rig.rules.failures.extend([TryAgain(), TryAgain()])
        assert (await bring(rig, update))[0] == 503
        await asyncio.wait_for(query.answered.wait(), PATIENCE)
        assert [(await bring(rig, update))[0] for _ in range(2)] == [503, 200]
    assert query.answer and query.answer.text.startswith(TROUBLE["sv"])
    assert len(rig.messages(GROUP)) == 1


async def test_a_group_hears_of_no_trouble(rig: Rig) -> None:
    async with rig.webhook():
        rig.rules.failures.append(TryAgain())
        rig.residents.send(RESIDENT_1, GROUP, "/kysy")
        await rig.rules.took(1)
        await rig.world.updates.drained()
    assert rig.messages(GROUP) == [] and rig.messages(RESIDENT_1) == []


async def test_a_redelivered_update_has_the_same_id(rig: Rig) -> None:
    async with rig.webhook():
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        [said] = await rig.rules.took(1)
        rig.world.updates.repeat(int(said.id.split(":")[1]))
        await rig.rules.took(2)
    assert rig.rules.events == [said, said]


# --- the view of one's own vote ------------------------------------------------------------------


def address(chat: int) -> Address:
    return Address("telegram", str(chat))


async def test_after_a_vote_in_private_the_view_is_shown_again(rig: Rig) -> None:
    def answer(event: Event) -> Reply:
        if isinstance(event, Pressed) and event.action == "poll:7":
            voted = Message("Silta?", (text("Silta? ✓ Ei"), *POLL.blocks[1:]))
            return Reply(message=voted, replaces=True)
        return Reply("Laskettu")

    rig.rules.answer = answer
    async with rig.webhook() as channel:
        rig.residents.start(RESIDENT_1)
        await rig.posted(RESIDENT_1)
        await channel.send(address(RESIDENT_1), POLL)
        number = rig.messages(RESIDENT_1)[-1].id
        await rig.residents.press(RESIDENT_1, RESIDENT_1, number, "vote:7:1")
        await rig.until(lambda: rig.messages(RESIDENT_1)[-1].text == "Silta? ✓ Ei")
    vote, again = rig.rules.events[-2:]
    assert isinstance(vote, Pressed) and isinstance(again, Pressed)
    assert (vote.action, again.action) == ("vote:7:1", "poll:7")
    assert again.id == f"{vote.id}:refresh" and again.private and again.who == vote.who
    assert rig.messages(RESIDENT_1)[-1].id == number


@pytest.mark.parametrize(
    ("chat", "shown"), [(GROUP, POLL), (RESIDENT_1, TWO_POLLS)], ids=["group", "two polls"]
)
async def test_no_other_message_is_replaced_by_a_view(rig: Rig, chat: int, shown: Message) -> None:
    async with rig.webhook() as channel:
        rig.residents.start(RESIDENT_1)
        await rig.rules.took(1)
        number = int((await channel.send(address(chat), shown)).split(":")[1])
        await rig.residents.press(RESIDENT_1, chat, number, "vote:7:1")
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        events = await rig.rules.took(3)
    assert [type(event) for event in events] == [Command, Pressed, Said]
    assert rig.calls("editMessageText") == []


# --- everything else -----------------------------------------------------------------------------


async def test_replies(rig: Rig) -> None:
    rig.rules.answer = lambda event: Reply("Huomio", Message("m", (text("Vastaus"),)))
    async with rig.webhook():
        rig.residents.send(RESIDENT_1, RESIDENT_1, "Hei")
        [reply] = await rig.posted(RESIDENT_1)
        written = rig.residents.send(RESIDENT_2, GROUP, f"/kyselyt@{BOT_USERNAME}")
        [in_group] = await rig.posted(GROUP)
    assert reply.text == in_group.text == "Huomio\n\nVastaus"
    assert reply.reply_to is None and in_group.reply_to is written


async def test_a_press_in_private(rig: Rig) -> None:
    menu = Message(
        "Valikko", (text("Valikko"), rows(Button("Ohje", "help"), Button("Uusi", "new")))
    )
    page = Message("Ohje", (text("Ohjesivu"),))

    def answer(event: Event) -> Reply:
        match event:
            case Pressed(action="help"):
                return Reply("Avattu", page, replaces=True)
            case Pressed():
                return Reply(message=page)
        return Reply(message=menu)

    rig.rules.answer = answer
    async with rig.webhook():
        rig.residents.start(RESIDENT_1)
        [first] = await rig.posted(RESIDENT_1)
        answered = await rig.residents.press(RESIDENT_1, RESIDENT_1, first.id, "new")
        assert answered.text == ""
        second = (await rig.posted(RESIDENT_1, 2))[1]
        assert (first.text, second.text) == ("Valikko", "Ohjesivu")
        answered = await rig.residents.press(RESIDENT_1, RESIDENT_1, first.id, "help")
        assert answered.text == "Avattu"
        await rig.until(lambda: first.text == "Ohjesivu")
        assert first.markup is None

        first.deleted = True  # pressed on a phone that did not know yet
        update = press("help", chat={"id": RESIDENT_1, "type": "private"})
        update["callback_query"]["message"]["message_id"] = first.id
        assert (await bring(rig, update))[0] == 200
        assert (await rig.posted(RESIDENT_1, 3))[2].text == "Ohjesivu"


async def test_a_press_where_others_read_along_posts_nothing(rig: Rig) -> None:
    secret = Message("Sinun kyselysi: 3", (text("Sinun kyselysi, pitkästi"),))
    async with rig.webhook() as channel:
        ref = await channel.send(address(GROUP), Message("", (rows(Button("Omat", "mine")),)))
        rig.rules.answer = lambda event: Reply(message=secret, replaces=True)
        answered = await rig.residents.press(RESIDENT_1, GROUP, int(ref.split(":")[1]), "mine")
        assert answered.text == "Sinun kyselysi: 3"
    assert len(rig.messages(GROUP)) == 1 and rig.messages(GROUP)[0].text == "…"


async def test_chats_that_come_and_go(rig: Rig) -> None:
    async with rig.webhook():
        rig.residents.set_bot(GROUP, "left")
        await rig.rules.took(1)
        rig.residents.set_bot(GROUP, "member")
        await rig.rules.took(2)
        moved_to = rig.residents.migrate(GROUP).id
        await rig.rules.took(3)
        rig.residents.start(RESIDENT_1)
        await rig.rules.took(4)
        rig.residents.block(RESIDENT_1)
        events = await rig.rules.took(5)
    left, joined, moved, started, blocked = events
    assert isinstance(left, Left) and left.where == address(GROUP) and not left.private
    assert isinstance(joined, Joined) and joined.title == "Naapurit – Grannar"
    assert isinstance(moved, Moved) and moved.to == address(moved_to)
    assert isinstance(started, Command) and started.name == "start"
    assert isinstance(blocked, Left) and blocked.private


async def test_a_reply_that_cannot_be_shown_harms_nobody(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.rules.answer = lambda event: Reply(message=Message("Salaista", (text("Salaista"),)))
    async with rig.webhook():
        assert (await bring(rig, message("Hei")))[0] == 200  # from somebody the server never met
    assert "a reply was not shown: BadRequest: Chat not found" in caplog.text
    assert "Salaista" not in caplog.text and "Aino" not in caplog.text


async def test_another_bots_command_is_left_to_it(rig: Rig) -> None:
    async with rig.webhook():
        assert (await bring(rig, message("/kysy@another_bot x")))[0] == 200
        assert (await bring(rig, message(f"/kysy@{BOT_USERNAME} x")))[0] == 200
    [command] = rig.rules.events
    assert isinstance(command, Command) and command.args == "x"
