"""A real Chromium for the tests, and who looks at pages with it.

It comes from npm's ``@sparticuz/chromium``, as the lock file pins it: the only one that a fresh
machine gets with neither root (Debian's ``chromium`` needs apt) nor a download from outside the
package registries (Playwright's own). It is a headless shell with its libraries and one font,
so every machine draws alike. It is made for Linux on x86-64: elsewhere ``KUULOLLA_CHROMIUM`` names
a Chromium or Chrome. Without a browser the tests fail, and say this.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.node.install import HAS_CHROMIUM, modules, place

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PATIENCE_MS = 10_000
MISSING = (
    "There is no browser for this test. The one that the tests bring along is for Linux on x86-64;"
    " elsewhere let KUULOLLA_CHROMIUM name an installed Chromium or Chrome."
)


def brought() -> Path | None:
    """Where the one is that comes with the tests."""
    return place() / "chromium" if HAS_CHROMIUM else None


def launching(own: str | None, home: Path | None) -> dict[str, Any]:
    """Which browser, and how it is started: the developer's own, or the one in ``home``."""
    # Containers have no user namespaces for its sandbox, and root may not use it. The only pages
    # that it ever opens are our own.
    common = {"args": ["--no-sandbox"], "timeout": 30_000}
    if own:
        return {**common, "executable_path": own}
    if home is None:
        raise RuntimeError(MISSING)
    env = {"HOME": str(home), "PATH": os.environ.get("PATH", ""),
           "FONTCONFIG_FILE": str(home / "fonts.conf"),
           "LD_LIBRARY_PATH": str(home / "al2023" / "lib")}  # fmt: skip
    return {**common, "executable_path": home / "chromium", "env": env}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            **launching(os.environ.get("KUULOLLA_CHROMIUM"), brought())
        )
        yield browser
        await browser.close()


class Visitors:
    """People with a browser each: cookies of their own, on a phone unless told otherwise.

    Whatever a page complained of is in ``complaints``: scripts that failed, what the page's own
    Content-Security-Policy stopped, resources that did not come."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    async def come(self, url: str = "", *, scripts: bool = True, **options: Any) -> Page:
        """A newcomer's page, at ``url``. More options are those of Playwright's ``new_context``."""
        context = await self.browser.new_context(
            **{"viewport": PHONE, "locale": "fi-FI", "java_script_enabled": scripts, **options}
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._heard)
        page = await context.new_page()
        if url:
            await page.goto(url)
        return page

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")


@cache
def _axe() -> str:
    return (modules() / "axe-core" / "axe.min.js").read_text()


async def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it stands: WCAG 2.2 A and AA, and good practice.
    A line for each rule and place; nothing at best. The page needs its scripts."""
    await page.evaluate(f"() => {{ {_axe()} }}")
    found = await page.evaluate("async () => (await axe.run({ preload: false })).violations")
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {' '.join(map(str, node['target']))}"
        for one in found
        for node in one["nodes"]
    ]
