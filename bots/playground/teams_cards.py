"""What Teams makes of an Adaptive Card: version 1.5's own rules, for the elements that are for
messages and dialogs. Unknown elements and properties are faults, not ignored."""

import json
import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
LARGEST = 28 * 1024
MOST_ACTIONS = 6

_ELEMENT = {"type", "id", "isVisible", "separator", "spacing", "height"}
_INPUT = {*_ELEMENT, "label", "isRequired", "errorMessage", "value"}
_STYLE = {"color", "fontType", "isSubtle", "size", "weight"}
_ACTION = {"type", "id", "title", "iconUrl", "style", "fallback", "tooltip", "isEnabled", "mode"}
_CARD = {
    "type",
    "version",
    "$schema",
    "body",
    "actions",
    "fallbackText",
    "lang",
    "speak",
    "refresh",
    "msteams",
}
_AT = re.compile(r"<at>.*?</at>", re.DOTALL)

# type: (all properties that there are, those that there must be)
PROPERTIES: dict[str, tuple[set[str], set[str]]] = {
    "AdaptiveCard": (_CARD, {"version", "body"}),
    "TextBlock": ({*_ELEMENT, *_STYLE, "text", "wrap", "maxLines", "style"}, {"text"}),
    "RichTextBlock": ({*_ELEMENT, "inlines", "horizontalAlignment"}, {"inlines"}),
    "TextRun": (
        {"type", *_STYLE, "text", "italic", "strikethrough", "underline", "highlight",
         "selectAction"},
        {"text"},
    ),
    "Container": ({*_ELEMENT, "items", "style", "selectAction", "bleed", "minHeight"}, {"items"}),
    "ColumnSet": ({*_ELEMENT, "columns"}, {"columns"}),
    "Column": ({*_ELEMENT, "items", "width"}, {"items"}),
    "ActionSet": ({*_ELEMENT, "actions"}, {"actions"}),
    "Image": ({*_ELEMENT, "url", "altText", "size", "width", "selectAction"}, {"url", "altText"}),
    "Input.Text": (
        {*_INPUT, "isMultiline", "maxLength", "placeholder", "regex", "style"}, {"id", "label"}),
    "Input.ChoiceSet": (
        {*_INPUT, "choices", "isMultiSelect", "style", "placeholder", "wrap"},
        {"id", "label", "choices"},
    ),
    "Input.Date": ({*_INPUT, "min", "max", "placeholder"}, {"id", "label"}),
    "Input.Time": ({*_INPUT, "min", "max", "placeholder"}, {"id", "label"}),
    "Action.Execute": ({*_ACTION, "verb", "data", "associatedInputs"}, {"title", "verb"}),
    "Action.Submit": ({*_ACTION, "data", "associatedInputs"}, {"title"}),
    "Action.OpenUrl": ({*_ACTION, "url"}, {"url"}),
}  # fmt: skip
CHOICES = {
    "color": "default dark light accent good warning attention",
    "fontType": "default monospace",
    "size": "default small medium large extraLarge auto stretch",
    "weight": "default lighter bolder",
    "spacing": "none small default medium large extraLarge padding",
}
STYLES = {
    "Container": "default emphasis good attention warning accent",
    "Action": "default positive destructive",
    "Input.ChoiceSet": "compact expanded filtered",
    "Input.Text": "text tel url email password",
    "TextBlock": "default heading columnHeader",
}


def card_faults(card: Any) -> list[str]:
    """All that is wrong with a card; [] where Teams shows it."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["no AdaptiveCard"]
    faults = list(_faults(card))
    if card.get("version") != "1.5":
        faults.append(f"version {card.get('version')}")
    ids = [x["id"] for x in elements(card) if x["type"].startswith("Input.") and "id" in x]
    faults += [f"two inputs are called {id}" for id in ids if ids.count(id) > 1]
    faults += _mention_faults(card)
    if card_size(card) > LARGEST:
        faults.append(f"{card_size(card)} bytes")
    return faults


def _mention_faults(card: Json) -> Iterator[str]:
    """Each ``<at>`` in a text block has an entity of just that text, and each entity its text."""
    told = card.get("msteams") or {}
    entities = told.get("entities") or [] if isinstance(told, dict) else []
    blocks = [x for x in elements(card.get("body")) if x["type"] == "TextBlock"]
    written = {at for x in blocks for at in _AT.findall(x.get("text", ""))}
    named = set()
    for one in entities:
        whom = one.get("mentioned") or {}
        if one.get("type") != "mention" or not whom.get("id") or not whom.get("name"):
            yield "an entity that mentions nobody"
        if one.get("text") != f"<at>{whom.get('name')}</at>":
            yield f"the entity of {whom.get('name')} has another text"
        named.add(one.get("text"))
    yield from (f"nobody is {text}" for text in sorted(written - named))
    yield from (f"nowhere stands {text}" for text in sorted(named - written, key=str))


def card_size(card: Any) -> int:
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())


def elements(value: Any) -> Iterator[Json]:
    """Everything in a card that has a type, but data that it carries."""
    if isinstance(value, list):
        for inner in value:
            yield from elements(inner)
    elif isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        for name, inner in value.items():
            if name not in ("data", "fallback", "msteams"):
                yield from elements(inner)


def _faults(card: Json) -> Iterator[str]:
    for element in elements(card):
        kind = element["type"]
        if kind not in PROPERTIES:
            yield f"no element {kind}"
            continue
        known, needed = PROPERTIES[kind]
        yield from (f"{kind} has no {name}" for name in element.keys() - known)
        yield from (f"{kind} lacks {name}" for name in needed - element.keys())
        yield from _bad_values(kind, element)


def _bad_values(kind: str, element: Json) -> Iterator[str]:
    for name, listed in CHOICES.items():
        if name in element and element[name] not in listed.split():
            yield f"{kind} has {name} {element[name]}"
    style = STYLES.get("Action" if kind.startswith("Action.") else kind, "")
    if "style" in element and element["style"] not in style.split():
        yield f"{kind} has style {element['style']}"
    for name in ("text", "title", "altText", "label"):
        if name in element and not (isinstance(element[name], str) and element[name]):
            yield f"{kind} has an empty {name}"
    for name in ("inlines", "items", "actions", "choices", "body"):
        if name in element and not element[name]:
            yield f"{kind} has no {name}"
    if kind == "ActionSet" and len(element.get("actions") or ()) > MOST_ACTIONS:
        yield f"{len(element['actions'])} actions in a row"
    url = element.get("url", "https://")
    if not url.startswith("https://" if kind == "Image" else ("https://", "http://")):
        yield f"{kind} has the address {url[:40]}"
