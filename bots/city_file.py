"""The city file while the service runs: an edit holds as soon as it is seen to be whole."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import structlog

from core.city import City
from core.city_edits import await_restart, taken
from core.model import Show

log = structlog.get_logger(__name__)

Load = Callable[[], City | list[str]]
"""The city of the file, or what is wrong with it."""
Tell = Callable[[Show, str], Awaitable[None]]
"""To the staff, once a key, however many processes do."""


class CityFile:
    """Hands the city of an edited file to ``take``. A file with faults changes nothing, nor does
    one with anything that only a restart can change: what runs is always all of one file."""

    def __init__(
        self, path: Path, load: Load, city: City, take: Callable[[City], None], tell: Tell
    ) -> None:
        self._path, self._load, self._take, self._tell = path, load, take, tell
        self._city = city
        self._seen = self._coming = self._content()

    def _content(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError:
            return b""

    async def look(self) -> None:
        """What is other than the last time may be half written: it is believed the second time."""
        content = await asyncio.to_thread(self._content)
        if content == self._seen or content != self._coming:
            self._coming = content
            return
        found = await asyncio.to_thread(self._load)
        key = hashlib.sha256(content).hexdigest()[:16]
        if not isinstance(found, City):
            await self._refuse("faults", found, key)
        elif waits := await_restart(self._city, found):
            await self._refuse("restart", waits, key)
        else:
            self._city = taken(self._city, found)
            self._take(self._city)
            log.info("the edited city file holds now")
        self._seen = content

    async def _refuse(self, why: str, what: Sequence[str], key: str) -> None:
        log.warning("the edited city file does not hold", why=why, what=what)
        await self._tell(Show("city_edited", {"why": why, "what": list(what)}), f"city file:{key}")
