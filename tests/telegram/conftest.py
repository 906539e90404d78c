from collections.abc import AsyncIterator

import pytest

from tests.telegram.rig import Rig, stage


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with stage() as rig:
        yield rig
