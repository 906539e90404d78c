"""What the city file and the settings say of the city's other systems that are told of events."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from config.faults import Fault
from config.values import Id, wrong
from core.city import City, Webhook
from core.webhooks import EVENTS

VARIABLE = "KUULOLLA_WEBHOOK_SECRETS"
MAKE_ONE = "Make one: echo NAME=whsec_$(openssl rand -base64 32)"
SHORTEST, LONGEST = 24, 64  # bytes, as Standard Webhooks has them


def _address(value: str) -> str:
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s#]*)?", value):
        raise wrong(
            f"“{value}” is no address to send to.",
            "Write it as https://system.city.example/hook, without names, passwords and #.",
        )
    return value


def _event(value: str) -> str:
    if value not in EVENTS:
        raise wrong(f"“{value}” is no event.", f"There are: {', '.join(EVENTS)}.")
    return value


class Hook(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Id
    url: Annotated[str, AfterValidator(_address)]
    events: frozenset[Annotated[str, AfterValidator(_event)]] = frozenset(EVENTS)


def webhooks(given: tuple[Hook, ...]) -> tuple[Webhook, ...]:
    return tuple(Webhook(one.id, one.url, one.events) for one in given)


def secrets(given: SecretStr | None) -> dict[str, list[bytes]]:
    """By receiver, in their order. The settings' own check has let them through."""
    made: dict[str, list[bytes]] = {}
    for line in (given.get_secret_value() if given else "").split():
        name, _, secret = line.partition("=")
        made.setdefault(name, []).append(base64.b64decode(secret.removeprefix("whsec_")))
    return made


def well_written(given: SecretStr) -> bool:
    return all(map(_well_written, given.get_secret_value().split()))


def _well_written(line: str) -> bool:
    found = re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,23}=whsec_([A-Za-z0-9+/]+={0,2})", line, re.ASCII)
    if found is None:
        return False
    try:
        return SHORTEST <= len(base64.b64decode(found[1], validate=True)) <= LONGEST
    except (binascii.Error, ValueError):
        return False


def faults(city: City, given: SecretStr | None) -> Iterator[Fault]:
    """Nothing goes out unsigned: each receiver has a secret, and each secret a receiver."""
    known = secrets(given)
    named = {hook.id for hook in city.webhooks}
    for name in sorted(named - set(known)):
        yield Fault(VARIABLE, f"has no secret for the webhook “{name}”.", MAKE_ONE)
    for name in sorted(set(known) - named):
        what = f"has a secret for “{name}”, which the city file has no webhook for."
        yield Fault(VARIABLE, what, "Take it away, or add it to webhooks in the city file.")
