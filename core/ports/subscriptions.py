"""What is stored of subscriptions."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from core.model import Follower, Rhythm, Subscription
from core.timing import Hours


class SubscriptionStore(Protocol):
    """Who wishes to be told what. Nobody but the sender reads who; the city reads how many."""

    def put_subscription(self, subscription: Subscription) -> None:
        """One an account."""
        ...

    def subscriptions_of(self, residents: Collection[str]) -> list[Subscription]: ...
    def drop_subscriptions(self, residents: Collection[str]) -> int: ...
    def drop_wishes(self, residents: Collection[str]) -> int:
        """Whatever they asked to be told of: questions and polls that they follow. How many."""
        ...

    def quiet_hours(self, residents: Collection[str]) -> dict[str, Hours]:
        """Of those who have hours of their own."""
        ...

    def result_wishes(self) -> dict[str, Follower]:
        """Who wishes to be told the results of polls that they vote in: the person under whom they
        vote → the account that hears of it."""
        ...

    def subscriptions_due(
        self, channels_out: Collection[str], now: datetime, limit: int
    ) -> list[Subscription]:
        """Those that are due, but of channels that nothing can be sent to; longest due first. In
        the language that the person chose last."""
        ...

    def covered(self, moments: Collection[tuple[str, datetime, datetime]]) -> None:
        """(resident, covered, due) of each."""
        ...

    def nothing_new(self, rhythm: Rhythm, since: datetime, now: datetime, due: datetime) -> None:
        """To those of this rhythm who are due and were told of all up to ``since``, where nothing
        came after: covered, and due again then."""
        ...

    def subscribers(self) -> int: ...
    def subscribers_by(self, kind: str) -> dict[str, int]:
        """How many chose each of the ``themes`` or ``areas``; "" for those who want all."""
        ...

    def recipients(
        self, after: str, theme: str, area: str, channels_out: Collection[str], limit: int
    ) -> list[tuple[str, str, str]]:
        """(resident, channel, language) of subscribers who want to hear of this theme and area
        ("" for no matter which), in the order of residents, after that one."""
        ...

    def recipients_by_channel(
        self, theme: str, area: str, channels_out: Collection[str]
    ) -> dict[str, int]: ...
