"""Telegram's limits on sends and edits: 30 a second, 1 a second a chat, 20 a minute a group."""

import math
from collections import defaultdict, deque

PER_SECOND = 30
PER_CHAT_SECOND = 1
PER_GROUP_MINUTE = 20


class Rates:
    def __init__(self) -> None:
        self._windows: dict[tuple[str, int], deque[float]] = defaultdict(deque)

    def wait(self, now: float, chat: int, *, group: bool) -> int | None:
        """Note one message; or, when it is one too many, the whole seconds to wait."""
        limits = [(("all", 0), PER_SECOND, 1.0), (("chat", chat), PER_CHAT_SECOND, 1.0)]
        if group:
            limits.append((("group", chat), PER_GROUP_MINUTE, 60.0))
        waits = [self._excess(key, now, most, span) for key, most, span in limits]
        if max(waits) > 0:
            return math.ceil(max(waits))
        for key, _, _ in limits:
            self._windows[key].append(now)
        return None

    def _excess(self, key: tuple[str, int], now: float, most: int, span: float) -> float:
        window = self._windows[key]
        while window and window[0] <= now - span:
            window.popleft()
        return window[0] + span - now if len(window) >= most else 0.0
