"""Requests → forms and events."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bots.web.cookies import Pass
from bots.web.faults import Fault
from core.events import Address, Command, Person, Pressed, Submitted
from core.texts import LANGUAGES

NAME = "web"
FORM_LIMIT = 64 * 1024
FIELDS_LIMIT = 50
LARGEST_NUMBER = 2**31 - 1
OURS = ("token", "form", "state", "press", "altcha", "ticket")
"""Fields that the page adds to a form; all others are what the person filled in."""


def number(text: str) -> int:
    """A number in an address. Fault 404 where it can't name anything."""
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > LARGEST_NUMBER:
        raise Fault(404)
    return int(text)


def preferred_language(accept: str) -> str | None:
    """From ``Accept-Language``, the best one that we speak."""
    wishes: list[tuple[float, str]] = []
    for part in accept.split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        try:
            wishes.append((-float(weight or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    spoken = [tag for weight, tag in sorted(wishes, key=lambda w: w[0]) if tag in LANGUAGES]
    return spoken[0] if spoken else None


async def read_form(
    request: web.Request, most: int = FORM_LIMIT, fields_most: int = FIELDS_LIMIT
) -> dict[str, str]:
    """The fields of a form; the values of a repeated one joined by a space. Fault where it is too
    large or none."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Fault(400)
    if (request.content_length or 0) > most:
        raise Fault(413)
    body = bytearray()
    async for chunk in request.content.iter_chunked(8192):
        body += chunk
        if len(body) > most:
            raise Fault(413)
    try:
        pairs = parse_qsl(
            bytes(body).decode("utf-8", "replace"),
            keep_blank_values=True,
            max_num_fields=fields_most,
        )
    except ValueError:
        raise Fault(400) from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return {name: " ".join(values) for name, values in fields.items()}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a form, which, in which language."""

    admitted: Pass
    language: str


class Events:
    """Makes events of forms. Presses are numbered by receipt, each above the last."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = 0

    def pressed(self, sender: Sender, action: str) -> Pressed:
        at = self._clock()
        self._last = max(self._last + 1, int(at.timestamp() * 1_000_000))
        common = self._common(sender, at, action)
        return Pressed(**common, action=action, order=self._last)

    def submitted(self, sender: Sender, form: str, filled: Mapping[str, str]) -> Submitted:
        """``state`` is one of the fields that the page added."""
        fields = {name: words for name, words in filled.items() if name not in OURS}
        state = filled.get("state", "")
        content = [form, state, *(x for pair in sorted(fields.items()) for x in pair)]
        common = self._common(sender, self._clock(), *content)
        return Submitted(**common, form=form, fields=fields, state=state)

    def commanded(self, sender: Sender, name: str) -> Command:
        return Command(**self._common(sender, self._clock(), name), name=name)

    def _common(self, sender: Sender, at: datetime, *content: str) -> dict[str, Any]:
        """The same form with the same content is the same event; once changed, after the browser
        went back to it, it is another."""
        visitor = sender.admitted.visitor
        said = "\0".join((sender.admitted.nonce, *content)).encode("utf-8", "replace")
        return {
            "id": f"{NAME}:{hashlib.sha256(said).hexdigest()[:32]}",
            "who": Person(NAME, visitor, sender.language),
            "where": Address(NAME, visitor),
            "at": at,
            "private": True,
        }
