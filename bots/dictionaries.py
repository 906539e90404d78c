"""Dictionaries of word forms: simplemma's, as tries in files that every process looks into.

As dicts they would take 480 MB of memory. A trie is mapped from its file for as long as one text is
looked up, so that at rest it takes none. Making them takes some 15 seconds and 700 MB: a process of
its own does it (`bots.dictionary_maker`), once for each version. Until they are there, words are
compared by their letters alone.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b, file_digest
from importlib.metadata import version
from pathlib import Path

import structlog
from marisa_trie import BytesTrie

from bots.workshop import environment

LANGUAGES = ("fi", "sv", "en")
KEPT = 8192
"""Words whose forms are remembered."""
LEISURE = 2.0
"""Seconds that a service has for its start, before it reads them."""
LONGEST = 60
"""Letters of a word that is looked up."""

log = structlog.get_logger(__name__)


def edition() -> str:
    return f"simplemma-{version('simplemma')}"


def file_name(language: str, made: Path) -> str:
    """With a digest of what is in it, so that a damaged file is none."""
    with made.open("rb") as file:
        digest = file_digest(file, lambda: blake2b(digest_size=8)).hexdigest()
    return f"{edition()}-{language}-{digest}.trie"


def whole(folder: Path) -> dict[str, Path]:
    """The files there that are what they should be, by language."""
    listed = {x: folder.glob(f"{edition()}-{x}-*.trie") for x in LANGUAGES}
    return {
        language: file
        for language, files in listed.items()
        for file in files
        if file.name == file_name(language, file)
    }


class Dictionaries:
    """`core.words.Lemmas`, from any thread. There are none until `look` has found all; a ``folder``
    of None never has any."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._files: dict[Path, int] = {}
        self._name = ""
        self._known: dict[str, tuple[str, ...]] = {}

    @property
    def name(self) -> str:
        return self._name

    def look(self) -> bool:
        """Whether they are there. Reads them all."""
        found = whole(self.folder) if self.folder else {}
        if len(found) == len(LANGUAGES):
            self._files = {found[x]: found[x].stat().st_size for x in LANGUAGES}
            self._name = edition()
        return bool(self._files)

    def of(self, words: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        if self._files and (new := [word for word in words if word not in self._known]):
            self._look_up(new)
        known = self._known
        return {word: forms for word in words if (forms := known.get(word))}

    def _look_up(self, words: Iterable[str]) -> None:
        try:
            tries = [_mapped(file, size) for file, size in self._files.items()]
        except (OSError, RuntimeError) as error:
            log.error("the dictionaries are damaged: start anew", error=type(error).__name__)
            self._files, self._name = {}, ""
            return
        if len(self._known) > KEPT:
            self._known = {}
        self._known |= {word: _forms(tries, word) for word in words}


def _mapped(file: Path, size: int) -> BytesTrie:
    """RuntimeError where the file is another than when it was looked at."""
    if file.stat().st_size != size:
        raise RuntimeError
    return BytesTrie().mmap(str(file))


def _forms(tries: Iterable[BytesTrie], word: str) -> tuple[str, ...]:
    """Names have a capital there."""
    if len(word) > LONGEST or not word.isalpha():
        return ()
    found = (trie.get(word) or trie.get(word.capitalize()) for trie in tries)
    return tuple(dict.fromkeys(forms[0].decode().casefold() for forms in found if forms))


# --- how they come to be there -------------------------------------------------------------------


@asynccontextmanager
async def readied(dictionaries: Dictionaries) -> AsyncIterator[None]:
    """Looks for them, and has them made where they are missing, while the service runs."""

    async def at_leisure() -> None:
        await asyncio.sleep(LEISURE)
        await ready(dictionaries)

    task = asyncio.create_task(at_leisure())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ready(dictionaries: Dictionaries) -> None:
    if dictionaries.folder is None:
        return
    try:
        if await asyncio.to_thread(dictionaries.look):
            return
        log.info("dictionaries are made", folder=str(dictionaries.folder))
        await _make(dictionaries.folder)
        there = await asyncio.to_thread(dictionaries.look)
    except OSError:
        there = False
    if there:
        log.info("dictionaries are there")
    else:
        log.error("dictionaries can't be made: words are compared by their letters alone")


async def _make(folder: Path) -> None:
    maker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots.dictionary_maker", str(folder)),
        stdin=asyncio.subprocess.DEVNULL,
        env=environment(),
    )
    try:
        await maker.wait()
    finally:
        if maker.returncode is None:
            maker.kill()
            await maker.wait()
