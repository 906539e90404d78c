"""One field of a form → the element that asks for it."""

import zlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots.slack.words import cut, plain
from core.clean import harmless
from core.messages import Ask

Json = dict[str, Any]
LENGTH, LABEL, HINT, OPTIONS, BOXES = 3000, 75, 2000, 100, 10


def field(ask: Ask, zone: str) -> Json | None:
    """None for a list without choices: Slack has no such thing.

    The element's name changes with its first value: Slack would otherwise keep what was written in
    a field of the same name when one form follows another."""
    made = _element(ask, zone)
    if made is None:
        return None
    made["action_id"] = f"field-{zlib.crc32(ask.value.encode(errors='replace')):x}"
    hint = {"hint": plain(ask.hint, HINT)} if ask.hint.strip() else {}
    return {
        "type": "input", "block_id": ask.name, "label": plain(ask.label, HINT), "element": made,
        "optional": ask.optional, **hint,
    }  # fmt: skip


def telling(block: Json) -> Json:
    """The block, where it is a field, so that Slack tells of every change in it: what it tells of a
    dialog that was closed has no values."""
    if block["type"] != "input":
        return block
    element = block["element"]
    if element["type"] == "plain_text_input":
        when = {"trigger_actions_on": ["on_character_entered"]}
        element = {**element, "dispatch_action_config": when}
    return {**block, "dispatch_action": True, "element": element}


def _element(ask: Ask, zone: str) -> Json | None:
    match ask.kind:
        case "choice" | "choices":
            return _list(ask) if ask.choices else None
        case "time":
            moment = _epoch(ask.value, zone)
            return {"type": "datetimepicker", **({"initial_date_time": moment} if moment else {})}
    most = max(1, min(ask.limit, LENGTH))
    first = cut(harmless(ask.value), most)
    given = {"initial_value": first} if first else {}
    return {
        "type": "plain_text_input", "multiline": ask.kind == "lines", "max_length": most, **given,
    }  # fmt: skip


def _list(ask: Ask) -> Json:
    options = [{"text": plain(c.label, LABEL), "value": c.value} for c in ask.choices[:OPTIONS]]
    if ask.kind == "choice":
        first = [option for option in options if option["value"] == ask.value]
        given = {"initial_option": first[0]} if first else {}
        return {"type": "static_select", "options": options, **given}
    first = [option for option in options if option["value"] in ask.value.split()]
    kind = "checkboxes" if len(options) <= BOXES else "multi_static_select"
    return {"type": kind, "options": options, **({"initial_options": first} if first else {})}


def _epoch(local: str, zone: str) -> int | None:
    try:
        moment = datetime.strptime(local, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    return int(moment.timestamp())
