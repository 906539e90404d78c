"""Kill -9 in the middle of a burst, again and again: what was acknowledged is there, once.

A real process and its real database, SQLite. Several processes: `test_processes`.
"""

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.model import QuestionState
from tests.kill.town import TRUTH, Town, open_to_the_world

ROUNDS = 3
VOTES_A_ROUND = 300
ASKERS_A_ROUND, NEWS_A_ROUND = 8, 8


class AskingTown(Town):
    """Where people ask as well."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        self.asked: dict[int, str] = {}

    def write(self, user: int) -> None:
        """A question; the bot shows what it understood, with a button to send it."""
        words = self.asked.setdefault(user, f"Milloin katu {user} aurataan talvella kunnolla?")
        self.stand_in.residents.send(user, user, words)
        self.sent += 1

    def send_off(self, user: int) -> bool:
        """Presses that button, if the bot's reply arrived: replies are given once, at best."""
        for message in reversed(self.messages(user)):
            for row in message.inline_keyboard:
                for button in row:
                    if button.get("callback_data", "").startswith("ask_send:"):
                        data = button["callback_data"]
                        self.stand_in.residents.tap(user, user, message.id, data)
                        self.sent += 1
                        return True
        return False

    async def send_off_all(self) -> None:
        """Whoever got no reply, because it was lost with the process, writes again."""
        left = set(self.asked)
        left -= {user for user in left if self.send_off(user)}
        for user in left:
            self.write(user)
        async with asyncio.timeout(TRUTH):
            async for _ in self.world.subscribe():
                left -= {user for user in left if self.send_off(user)}
                if not left:
                    return

    def check_questions(self) -> None:
        departments = [department.id for department in self.city.departments]
        with self.database() as database, database.reading() as store:
            asked = store.questions_for(departments, list(QuestionState), limit=1000)
        assert sorted(q.text for q in asked) == sorted(self.asked.values())


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[AskingTown]:
    town = AskingTown(sqlite_url)
    async with open_to_the_world(town):
        yield town


async def test_what_was_acknowledged_survives_kill_9_exactly_once(town: AskingTown) -> None:
    service = await town.start()
    await town.until(town.opened)
    for number in range(ROUNDS):
        before = town.acknowledged
        askers = town.residents[number * ASKERS_A_ROUND :][:ASKERS_A_ROUND]
        for user in askers:
            town.write(user)
        for _ in range(VOTES_A_ROUND):
            town.vote()
        await town.until_acknowledged(before + town.chance.randrange(VOTES_A_ROUND))
        await service.kill()
        town.announce(number, NEWS_A_ROUND)
        service = await town.start()
    await town.until_acknowledged(town.sent)
    await town.send_off_all()
    await town.until_delivered()
    await service.stop()
    town.check_votes()
    town.check_questions()
    town.tell("the process killed", kills=ROUNDS)


async def test_a_full_disk_costs_nothing_that_was_acknowledged(
    town: AskingTown, sqlite_url: str
) -> None:
    """The system lets no file of the process grow beyond what its log has now."""
    service = await town.start()
    await town.until(town.opened)
    for _ in range(VOTES_A_ROUND):
        town.vote()
    await town.until_acknowledged(VOTES_A_ROUND // 2)
    log = Path(f"{sqlite_url.removeprefix('sqlite:///')}-wal")
    pid, room = service.process.pid, resource.RLIMIT_FSIZE
    usual = resource.prlimit(pid, room)
    resource.prlimit(pid, room, (log.stat().st_size, usual[1]))
    for _ in range(VOTES_A_ROUND):
        town.vote()
    await town.until_ready(service, False)
    await town.until_answered(503)
    resource.prlimit(pid, room, usual)
    await town.until_ready(service, True)
    await town.until_delivered()
    await service.stop()
    town.check_votes()
    town.tell("the disk full")
