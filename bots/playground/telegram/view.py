"""The state as a page needs it to draw a phone."""

from bots.playground.telegram.model import Chat, Json, Message
from bots.playground.telegram.world import TelegramWorld


def state_view(world: TelegramWorld, limit: int = 50, only: set[int] | None = None) -> Json:
    """Of each chat, the last `limit` messages. With `only`, the phones of these people alone,
    whoever else (a simulated crowd) lives in this world."""
    users = [user for user in world.users.values() if only is None or user.id in only]
    known = {user.id for user in users}
    chats = [c for c in world.chats.values() if c.type != "private" or c.id in known]
    commands = [
        {"scope": scope, "language_code": language, "commands": commands}
        for (scope, language), commands in world.commands.items()
    ]
    return {
        "version": world.version,
        "bot": world.bot.as_json(),
        "users": [user.as_json() for user in users],
        "chats": [chat_view(world, chat, limit, known) for chat in chats],
        "commands": commands,
        "webhook": {"url": world.webhook.url, "last_error": world.webhook.last_error},
        "pending_updates": len(world.updates),
        "lost_updates": len(world.updates.lost),
        "settings": {
            "privacy": world.privacy,
            "enforce_rates": world.enforce_rates,
            "callback_seconds": world.callback_seconds,
        },
    }


def chat_view(world: TelegramWorld, chat: Chat, limit: int, known: set[int]) -> Json:
    written = world.messages.get(chat.id, {}).values()
    messages = [message for message in written if not message.deleted]
    members = sorted(chat.members & known)
    last = messages[max(len(messages) - limit, 0) :]
    shown: Json = {
        **chat.as_json(),
        "members": len(chat.members),
        "menus": {str(user): world.menu(chat, world.users[user]) for user in members},
        "pinned": list(chat.pinned),
        "messages": [message_view(message) for message in last],
    }
    if chat.type == "private":
        language = world.users[chat.id].language_code
        return shown | {
            "started": chat.started,
            "blocked": chat.blocked,
            "description": world.description("description", language),
        }
    return shown | {"bot": chat.bot, "admins": sorted(chat.admins), "migrated_to": chat.migrated_to}


def message_view(message: Message) -> Json:
    """As the Bot API shows it, with any kind of keyboard, and whose bubble it is."""
    return message.as_json() | {
        "from_bot": message.sender is not None and message.sender.is_bot,
        "reply_markup": message.markup,
        "silent": message.silent,
    }
