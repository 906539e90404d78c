"""Who may send how often, and whether a form comes from our own pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from math import ceil
from urllib.parse import urlsplit

from aiohttp import web

MOST_KNOWN = 50_000
"""Addresses that are remembered; beyond, the one that was quiet for longest is forgotten."""


def client_address(request: web.Request, trusted_proxies: int) -> str:
    """Where a request comes from. ``X-Forwarded-For`` counts only as far as our own proxies wrote
    it; of an IPv6 address the network, since a home has a whole one."""
    address = request.remote or ""
    if trusted_proxies > 0:
        written = ",".join(request.headers.getall("X-Forwarded-For", []))
        chain = [hop.strip() for hop in written.split(",")]
        if len(chain) >= trusted_proxies:
            address = chain[-trusted_proxies]
    try:
        parsed = ip_address(address)
    except ValueError:
        return request.remote or ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def same_site(request: web.Request, public_url: str) -> bool:
    """Whether the browser says that the form was on our own page. Every browser of this decade
    says so on a POST; who says nothing is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and host in (request.host, urlsplit(public_url).netloc)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether one more is let in, how many more would be now, and seconds until all are again, or
    until one is where none is left."""

    granted: bool
    left: int
    seconds: int


class Limiter:
    """At most ``per_minute`` a minute for each key, refilled evenly (a leaky bucket)."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._most = per_minute
        self._clock = clock
        self._filled: dict[str, tuple[float, float]] = {}  # key → (level, when)

    def allows(self, key: str) -> bool:
        return self.take(key).granted

    def take(self, key: str) -> Allowance:
        now = self._clock().timestamp()
        level, since = self._filled.pop(key, (0.0, now))
        level = max(0.0, level - max(0.0, now - since) * self._most / 60)
        granted = level + 1 <= self._most
        level += granted
        self._filled[key] = (level, now)
        if len(self._filled) > MOST_KNOWN:
            del self._filled[next(iter(self._filled))]
        left = int(self._most - level)
        until = level if left else level + 1 - self._most
        return Allowance(granted, left, ceil(until * 60 / self._most))
