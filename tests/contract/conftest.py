"""The benches of all channels. A test that asks for ``bench`` runs on every channel that can be
written to; one that asks for ``door``, on every channel."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.events import Address
from core.model import PollDraft, PollState, Shows
from storage import Database, open_database
from tests.contract.bench import Bench, Desks, Door, Rules
from tests.contract.desk import desk
from tests.contract.slack import slack
from tests.contract.teams import teams
from tests.contract.telegram import TelegramBench, telegram
from tests.contract.web import web
from tests.fakes import START
from tests.stage import three

Open = Callable[[Rules], AbstractAsyncContextManager[Any]]

BENCHES: dict[str, Open] = {
    "telegram-webhook": lambda rules: telegram("webhook", rules),
    "telegram-polling": lambda rules: telegram("polling", rules),
    "slack-http": lambda rules: slack(True, rules),
    "slack-socket": lambda rules: slack(False, rules),
    "teams": teams,
}


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one open poll, to be copied."""
    path = tmp_path_factory.mktemp("contract") / "town.db"
    options = (three("Kyllä", "Ja", "Yes"), three("Ei", "Nej", "No"))
    draft = PollDraft(
        three("Silta?", "Bron?", "A bridge?"), options, Shows.ALWAYS, START,
        START + timedelta(days=9), (Address("telegram", "-100"),), "slack:U0EDITOR",
    )  # fmt: skip
    with open_database(f"sqlite:///{path}") as database:
        database.upgrade()
        with database.begin() as store:
            store.add_poll(draft, bytes(32), PollState.OPEN)
    return path


@pytest.fixture
def town(tmp_path: Path, town_file: Path) -> Iterator[Database]:
    path = shutil.copy(town_file, tmp_path / "town.db")
    with open_database(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest, rules: Rules) -> AsyncIterator[Bench]:
    async with BENCHES[request.param](rules) as made:
        yield made


@pytest.fixture(params=[name for name in BENCHES if name.startswith("telegram")])
async def moving(request: pytest.FixtureRequest, rules: Rules) -> AsyncIterator[Bench]:
    """The channels whose chats may go on at another address."""
    async with BENCHES[request.param](rules) as made:
        yield made


PAGES = {"web": web, "desk": desk}
"""Doors of our own pages, which stand in the database."""


@pytest.fixture(params=[*BENCHES, *PAGES])
async def door(request: pytest.FixtureRequest, rules: Rules, town: Database) -> AsyncIterator[Door]:
    async with _opening(request.param, rules, town) as made:
        yield made


def _opening(name: str, rules: Rules, town: Database) -> AbstractAsyncContextManager[Any]:
    return PAGES[name](rules, town) if name in PAGES else BENCHES[name](rules)


@pytest.fixture(params=["slack-http", "slack-socket", "teams", "desk"])
async def desks(
    request: pytest.FixtureRequest, rules: Rules, town: Database
) -> AsyncIterator[Desks]:
    """The channels that officials work in: their forms are dialogs or pages."""
    async with _opening(request.param, rules, town) as made:
        yield made


@pytest.fixture(params=[name for name in BENCHES if name.startswith("telegram")])
async def chat(request: pytest.FixtureRequest, rules: Rules) -> AsyncIterator[TelegramBench]:
    """Where there are no forms: people write a message, and send it by a button."""
    async with BENCHES[request.param](rules) as made:
        yield made
