from collections.abc import AsyncIterator

import pytest

from tests.slack.workplace import Workplace, workplace


@pytest.fixture(params=["http", "socket"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Workplace]:
    """The channel at work, in each of its modes."""
    async with workplace(http=request.param == "http") as made:
        yield made


@pytest.fixture
async def slack_http() -> AsyncIterator[Workplace]:
    async with workplace(http=True) as made:
        yield made


@pytest.fixture
async def slack_socket() -> AsyncIterator[Workplace]:
    async with workplace(http=False) as made:
        yield made
