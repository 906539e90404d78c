"""Requests of the desk → events; and the form that a request fills in, which came along sealed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from itsdangerous import BadData, URLSafeSerializer

from core.actions import decode
from core.errors import BadAction
from core.events import Address, Command, Person, Pressed, Submitted
from core.messages import DRAFT, Ask, Form
from core.officials import WORDS
from core.roster import DESK

FORM_LIMIT, FIELDS_LIMIT = 256 * 1024, 400
LINE_LIMIT = 300
OURS = frozenset({"token", "room", "ref", "again", "shape", "press", "close", "draft"})
"""Fields that the page adds to a form; all others are what the person filled in."""
SHOWS = frozenset(
    """acts conversation_list desk digest_look discussion_list overdue plan_look plans poll_list
    results staff_help statements survey_list unassigned waiting broadcast_look""".split()
)
"""Buttons that only show something: after what was pressed there, it is shown anew."""
SHOWN = frozenset(
    """discussions help home menu mine moderation overdue polls question results statements surveys
    unassigned""".split()
)
"""Commands that only show something."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a form, in which language; ``nonce`` is the page's own; ``room`` is "" where only
    the person and the city are."""

    account: str
    language: str
    nonce: str
    room: str = ""


class Events:
    """Presses are numbered by receipt, each above the last."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = 0

    def pressed(self, sender: Sender, action: str, ref: str = "") -> Pressed:
        at = self._clock()
        self._last = max(self._last + 1, int(at.timestamp() * 1_000_000))
        common = self._common(sender, at, action, ref)
        return Pressed(**common, action=action, order=self._last)

    def submitted(self, sender: Sender, form: Form, fields: Mapping[str, str]) -> Submitted:
        content = [form.name, form.state, *(x for pair in sorted(fields.items()) for x in pair)]
        common = self._common(sender, self._clock(), *content)
        return Submitted(**common, form=form.name, fields=dict(fields), state=form.state)

    def commanded(self, sender: Sender, line: str) -> Command:
        """``kysymys K-12``, with or without ``/kuulolla`` before it."""
        words = line.strip().removeprefix("/kuulolla").strip().lstrip("/")
        name, _, args = words.partition(" ")
        common = self._common(sender, self._clock(), line)
        return Command(**common, name=name.lower(), args=args.strip())

    def _common(self, sender: Sender, at: datetime, *content: str) -> dict[str, Any]:
        """The same form of the same page with the same content is the same event."""
        said = "\0".join((sender.account, sender.nonce, *content)).encode("utf-8", "replace")
        return {
            "id": f"{DESK}:{hashlib.sha256(said).hexdigest()[:32]}",
            "who": Person(DESK, sender.account, sender.language),
            "where": Address(DESK, sender.room or sender.account),
            "at": at,
            "private": not sender.room,
        }


class Shapes:
    """Forms as they were shown, sealed: they come back with what is filled in, so that a fault
    can be told beside its field."""

    def __init__(self, key: bytes) -> None:
        self._seal = URLSafeSerializer(
            key, salt="kuulolla desk shape", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def sealed(self, form: Form) -> str:
        made = self._seal.dumps(msgspec.to_builtins(form))
        return made if isinstance(made, str) else made.decode()

    def opened(self, sealed: str) -> Form | None:
        """None where it is not ours, or of another version."""
        try:
            return msgspec.convert(self._seal.loads(sealed), Form)
        except (BadData, msgspec.ValidationError):
            return None


def filled(form: Form, given: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, by the form's own fields; a browser's time made the rules'."""
    asks = {block.name: block for block in form.blocks if isinstance(block, Ask)}
    fields = {name: words for name, words in given.items() if name not in OURS}
    for name, words in fields.items():
        if name in asks and asks[name].kind == "time":
            fields[name] = words.replace("T", " ")
    return fields


def draft(form: Form) -> Form:
    return msgspec.structs.replace(form, name=f"{form.name}{DRAFT}")


def press_shows(action: str) -> bool:
    try:
        return decode(action)[0] in SHOWS
    except BadAction:
        return False


def line_shows(line: str) -> bool:
    name = line.removeprefix("/kuulolla").strip().partition(" ")[0].lower()
    return WORDS.get(name) in SHOWN


def query(**given: str) -> str:
    return urlencode({name: value for name, value in given.items() if value})
