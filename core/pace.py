"""How fast a platform takes messages."""

from collections import deque
from datetime import UTC, datetime, timedelta

from core.events import Address
from core.model import Delivery
from core.ports import Limits

SECOND = timedelta(seconds=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Pace:
    """How fast a platform takes messages: so many a second in all, and a gap within a chat.

    In all, tokens spread them over the second, and no second, whenever it begins, has more than
    the platform takes.

    Each delivery that has to wait gets a turn of its own, so that it is put off only once.
    """

    def __init__(self, limits: Limits) -> None:
        self._rate = limits.per_second
        self._gap = timedelta(seconds=limits.chat_gap)
        self._tokens = self._most = max(min(5.0, limits.per_second), limits.per_second / 5)
        self._filled = _NEVER
        self._in_all = int(limits.per_second)
        self._gone: deque[datetime] = deque()  # within the last second
        self._turns: dict[int, datetime] = {}
        self._last: dict[Address, datetime] = {}  # sent, or held as if
        self._free: dict[Address, datetime] = {}  # for who has no turn yet
        self._swept = self._stopped = _NEVER

    def room(self, now: datetime) -> int:
        """How many may go now."""
        if now < self._stopped:
            return 0
        elapsed = max(0.0, (now - self._filled).total_seconds())
        self._tokens = min(self._most, self._tokens + elapsed * self._rate)
        self._filled = now
        while self._gone and self._gone[0] <= now - SECOND:
            self._gone.popleft()
        return min(int(self._tokens), self._in_all - len(self._gone))

    def turn(self, delivery: Delivery, now: datetime) -> datetime:
        """When it may go; where that is ``now`` (or before), it is taken as gone."""
        chat = delivery.to
        turn = self._turns.pop(delivery.id, None)
        if turn is None:
            turn = max(now, self._free.get(chat, now))
            self._free[chat] = turn + self._gap
        if chat in self._last:
            turn = max(turn, self._last[chat] + self._gap)
        if turn > now:
            self._turns[delivery.id] = turn
        else:
            self._tokens -= 1
            self._gone.append(now)
            self._last[chat] = now
            self._forget(now)
        return turn

    def stop(self, until: datetime) -> None:
        """The platform wants nothing for anybody before then."""
        self._stopped = until

    def hold(self, delivery: Delivery, until: datetime) -> None:
        """The platform wants nothing for this chat before then."""
        self._turns[delivery.id] = until
        self._last[delivery.to] = until - self._gap
        self._free[delivery.to] = max(until + self._gap, self._free.get(delivery.to, until))

    def _forget(self, now: datetime) -> None:
        """Chats that were quiet for an hour, every hour."""
        hour_ago = now - timedelta(hours=1)
        if self._swept > hour_ago:
            return
        self._swept = now
        for times in (self._last, self._free, self._turns):
            for key in [key for key, at in times.items() if at < hour_ago]:
                del times[key]
