"""One browser a test process, a town and visitors a test. All live on one event loop, since the
browser belongs to the loop that started it: each module here says
``pytestmark = pytest.mark.asyncio(loop_scope="session")``."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import Visitors, chromium
from tests.web.conftest import Town, start_town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def the_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(the_browser: Browser) -> AsyncIterator[Visitors]:
    """Fails a test whose pages complained of something that the test did not take off the list."""
    visitors = Visitors(the_browser)
    yield visitors
    await visitors.leave()
    assert visitors.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The city's page on a free port, with a real database."""
    async with AsyncExitStack() as stack:
        yield await start_town(stack, tmp_path)
