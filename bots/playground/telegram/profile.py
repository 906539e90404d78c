"""The Bot API methods about the bot itself, its chats, and how updates reach it."""

import re
from typing import Any

from bots.playground.telegram import rules
from bots.playground.telegram.args import Args
from bots.playground.telegram.errors import bad_request, conflict
from bots.playground.telegram.model import Chat, Json, User, Webhook
from bots.playground.telegram.world import TelegramWorld

_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
_MAX_TIMEOUT = 50
_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories "
    "can_delete_stories"
).split()
_CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")


def get_me(world: TelegramWorld, args: Args) -> Json:
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(world: TelegramWorld, args: Args) -> list[Json]:
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    kinds = rules.update_types(args)
    if kinds is not None:
        world.updates.allowed = kinds
    limit = min(max(args.integer("limit") or 100, 1), 100)
    timeout = min(max(args.integer("timeout") or 0, 0), _MAX_TIMEOUT)
    return await world.updates.poll(args.integer("offset") or 0, limit, timeout)


def set_webhook(world: TelegramWorld, args: Args) -> bool:
    """http:// is taken as well as https://, for a receiver on the same machine."""
    url = rules.webhook_url(args)
    secret, most = rules.webhook_secret(args), rules.webhook_connections(args)
    kinds = rules.update_types(args)
    if kinds is not None:
        world.updates.allowed = kinds
    if args.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook = Webhook(url, secret, most) if url else Webhook()
    world.updates.end_poll("setWebhook request")
    return True


def delete_webhook(world: TelegramWorld, args: Args) -> bool:
    if args.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook = Webhook()
    world.updates.notify()
    return True


def webhook_info(world: TelegramWorld, args: Args) -> Json:
    hook = world.webhook
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error:
        info["last_error_date"] = hook.last_error_at
        info["last_error_message"] = hook.last_error
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    return info


def _scope(world: TelegramWorld, args: Args) -> str:
    given = args.mapping("scope") or {"type": "default"}
    kind = given.get("type")
    if kind in _SCOPES:
        return str(kind)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.chat(str(given.get("chat_id", "")))
    if chat.type == "channel":
        raise bad_request("can't change commands in channel chats")
    if kind == "chat_member":
        return f"chat_member {chat.id} {_user(world, given.get('user_id')).id}"
    return f"{kind} {chat.id}"


def set_commands(world: TelegramWorld, args: Args) -> bool:
    key = _scope(world, args), rules.language_code(args)
    commands = rules.bot_commands(args)
    if commands:
        world.commands[key] = commands
    else:
        world.commands.pop(key, None)
    world.touch()
    return True


def get_commands(world: TelegramWorld, args: Args) -> list[dict[str, str]]:
    return world.commands.get((_scope(world, args), rules.language_code(args)), [])


def delete_commands(world: TelegramWorld, args: Args) -> bool:
    world.commands.pop((_scope(world, args), rules.language_code(args)), None)
    world.touch()
    return True


def _set_text(world: TelegramWorld, args: Args, field: str, most: int) -> bool:
    text = args.text(field)
    if len(text) > most:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    world.descriptions[field, rules.language_code(args)] = text
    world.touch()
    return True


def set_description(world: TelegramWorld, args: Args) -> bool:
    return _set_text(world, args, "description", 512)


def set_short_description(world: TelegramWorld, args: Args) -> bool:
    return _set_text(world, args, "short_description", 120)


def set_name(world: TelegramWorld, args: Args) -> bool:
    return _set_text(world, args, "name", 64)


def get_description(world: TelegramWorld, args: Args) -> Json:
    return {"description": world.description("description", rules.language_code(args))}


def get_short_description(world: TelegramWorld, args: Args) -> Json:
    text = world.description("short_description", rules.language_code(args))
    return {"short_description": text}


def get_name(world: TelegramWorld, args: Args) -> Json:
    return {"name": world.description("name", rules.language_code(args)) or world.bot.first_name}


def get_chat(world: TelegramWorld, args: Args) -> Json:
    chat = world.chat(args.chat())
    if chat.type != "private":
        world.open_chat(args.chat())
    pinned = world.message(chat, chat.pinned[-1]) if chat.pinned else None
    return chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
        **({"pinned_message": pinned.as_json()} if pinned else {}),
    }


def _user(world: TelegramWorld, user_id: Any) -> User:
    if str(user_id) == str(world.bot.id):
        return world.bot
    known = re.fullmatch("[0-9]{1,19}", str(user_id))
    user = world.users.get(int(user_id)) if known else None
    if user is None:
        raise bad_request("invalid user_id specified")
    return user


def member_json(world: TelegramWorld, chat: Chat, user: User) -> Json:
    """A ChatMember."""
    if user is world.bot:
        status = _bot_status(chat)
    elif user.id in chat.admins:
        status = "administrator"
    else:
        status = "member" if user.id in chat.members else "left"
    shown: Json = {"user": user.as_json(), "status": status}
    if status == "administrator":
        rights = [*_RIGHTS, *(_CHANNEL_RIGHTS if chat.type == "channel" else ["can_pin_messages"])]
        shown |= dict.fromkeys(rights, True) | {"can_be_edited": False, "is_anonymous": False}
    elif status == "kicked":
        shown["until_date"] = 0
    return shown


def _bot_status(chat: Chat) -> str:
    if chat.type != "private":
        return chat.bot
    return "kicked" if chat.blocked else "member"


def get_member(world: TelegramWorld, args: Args) -> Json:
    chat = world.open_chat(args.chat())
    return member_json(world, chat, _user(world, args.text("user_id")))


def get_administrators(world: TelegramWorld, args: Args) -> list[Json]:
    chat = world.open_chat(args.chat())
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    people = [world.users[user] for user in sorted(chat.admins)]
    if chat.bot == "administrator":
        people.append(world.bot)
    return [member_json(world, chat, user) for user in people]


def count_members(world: TelegramWorld, args: Args) -> int:
    chat = world.open_chat(args.chat())
    return len(chat.members) + (chat.bot in ("member", "administrator") or chat.type == "private")


def leave_chat(world: TelegramWorld, args: Args) -> bool:
    chat = world.open_chat(args.chat())
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot = "left"
    world.touch()
    return True


METHODS: dict[str, Any] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyDescription": set_description,
    "getMyDescription": get_description,
    "setMyShortDescription": set_short_description,
    "getMyShortDescription": get_short_description,
    "setMyName": set_name,
    "getMyName": get_name,
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": count_members,
    "leaveChat": leave_chat,
}
