"""What the bot's own page tells, and the menus of its commands, in every language."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bots.telegram.text import line
from core.commands import Offer, name_of

IN_GROUPS = ("ask", "polls")
MAX_ABOUT = 512
MAX_SHORT = 120
MAX_DESCRIPTION = 256

Step = Callable[[], Awaitable[Any]]


def steps(
    bot: Bot, offers: Mapping[str, Sequence[Offer]], about: Mapping[str, str]
) -> Iterator[Step]:
    """The calls that tell Telegram; each may be repeated. A person whose language is none of ours
    gets the first one's."""
    for code, language in _places(about):
        words = about[language]
        yield partial(bot.set_my_description, line(words, MAX_ABOUT), code)
        yield partial(bot.set_my_short_description, line(words, MAX_SHORT), code)
    for code, language in _places(offers):
        menu = offers[language]
        wanted = {name_of(intent, language) for intent in IN_GROUPS}
        in_groups = [offer for offer in menu if offer.name in wanted]
        yield _menu(bot, BotCommandScopeAllPrivateChats(), code, menu)
        yield _menu(bot, BotCommandScopeAllGroupChats(), code, in_groups)


def _places(languages: Mapping[str, object]) -> list[tuple[str | None, str]]:
    """(Telegram's code, our language); Telegram's default first."""
    default = [(None, language) for language in list(languages)[:1]]
    return default + [(language, language) for language in languages]


def _menu(bot: Bot, scope: BotCommandScope, code: str | None, offers: Sequence[Offer]) -> Step:
    if not offers:
        return partial(bot.delete_my_commands, scope, code)
    commands = [BotCommand(offer.name, offer.description[:MAX_DESCRIPTION]) for offer in offers]
    return partial(bot.set_my_commands, commands, scope, code)
