"""How many took part, by month: polls that opened, their votes, and their channels."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import deadlines
from core.city import City
from core.model import FEW, PollState
from core.ports import Store

MONTHS = 6
MOST = 2_000
"""Polls that are counted, the newest."""


@dataclass(frozen=True, slots=True)
class Month:
    """``month`` as 2026-03. ``channels``: the votes of polls that had enough of them to tell."""

    month: str
    polls: int
    votes: int
    channels: Mapping[str, int]


def months(store: Store, city: City, now: datetime) -> list[Month]:
    """The newest first."""
    since = now - timedelta(days=31 * MONTHS)
    states = (PollState.OPEN, PollState.CLOSED)
    listed = [p for p in store.polls(*states, limit=MOST, surveys=True) if p.opens_at > since]
    found = store.tallies({poll.id for poll in listed}) if listed else {}
    polls, votes = Counter[str](), Counter[str]()
    channels: dict[str, Counter[str]] = {}
    for poll in listed:
        month = deadlines.local(city, poll.opens_at).strftime("%Y-%m")
        polls[month] += 1
        if tally := found.get(poll.id):
            votes[month] += tally.total if tally.total >= FEW else 0
            channels.setdefault(month, Counter()).update(tally.parted)
    return [
        Month(month, polls[month], votes[month], dict(channels.get(month, {})))
        for month in sorted(polls, reverse=True)
    ]
