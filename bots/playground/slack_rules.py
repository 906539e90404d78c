"""Block Kit, as strict as Slack: what it refuses in a message or a view. Rules are data.

Of Slack's newer blocks only `markdown` and `rich_text` are known here; others are refused,
and so are input blocks outside modals.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bots.playground.slack_checks import (
    Check,
    anything,
    array,
    boolean,
    by_type,
    complaint,
    number,
    one_of,
    record,
    string,
)

Surface = Literal["message", "modal", "home"]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
TOTAL_BLOCK_TEXT = 13_000
VIEW_BYTES = 250_000


def plain(most: int = 3000) -> Check:
    return by_type({"plain_text": record({"text": string(most)}, {"emoji": boolean})})


def words(most: int = 3000) -> Check:
    return by_type({
        "plain_text": record({"text": string(most)}, {"emoji": boolean}),
        "mrkdwn": record({"text": string(most)}, {"verbatim": boolean}),
    })  # fmt: skip


def option(text: Check, **more: Check) -> Check:
    return record({"text": text, "value": string(150)}, {"description": text, **more})


CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
ID = string(255)
URL = string(3000, pattern=r"(?s)(https?|mailto|tel|slack):.+")
DATE, TIME = string(10, pattern=r"\d{4}-\d{2}-\d{2}"), string(5, pattern=r"\d{2}:\d{2}")
PLACED = {"placeholder": plain(150), "focus_on_load": boolean}
DISPATCH = record({}, {"trigger_actions_on": array(
    one_of("on_enter_pressed", "on_character_entered"), 2)})  # fmt: skip


def element(required: Mapping[str, Check] | None = None, /, **optional: Check) -> Check:
    return record(required or {}, {"action_id": ID, "confirm": CONFIRM, **optional})


def static_select(**more: Check) -> Check:
    options = array(option(plain(75)), 100)
    groups = array(record({"label": plain(75), "options": options}, {}), 100)
    shape = element(options=options, option_groups=groups, **PLACED, **more)

    def check(value: Any, path: str) -> Iterator[str]:
        complaints = list(shape(value, path))
        if ("options" in value) == ("option_groups" in value):
            complaints.append(complaint("must define either `options` or `option_groups`", path))
        yield from complaints or _initial_options(value, path)

    return check


def choices(**more: Check) -> Check:
    shape = element({"options": array(option(words(75)), 10)}, focus_on_load=boolean, **more)

    def check(value: Any, path: str) -> Iterator[str]:
        yield from list(shape(value, path)) or _initial_options(value, path)

    return check


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = element.get("option_groups") or [element]
    return [entry for group in groups for entry in group.get("options") or []]


def _initial_options(value: Mapping[str, Any], path: str) -> Iterator[str]:
    chosen = value.get("initial_options") or [value.get("initial_option")]
    for entry in chosen:
        if entry is not None and entry not in options_of(value):
            yield complaint("initial option does not match any option", path)


ONE, MANY = option(words(75)), array(option(words(75)), 100)
TEXT_INPUT = {"dispatch_action_config": DISPATCH, **PLACED}
PICKERS: dict[str, Check] = {
    "static_select": static_select(initial_option=ONE),
    "multi_static_select": static_select(initial_options=MANY, max_selected_items=number(1, 100)),
    "radio_buttons": choices(initial_option=ONE),
    "checkboxes": choices(initial_options=MANY),
    "datepicker": element(initial_date=DATE, **PLACED),
    "timepicker": element(initial_time=TIME, timezone=string(100), **PLACED),
    "datetimepicker": element(initial_date_time=number(0, 9_999_999_999), focus_on_load=boolean),
    "users_select": element(initial_user=ID, **PLACED),
    "multi_users_select": element(
        initial_users=array(ID, 100), max_selected_items=number(1, 100), **PLACED),
    "channels_select": element(initial_channel=ID, response_url_enabled=boolean, **PLACED),
    "multi_channels_select": element(
        initial_channels=array(ID, 100), max_selected_items=number(1, 100), **PLACED),
    "conversations_select": element(
        initial_conversation=ID, default_to_current_conversation=boolean,
        response_url_enabled=boolean, filter=anything, **PLACED),
    "multi_conversations_select": element(
        initial_conversations=array(ID, 100), default_to_current_conversation=boolean,
        max_selected_items=number(1, 100), filter=anything, **PLACED),
}  # fmt: skip
BUTTONS: dict[str, Check] = {
    "button": element(
        {"text": plain(75)}, value=string(2000, least=0), url=URL,
        style=one_of("primary", "danger"), accessibility_label=string(75)),
    "overflow": element({"options": array(option(plain(75), url=URL), 5)}),
}  # fmt: skip
INPUTS: dict[str, Check] = {
    "plain_text_input": element(
        multiline=boolean, min_length=number(0, 3000), max_length=number(1, 3000),
        initial_value=string(3000, least=0), **TEXT_INPUT),
    "number_input": element(
        {"is_decimal_allowed": boolean}, min_value=string(40), max_value=string(40),
        initial_value=string(40), **TEXT_INPUT),
    "email_text_input": element(initial_value=string(3000), **TEXT_INPUT),
    "url_text_input": element(initial_value=string(3000), **TEXT_INPUT),
}  # fmt: skip
PICTURE = {"image_url": string(3000), "slack_file": anything}
IMAGE = record({"alt_text": string(2000)}, PICTURE)
NAMED = {"block_id": ID}


def section(value: Any, path: str) -> Iterator[str]:
    accessory = by_type({**PICKERS, **BUTTONS, "image": IMAGE})
    fields = array(words(2000), 10)
    optional = {"text": words(), "fields": fields, "accessory": accessory, "expand": boolean}
    yield from record({}, {**NAMED, **optional})(value, path)
    if "text" not in value and "fields" not in value:
        yield complaint("must define either `text` or `fields`", path)


def picture(value: Any, path: str) -> Iterator[str]:
    yield from record({"alt_text": string(2000)}, {**NAMED, **PICTURE, "title": plain(2000)})(
        value, path
    )
    if ("image_url" in value) == ("slack_file" in value):
        yield complaint("must define either `image_url` or `slack_file`", path)


NOTES: dict[str, Check] = {"image": IMAGE, "plain_text": words(), "mrkdwn": words()}
EVERYWHERE: dict[str, Check] = {
    "actions": record({"elements": array(by_type({**PICKERS, **BUTTONS}), 25)}, NAMED),
    "context": record({"elements": array(by_type(NOTES), 10)}, NAMED),
    "divider": record({}, NAMED),
    "header": record({"text": plain(150)}, NAMED),
    "image": picture,
    "rich_text": record({"elements": array(anything, 1000, least=0)}, NAMED),
    "section": section,
}  # fmt: skip
INPUT = record(
    {"label": plain(2000), "element": by_type({**PICKERS, **INPUTS})},
    {**NAMED, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
)
BLOCKS: dict[Surface, Check] = {
    "message": by_type({**EVERYWHERE, "markdown": record({"text": string(12_000)}, NAMED)}),
    "modal": by_type({**EVERYWHERE, "input": INPUT}),
    "home": by_type(EVERYWHERE),
}


def check_blocks(blocks: Any, surface: Surface, path: str = "/blocks") -> list[str]:
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    found = list(array(BLOCKS[surface], most, least=0)(blocks, path))
    return found or list(_ids_unique(blocks, path))


def _ids_unique(blocks: list[dict[str, Any]], path: str) -> Iterator[str]:
    block_ids: set[str] = set()
    for index, block in enumerate(blocks):
        if (name := block.get("block_id")) in block_ids:
            yield complaint(f"block_id {name} already exists", f"{path}/{index}/block_id")
        block_ids.update({name} if name else ())
        seen: set[str] = set()
        for place, entry in enumerate(elements_of(block)):
            if (name := entry.get("action_id")) in seen:
                yield complaint(f"action_id {name} already exists", f"{path}/{index}/{place}")
            seen.update({name} if name else ())


def elements_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of one block, wherever its type keeps them."""
    if block["type"] == "actions":
        return list(block["elements"])
    single = block.get("accessory") or block.get("element")
    return [single] if single and single["type"] != "image" else []


VIEW_COMMON = {"private_metadata": string(3000, 0), "callback_id": string(255, 0),
               "external_id": string(255, 0)}  # fmt: skip
FRAMES: dict[str, Check] = {
    "home": record({"blocks": anything}, VIEW_COMMON),
    "modal": record(
        {"blocks": anything, "title": plain(24)},
        {**VIEW_COMMON, "submit": plain(24), "close": plain(24), "clear_on_close": boolean,
         "notify_on_close": boolean, "submit_disabled": boolean}),
}  # fmt: skip


def check_view(view: Any, surface: Surface) -> list[str]:
    found = list(by_type({surface: FRAMES[surface]})(view, "/view"))
    if isinstance(view, dict) and "blocks" in view:
        found += check_blocks(view["blocks"], surface, "/view/blocks")
    if found:
        return found
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        found.append(complaint("missing required field: submit", "/view"))
    return found


def view_too_large(view: Any) -> bool:
    return len(json.dumps(view).encode()) > VIEW_BYTES


def texts(value: Any) -> Iterator[str]:
    """Every string under a `text` key, at any depth."""
    if isinstance(value, dict):
        for name, entry in value.items():
            if name == "text" and isinstance(entry, str):
                yield entry
            else:
                yield from texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)


def blocks_too_long(blocks: Any) -> bool:
    return sum(map(len, texts(blocks))) > TOTAL_BLOCK_TEXT
