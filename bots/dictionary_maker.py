"""Makes the files of `bots.dictionaries` that are missing or damaged, in the folder that it is
given: ``python -m bots.dictionary_maker FOLDER``. Of several at once one does it."""

import fcntl
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from simplemma.strategies.dictionaries import TrieDictionaryFactory

from bots.dictionaries import LANGUAGES, file_name, whole

UNFINISHED = "unfinished-"


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = whole(folder)
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        for other in set(folder.glob("*.trie")) - set(kept.values()):
            other.unlink()
        for language in LANGUAGES:
            if language not in kept:
                _make(language, folder)


def _make(language: str, folder: Path) -> None:
    with TemporaryDirectory(prefix=UNFINISHED, dir=folder) as scratch:
        TrieDictionaryFactory(disk_cache_dir=scratch).get_dictionary(language)
        made = Path(scratch, f"{language}.dic")
        made.replace(folder / file_name(language, made))


if __name__ == "__main__":
    os.nice(10)
    make(Path(sys.argv[1]))
