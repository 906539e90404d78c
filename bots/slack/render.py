"""Messages and forms → Block Kit. Pure.

What people wrote goes into rich text and plain text, where Slack gives no character a meaning: no
mention, link or style can be smuggled in; an official is called by an element of its own. Only
the fallback `text` is mrkdwn, and is escaped.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from bots.slack.fields import field, telling
from bots.slack.words import cut, fallback, plain
from core.clean import harmless
from core.messages import (
    AnyBlock,
    Ask,
    Bar,
    Bars,
    Button,
    Buttons,
    Facts,
    Form,
    Image,
    Link,
    Message,
    Pictures,
    Reply,
    Span,
    Text,
    as_links,
    captioned,
    text,
)

Json = dict[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT, VIEW_TEXT = 11_000, 60_000  # Slack refuses messages from about 13,000
SECTION, HEADER, LABEL, ALT, METADATA = 3000, 150, 75, 2000, 3000
TITLE, ROW = 24, 5
BAR = 20  # characters
LARGE_PICTURES, TITLE_OF_PICTURE = 4, 300

_USER = re.compile(r"slack:([UW][A-Z0-9]{1,30})")
_WEB = re.compile(r"https?://[^\s<>|\"]{1,2900}", re.ASCII | re.IGNORECASE)


class _Pen:
    """Writes blocks within a length of text in all, and names what can be pressed."""

    def __init__(self, room: int, zone: str) -> None:
        self._room, self._zone, self._pressable = room, zone, 0

    def blocks(self, given: Iterable[AnyBlock]) -> list[Json]:
        """Buttons are set aside first: they outlive the words where all is too much."""
        given = list(given)
        labels = (b.label for x in given if isinstance(x, Buttons) for r in x.rows for b in r)
        self._room -= sum(min(len(label), LABEL) for label in labels)
        return [made for block in given for made in self._block(block)]

    def _block(self, block: AnyBlock) -> Iterator[Json]:
        match block:
            case Text(role="heading", spans=spans) if _fits_header("".join(s.text for s in spans)):
                yield from self._header("".join(s.text for s in spans))
            case Text():
                yield from _rich(self._paragraph(block))
            case Facts(rows=facts):
                yield from _rich(self._facts(facts))
            case Bars():
                yield from _rich(self._bars(block))
            case Buttons(rows=button_rows):
                yield from (self._row(part) for row in button_rows for part in _parts(row, ROW))
            case Link(label=label, url=url):
                yield from self._link(label, url)
            case Image(url=url, alt=alt):
                yield from self._image(url, alt)
            case Pictures():
                yield from self._pictures(block)
            case Ask():
                if made := field(block, self._zone):
                    yield made

    def _take(self, words: str, most: int = SECTION) -> str:
        taken = cut(harmless(words), max(0, min(most, self._room)))
        self._room -= len(taken)
        return taken

    def _span(self, words: str, **style: bool) -> list[Json]:
        taken = self._take(words)
        on = {name: True for name, wanted in style.items() if wanted}
        made: Json = {"type": "text", "text": taken, **({"style": on} if on else {})}
        return [made] if taken else []

    def _header(self, words: str) -> Iterator[Json]:
        if taken := self._take(words, HEADER):
            yield {"type": "header", "text": plain(taken, HEADER)}

    def _paragraph(self, block: Text) -> list[Json]:
        kind = "rich_text_quote" if block.role == "quote" else "rich_text_section"
        strong, faint = block.role == "heading", block.role == "note"
        spans = [x for span in block.spans for x in self._styled(span, strong, faint)]
        return [{"type": kind, "elements": spans}] if spans else []

    def _styled(self, span: Span, strong: bool, faint: bool) -> list[Json]:
        style = {"bold": span.bold or strong, "italic": span.italic or faint}
        if whom := _USER.fullmatch(span.mention):
            return [{"type": "user", "user_id": whom[1]}] if self._take(span.text) else []
        if span.url and _is_web(span.url):
            made = self._span(span.text or span.url, **style)
            return [{**x, "type": "link", "url": span.url} for x in made]
        return self._span(f"{span.text} ({span.url})" if span.url else span.text, **style)

    def _facts(self, facts: Iterable[tuple[str, str]]) -> list[Json]:
        spans: list[Json] = []
        for name, value in facts:
            spans += self._span(f"{name}: ", bold=True) + self._span(f"{value}\n")
        return [{"type": "rich_text_section", "elements": spans}] if spans else []

    def _bars(self, block: Bars) -> list[Json]:
        drawn = self._span("\n".join(map(_bar, block.bars)))
        said = self._span(block.caption)
        made = [("rich_text_preformatted", drawn), ("rich_text_section", said)]
        return [{"type": kind, "elements": spans} for kind, spans in made if spans]

    def _row(self, row: Iterable[Button]) -> Json:
        return {"type": "actions", "elements": [self._button(button) for button in row]}

    def _button(self, button: Button) -> Json:
        style = {} if button.style == "normal" else {"style": button.style}
        made = {"type": "button", "text": plain(button.label, LABEL), "value": button.action}
        return {**made, "action_id": self._name(button.action), **style}

    def _link(self, label: str, url: str) -> Iterator[Json]:
        if not _is_web(url):
            yield from _rich(self._paragraph(text(f"{label}: {url}")))
            return
        made = {"type": "button", "text": plain(label, LABEL), "url": url}
        yield {"type": "actions", "elements": [{**made, "action_id": self._name("link")}]}

    def _image(self, url: str, alt: str) -> Iterator[Json]:
        if url.startswith("https://") and _is_web(url):
            words = plain(alt, ALT)["text"]
            yield {"type": "image", "image_url": url, "alt_text": words}
        elif not url.startswith("/"):
            yield from _rich(self._paragraph(text(alt)))

    def _pictures(self, block: Pictures) -> Iterator[Json]:
        """Few are large; many stand beside their words, so that one still finds the buttons."""
        if not block.base:
            for link in as_links(block):
                yield from self._link(link.label, link.url)
            return
        large = len(block.items) <= LARGE_PICTURES
        for one in block.items:
            words = self._take(captioned(one) if not large else one.label, TITLE_OF_PICTURE)
            image = {"type": "image", "image_url": block.base + one.url}
            image["alt_text"] = plain(one.alt, ALT)["text"]
            title = plain(words, TITLE_OF_PICTURE)
            if large:
                yield {**image, "title": title}
            else:
                yield {"type": "section", "text": title, "accessory": image}

    def _name(self, action: str) -> str:
        """Unique in the message."""
        self._pressable += 1
        return f"press-{self._pressable}-{action}"


def _fits_header(words: str) -> bool:
    return 0 < len(harmless(words).strip()) <= HEADER and "\n" not in words


def _is_web(url: str) -> bool:
    return bool(_WEB.fullmatch(url))


def _rich(elements: list[Json]) -> list[Json]:
    return [{"type": "rich_text", "elements": elements}] if elements else []


def _parts(row: tuple[Any, ...], size: int) -> Iterator[tuple[Any, ...]]:
    return (row[i : i + size] for i in range(0, len(row), size))


def _bar(bar: Bar) -> str:
    full = round(min(1.0, max(0.0, bar.share)) * BAR)
    name = " ".join(bar.label.split())
    cells = "█" * full + "░" * (BAR - full)
    return f"{'✓ ' if bar.mine else ''}{name}\n{cells} {bar.figure} ({bar.count})"


def _fitted(blocks: list[Json], most: int) -> list[Json]:
    """Too many blocks: neighbours of one kind become one, then the last ones go."""
    if len(blocks) <= most:
        return blocks
    fitted: list[Json] = []
    for block in blocks:
        last = fitted[-1] if fitted else None
        if last and last["type"] == block["type"] == "rich_text":
            gap = {"type": "rich_text_section", "elements": [{"type": "text", "text": "\n"}]}
            last["elements"] = [*last["elements"], gap, *block["elements"]]
        elif last and last["type"] == block["type"] == "actions" and _holds(last, block):
            last["elements"] = [*last["elements"], *block["elements"]]
        else:
            fitted.append(dict(block))
    if len(fitted) <= most:
        return fitted
    rest = {"type": "rich_text_section", "elements": [{"type": "text", "text": "…"}]}
    return [*fitted[: most - 1], *_rich([rest])]


def _holds(last: Json, block: Json) -> bool:
    return len(last["elements"]) + len(block["elements"]) <= 25


def message(message: Message) -> Json:
    """The arguments `text` and `blocks` of a call."""
    words = fallback(message.summary)
    blocks = _Pen(MESSAGE_TEXT, "UTC").blocks(_said(message))
    return {"text": words, "blocks": _fitted(blocks, MESSAGE_BLOCKS)}


def _said(message: Message) -> Iterable[AnyBlock]:
    return message.blocks or (text(message.summary),)


def answer(reply: Reply) -> Message | None:
    """What the one who acted is to read: the notice, and the message below it."""
    if not reply.notice:
        return reply.message
    shown = reply.message
    return Message(reply.notice, (text(reply.notice), *(shown.blocks if shown else ())))


def home(message: Message, zone: str) -> Json:
    return {"type": "home", "blocks": _view_blocks(_said(message), zone)}


def window(message: Message, zone: str) -> Json:
    """A message in a dialog of its own, where there is no chat to show it in."""
    blocks = _view_blocks(_said(message), zone)
    return {"type": "modal", "title": plain("Kuulolla", TITLE), "blocks": blocks}


def form(form: Form, where: str, zone: str) -> Json:
    """A dialog that remembers in which chat it was opened. Slack names its own close button, in
    the reader's language. ValueError where the form carries more than Slack keeps."""
    kept = json.dumps({"state": form.state, "where": where}, ensure_ascii=False)
    if len(kept) > METADATA:
        raise ValueError(f"the form {form.name} carries {len(kept)} characters")
    return {
        "type": "modal", "callback_id": form.name, "private_metadata": kept,
        "title": plain(form.title, TITLE), "submit": plain(form.submit, TITLE),
        "blocks": [telling(x) if form.keeps else x for x in _view_blocks(form.blocks, zone)],
    }  # fmt: skip


def _view_blocks(given: Iterable[AnyBlock], zone: str) -> list[Json]:
    blocks = _Pen(VIEW_TEXT, zone).blocks(given)
    return _fitted(blocks, VIEW_BLOCKS) or [{"type": "divider"}]
