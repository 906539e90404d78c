"""What the Bot API checks in a payload before it does anything."""

import re
from typing import Any

from bots.playground.telegram.args import Args
from bots.playground.telegram.errors import bad_request
from bots.playground.telegram.text import (
    Entity,
    HtmlText,
    checked_link,
    clean,
    trimmed,
    utf16_length,
    with_found,
)

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ANSWER = 200
MAX_CALLBACK_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_BUTTONS_PER_ROW = 8

BUTTON_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
CHAT_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)
_MARKUPS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
_ENTITY_TYPES = frozenset(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline "
    "strikethrough spoiler blockquote expandable_blockquote code pre text_link text_mention "
    "custom_emoji".split()
)


def message_text(args: Args) -> tuple[str, list[Entity]]:
    text, entities = formatted(args, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, entities


def caption(args: Args) -> tuple[str, list[Entity]]:
    text, entities = formatted(args, "caption", "caption_entities")
    if utf16_length(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def formatted(args: Args, field: str, entities_field: str) -> tuple[str, list[Entity]]:
    source = clean(args.text(field))
    mode = args.text("parse_mode").lower()
    if mode == "html":
        parsed = HtmlText(source)
        text, entities = parsed.text, parsed.entities
    elif mode in ("", "none"):
        text, entities = source, _given_entities(args.sequence(entities_field), source)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request(f"can't parse entities: the stand-in reads HTML only, not {mode}")
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = trimmed(text, entities)
    return text, with_found(text, entities)


def _given_entities(given: list[Any] | None, text: str) -> list[Entity]:
    whole = utf16_length(text)
    for entity in given or []:
        if not isinstance(entity, dict) or entity.get("type") not in _ENTITY_TYPES:
            raise bad_request("can't parse MessageEntity: unsupported type specified")
        start, length = entity.get("offset"), entity.get("length")
        if not isinstance(start, int) or not isinstance(length, int):
            raise bad_request("can't parse MessageEntity: offset and length must be Numbers")
        if start < 0 or length <= 0 or start + length > whole:
            raise bad_request("entity offset or length is out of the text")
    return [dict(entity) for entity in given or []]


def reply_markup(args: Args, *, inline_only: bool = False) -> dict[str, Any] | None:
    markup = args.mapping("reply_markup")
    if markup is None:
        return None
    kinds = [kind for kind in _MARKUPS if kind in markup]
    if not kinds:
        if markup:
            raise bad_request("object expected as reply markup")
        return None
    if kinds[0] == "inline_keyboard":
        return _inline_keyboard(markup["inline_keyboard"])
    if inline_only:
        raise bad_request("inline keyboard expected")
    if kinds[0] == "keyboard":
        _rows(markup["keyboard"], "keyboard")
    elif markup[kinds[0]] is not True:
        raise bad_request(f'field "{kinds[0]}" must be of the type Boolean')
    return markup


def _rows(rows: Any, field: str) -> list[list[Any]]:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" must be an Array of Arrays')
    return [row for row in rows if row]


def _inline_keyboard(rows: Any) -> dict[str, Any] | None:
    keyboard = [[_button(button) for button in row] for row in _rows(rows, "inline_keyboard")]
    if not keyboard:
        return None
    too_wide = any(len(row) > MAX_BUTTONS_PER_ROW for row in keyboard)
    if too_wide or sum(len(row) for row in keyboard) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": keyboard}


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _bad_button("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise _bad_button('Field "text" must be of type String')
    if not clean(text).strip():
        raise _bad_button("Button text must be non-empty")
    actions = [name for name in BUTTON_ACTIONS if button.get(name) not in (None, "")]
    if not actions:
        raise _bad_button("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _bad_button(f"Exactly one action is allowed, found {' and '.join(actions)}")
    checked = {**button, "text": clean(text).strip()}
    if actions[0] == "callback_data":
        _check_callback_data(button["callback_data"])
    elif actions[0] == "url":
        checked["url"] = _button_url(button["url"])
    elif actions[0] == "copy_text":
        _check_copy_text(button["copy_text"])
    return checked


def _bad_button(why: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {why}")


def _check_callback_data(data: Any) -> None:
    if not isinstance(data, str):
        raise _bad_button('Field "callback_data" must be of type String')
    if len(data.encode("utf-8", "surrogatepass")) > MAX_CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _button_url(url: Any) -> str:
    link = checked_link(url) if isinstance(url, str) else None
    if link is None or link.startswith(("mailto:", "tel:")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return link


def _check_copy_text(value: Any) -> None:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 256:
        raise _bad_button("Text to copy must be 1-256 characters long")


def callback_answer(args: Args) -> str:
    text = clean(args.text("text")).strip()
    if utf16_length(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    return text


def bot_commands(args: Args) -> list[dict[str, str]]:
    commands = args.sequence("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_bot_command(command) for command in commands]


def _bot_command(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = given.get("command"), given.get("description")
    if not isinstance(name, str) or not isinstance(description, str):
        raise bad_request("can't parse BotCommand: command and description must be Strings")
    name = name.removeprefix("/").lower()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description.strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description.strip()}


def language_code(args: Args) -> str:
    code = args.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("language_code_invalid")
    return code


def webhook_url(args: Args) -> str:
    url = args.text("url").strip()
    if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise bad_request("bad webhook: invalid url specified")
    return url


def webhook_secret(args: Args) -> str:
    secret = args.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    return secret


def webhook_connections(args: Args) -> int:
    return min(max(args.integer("max_connections") or 40, 1), 100)


def update_types(args: Args) -> tuple[str, ...] | None:
    """The kinds asked for; None when the call says nothing about them."""
    kinds = args.sequence("allowed_updates")
    if kinds is None:
        return None
    if not all(isinstance(kind, str) for kind in kinds):
        raise bad_request("expected an Array of String as allowed_updates")
    return tuple(kinds)
