"""One field of a form → the inputs that ask for it, and what they hold → the field's value."""

from collections.abc import Iterable, Mapping
from typing import Any

from bots.teams.words import cut, line
from core.clean import harmless
from core.messages import Ask

Json = dict[str, Any]
LABEL, HINT, TEXT = 200, 200, 4000
DATE, TIME = ".date", ".time"


def inputs(ask: Ask, value: str) -> list[Json]:
    """[] for a list without choices. A time is asked in two: its day, and its hour."""
    label = {"label": line(ask.label, LABEL)}
    match ask.kind:
        case "choice" | "choices":
            return [_list(ask, value, label)] if ask.choices else []
        case "time":
            day, _, hour = value.partition(" ")
            return [
                {"type": "Input.Date", "id": ask.name + DATE, **label, **_given(day)},
                {"type": "Input.Time", "id": ask.name + TIME, **label, **_given(hour)},
            ]
    most = max(1, min(ask.limit, TEXT))
    hint = {"placeholder": line(ask.hint, HINT)} if ask.hint.strip() else {}
    made = {"type": "Input.Text", "id": ask.name, **label, "maxLength": most, **hint}
    return [{**made, "isMultiline": ask.kind == "lines", **_given(cut(harmless(value), most))}]


def _given(value: str) -> Json:
    return {"value": value} if value else {}


def _list(ask: Ask, value: str, label: Json) -> Json:
    choices = [{"title": line(c.label, LABEL), "value": c.value} for c in ask.choices]
    known = {c.value for c in ask.choices}
    several = ask.kind == "choices"
    chosen = [x for x in (value.split() if several else [value]) if x in known]
    made = {"type": "Input.ChoiceSet", "id": ask.name, **label, "choices": choices}
    return {**made, "isMultiSelect": several, **_given(",".join(chosen))}


def values(filled: Mapping[str, Any], asks: Iterable[Ask]) -> dict[str, str]:
    """Field name to value, as `core.messages.Form` promises them."""
    return {ask.name: _value(filled, ask) for ask in asks}


def _value(filled: Mapping[str, Any], ask: Ask) -> str:
    def text(name: str) -> str:
        found = filled.get(name)
        return found if isinstance(found, str) else ""

    if ask.kind == "time":
        day, hour = text(ask.name + DATE), text(ask.name + TIME)
        return f"{day} {hour or '00:00'}" if day else hour
    return text(ask.name).replace(",", " ") if ask.kind == "choices" else text(ask.name)
