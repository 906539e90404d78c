"""What an official has written in a form and not sent: it is there again when they open the form
the next time, from whichever of their devices. One mechanism for every form that somebody writes
in: its area names it with `keeping`, the inbox does the rest."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from core.city import Official, Part
from core.clean import harmless
from core.desk import Turn
from core.messages import DRAFT, AnyBlock, Ask, Form, Reply, text
from core.texts import Texts

MOST_FIELDS = 60
LONGEST = 20_000
"""Characters of one field."""
STATE_LIMIT = 80
LATE = timedelta(seconds=10)
"""Platforms tell of letters and of the sending apart: what was written before may come after."""

Keep = Callable[[Turn, Mapping[str, str], str], Reply]
May = Callable[[Turn, str, str], object]
"""Given a form's name and what it carries, raises a Refusal for who could not open it."""


def keeping(may: May, *names: str) -> dict[str, Keep]:
    """The unsent sides of these forms, as entries of ``FORMS``."""
    return {f"{name}{DRAFT}": _keeper(may, name) for name in names}


def for_editors(part: Part) -> May:
    def may(turn: Turn, name: str, state: str) -> object:
        turn.require(part)
        return turn.editor()

    return may


def _keeper(may: May, name: str) -> Keep:
    def unsent(turn: Turn, fields: Mapping[str, str], state: str) -> Reply:
        """It comes with every letter from some platforms, so no reply is recorded."""
        official = turn.staff()
        may(turn, name, state)
        if _just_sent(turn, official, name, state):
            return Reply(fleeting=True)
        if keep(turn, official.key, name, state, fields):
            told = turn.t("The draft is saved. It is there when you open the form again.")
        else:
            told = turn.t("There is no draft any more.")
        return Reply(told, fleeting=True)

    return unsent


def keep(turn: Turn, owner: str, name: str, state: str, fields: Mapping[str, str]) -> bool:
    """``owner``: an official's key. False where nothing is written, or the form is
    none of ours: then there is no draft."""
    given = list(fields.items())[:MOST_FIELDS]
    written = {field: harmless(words)[:LONGEST] for field, words in given}
    if len(state) > STATE_LIMIT or not any(words.strip() for words in written.values()):
        turn.store.drop_draft(owner, _kind(name, state))
        return False
    value = {"fields": written, "at": turn.now.isoformat()}
    turn.store.put_draft(owner, _kind(name, state), value, turn.now)
    return True


def written(turn: Turn, name: str, state: str) -> Mapping[str, str]:
    """The fields of a form as they were left; none where nothing is kept."""
    return _kept(turn, turn.staff(), name, state).get("fields", {})


def sent(turn: Turn, name: str, state: str) -> None:
    """There is no draft of it any more, whatever still comes of what was written before."""
    value = {"sent": turn.now.isoformat()}
    turn.store.put_draft(turn.staff().key, _kind(name, state), value, turn.now)


def restored(turn: Turn, form: Form) -> Form:
    """As its official left it, which is said where it is more than choices."""
    kept = _kept(turn, turn.staff(), form.name, form.state)
    left = kept.get("fields", {})
    blocks = tuple(_filled(block, left) for block in form.blocks)
    if any(a != b and _typed(b) for a, b in zip(form.blocks, blocks, strict=True)):
        blocks = (_notice(turn.t, turn.city.timezone, kept["at"]), *blocks)
    return replace(form, blocks=blocks, keeps=turn.t("Save the draft"))


def _notice(t: Texts, zone: str, at: str) -> AnyBlock:
    when = t.time(datetime.fromisoformat(at), zone)
    return text(t("Below is your text that was not sent, from {time}.", time=when), role="note")


def _typed(block: AnyBlock) -> bool:
    return isinstance(block, Ask) and block.kind in ("line", "lines")


def _filled(block: AnyBlock, left: Mapping[str, str]) -> AnyBlock:
    """What is no longer among a field's choices is not chosen."""
    if not isinstance(block, Ask) or block.name not in left:
        return block
    value = left[block.name]
    if block.kind in ("choice", "choices"):
        offered = {choice.value for choice in block.choices}
        chosen = [value] if block.kind == "choice" else value.split()
        if not offered.issuperset(chosen):
            return block
    return replace(block, value=value[: block.limit])


def _just_sent(turn: Turn, official: Official, name: str, state: str) -> bool:
    at = _kept(turn, official, name, state).get("sent")
    return at is not None and turn.now - datetime.fromisoformat(at) <= LATE


def _kept(turn: Turn, official: Official, name: str, state: str) -> Mapping[str, Any]:
    return turn.store.draft(official.key, _kind(name, state)) or {}


def _kind(name: str, state: str) -> str:
    return f"form:{name}:{state}"
