"""Which of all there is goes to whom, and in which order. Pure: values in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from core.digests.items import MOST, Contents, Item, Reader

LONGEST = 12
"""Items in a whole round-up, so that a chat can take it in one message."""


def compose(
    found: Iterable[Item],
    reader: Reader,
    since: datetime,
    taste: Mapping[str, int] | None = None,
    most: int = MOST,
    longest: int = LONGEST,
) -> Contents:
    """What is new for the reader since then, with what stands. Sections come in the order of
    ``taste`` (how often the chat reacted to each), else as they were found. Long ones fold: each
    section keeps its first, and one after another gets a next as long as there is room."""
    mine: dict[str, list[Item]] = defaultdict(list)
    for item in found:
        if concerns(item, reader) and (item.standing or _new(item, since)):
            mine[item.section].append(item)
    taste = taste or {}
    order = sorted(mine, key=lambda name: -taste.get(name, 0))
    room = _shared([min(most, len(mine[name])) for name in order], longest)
    kept = [item for name, n in zip(order, room, strict=True) for item in mine[name][:n]]
    more = {
        name: len(mine[name]) - n
        for name, n in zip(order, room, strict=True)
        if len(mine[name]) > n
    }
    news = any(_new(item, since) for name in order for item in mine[name])
    return Contents(tuple(kept), more, news)


def concerns(item: Item, reader: Reader) -> bool:
    if item.chats and reader.chat not in item.chats:
        return False
    if reader.themes and item.theme and item.theme not in reader.themes:
        return False
    return not (reader.areas and item.areas and reader.areas.isdisjoint(item.areas))


def _new(item: Item, since: datetime) -> bool:
    return item.at is not None and item.at > since


def _shared(wanted: list[int], room: int) -> list[int]:
    given = [0] * len(wanted)
    while room and given != wanted:
        for i, most in enumerate(wanted):
            if room and given[i] < most:
                given[i] += 1
                room -= 1
    return given
