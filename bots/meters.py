"""Where the service can be measured; and what measures nothing, for those who do not want it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from bots.intake import Begin, Inbox
from bots.reader import Reader
from core.ports import Channel, Route


class Meters(Protocol):
    """Each wraps a part of the service, and hands back one of the same shape."""

    def begin(self, begin: Begin) -> Begin: ...
    def inbox(self, inbox: Inbox) -> Inbox: ...
    def channel(self, channel: Channel) -> Channel: ...
    def routes(
        self, reader: Reader, channels: Collection[str], clock: Callable[[], datetime]
    ) -> Sequence[Route]: ...


class Unmeasured:
    """As if there were no meters."""

    def begin(self, begin: Begin) -> Begin:
        return begin

    def inbox(self, inbox: Inbox) -> Inbox:
        return inbox

    def channel(self, channel: Channel) -> Channel:
        return channel

    def routes(
        self, reader: Reader, channels: Collection[str], clock: Callable[[], datetime]
    ) -> Sequence[Route]:
        return ()
