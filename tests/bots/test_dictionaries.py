"""Real dictionaries: found, made where they are missing or damaged, and looked into."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bots.dictionaries import LANGUAGES, LONGEST, Dictionaries, readied, ready, whole

MAKER = (sys.executable, "-W", "error", "-m", "bots.dictionary_maker")


@pytest.fixture
def lacking(tmp_path: Path, dictionaries: Dictionaries) -> Callable[[], Path]:
    """A folder with all of them but English, which is made soonest."""

    def made() -> Path:
        assert dictionaries.folder
        for language, file in whole(dictionaries.folder).items():
            if language != "en":
                (tmp_path / file.name).symlink_to(file)
        return tmp_path

    return made


def english(dictionaries: Dictionaries) -> Path:
    assert dictionaries.folder
    return whole(dictionaries.folder)["en"]


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("kaduilla", ("katu",)),
        ("vettä", ("vesi",)),
        ("gatorna", ("gata",)),
        ("libraries", ("library",)),
        ("helsingissä", ("helsinki",)),
        ("veden", ("vesi", "ved")),
        ("xyzzy", None),
        ("", None),
        ("a\0b", None),
        ("💩", None),
        ("k" * LONGEST, None),
        ("k" * 100_000, None),
    ],
)
def test_a_word_has_its_dictionary_forms(dictionaries, word, forms) -> None:
    for _ in range(2):  # looked up, and remembered
        assert dictionaries.of([word, "katu"]).get(word) == forms
    assert dictionaries.of([]) == {}


def test_before_they_are_there_no_word_is_known(tmp_path: Path) -> None:
    for folder in (None, tmp_path, tmp_path / "nowhere"):
        none = Dictionaries(folder)
        assert not none.look()
        assert none.name == "" and none.of(["katu"]) == {}


async def test_a_damaged_file_is_none_and_is_made_anew(lacking, dictionaries) -> None:
    folder, original = lacking(), english(dictionaries)
    found, damaged = Dictionaries(folder), folder / original.name
    whole = original.read_bytes()
    for content in (b"", whole[:100], whole[:-1], whole + b"x", b"x" + whole[1:], whole[:500_000]):
        damaged.write_bytes(content)
        assert not found.look()
    await ready(found)
    assert found.name.startswith("simplemma-") and found.of(["mice"]) == {"mice": ("mouse",)}
    assert damaged.read_bytes() == whole


def test_a_file_that_changes_in_use_ends_in_no_dictionaries(lacking, dictionaries) -> None:
    folder, original = lacking(), english(dictionaries)
    ours = folder / original.name
    ours.write_bytes(original.read_bytes())
    for damage in (lambda: ours.write_bytes(b""), ours.unlink):
        ours.write_bytes(original.read_bytes())
        found = Dictionaries(folder)
        assert found.look() and found.of(["mice"])
        damage()
        assert found.of(["houses", "mice"]).keys() <= {"mice"}
        assert found.name == ""


async def test_of_two_that_make_them_at_once_one_does(lacking) -> None:
    folder = lacking()
    (folder / "unfinished-x").mkdir()
    (folder / "simplemma-1.9-en-0123456789abcdef.trie").write_bytes(b"of an older version")
    both = [await asyncio.create_subprocess_exec(*MAKER, str(folder)) for _ in range(2)]
    assert [await each.wait() for each in both] == [0, 0]
    assert set(whole(folder)) == set(LANGUAGES)
    assert len(list(folder.iterdir())) == len(LANGUAGES) + 1, "the files and the lock"


async def test_the_service_ends_without_waiting_for_them(tmp_path: Path) -> None:
    found = Dictionaries(tmp_path / "dictionaries")
    async with readied(found), asyncio.timeout(10):
        while not (tmp_path / "dictionaries" / "lock").exists():
            await asyncio.sleep(0)
    assert found.name == "" and whole(tmp_path / "dictionaries") == {}


async def test_where_they_cannot_be_made_the_service_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    found = Dictionaries(tmp_path / "file")
    async with readied(found):
        await ready(found)
    assert found.name == "" and found.of(["katu"]) == {}
