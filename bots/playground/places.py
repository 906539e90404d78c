"""The people and places that a city file names, made in the stand-ins' worlds."""

import re
from collections.abc import Callable, Iterator

from bots.playground import slack_types as slack
from bots.playground.slack_world import SlackWorld
from bots.playground.telegram import model as telegram
from bots.playground.telegram.seed import CHANNEL, CHANNEL_NAME, RESIDENT_1, RESIDENT_2
from bots.playground.telegram.world import TelegramWorld
from core.city import Chat, City
from core.texts import plain

LOCALES = {"fi": "fi-FI", "sv": "sv-SE", "en": "en-GB"}
OUTSIDER = "U0MUU"
_CHANNEL = re.compile(r"kanava|kanal|channel", re.IGNORECASE)
_FIRST_SUPERGROUP = -1_000_000_000_000


def telegram_places(city: City) -> Callable[[TelegramWorld], None]:
    """Two residents, and the city's Telegram chats with both in them and the bot where it has
    to be. An id doesn't tell a supergroup from a channel: its name may."""

    def seed(world: TelegramWorld) -> None:
        if city.telegram_bot:
            world.bot.username = city.telegram_bot
        world.add_user("Asukas 1", "fi", RESIDENT_1)
        world.add_user("Invånare 2", "sv", RESIDENT_2)
        for chat in city.chats:
            if chat.address.channel == "telegram" and chat.address.chat.startswith("-"):
                world.add_chat(_telegram_chat(chat))

    return seed


def _telegram_chat(chat: Chat) -> telegram.Chat:
    key, title = int(chat.address.chat), _title(chat, "Telegram")
    both, first = {RESIDENT_1, RESIDENT_2}, {RESIDENT_1}
    if key == CHANNEL or (key <= _FIRST_SUPERGROUP and _CHANNEL.search(title)):
        name = CHANNEL_NAME if key == CHANNEL else ""
        return telegram.Chat(key, "channel", title, name, both, first, "administrator")
    kind: telegram.ChatType = "supergroup" if key <= _FIRST_SUPERGROUP else "group"
    return telegram.Chat(key, kind, title, "", both, first, "member")


def _title(chat: Chat, platform: str) -> str:
    return chat.name.removeprefix(f"{platform}:").strip() or chat.address.chat


def slack_places(city: City) -> Callable[[SlackWorld], None]:
    """The staff channels, the Slack chats, and the officials under their titles; and one person
    who is no official."""

    def seed(world: SlackWorld) -> None:
        for official in city.officials:
            if official.channel == "slack":
                locale = LOCALES[official.language or city.language]
                name = plain(official.title, city.language)
                world.add_user(slack.User(official.account, name, locale=locale))
        if OUTSIDER not in world.users:
            world.add_user(slack.User(OUTSIDER, "Muu työntekijä", official=False))
        for channel in _slack_channels(city, world.app.user):
            world.add_channel(channel)

    return seed


def _slack_channels(city: City, bot: str) -> Iterator[slack.Channel]:
    """Members are the officials of a channel's departments, and those with a role; of a chat that
    the city posts in, all. And everywhere the one who is no official."""
    chats = {c.address.chat: c for c in city.chats if c.address.channel == "slack"}
    homes = dict.fromkeys(d.home.chat for d in city.departments if d.home.channel == "slack")
    for key in dict.fromkeys([*homes, *chats]):
        served = [d for d in city.departments if d.home.channel == "slack" and d.home.chat == key]
        members = [
            o.account
            for o in city.officials
            if o.channel == "slack"
            and (key in chats or o.roles or any(o.serves(d.id) for d in served))
        ]
        topic = ", ".join(plain(d.name, city.language) for d in served)
        first = next((d.id for d in served if d.id == city.general_desk), None)
        name = _channel_name(chats[key]) if key in chats else first or served[0].id
        yield slack.Channel(key, name, [bot, *dict.fromkeys(members), OUTSIDER], topic=topic)


def _channel_name(chat: Chat) -> str:
    found = re.search(r"#([\w-]+)", chat.name)
    return found[1] if found else re.sub(r"\W+", "-", _title(chat, "Slack").lower()).strip("-")
