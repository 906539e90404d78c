"""What a neighbour has done before anybody looks, so that the workplace has something to do."""

from bots.playground.telegram.residents import Residents
from bots.playground.telegram.seed import RESIDENT_2
from bots.playground.telegram.world import TelegramWorld

QUESTION = (
    "Trottoaren på Bjurbackavägen är isig och hal om morgnarna, speciellt vid busshållplatsen. "
    "När sandas den?"
)


async def somebody_asks(world: TelegramWorld, residents: Residents) -> None:
    """The second resident presses START, is greeted, writes, and sends what the bot understood."""
    residents.start(RESIDENT_2)
    written = False
    async for _ in world.subscribe():
        told = [m for m in world.messages.get(RESIDENT_2, {}).values() if world.own(m)]
        if told and not written:
            residents.send(RESIDENT_2, RESIDENT_2, QUESTION)
            written = True
        for message in told:
            for button in (button for row in message.inline_keyboard for button in row):
                if str(button.get("callback_data", "")).startswith("ask_send:"):
                    residents.tap(RESIDENT_2, RESIDENT_2, message.id, button["callback_data"])
                    return
