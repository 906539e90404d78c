"""The Bot API methods that write, edit and answer."""

import struct
import zlib
from typing import Any

from bots.playground.telegram import rules
from bots.playground.telegram.args import Args
from bots.playground.telegram.errors import bad_request
from bots.playground.telegram.model import CallbackAnswer, Chat, Json, Message, User
from bots.playground.telegram.text import checked_link
from bots.playground.telegram.world import TelegramWorld

_TWO_DAYS = 48 * 3600
_REACTIONS = frozenset("👍 👎 ❤ 🔥 👏 😁 🤔 🎉 🙏 👌 👀 ✍ 🤝 💯".split())
_MAX_PHOTO = 10 * 1024 * 1024
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


def send_message(world: TelegramWorld, args: Args) -> Json:
    return _send(world, args, _text(args))


def _text(args: Args) -> Json:
    text, entities = rules.message_text(args)
    return {"text": text, "entities": entities, **_link_preview(args)}


def send_photo(world: TelegramWorld, args: Args) -> Json:
    text, entities = rules.caption(args)
    content: Json = {"photo": _photo(world, args)}
    if text:
        content |= {"caption": text, "caption_entities": entities}
    return _send(world, args, content)


def _send(world: TelegramWorld, args: Args, content: Json) -> Json:
    markup = rules.reply_markup(args)
    chat = world.writable(args.chat())
    reply_to = _replied(world, args, chat)
    thread = _thread(args, chat)
    if thread is None and reply_to is not None:
        thread = thread_of(chat, reply_to)
    world.count_send(chat)
    message = world.post(
        chat,
        world.bot,
        content,
        markup=markup,
        reply_to=reply_to,
        thread_id=thread,
        silent=args.flag("disable_notification"),
    )
    mirror(world, message)
    return message.as_json()


def _thread(args: Args, chat: Chat) -> int | None:
    """The topic of a forum that was named; private chats have topics that the bot makes up."""
    named = args.integer("message_thread_id")
    if named is None or chat.type == "private":
        return named
    if named not in chat.topics:
        raise bad_request("message thread not found")
    if not chat.topics[named]:
        raise bad_request("TOPIC_CLOSED")
    return named


def thread_of(chat: Chat, above: Message) -> int | None:
    """What a reply belongs to: the topic, or (in supergroups) the first message of the row."""
    if above.thread_id in chat.topics:
        return above.thread_id
    return (above.thread_id or above.id) if chat.type == "supergroup" else None


def mirror(world: TelegramWorld, message: Message) -> Message | None:
    """A channel's post shows in its linked group too, put there by Telegram itself."""
    channel = message.chat
    group = world.chats.get(channel.linked or 0) if channel.type == "channel" else None
    if group is None:
        return None
    origin = {"type": "channel", "date": message.date, "chat": channel.as_json(),
              "message_id": message.id}  # fmt: skip
    content = {**message.content, "is_automatic_forward": True, "forward_origin": origin}
    telegram = User(777000, "Telegram")
    copy = world.post(group, telegram, content, sender_chat=channel)
    if group.bot == "administrator":
        world.updates.add("message", copy.as_json(), f"chat {group.id}")
    return copy


def _replied(world: TelegramWorld, args: Args, chat: Chat) -> Message | None:
    given = args.mapping("reply_parameters")
    if given is None:
        return None
    number = given.get("message_id")
    if not isinstance(number, int):
        raise bad_request('can\'t parse reply parameters: Field "message_id" must be a Number')
    place = world.chat(str(given["chat_id"])) if given.get("chat_id") else chat
    found = world.message(place, number)
    if found is None and not given.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return found


def _link_preview(args: Args) -> Json:
    """Only one that was asked for by its address is shown; nothing here looks for others."""
    options = args.mapping("link_preview_options") or {}
    flags = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")
    for name in flags:
        if not isinstance(options.get(name, False), bool):
            raise bad_request(f'can\'t parse link preview options: "{name}" must be a Boolean')
    url = options.get("url", "")
    if not url or options.get("is_disabled"):
        return {}
    if not isinstance(url, str) or checked_link(url) is None:
        raise bad_request("can't parse link preview options: URL is invalid")
    return {"link_preview_options": options}


def _photo(world: TelegramWorld, args: Args) -> list[Json]:
    uploaded = args.file("photo")
    if uploaded is None:
        return _known_photo(world, args.text("photo"))
    if len(uploaded) > _MAX_PHOTO:
        raise bad_request("file is too big")
    width, height = _picture_size(uploaded)
    file_id = f"photo-{len(world.photos) + 1}"
    world.photos[file_id] = uploaded
    return [_photo_size(file_id, width, height, len(uploaded))]


def _known_photo(world: TelegramWorld, reference: str) -> list[Json]:
    if not reference or reference.startswith("attach://"):
        raise bad_request("there is no photo in the request")
    if reference in world.photos:
        picture = world.photos[reference]
        return [_photo_size(reference, *_picture_size(picture), len(picture))]
    if "://" in reference and checked_link(reference) is not None:
        return [_photo_size(reference, 1280, 720, 0)]
    raise bad_request("wrong file identifier/HTTP URL specified")


def _photo_size(file_id: str, width: int, height: int, size: int) -> Json:
    unique = f"u{zlib.crc32(file_id.encode())}"
    return {
        "file_id": file_id,
        "file_unique_id": unique,
        "width": width,
        "height": height,
        "file_size": size,
    }


def _picture_size(picture: bytes) -> tuple[int, int]:
    """Width and height; a JPEG's are not looked up and taken for 1280 by 720."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n") and len(picture) >= 24:
        width, height = struct.unpack(">II", picture[16:24])
    elif picture.startswith(b"\xff\xd8\xff"):
        width, height = 1280, 720
    else:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if width + height > 10_000 or not 1 / 20 <= width / max(height, 1) <= 20:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _editable(world: TelegramWorld, args: Args) -> Message:
    if args.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.open_chat(args.chat())
    message = world.message(chat, args.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not world.own(message):
        raise bad_request("message can't be edited")
    return message


def _edit(world: TelegramWorld, message: Message, content: Json, markup: Json | None) -> Json:
    if content == message.content and markup == message.markup:
        raise bad_request(_NOT_MODIFIED)
    world.count_send(message.chat)
    message.content, message.markup = content, markup
    message.edited = int(world.clock())
    world.touch()
    return message.as_json()


def edit_text(world: TelegramWorld, args: Args) -> Json:
    """A keyboard that is not given again is gone, as on the platform."""
    content = _text(args)
    markup = rules.reply_markup(args, inline_only=True)
    message = _editable(world, args)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, content, markup)


def edit_caption(world: TelegramWorld, args: Args) -> Json:
    text, entities = rules.caption(args)
    markup = rules.reply_markup(args, inline_only=True)
    message = _editable(world, args)
    if "photo" not in message.content:
        raise bad_request("there is no caption in the message to edit")
    content: Json = {"photo": message.content["photo"]}
    if text:
        content |= {"caption": text, "caption_entities": entities}
    return _edit(world, message, content, markup)


def edit_markup(world: TelegramWorld, args: Args) -> Json:
    markup = rules.reply_markup(args, inline_only=True)
    message = _editable(world, args)
    return _edit(world, message, message.content, markup)


def delete_message(world: TelegramWorld, args: Args) -> bool:
    chat = world.open_chat(args.chat())
    message = world.message(chat, args.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    others = chat.type in ("group", "supergroup") and not world.own(message)
    too_old = world.clock() - message.date > _TWO_DAYS and chat.type != "channel"
    if too_old or (others and chat.bot != "administrator"):
        raise bad_request("message can't be deleted")
    message.deleted = True
    world.touch()
    return True


def set_reaction(world: TelegramWorld, args: Args) -> bool:
    """A bot has one reaction a message, of those that everybody has."""
    chat = world.open_chat(args.chat())
    message = world.message(chat, args.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    given = args.sequence("reaction") or []
    if len(given) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for one in given:
        if one.get("type") != "emoji" or one.get("emoji") not in _REACTIONS:
            raise bad_request("REACTION_INVALID")
    message.reactions = tuple(one["emoji"] for one in given)
    world.touch()
    return True


def restrict_member(world: TelegramWorld, args: Args) -> bool:
    """An end that is less than 30 seconds or more than 366 days away is none, on the platform;
    here it is refused."""
    chat = world.open_chat(args.chat())
    if chat.type != "supergroup":
        raise bad_request("method is available only for supergroups")
    if chat.bot != "administrator":
        raise bad_request("not enough rights to restrict/unrestrict chat member")
    user, permissions = args.integer("user_id"), args.mapping("permissions")
    if permissions is None:
        raise bad_request("permissions are not specified")
    if user not in chat.members:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if user in chat.admins:
        raise bad_request("user is an administrator of the chat")
    until = args.integer("until_date") or 0
    if not 30 <= until - world.clock() <= 366 * 24 * 3600:
        raise bad_request("the stand-in restricts for a time only")
    if not any(permissions.values()):
        chat.restricted[user] = until
    world.touch()
    return True


def pin_message(world: TelegramWorld, args: Args) -> bool:
    chat = _pinnable(world, args)
    message = world.message(chat, args.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        world.touch()
    return True


def unpin_message(world: TelegramWorld, args: Args) -> bool:
    chat = _pinnable(world, args)
    number = args.integer("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    world.touch()
    return True


def _pinnable(world: TelegramWorld, args: Args) -> Chat:
    chat = world.writable(args.chat())
    if chat.type in ("group", "supergroup") and chat.bot != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def answer_callback(world: TelegramWorld, args: Args) -> bool:
    text = rules.callback_answer(args)
    url = args.text("url")
    if url and not url.startswith((f"https://t.me/{world.bot.username}?", "tg://")):
        raise bad_request("URL_INVALID")
    args.integer("cache_time")
    answer = CallbackAnswer(text, args.flag("show_alert"), url)
    world.answer(args.text("callback_query_id"), answer)
    return True


def chat_action(world: TelegramWorld, args: Args) -> bool:
    world.writable(args.chat())
    if args.text("action").lower() not in rules.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


METHODS: dict[str, Any] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "setMessageReaction": set_reaction,
    "restrictChatMember": restrict_member,
    "pinChatMessage": pin_message,
    "unpinChatMessage": unpin_message,
    "answerCallbackQuery": answer_callback,
    "sendChatAction": chat_action,
}
