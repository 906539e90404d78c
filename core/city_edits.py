"""An edited city file: whether it may hold while the service runs."""

from collections.abc import Callable
from dataclasses import replace

from core.city import City

BUILT_OF: dict[str, Callable[[City], object]] = {
    "name": lambda city: city.name,
    "parts": lambda city: city.parts,
    "timezone": lambda city: city.timezone,
    "language": lambda city: city.language,
    "departments: id, home": lambda city: {(one.id, one.home) for one in city.departments},
    "chats: address, threads": lambda city: {(one.address, one.threads) for one in city.chats},
    "officials: of Teams": lambda city: {o.key for o in city.officials if o.channel == "teams"},
    "moderation: channel": lambda city: city.moderators.home,
    "digests: preview_to": lambda city: city.preview_home,
    "escalation": lambda city: city.escalation,
    "statement_data": lambda city: city.statement_data,
    "web": lambda city: city.web,
    "desk": lambda city: city.sign_in,
    "telegram_bot": lambda city: city.telegram_bot,
    "polis_server": lambda city: city.polis_server,
    "webhooks": lambda city: city.webhooks,
}
"""What channels, pages and jobs are made of when the service starts, by its name in the file."""


def await_restart(running: City, edited: City) -> list[str]:
    """What of the edit the running service can't take; [] where it can take all."""
    return [name for name, of in BUILT_OF.items() if of(running) != of(edited)]


def taken(running: City, edited: City) -> City:
    """The edited one, with what no file says."""
    return replace(edited, roster=running.roster, chat_links=running.chat_links)
