"""What a person is told when the rules could not take what they did. Best effort, once each."""

from functools import partial

from telegram import Bot

from bots.telegram import replies
from bots.telegram.background import Background
from bots.telegram.parse import Origin
from bots.telegram.render import notice
from core.events import Event
from core.messages import Message, text
from core.texts import texts


class Excuses:
    """Telegram brings an update again until it is taken: the last ``most`` whose person was told
    are remembered. ``language`` is for those whose own is none of ours."""

    def __init__(self, bot: Bot, background: Background, language: str, most: int = 500) -> None:
        self._bot, self._background = bot, background
        self._language, self._most = language, most
        self._told: dict[str, None] = {}

    async def make(self, event: Event, origin: Origin) -> None:
        if event.id in self._told or not (origin.query or event.private):
            return
        self._told[event.id] = None
        if len(self._told) > self._most:
            del self._told[next(iter(self._told))]
        await self._background.offer(partial(self._tell, event, origin))

    async def _tell(self, event: Event, origin: Origin) -> None:
        t = texts(event.who.language or self._language)
        words = t(
            "The service is having trouble right now. This is not saved yet, but we keep trying. "
            "If nothing happens in a few minutes, please try again."
        )
        if origin.query:
            await self._bot.answer_callback_query(origin.query, notice(words))
        else:
            await replies.post(self._bot, origin.chat, Message(words, (text(words),)))
