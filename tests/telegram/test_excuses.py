"""How much is excused, and to whom, when nothing can be taken for long."""

import asyncio

import pytest

from bots.telegram.background import Background
from bots.telegram.excuses import Excuses
from bots.telegram.parse import Origin
from core.events import Address, Person, Said
from tests.telegram.rig import NOW


class Phones:
    """Of `telegram.Bot`, what says a word; slow while ``open`` is not set."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.told: list[int] = []

    async def send_message(self, chat: int, words: str, **more: object) -> "Phones":
        await self.open.wait()
        self.told.append(chat)
        return self

    message_id = 1


def said(number: int) -> Said:
    where = Address("telegram", "1")
    who = Person("telegram", "1")
    return Said(id=f"telegram:{number}", who=who, where=where, at=NOW, private=True, text="Hei")


@pytest.mark.parametrize(("most", "told"), [(2, [1, 2, 3, 1]), (3, [1, 2, 3])])
async def test_the_last_ones_are_remembered(most: int, told: list[int]) -> None:
    phones, background = Phones(), Background(limit=10)
    excuses = Excuses(phones, background, "fi", most)  # type: ignore[arg-type]
    phones.open.set()
    for number in (1, 1, 2, 3, 3, 1):
        await excuses.make(said(number), Origin(number, None))
    await background.finish(seconds=10)
    assert phones.told == told


async def test_nobody_waits_for_an_excuse() -> None:
    """Where many are under way already, the next one is left out."""
    phones, background = Phones(), Background(limit=2)
    excuses = Excuses(phones, background, "fi")  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        for number in (1, 2, 3):
            await excuses.make(said(number), Origin(number, None))
    phones.open.set()
    await background.finish(seconds=10)
    assert phones.told == [1, 2]
