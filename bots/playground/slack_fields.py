"""What Slack's client lets a person do with an element, before the app hears of it."""

import re
from collections.abc import Mapping
from typing import Any

from bots.playground.slack_payloads import SEVERAL, state_keys
from bots.playground.slack_rules import elements_of, options_of
from bots.playground.slack_types import Impossible, Json

REQUIRED = "Please complete this required field."
FORMS = {
    "datepicker": r"\d{4}-\d{2}-\d{2}",
    "timepicker": r"\d{2}:\d{2}",
}
PICKED_FROM_LIST = ("static_select", "radio_buttons", "overflow")
PICKED_MANY = ("multi_static_select", "checkboxes")


def chosen(element: Json, value: Any) -> Json:
    """The element's state after a person gave it `value`: a text, an option's value, a list."""
    kind, (key, _) = element["type"], state_keys(element)
    if kind in PICKED_FROM_LIST:
        state: Any = None if value is None else option_with(element, value)
    elif kind in PICKED_MANY:
        state = [option_with(element, each) for each in as_list(value)]
    elif key in SEVERAL:
        state = as_list(value)
    elif kind == "datetimepicker":
        state = value if isinstance(value, int) else None
    else:
        state = as_text(value)
        if state and kind in FORMS and not re.fullmatch(FORMS[kind], state):
            raise Impossible(f"{state!r} can't be picked in a {kind}")
    return {"type": kind, key: state}


def option_with(element: Json, value: Any) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise Impossible(f"{element['action_id']} has no option {value!r}")


def as_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Impossible("several can be chosen here: give a list")
    return value


def as_text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Impossible("a text is expected here")
    return value or None


def fill(view: Json, fields: Mapping[str, Any]) -> None:
    """Puts what a person entered, by block id or action id, into the view's state."""
    unused = set(fields)
    for block in view["blocks"]:
        for element in elements_of(block):
            names = {block["block_id"], element["action_id"]}
            for name in names & set(fields):
                state = chosen(element, fields[name])
                view["state"]["values"][block["block_id"]][element["action_id"]] = state
                unused.discard(name)
    if unused:
        raise Impossible(f"the view has no field {', '.join(sorted(unused))}")


def client_errors(view: Json) -> dict[str, str]:
    """What Slack's client says of the inputs, by block id, without asking the app."""
    errors = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            state = view["state"]["values"][block["block_id"]][element["action_id"]]
            value = state[state_keys(element)[0]]
            empty = value is None or value == []
            if error := (_missing(block) if empty else _wrong(element, value)):
                errors[block["block_id"]] = error
    return errors


def _missing(block: Json) -> str | None:
    return None if block.get("optional") else REQUIRED


def _wrong(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"Must be at least {least} characters."
        if len(value) > most:
            return f"Must be no more than {most} characters."
    if kind == "number_input":
        return _wrong_number(element, value)
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S", value):
        return "Enter a valid URL."
    if isinstance(value, list) and len(value) > element.get("max_selected_items", 100):
        return f"Choose no more than {element['max_selected_items']}."
    return None


def _wrong_number(element: Json, value: str) -> str | None:
    form = r"-?\d+([.]\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(form, value):
        return "Enter a valid number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Must be no more than {element['max_value']}."
    return None
