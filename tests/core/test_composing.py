"""Which of all there is goes into a round-up, and in which order."""

from datetime import UTC, datetime, timedelta

import pytest

from core.digests.composing import LONGEST, compose
from core.digests.items import MOST, Item, Reader
from core.events import Address

SINCE = datetime(2026, 3, 2, tzinfo=UTC)
ANYBODY = Reader()
GROUP, OTHER = Address("telegram", "-1"), Address("telegram", "-2")


def item(section: str, id: int, hours: float | None = 1, **more: object) -> Item:
    at = None if hours is None else SINCE + timedelta(hours=hours)
    return Item(section, id, at, **more)


def keys(found: list[Item], reader: Reader = ANYBODY, **more: object) -> list[str]:
    return [one.key for one in compose(found, reader, SINCE, **more).items]


def test_what_is_new_is_told_once() -> None:
    assert keys([item("answers", 1, 0), item("answers", 2, 0.001), item("answers", 3, -1)]) == [
        "answers-2"
    ]


def test_what_stands_is_told_again_and_is_no_news() -> None:
    standing = item("open", 1, -5, standing=True)
    never = item("followed", 2, None, standing=True)
    old = compose([standing, never], Reader(), SINCE)
    assert [one.key for one in old.items] == ["open-1", "followed-2"] and not old.news
    assert compose([standing, item("answers", 3)], Reader(), SINCE).news


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (Reader(), [1, 2, 3, 4]),
        (Reader(themes=frozenset({"parks"})), [2, 3, 4]),
        (Reader(areas=frozenset({"north"})), [1, 2, 4]),
        (Reader(frozenset({"parks"}), frozenset({"north"})), [2, 4]),
        (Reader(chat=GROUP), [1, 2, 3, 4, 5]),
        (Reader(chat=OTHER), [1, 2, 3, 4]),
    ],
)
def test_themes_areas_and_chats(reader: Reader, told: list[int]) -> None:
    """What has no theme, or no area, is everybody's."""
    found = [
        item("answers", 1, theme="streets"),
        item("answers", 2, theme="parks", areas=("north", "east")),
        item("answers", 3, theme="parks", areas=("south",)),
        item("answers", 4),
        item("answers", 5, chats=(GROUP,)),
    ]
    assert keys(found, reader) == [f"answers-{id}" for id in told]


def test_sections_come_as_the_chat_likes_them() -> None:
    found = [item("answers", 1), item("open", 2), item("results", 3)]
    assert keys(found) == ["answers-1", "open-2", "results-3"]
    assert keys(found, taste={"results": 9, "open": 4}) == ["results-3", "open-2", "answers-1"]


def test_a_long_one_folds_and_no_section_is_lost() -> None:
    found = [item(name, id) for name in ("a", "b", "c", "d") for id in range(20)]
    made = compose(found, Reader(), SINCE)
    assert len(made.items) == LONGEST
    assert {one.section for one in made.items} == {"a", "b", "c", "d"}
    assert made.more == {"a": 17, "b": 17, "c": 17, "d": 17}
    one = compose(found[:20], Reader(), SINCE)
    assert (len(one.items), one.more) == (MOST, {"a": 15})


def test_nothing() -> None:
    made = compose([], Reader(), SINCE)
    assert (made.items, made.more, made.news) == ((), {}, False)
