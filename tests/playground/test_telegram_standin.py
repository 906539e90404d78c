"""The Telegram stand-in refuses what Telegram refuses, in Telegram's words."""

import struct
import zlib

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bots.playground.telegram import (
    CHANNEL,
    CHANNEL_NAME,
    GROUP,
    RESIDENT_1,
    RESIDENT_2,
    TOKEN,
    Impossible,
)

from .conftest import Telegram


def keyboard(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(d, callback_data=d)] for d in data])


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\xff" * width for _ in range(height)))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def test_the_bot_knows_itself(telegram: Telegram) -> None:
    me = await telegram.bot.get_me()
    assert me.is_bot and me.username == "kuulolla_playground_bot"
    assert me.can_read_all_group_messages is False


@pytest.mark.parametrize(
    ("token", "method", "code"),
    [
        ("999:" + TOKEN.split(":")[1], "getMe", 401),
        ("nonsense", "getMe", 404),
        (TOKEN, "sendTelepathy", 404),
    ],
)
async def test_a_wrong_token_or_method_is_refused(
    telegram: Telegram, token: str, method: str, code: int
) -> None:
    assert (await telegram.call(method, token))["error_code"] == code


@pytest.mark.parametrize("method", ["getme", "GETME", "getMe"])
async def test_method_names_may_be_in_any_case_and_get_works(
    telegram: Telegram, method: str
) -> None:
    async with telegram.http.get(f"{telegram.base}/telegram/bot{TOKEN}/{method}") as answer:
        assert (await answer.json())["result"]["is_bot"]


# Text


async def test_html_becomes_text_and_entities(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    source = (
        '<b>Äänestä</b> 🗳 &lt;nyt&gt; &amp; <a href="https://example.org/a?b=1&amp;c=2">täällä'
        "</a> <i>ja <u>heti</u></i> <span class='tg-spoiler'>hys</span> /help"
    )
    message = await telegram.bot.send_message(RESIDENT_1, source, parse_mode=ParseMode.HTML)
    assert message.text == "Äänestä 🗳 <nyt> & täällä ja heti hys /help"
    found = {kind: message.parse_entity(e) for e in message.entities for kind in [str(e.type)]}
    assert found == {
        "bold": "Äänestä",
        "text_link": "täällä",
        "italic": "ja heti",
        "underline": "heti",
        "spoiler": "hys",
        "bot_command": "/help",
    }
    link = next(e for e in message.entities if e.type == "text_link")
    assert link.url == "https://example.org/a?b=1&c=2"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("ää <br>", 'Unsupported start tag "br" at byte offset 5'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>a</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x>a</a>', 'Unclosed start tag "a" at byte offset 0'),
    ],
)
async def test_html_that_telegram_does_not_take(telegram: Telegram, source: str, why: str) -> None:
    telegram.residents.start(RESIDENT_1)
    refused = await telegram.refused(
        "sendMessage", chat_id=RESIDENT_1, text=source, parse_mode="HTML"
    )
    assert refused == f"Bad Request: can't parse entities: {why}"


async def test_length_counts_utf16_units_after_parsing(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    just = "<b>" + "🗳" * 2048 + "</b>"
    message = await telegram.bot.send_message(RESIDENT_1, just, parse_mode=ParseMode.HTML)
    assert message.entities[0].length == 4096
    with pytest.raises(BadRequest, match="Message is too long"):
        await telegram.bot.send_message(RESIDENT_1, "🗳" * 2048 + "a")


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x01", "<b> </b>"])
async def test_a_text_of_nothing_is_refused(telegram: Telegram, text: str) -> None:
    telegram.residents.start(RESIDENT_1)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await telegram.bot.send_message(RESIDENT_1, text, parse_mode=ParseMode.HTML)


async def test_control_characters_and_direction_overrides_do_not_get_through(
    telegram: Telegram,
) -> None:
    telegram.residents.start(RESIDENT_1)
    message = await telegram.bot.send_message(RESIDENT_1, "  a\x00b\u202ec\r\nd ")
    assert message.text == "a bc\nd"


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"parse_mode": "Klingon"}, "unsupported parse_mode"),
        ({"entities": [{"type": "bold", "offset": 0, "length": 9}]}, "out of the text"),
        ({"entities": [{"type": "huge", "offset": 0, "length": 1}]}, "unsupported type"),
        ({"entities": "[{"}, "can't parse entities JSON object"),
        ({"reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"message_thread_id": "x"}, 'field "message_thread_id" must be a valid Number'),
        ({"text": {"a": 1}}, 'field "text" must be of type String'),
        ({"text": "\ud83d"}, "strings must be encoded in UTF-8"),
        ({"chat_id": [1]}, 'field "chat_id" must be of type String'),
        ({"chat_id": "9" * 5000}, "chat not found"),
        ({"reply_markup": "[" * 50_000}, "can't parse reply markup JSON object"),
    ],
)
async def test_odd_parameters(telegram: Telegram, params: dict[str, object], why: str) -> None:
    telegram.residents.start(RESIDENT_1)
    given = {"chat_id": RESIDENT_1, "text": "hei", **params}
    assert why in await telegram.refused("sendMessage", **given)


async def test_a_body_that_is_no_json_object_is_refused(telegram: Telegram) -> None:
    url = f"{telegram.base}/telegram/bot{TOKEN}/getMe"
    headers = {"Content-Type": "application/json"}
    for body in (b"{", b"[1]", b"\xff"):
        async with telegram.http.post(url, data=body, headers=headers) as answer:
            assert answer.status == 400


# Keyboards


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "", "callback_data": "a"}, "Button text must be non-empty"),
        ({"callback_data": "a"}, 'Field "text" must be of type String'),
        ({"text": "a", "callback_data": "ä" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": 7}, 'Field "callback_data" must be of type String'),
        ({"text": "a", "callback_data": "a", "url": "https://e.org"}, "Exactly one action"),
        ({"text": "a", "url": "gopher://e.org"}, "Wrong HTTP URL"),
        ({"text": "a", "url": "http://localhost:8080/"}, "Wrong HTTP URL"),
        ("a", "InlineKeyboardButton must be an Object"),
    ],
)
async def test_buttons_that_telegram_does_not_take(
    telegram: Telegram, button: object, why: str
) -> None:
    telegram.residents.start(RESIDENT_1)
    markup = {"inline_keyboard": [[button]]}
    refused = await telegram.refused(
        "sendMessage", chat_id=RESIDENT_1, text="hei", reply_markup=markup
    )
    assert why in refused


@pytest.mark.parametrize(
    ("rows", "columns", "fits"), [(1, 8, True), (1, 9, False), (25, 4, True), (101, 1, False)]
)
async def test_how_many_buttons_fit(
    telegram: Telegram, rows: int, columns: int, fits: bool
) -> None:
    telegram.residents.start(RESIDENT_1)
    button = {"text": "a", "callback_data": "é" * 32}
    markup = {"inline_keyboard": [[button] * columns] * rows}
    body = await telegram.call("sendMessage", chat_id=RESIDENT_1, text="hei", reply_markup=markup)
    assert body["ok"] is fits
    assert fits or body["description"] == "Bad Request: reply markup is too long"


async def test_an_address_on_a_button_is_kept_as_telegram_keeps_it(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    button = InlineKeyboardButton("sivu", url="http://127.0.0.1:8080")
    message = await telegram.bot.send_message(
        RESIDENT_1, "hei", reply_markup=InlineKeyboardMarkup([[button]])
    )
    assert message.reply_markup is not None
    assert message.reply_markup.inline_keyboard[0][0].url == "http://127.0.0.1:8080/"


# Who may be written to


@pytest.mark.parametrize("chat", [77, -77, "@nowhere", "abc"])
async def test_an_unknown_chat(telegram: Telegram, chat: int | str) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await telegram.bot.send_message(chat, "hei")


async def test_a_bot_does_not_write_first_nor_to_one_who_blocked_it(telegram: Telegram) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await telegram.bot.send_message(RESIDENT_1, "hei")
    telegram.residents.start(RESIDENT_1)
    await telegram.bot.send_message(RESIDENT_1, "hei")
    telegram.residents.block(RESIDENT_1)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await telegram.bot.send_message(RESIDENT_1, "hei")
    telegram.residents.start(RESIDENT_1)
    await telegram.bot.send_message(RESIDENT_1, "taas")


async def test_a_removed_bot_does_not_write_to_the_group(telegram: Telegram) -> None:
    await telegram.bot.send_message(GROUP, "hei")
    telegram.residents.set_bot(GROUP, "kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await telegram.bot.send_message(GROUP, "hei")
    telegram.residents.set_bot(GROUP, "member")
    await telegram.bot.leave_chat(GROUP)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await telegram.bot.send_message(GROUP, "hei")


async def test_a_group_that_became_a_supergroup_says_where_it_went(telegram: Telegram) -> None:
    new = telegram.residents.migrate(GROUP)
    with pytest.raises(ChatMigrated) as moved:
        await telegram.bot.send_message(GROUP, "hei")
    assert moved.value.new_chat_id == new.id
    message = await telegram.bot.send_message(new.id, "hei")
    assert message.chat.type == "supergroup"
    telegram.residents.set_bot(new.id, "kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await telegram.bot.send_message(new.id, "hei")


async def test_a_channel_takes_posts_of_its_administrators(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(f"@{CHANNEL_NAME}", "hei")
    assert post.chat.id == CHANNEL and post.from_user is None
    assert post.sender_chat is not None
    telegram.residents.set_bot(CHANNEL, "member")
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await telegram.bot.send_message(CHANNEL, "hei")
    with pytest.raises(Impossible, match="only an administrator"):
        telegram.residents.send(RESIDENT_2, CHANNEL, "minäkin")


async def test_replies_previews_threads_and_silence(telegram: Telegram) -> None:
    asked = telegram.residents.start(RESIDENT_1)
    answer = await telegram.bot.send_message(
        RESIDENT_1,
        "hei",
        reply_parameters=ReplyParameters(asked.id),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        message_thread_id=5,
        disable_notification=True,
    )
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "/start"
    assert answer.message_thread_id == 5
    lost = ReplyParameters(999)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await telegram.bot.send_message(RESIDENT_1, "hei", reply_parameters=lost)
    anyway = ReplyParameters(999, allow_sending_without_reply=True)
    await telegram.bot.send_message(RESIDENT_1, "hei", reply_parameters=anyway)


@pytest.mark.parametrize("url", ["http://localhost/a.png", "nothing", "ftp://a.example/"])
async def test_a_preview_is_of_an_address_that_telegram_reaches(
    telegram: Telegram, url: str
) -> None:
    telegram.residents.start(RESIDENT_1)
    options = LinkPreviewOptions(url=url, show_above_text=True)
    with pytest.raises(BadRequest, match="link preview options"):
        await telegram.bot.send_message(RESIDENT_1, "hei", link_preview_options=options)


# Photos


async def test_a_photo_is_uploaded_and_sent_again_by_its_id(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    picture = png(120, 40)
    sent = await telegram.bot.send_photo(
        RESIDENT_1, picture, caption="<b>Tulos</b>", parse_mode=ParseMode.HTML
    )
    assert (sent.photo[-1].width, sent.photo[-1].height) == (120, 40)
    assert sent.caption == "Tulos" and sent.caption_entities[0].type == "bold"
    again = await telegram.bot.send_photo(RESIDENT_1, sent.photo[-1].file_id)
    assert again.photo[-1].file_id == sent.photo[-1].file_id
    url = f"{telegram.base}/_playground/telegram/photos/{sent.photo[-1].file_id}"
    async with telegram.http.get(url) as answer:
        assert await answer.read() == picture
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await telegram.bot.edit_message_text("x", RESIDENT_1, sent.message_id)
    edited = await telegram.bot.edit_message_caption(RESIDENT_1, sent.message_id, caption="Uusi")
    assert not isinstance(edited, bool) and edited.caption == "Uusi"


async def test_photos_that_telegram_does_not_take(telegram: Telegram) -> None:
    telegram.residents.start(RESIDENT_1)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await telegram.bot.send_photo(RESIDENT_1, b"<svg/>")
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
        await telegram.bot.send_photo(RESIDENT_1, png(100, 1))
    with pytest.raises(BadRequest, match=r"[Ww]rong file identifier"):
        await telegram.bot.send_photo(RESIDENT_1, "no-such-photo")
    with pytest.raises(BadRequest, match="caption is too long"):
        await telegram.bot.send_photo(RESIDENT_1, png(9, 9), caption="a" * 1025)


# Edits


async def test_an_edit_that_changes_nothing_is_refused(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(GROUP, "1 ääni", reply_markup=keyboard("vote:1:2"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await telegram.bot.edit_message_text(
            "1 ääni", GROUP, post.message_id, reply_markup=keyboard("vote:1:2")
        )
    with pytest.raises(BadRequest, match="Message is not modified"):
        await telegram.bot.edit_message_reply_markup(
            GROUP, post.message_id, reply_markup=keyboard("vote:1:2")
        )
    await telegram.bot.edit_message_text(
        "1 ääni", GROUP, post.message_id, reply_markup=keyboard("vote:1:3")
    )
    edited = await telegram.bot.edit_message_text("2 ääntä", GROUP, post.message_id)
    assert not isinstance(edited, bool)
    assert edited.text == "2 ääntä" and edited.edit_date is not None
    assert edited.reply_markup is None, "a keyboard that is not given again is gone"


async def test_only_own_and_standing_messages_are_edited_and_deleted(telegram: Telegram) -> None:
    theirs = telegram.residents.send(RESIDENT_1, GROUP, "/hei")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await telegram.bot.edit_message_text("x", GROUP, theirs.id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await telegram.bot.delete_message(GROUP, theirs.id)
    mine = await telegram.bot.send_message(GROUP, "hei")
    await telegram.bot.delete_message(GROUP, mine.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await telegram.bot.edit_message_text("x", GROUP, mine.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await telegram.bot.delete_message(GROUP, mine.message_id)


async def test_after_two_days_a_message_is_not_deleted(telegram: Telegram) -> None:
    mine = await telegram.bot.send_message(GROUP, "hei")
    telegram.clock.now += 48 * 3600 + 1
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await telegram.bot.delete_message(GROUP, mine.message_id)


async def test_pins_and_chat_actions(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(GROUP, "hei")
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await telegram.bot.pin_chat_message(GROUP, post.message_id)
    telegram.residents.set_bot(GROUP, "administrator")
    await telegram.bot.pin_chat_message(GROUP, post.message_id)
    pinned = (await telegram.bot.get_chat(GROUP)).pinned_message
    assert pinned is not None and pinned.message_id == post.message_id
    await telegram.bot.send_chat_action(GROUP, ChatAction.TYPING)
    refused = await telegram.refused("sendChatAction", chat_id=GROUP, action="dance")
    assert refused == "Bad Request: wrong parameter action in request"


# Presses


async def test_a_press_gets_one_answer_in_time(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(GROUP, "?", reply_markup=keyboard("a"))
    query = telegram.residents.tap(RESIDENT_2, GROUP, post.message_id, "a")
    await telegram.bot.answer_callback_query(query.id, "Kiitos!", show_alert=True)
    assert query.answer is not None
    assert (query.answer.text, query.answer.show_alert) == ("Kiitos!", True)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await telegram.bot.answer_callback_query(query.id, "Kiitos!")
    late = telegram.residents.tap(RESIDENT_2, GROUP, post.message_id, "a")
    telegram.clock.now += 16
    with pytest.raises(BadRequest, match=r"(?i)query id is invalid"):
        await telegram.bot.answer_callback_query(late.id)


async def test_answers_have_limits(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(GROUP, "?", reply_markup=keyboard("a"))
    query = telegram.residents.tap(RESIDENT_1, GROUP, post.message_id, "a")
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await telegram.bot.answer_callback_query(query.id, "a" * 201)
    with pytest.raises(BadRequest, match=r"(?i)url_invalid"):
        await telegram.bot.answer_callback_query(query.id, url="https://example.org/")
    await telegram.bot.answer_callback_query(query.id, "a" * 200)


async def test_only_buttons_that_are_there_are_pressed(telegram: Telegram) -> None:
    post = await telegram.bot.send_message(GROUP, "?", reply_markup=keyboard("a"))
    with pytest.raises(Impossible, match="no such button"):
        telegram.residents.tap(RESIDENT_1, GROUP, post.message_id, "b")
    forged = telegram.residents.tap(RESIDENT_1, GROUP, post.message_id, "b", forged=True)
    assert forged.as_json()["data"] == "b"
    with pytest.raises(Impossible, match="1 to 64 bytes"):
        telegram.residents.tap(RESIDENT_1, GROUP, post.message_id, "b" * 65, forged=True)
