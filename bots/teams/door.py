"""Who is let in at the webhook: the Bot Connector, speaking for the city's own Teams."""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from bots.teams import parse
from bots.teams.connector import Hosts
from bots.teams.tokens import Checker, Forged


class Door:
    """Without ``checker``, in development: what comes from this machine is let in without a token,
    where it speaks for the one address that the settings name."""

    def __init__(self, checker: Checker | None, hosts: Hosts, tenant_id: str) -> None:
        self._checker, self._hosts, self._tenant_id = checker, hosts, tenant_id

    async def check(self, request: web.Request, given: parse.Activity) -> None:
        """Forged, where it is not to be let in."""
        if self._checker:
            await self._checker.check(request.headers.get("Authorization"), given.service_url)
            if parse.tenant(given).lower() != self._tenant_id.lower():
                raise Forged("of another tenant")
        elif not is_loopback(request.remote or ""):
            raise Forged("not of this machine")
        if given.body.get("channelId") != parse.CHANNEL:
            raise Forged("of another channel than Teams")
        if not self._hosts.allow(given.service_url):
            raise Forged("from a server that is not one of Teams")


def development(url: str, others: Collection[object]) -> str:
    """The address of a development host. ValueError where it is not on loopback, or where
    ``others`` (an app's id, secret) are set too."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
        raise ValueError("Teams without tokens is for a development host on loopback only")
    if any(others):
        raise ValueError("Teams has an app of its own: no development host beside it")
    return url


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
