"""Text the way Telegram reads it: cleaned, measured in UTF-16 units, HTML taken apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bots.playground.telegram.errors import bad_request

Entity = dict[str, Any]

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
_SPECIAL = re.compile("[<&]")
_START = re.compile(r"<([^\s>]+)")
_TAG_END = re.compile(r"\s*>")
_ATTRIBUTE = re.compile(
    r"\s*(?P<name>[^\s=>]+)\s*"
    r"(?:=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[A-Za-z0-9.-]+)))?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e]")
_LINK = re.compile(
    r"(?:(https?)://)?(?:[\w-]+(?:\.[\w-]+)*\.[^\W\d_]\w+|\d+(?:\.\d+){3})(:\d+)?([/?#]\S*)?",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/<>])"
    r"|(?<!\w)(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})"
    r"|(?<!\w)(?P<hashtag>#\w{1,256})"
)


def utf16_length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def clean(text: str) -> str:
    """Control characters become spaces; line separators and direction overrides go away."""
    return _CONTROL.sub(" ", _DROPPED.sub("", text))


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at the ends, every entity moved and cut to what is left."""
    left = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    whole = utf16_length(text)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, whole)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept


def found_entities(text: str) -> list[Entity]:
    """The entities Telegram finds by itself: links, commands, mentions, hashtags."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    def free(found: Entity) -> bool:
        end = found["offset"] + found["length"]
        return all(
            end <= taken["offset"] or found["offset"] >= taken["offset"] + taken["length"]
            for taken in entities
            if taken["type"] in ("text_link", "code", "pre", "text_mention")
        )

    both = entities + [entity for entity in found_entities(text) if free(entity)]
    return sorted(both, key=lambda entity: (entity["offset"], -entity["length"]))


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int


class HtmlText:
    """One pass over a text in HTML parse mode, refusing what the Bot API refuses."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self.entities: list[Entity] = []
        for piece in self._pieces():
            self._text.append(piece)
            self._length += utf16_length(piece)
        if self._open:
            raise _unparsable(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"'
            )
        self.text = "".join(self._text)
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))

    def _pieces(self) -> Iterator[str]:
        place = 0
        while place < len(self._source):
            char = self._source[place]
            if char == "<":
                place = self._tag(place)
            elif char == "&":
                decoded, place = _decoded(self._source, place)
                yield decoded
            else:
                end = _SPECIAL.search(self._source, place)
                stop = end.start() if end else len(self._source)
                yield self._source[place:stop]
                place = stop

    def _tag(self, place: int) -> int:
        at = len(self._source[:place].encode("utf-8", "surrogatepass"))
        closing = self._source.startswith("</", place)
        end = self._source.find(">", place)
        if end < 0:
            kind = "end" if closing else "start"
            raise _unparsable(f"Unclosed {kind} tag at byte offset {at}")
        if closing:
            self._close(self._source[place + 2 : end].strip().lower(), at)
            return end + 1
        start = _START.match(self._source, place)
        name = start[1].lower() if start else ""
        if name not in _TYPES:
            raise _unparsable(f'Unsupported start tag "{name}" at byte offset {at}')
        attributes, end = _attributes(self._source, place + 1 + len(name), name, at)
        self._open.append(_Open(name, _argument(name, attributes, at), self._length))
        return end

    def _close(self, name: str, at: int) -> None:
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {at}")
        opened = self._open.pop()
        if name and name != opened.tag:
            raise _unparsable(
                f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", '
                f'found "</{name}>"'
            )
        length = self._length - opened.offset
        if length:
            self._add(opened, length)

    def _add(self, opened: _Open, length: int) -> None:
        entity: Entity = {"type": _TYPES[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            url = opened.argument or utf16_slice("".join(self._text), opened.offset, length)
            link = checked_link(url)
            if link is None:
                return  # Telegram drops a link it can't use and keeps the words
            entity["url"] = link
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdigit():
                raise _unparsable("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and opened.argument:
            entity["language"] = opened.argument
        elif opened.tag == "pre" and self.entities:
            inner = self.entities[-1]
            if inner["type"] == "code" and inner["length"] == length and "language" in inner:
                inner["type"] = "pre"
                return
        self.entities.append(entity)


def _unparsable(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")


def _decoded(source: str, place: int) -> tuple[str, int]:
    match = _REFERENCE.match(source, place)
    if match is None:
        return "&", place + 1
    hexadecimal, decimal, name = match.groups()
    if name:
        return {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}[name], match.end()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "&", place + 1
    return chr(code), match.end()


def _attributes(source: str, place: int, tag: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a start tag, and where the text goes on after its '>'."""
    attributes: dict[str, str] = {}
    while True:
        if end := _TAG_END.match(source, place):
            return attributes, end.end()
        match = _ATTRIBUTE.match(source, place)
        if match is None or match.end() == place:
            raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {at}')
        place = match.end()
        value = match["double"] or match["single"] or match["bare"] or ""
        attributes[match["name"].lower()] = _REFERENCE.sub(
            lambda reference: _decoded(reference.group(), 0)[0], value
        )
        if place >= len(source):
            raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {at}')


def _argument(tag: str, attributes: dict[str, str], at: int) -> str:
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    if tag == "code":
        return attributes.get("class", "").removeprefix("language-")
    if tag == "blockquote":
        return "expandable" if "expandable" in attributes else ""
    return attributes.get({"a": "href", "tg-emoji": "emoji-id"}.get(tag, ""), "")


def checked_link(url: str) -> str | None:
    """The address as Telegram keeps it, or None for one it would not open (such as localhost)."""
    url = url.strip()
    if url.startswith(("tg://", "tonsite://", "mailto:", "tel:")):
        return url
    match = _LINK.fullmatch(url)
    if match is None:
        return None
    address = url if match[1] else f"http://{url}"
    return address if match[3] else f"{address}/"
