"""Message → text in Telegram's HTML, and an inline keyboard. Pure; nothing else here escapes."""

import html
import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bots.telegram.text import ELLIPSIS, cut, line, units, visible
from core.clean import harmless
from core.messages import (
    AnyBlock,
    Ask,
    Bar,
    Bars,
    Button,
    Buttons,
    Facts,
    Image,
    Link,
    Message,
    Pictures,
    Span,
    Text,
    as_links,
    captioned,
)

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_NOTICE = 200
MAX_LABEL = 60
MAX_URL = 2048
MAX_BUTTONS = 100
MAX_ROW = 8
ROW_WIDTH = 36  # letters that a phone shows in one row of buttons, which are all as wide
CELLS = 10
# What Telegram takes for a call to a person, and, first, addresses of pages, which may hold one.
_MENTION = re.compile(r"https?://\S+|(?<!\w)@(?=[A-Za-z])", re.IGNORECASE)
_JOINER = "\u2060"  # unseen
SHORTEST = 200  # paragraphs are cut down to this; where that is not enough, the last ones go


class Rendered(NamedTuple):
    """``preview``: of which address a picture is shown above the text."""

    text: str
    keyboard: InlineKeyboardMarkup | None
    preview: str = ""


@dataclass(frozen=True)
class Paragraph:
    spans: tuple[Span, ...]
    quote: bool = False
    heading: bool = False

    @property
    def units(self) -> int:
        return sum(units(span.text) for span in self.spans)

    def cut(self, limit: int) -> "Paragraph":
        kept: list[Span] = []
        for span in self.spans:
            left = limit - sum(units(span.text) for span in kept)
            if left < 1:
                break
            kept.append(replaced(span, cut(span.text, left)))
            if kept[-1].text != span.text:
                break
        return replace(self, spans=tuple(kept))

    def html(self) -> str:
        inner = "".join(map(_span_html, self.spans)).strip("\n")
        return f"<blockquote>{inner}</blockquote>" if self.quote else inner


def replaced(span: Span, text: str) -> Span:
    return Span(text, span.bold, span.italic, span.url)


def render(message: Message) -> Rendered:
    found = [calling_nobody(p) for block in message.blocks for p in _paragraphs(block)]
    shown = [p for p in found if visible("".join(span.text for span in p.spans))]
    if not shown:
        summary = harmless(message.summary)
        shown = [calling_nobody(Paragraph((Span(summary if visible(summary) else ELLIPSIS),)))]
    preview = next(filter(None, map(_preview, message.blocks)), "")
    return Rendered(_join(_fitted(shown)), _keyboard(message.blocks), preview)


def _preview(block: AnyBlock) -> str:
    """A message has one picture at most, and as an upload its text could be a quarter as long:
    so all are on one sheet, of which Telegram shows a preview."""
    url = f"{block.base}{block.sheet}" if isinstance(block, Pictures) else ""
    return url if isinstance(block, Pictures) and block.sheet and opens(url) else ""


def payload(message: Message) -> dict[str, Any]:
    """As JSON: the HTML, the rows of buttons, and of which address a picture is shown."""
    shown = render(message)
    rows = shown.keyboard.to_dict()["inline_keyboard"] if shown.keyboard else []
    return {"text": shown.text, "keyboard": rows, "preview": shown.preview}


def caption(message: Message) -> Rendered | None:
    """For the message's picture; None where there is more to say than fits under one."""
    rest = tuple(block for block in message.blocks if not isinstance(block, Image))
    found = [calling_nobody(p) for block in rest for p in _paragraphs(block)]
    if sum(p.units + 2 for p in found) > MAX_CAPTION:
        return None
    return render(Message(message.summary, rest))


def calling_nobody(paragraph: Paragraph) -> Paragraph:
    """``@name`` stays to be read, but nobody is notified: it is others' words that we show."""
    spans = (replaced(span, _MENTION.sub(_calm, span.text)) for span in paragraph.spans)
    return replace(paragraph, spans=tuple(spans))


def _calm(found: re.Match[str]) -> str:
    return f"@{_JOINER}" if found[0] == "@" else found[0]


@lru_cache(maxsize=1024)
def notice(text: str) -> str:
    """The line that a pressed button brings up. Kept, as all voters of an option get the same."""
    return line(text, MAX_NOTICE)


def _paragraphs(block: AnyBlock) -> Iterator[Paragraph]:
    match block:
        case Text(spans=spans, role=role):
            styled = tuple(_styled(span, role) for span in spans)
            yield Paragraph(styled, quote=role == "quote", heading=role == "heading")
        case Facts(rows=rows):
            pairs = (
                (Span(f"{harmless(n)}:", bold=True), Span(f" {harmless(v)}\n")) for n, v in rows
            )
            yield Paragraph(tuple(span for pair in pairs for span in pair))
        case Bars(bars=bars, caption=caption):
            yield Paragraph(tuple(span for bar in bars for span in _bar(bar)))
            yield Paragraph((Span(harmless(caption)),))
        case Link(label=label, url=url) if not opens(url):
            yield Paragraph((Span(f"{harmless(label)}: {harmless(url)}"),))
        case Image(url=url, alt=alt) if not url.startswith("/"):
            yield Paragraph((_linked(Span(harmless(alt), url=url)),))
        case Pictures(items=items) if _preview(block):
            yield Paragraph((Span("\n".join(f"– {harmless(captioned(x))}" for x in items)),))
        case Pictures():
            yield from (p for link in as_links(block) for p in _paragraphs(link))
        case Ask(label=label):
            yield Paragraph((Span(harmless(label)),))


def _styled(span: Span, role: str) -> Span:
    return _linked(
        Span(
            harmless(span.text),
            bold=span.bold or role == "heading",
            italic=span.italic or role == "note",
            url=span.url,
        )
    )


def _linked(span: Span) -> Span:
    """Telegram drops links that it would not open, so their address is written out."""
    if not span.url or opens(span.url):
        return span
    return Span(f"{span.text} ({harmless(span.url)})", span.bold, span.italic)


def _bar(bar: Bar) -> tuple[Span, Span]:
    share = min(max(bar.share, 0.0), 1.0)
    full = round(share * CELLS)
    label = f"✓ {harmless(bar.label)}" if bar.mine else harmless(bar.label)
    cells = "▓" * full + "░" * (CELLS - full)
    result = f"\n{cells} {bar.figure} ({bar.count})\n"
    return Span(label, bold=bar.mine), Span(result)


def opens(url: str) -> bool:
    """Whether Telegram takes the address for links and buttons: the web, and not this machine."""
    if len(url) > MAX_URL or harmless(url) != url or any(char.isspace() for char in url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        name, dot, top = host.rstrip(".").rpartition(".")
        return bool(name and dot and len(top) > 1 and not top.isdigit() and top != "localhost")


def _fitted(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Within the limit: the longest gives way first, so that the small ones after it stay."""
    kept = _first(paragraphs)
    while (over := _units(kept) - MAX_TEXT) > 0:
        longest = max(range(len(kept)), key=lambda place: kept[place].units)
        kept[longest] = kept[longest].cut(max(kept[longest].units - over, SHORTEST))
    return kept


def _first(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """As many as fit once each long one is cut as far as it may be."""
    ellipsis = Paragraph((Span(ELLIPSIS),))
    sizes = accumulate(min(paragraph.units, SHORTEST) + 2 for paragraph in paragraphs)
    fitting = sum(size - 2 <= MAX_TEXT - 3 for size in sizes)
    return list(paragraphs) if fitting == len(paragraphs) else [*paragraphs[:fitting], ellipsis]


def _units(paragraphs: list[Paragraph]) -> int:
    """With two units between paragraphs, which is the most there is."""
    return sum(paragraph.units + 2 for paragraph in paragraphs) - 2


def _join(paragraphs: list[Paragraph]) -> str:
    parts = (p.html() + ("\n" if p.heading else "\n\n") for p in paragraphs)
    return "".join(parts).rstrip("\n")


def _span_html(span: Span) -> str:
    text = html.escape(span.text, quote=False)
    if not text.strip():
        return text
    if span.italic:
        text = f"<i>{text}</i>"
    if span.bold:
        text = f"<b>{text}</b>"
    return f'<a href="{html.escape(span.url)}">{text}</a>' if span.url else text


def _keyboard(blocks: Iterable[AnyBlock]) -> InlineKeyboardMarkup | None:
    """Where there are too many, buttons go rather than the links to where the rest is."""
    rows = [row for block in blocks for row in _rows(block)]
    room = MAX_BUTTONS - sum(len(row) for row in rows if row[0].url)
    kept: list[list[InlineKeyboardButton]] = []
    for row in rows:
        if row[0].url or len(row) <= room:
            kept.append(row)
            room -= 0 if row[0].url else len(row)
    return InlineKeyboardMarkup(kept[:MAX_BUTTONS]) if kept else None


def _rows(block: AnyBlock) -> Iterator[list[InlineKeyboardButton]]:
    match block:
        case Buttons(rows=rows):
            for row in rows:
                buttons = [_button(button) for button in row]
                width = _width(buttons)
                yield from (buttons[i : i + width] for i in range(0, len(buttons), width))
        case Link(label=label, url=url) if opens(url):
            yield [InlineKeyboardButton(_label(label), url=url)]
        case Pictures() if not _preview(block):
            yield from (row for link in as_links(block) for row in _rows(link))


def _width(buttons: Sequence[InlineKeyboardButton]) -> int:
    """How many fit beside one another, in rows of about the same length."""
    widest = max((len(button.text) for button in buttons), default=1)
    fit = max(1, min(MAX_ROW, ROW_WIDTH // widest))
    return ceil(len(buttons) / ceil(len(buttons) / fit)) if buttons else 1


def _button(button: Button) -> InlineKeyboardButton:
    style = None if button.style == "normal" else button.style
    return InlineKeyboardButton(_label(button.label), callback_data=button.action, style=style)


def _label(text: str) -> str:
    label = line(text, MAX_LABEL)
    return label if visible(label) else ELLIPSIS
