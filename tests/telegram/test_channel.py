"""Sending, editing, starting, health; and that the token is never told."""

import asyncio
import logging

import pytest

from bots.playground.faults import Fault
from bots.playground.telegram import CHANNEL, GROUP, RESIDENT_1, RESIDENT_2, TOKEN
from bots.playground.telegram.view import chat_view
from core.events import Address
from core.messages import Button, Image, Link, Message, Pictured, Pictures, Reply, rows, text
from core.ports import Channel, Limits, SendFailed
from tests.telegram.rig import PATIENCE, SECRET, UPDATES, Rig

HELLO = Message("Hei", (text("Hei & <terve>"), rows(Button("Kyllä", "vote:1:0"))))
BYE = Message("Moi", (text("Moi"), Link("Sivu", "https://example.test/")))


def address(chat: int) -> Address:
    return Address("telegram", str(chat))


def place(ref: str) -> tuple[int, int]:
    chat, number = ref.split(":")
    return int(chat), int(number)


async def failure(sending: object) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await sending  # type: ignore[misc]
    assert caught.value.__cause__ is None
    return caught.value


def test_it_is_a_channel(rig: Rig) -> None:
    channel: Channel = rig.channel()
    assert (channel.name, channel.limits) == ("telegram", Limits(30, 1, 3))


@pytest.mark.parametrize("chat", [GROUP, CHANNEL], ids=["group", "channel"])
async def test_send_and_edit(rig: Rig, chat: int) -> None:
    async with rig.polling() as channel:
        ref = await channel.send(address(chat), HELLO)
        sent = rig.world.messages[chat][place(ref)[1]]
        assert place(ref)[0] == chat and sent.text == "Hei & <terve>"
        assert sent.inline_keyboard == [[{"text": "Kyllä", "callback_data": "vote:1:0"}]]
        await channel.edit(ref, BYE)
        assert sent.text == "Moi"
        assert sent.inline_keyboard == [[{"text": "Sivu", "url": "https://example.test/"}]]
        await channel.edit(ref, BYE)
    assert rig.calls("editMessageText") == [200, 400], "the second changed nothing, and is fine"


PIER = Pictured("Laituri", "Puinen laituri", "/pictures/ab.jpeg", "https://a.example/1.jpg", 8, 6)
SHEET = "/fi/polls/1/pictures-00.jpg"
BUTTONS = rows(Button("Laituri", "vote:1:0"))


def pictured(votes: int, base: str = "https://city.example") -> Message:
    return Message("Mitä?", (text(f"{votes} ääntä"), Pictures((PIER,), base, SHEET), BUTTONS))


async def test_pictures_of_options_stand_above_the_text_through_every_edit(rig: Rig) -> None:
    """As the preview of a link: the tally and the buttons go on as ever."""
    async with rig.polling() as channel:
        ref = await channel.send(address(GROUP), pictured(0))
        sent = rig.world.messages[GROUP][place(ref)[1]]
        shown = {"url": f"https://city.example{SHEET}", "prefer_large_media": True,
                 "show_above_text": True}  # fmt: skip
        assert sent.content["link_preview_options"] == shown
        assert sent.text == "0 ääntä\n\n– Laituri: Puinen laituri"
        await channel.edit(ref, pictured(1))
        await channel.edit(ref, pictured(1))
        assert sent.content["link_preview_options"] == shown and sent.text.startswith("1 ääntä")
        assert sent.inline_keyboard == [[{"text": "Laituri", "callback_data": "vote:1:0"}]]
        await channel.edit(ref, HELLO)
        assert "link_preview_options" not in sent.content
    assert rig.calls("editMessageText") == [200, 400, 200]


async def test_where_the_page_is_nobody_elses_pictures_are_links(rig: Rig) -> None:
    async with rig.polling() as channel:
        ref = await channel.send(address(GROUP), pictured(0, base=""))
        sent = rig.world.messages[GROUP][place(ref)[1]]
        assert "link_preview_options" not in sent.content
        link = {"text": "Laituri: Puinen laituri", "url": "https://a.example/1.jpg"}
        assert sent.inline_keyboard[0] == [link]


async def test_a_thread_is_a_reply_to_what_it_answers(rig: Rig) -> None:
    async with rig.polling() as channel:
        first = await channel.send(address(GROUP), HELLO)
        second = await channel.send(address(GROUP), BYE, first)
        sent = rig.world.messages[GROUP]
        assert sent[place(second)[1]].reply_to is sent[place(first)[1]]
        sent[place(first)[1]].deleted = True
        for gone in (first, f"{CHANNEL}:1", "nonsense"):
            ref = await channel.send(address(GROUP), BYE, gone)
            assert sent[place(ref)[1]].reply_to is None


@pytest.mark.parametrize("chat", ["~ab12", "@espoo", "", "1" * 30, "-100x", "¹²"])
async def test_no_chat_of_telegram(rig: Rig, chat: str) -> None:
    async with rig.polling() as channel:
        before = len(rig.world.calls)
        assert (await failure(channel.send(Address("telegram", chat), HELLO))).permanent
        assert rig.calls("sendMessage") == [] and before


SENDING = [
    (Fault("sendMessage", "429", retry_after=7), (False, 7.0, False)),
    (Fault("sendMessage", "403"), (True, None, False)),
    (Fault("sendMessage", "400"), (False, None, False)),
    (Fault("sendMessage", "500"), (False, None, False)),
    (Fault("sendMessage", "drop"), (False, None, True)),
    (Fault("sendMessage", "lost_answer"), (False, None, True)),
]


@pytest.mark.parametrize(("fault", "meaning"), SENDING, ids=lambda x: getattr(x, "kind", ""))
async def test_failed_sends(
    rig: Rig, fault: Fault, meaning: tuple[bool, float | None, bool]
) -> None:
    async with rig.polling() as channel:
        rig.world.faults.add(fault)
        failed = await failure(channel.send(address(GROUP), HELLO))
        assert (failed.permanent, failed.retry_after, failed.uncertain) == meaning
        assert TOKEN not in f"{failed}{failed!r}"
        await channel.send(address(GROUP), HELLO)


async def test_nobody_there(rig: Rig) -> None:
    async with rig.polling() as channel:
        assert (await failure(channel.send(address(-999), HELLO))).permanent
        assert (await failure(channel.send(address(RESIDENT_1), HELLO))).permanent
        rig.residents.start(RESIDENT_1)
        ref = await channel.send(address(RESIDENT_1), HELLO)
        rig.residents.block(RESIDENT_1)
        assert (await failure(channel.send(address(RESIDENT_1), HELLO))).permanent
        assert (await failure(channel.edit(ref, BYE))).permanent


async def test_a_group_that_moved(rig: Rig) -> None:
    async with rig.polling() as channel:
        ref = await channel.send(address(GROUP), HELLO)
        new = address(rig.residents.migrate(GROUP).id)
        failed = await failure(channel.send(address(GROUP), HELLO))
        assert (failed.moved_to, failed.permanent) == (new, False)
        failed = await failure(channel.edit(ref, BYE))
        assert (failed.moved_to, failed.permanent, str(failed)) == (new, True, "gone")
        assert (await channel.send(new, HELLO)).startswith(f"{new.chat}:")


async def test_a_message_that_is_gone(rig: Rig) -> None:
    async with rig.polling() as channel:
        ref = await channel.send(address(GROUP), HELLO)
        rig.world.messages[GROUP][place(ref)[1]].deleted = True
        mine = rig.residents.send(RESIDENT_1, GROUP, "Hei")
        for lost in (ref, f"{GROUP}:{mine.id}", "nonsense"):
            failed = await failure(channel.edit(lost, BYE))
            assert (str(failed), failed.permanent) == ("gone", True)


@pytest.mark.parametrize("kind", ["drop", "lost_answer", "500"])
async def test_an_edit_may_be_repeated(rig: Rig, kind: str) -> None:
    async with rig.polling() as channel:
        ref = await channel.send(address(GROUP), HELLO)
        rig.world.faults.add(Fault("editMessageText", kind))  # type: ignore[arg-type]
        failed = await failure(channel.edit(ref, BYE))
        assert not failed.permanent and not failed.uncertain
        await channel.edit(ref, BYE)
        assert rig.world.messages[GROUP][place(ref)[1]].text == "Moi"


async def test_an_unreachable_server_is_certain(rig: Rig, unused_tcp_port: int) -> None:
    channel = rig.channel(api_url=f"http://127.0.0.1:{unused_tcp_port}")
    await channel.start(rig.rules)
    try:
        failed = await failure(channel.send(address(GROUP), HELLO))
        assert not failed.permanent and not failed.uncertain
        assert not (await channel.health()).ok
    finally:
        await channel.stop()


# --- starting ------------------------------------------------------------------------------------


def menus(rig: Rig) -> dict[tuple[str, str], list[str]]:
    return {
        key: [command["command"] for command in menu] for key, menu in rig.world.commands.items()
    }


async def test_commands_are_registered(rig: Rig) -> None:
    async with rig.polling():
        pass
    private, groups = "all_private_chats", "all_group_chats"
    assert menus(rig) == {
        (private, ""): ["kysy", "kyselyt", "ohje"],
        (private, "fi"): ["kysy", "kyselyt", "ohje"],
        (private, "sv"): ["fraga", "enkater", "hjalp"],
        (private, "en"): ["ask", "polls", "help"],
        (groups, ""): ["kysy", "kyselyt"],
        (groups, "fi"): ["kysy", "kyselyt"],
        (groups, "sv"): ["fraga", "enkater"],
        (groups, "en"): ["ask", "polls"],
    }


async def test_the_bots_page_tells_what_it_is_for(rig: Rig) -> None:
    """On the phone of a person who has not spoken to it yet."""
    async with rig.polling():
        pass
    told = {user: rig.world.chats[user] for user in (RESIDENT_1, RESIDENT_2)}
    shown = [chat_view(rig.world, chat, 0, set())["description"] for chat in told.values()]
    assert shown == ["Kaupunki kuulee.", "Staden lyssnar."]
    for kind, most in (("description", 512), ("short_description", 120)):
        assert rig.world.description(kind, "de") == "Kaupunki kuulee."
        english = rig.world.description(kind, "en")
        assert english.endswith("…") and most - 20 < len(english) <= most


async def test_what_a_city_does_not_use_leaves_no_command_behind(rig: Rig) -> None:
    async with rig.polling():
        pass
    async with rig.polling(offers={"fi": [], "sv": [], "en": []}):
        pass
    assert menus(rig) == {}


async def test_the_webhook_is_set(rig: Rig) -> None:
    async with rig.webhook() as channel:
        hook = rig.world.webhook
        assert (hook.url, hook.secret, hook.max_connections) == (rig.hook, SECRET, 100)
        assert rig.world.updates.allowed == UPDATES
        assert await channel.health() == type(await channel.health())(True, "reached, webhook")
    assert rig.calls("getUpdates") == []


async def test_a_telegram_that_is_away_at_the_start_does_not_stop_us(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.world.faults.add(Fault("getMe", "500", times=3))
    rig.world.faults.add(Fault("setMyCommands", "429", retry_after=33))
    channel = rig.channel()
    assert not (await channel.health()).ok
    await channel.start(rig.rules)
    async with asyncio.timeout(PATIENCE):
        await channel.ready.wait()
    assert (await channel.health()).ok
    await channel.stop()
    assert rig.calls("getMe") == [500, 500, 500, 200]
    assert rig.pauses.long == [1, 2, 4, 33]
    assert caplog.text.count("not ready for us yet") == 4


async def test_a_refused_token_shows_in_health(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    channel = rig.channel(token="4242:wrong-token")
    await channel.start(rig.rules)
    assert await rig.pauses.until(8) == [1, 2, 4, 8, 16, 32, 60, 60]
    health = await channel.health()
    await channel.stop()
    assert (health.ok, health.detail) == (False, "InvalidToken: Unauthorized")
    assert "wrong-token" not in caplog.text


async def test_health_follows_the_last_contact(rig: Rig) -> None:
    async with rig.webhook() as channel:
        rig.world.faults.add(Fault("sendMessage", "500"))
        await failure(channel.send(address(GROUP), HELLO))
        assert not (await channel.health()).ok
        await failure(channel.send(address(-999), HELLO))
        assert (await channel.health()).ok, "a refusal of one chat is an answer as well"


# --- secrecy -------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_logs_hold_no_token_text_or_name(
    rig: Rig, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    caplog.set_level(logging.DEBUG)
    rig.rules.answer = lambda event: Reply("Laskettu", HELLO)
    for method in ("getMe", "setWebhook", "getUpdates", "sendMessage"):
        for kind in ("500", "drop", "400", "403"):
            rig.world.faults.add(Fault(method, kind))  # type: ignore[arg-type]
    async with rig.webhook() if way == "webhook" else rig.polling() as channel:
        for _ in range(5):
            rig.residents.send(RESIDENT_1, RESIDENT_1, "Salaista puhetta")
        await rig.rules.took(5)
        rig.world.faults.clear()
        ref = await channel.send(address(GROUP), HELLO)
        await rig.residents.press(RESIDENT_1, GROUP, place(ref)[1], "vote:1:0")
    # The stand-in's own access log, of which a real Telegram's reader is another, is not ours.
    told = [r for r in caplog.records if r.name != "aiohttp.access"]
    assert [r for r in told if r.name.startswith("bots.")], "there was something to tell"
    lines = "\n".join(f"{r.getMessage()} {r.exc_text or ''}" for r in told)
    for secret in (TOKEN, TOKEN.split(":")[1], SECRET, "Salaista", "terve", "Asukas"):
        assert secret not in lines


# --- pictures ------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (960).to_bytes(4) + (400).to_bytes(4)
CHART = Message("Tulos", (Image("/fi/polls/1/chart.png", "Kaavio"), text("Torille 60 %")))


async def draw(url: str) -> bytes | None:
    return PNG if url.endswith("/chart.png") else None


async def test_a_picture_is_uploaded_with_its_words(rig: Rig) -> None:
    async with rig.polling(picture=draw) as channel:
        ref = await channel.send(Address("telegram", str(GROUP)), CHART)
        [shown] = rig.messages(GROUP)
        assert ref == f"{GROUP}:{shown.id}"
        assert shown.content["caption"] == "Torille 60 %"
        assert list(rig.world.photos.values()) == [PNG]


async def test_words_that_do_not_fit_under_a_picture_go_without(rig: Rig) -> None:
    long = Message("Tulos", (CHART.blocks[0], text("ä" * 1025)))
    async with rig.polling(picture=draw) as channel:
        await channel.send(Address("telegram", str(GROUP)), long)
        [shown] = rig.messages(GROUP)
        assert shown.text == "ä" * 1025 and not rig.world.photos


async def test_a_picture_that_cannot_be_had_is_done_without(rig: Rig) -> None:
    async with rig.polling() as channel:
        await channel.send(Address("telegram", str(GROUP)), CHART)
        [shown] = rig.messages(GROUP)
        assert shown.text == "Torille 60 %"
