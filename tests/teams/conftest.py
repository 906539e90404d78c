from collections.abc import AsyncIterator

import pytest

from bots.playground.teams_keys import SigningKey
from tests.teams.office import Office, office


@pytest.fixture(scope="session")
def key() -> SigningKey:
    """Made once: it takes a while."""
    return SigningKey("standin-1")


@pytest.fixture(scope="session")
def foreign_key() -> SigningKey:
    """Of somebody else, under the same name."""
    return SigningKey("standin-1")


@pytest.fixture
async def teams(key: SigningKey) -> AsyncIterator[Office]:
    async with office(key) as made:
        yield made
