"""Tickets to the page of a preview. One names what it is of and when it ends, and carries a code
that only this service can make, for one editor: nothing is stored, and who is no editor any more
has no ticket either."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

from core.city import City
from core.desk import Turn
from core.messages import AnyBlock, Link, text
from core.roster import DESK

GOOD_FOR = timedelta(hours=24)
LONGEST = 100
Digest = Callable[[str, str], bytes]
"""`core.people.Keyring.digest`."""


def issue(digest: Digest, editor: str, kind: str, id: int, now: datetime) -> str:
    """``editor`` is an official's key."""
    what = f"{kind}.{id}.{int((now + GOOD_FOR).timestamp())}"
    return f"{what}.{_code(digest, what, editor)}"


def read(digest: Digest, city: City, given: str, now: datetime) -> tuple[str, int] | None:
    """Kind and id; None where it was made by somebody else, for nobody who is an editor now, or
    too long ago."""
    if not given.isascii() or len(given) > LONGEST:
        return None
    what, _, code = given.rpartition(".")
    if not any(_is(digest, what, one.key, code) for one in city.everybody if one.may_edit()):
        return None
    kind, id, until = what.split(".")
    return (kind, int(id)) if now.timestamp() < int(until) else None


def _is(digest: Digest, what: str, editor: str, code: str) -> bool:
    return hmac.compare_digest(_code(digest, what, editor).encode(), code.encode())


def _code(digest: Digest, what: str, editor: str) -> str:
    return urlsafe_b64encode(digest("preview", f"{what}.{editor}")).decode().rstrip("=")


def way(turn: Turn, kind: str, id: int) -> list[AnyBlock]:
    """To the page that shows it in each channel's look: on the desk where one is there, else by
    its public address. Where it has none, that it is so."""
    t = turn.t
    ticket = issue(turn.keyring.digest, turn.editor().key, kind, id, turn.now)
    label = t("See it as each channel shows it")
    if turn.who.channel == DESK:
        return [Link(label, f"/{t.language}/desk/preview/{ticket}")]
    if url := turn.city.page(f"/{t.language}/preview/{ticket}"):
        told = t("The link is good for 24 hours. Whoever has it sees the preview.")
        return [Link(label, url), text(told, role="note")]
    told = t("The city's page has no public address, so this preview is in words alone.")
    return [text(told, role="note")]
