"""When many unknown browsers come at once: each does a little work first, or waits a little.

The work is ALTCHA's (a proof of work, made here and checked here: no other site is asked). Whoever
has no scripts waits instead, one at a time from one address. Browsers that we know are let through:
each of them has one vote anyway.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import altcha
from itsdangerous import BadData, URLSafeSerializer

ALGORITHM, COST, PREFIX = "PBKDF2/SHA-256", 5000, "00"
"""256 tries on average, each a few milliseconds: about a second of a phone's time."""
AGE = 900
WAIT = 20
LASTS = 600
"""Seconds: how long a task holds, how long one waits without scripts, how long after the last
wave newcomers are still asked."""
MOST_USED = 100_000


@dataclass(frozen=True, slots=True)
class Task:
    """What a newcomer gets: ``challenge`` is JSON, as ALTCHA's solvers read it; ``ticket`` lets
    them in without, ``WAIT`` seconds later."""

    challenge: str
    ticket: str
    wait: int = WAIT


class Flood:
    """``most``: newcomers a minute that are let in without more. ``key`` signs the tasks."""

    def __init__(self, key: bytes, clock: Callable[[], datetime], most: int) -> None:
        self._key = key
        self._clock = clock
        self._most = most
        self._tickets = URLSafeSerializer(key, salt="kuulolla ticket")
        self._level, self._since, self._until = 0.0, 0.0, 0.0
        self._used: dict[str, None] = {}
        self._waited: dict[str, float] = {}

    def came(self) -> None:
        """A newcomer (a leaky bucket: full means a flood)."""
        now = self._now()
        self._level = max(0.0, self._level - max(0.0, now - self._since) * self._most / 60) + 1
        self._since = now
        if self._level > self._most:
            self._level, self._until = float(self._most), now + LASTS

    @property
    def seen(self) -> bool:
        return self._now() < self._until

    def task(self, subject: str) -> Task:
        """For that address alone."""
        about = {"for": subject, "at": int(self._now())}
        made = altcha.create_challenge(
            ALGORITHM, COST, key_prefix=PREFIX, data=about, hmac_secret=self._key
        )
        nonce = secrets.token_urlsafe(12)
        ticket = self._tickets.dumps({**about, "nonce": nonce})
        return Task(json.dumps(made.to_dict()), str(ticket))

    def done(self, subject: str, address: str, fields: Mapping[str, str]) -> bool:
        """Whether the work was done, or the wait waited: once each."""
        if solution := fields.get("altcha"):
            return self._solved(subject, solution)
        return self._waited_for(subject, address, fields.get("ticket", ""))

    def _solved(self, subject: str, solution: str) -> bool:
        if len(solution) > 4096 or not altcha.verify_solution(solution, self._key).verified:
            return False
        challenge = altcha.Payload.from_base64(solution).challenge
        about: Any = challenge.parameters.data
        return self._fresh(subject, about, 0) and self._first(str(challenge.signature))

    def _waited_for(self, subject: str, address: str, ticket: str) -> bool:
        try:
            about = self._tickets.loads(ticket)
        except BadData:
            return False
        now = self._now()
        if not self._fresh(subject, about, WAIT) or now - self._waited.get(address, 0.0) < WAIT:
            return False
        if not self._first(about["nonce"]):
            return False
        self._waited.pop(address, None)
        self._waited[address] = now
        _shorten(self._waited)
        return True

    def _fresh(self, subject: str, about: Mapping[str, Any], least: int) -> bool:
        return about["for"] == subject and least <= self._now() - about["at"] <= AGE

    def _first(self, sign: str) -> bool:
        if sign in self._used:
            return False
        self._used[sign] = None
        _shorten(self._used)
        return True

    def _now(self) -> float:
        return self._clock().timestamp()


def _shorten(known: dict[str, Any]) -> None:
    if len(known) > MOST_USED:
        del known[next(iter(known))]
