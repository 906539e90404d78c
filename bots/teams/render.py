"""Messages and forms → Adaptive Cards 1.5. Pure.

What people wrote goes into text runs, where no character has a meaning: no mention, link or style
can be smuggled in. Plain text blocks and fact sets would read Markdown, so there are none but for
the name of an official who is called, since only there do names call.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bots.teams.fields import inputs
from bots.teams.words import NOTHING, cut, line
from core.actions import OPENERS
from core.clean import harmless
from core.messages import (
    DRAFT,
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
    Pictured,
    Pictures,
    Reply,
    Span,
    Text,
    as_links,
    text,
)

Json = dict[str, Any]

LIMIT = 28_000  # bytes of a card
ROOM = 12_000  # characters of text in it
LABEL, SUMMARY, ALT, TITLE = 80, 300, 1000, 60
ROW, ROW_WIDTH = 5, 44  # buttons, and letters that a phone shows beside one another
EDGES = 4  # of a button, in letters
BAR = 20  # characters
ACROSS = 2  # pictures
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CARD = "application/vnd.microsoft.card.adaptive"
_WORDS = ("RichTextBlock", "TextBlock", "Container", "Image", "ColumnSet")
STYLES = {"primary": {"style": "positive"}, "danger": {"style": "destructive"}}

_USER = re.compile(r"teams:([\w:.@-]{1,200})", re.ASCII)
_NAME = re.compile(r"[<>\[\]()*_~`#\\]")  # Markdown's and mentions' own
_WEB = re.compile(r"https?://[^\s<>|\"]{1,2000}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class More:
    """Where the rest is, for what does not fit. Without ``url``, nowhere."""

    label: str = ""
    url: str = ""


class _Pen:
    """Writes elements within a length of text in all."""

    def __init__(self, dialog: bool = False) -> None:
        self._room, self._dialog = ROOM, dialog
        self.cut = False  # whether there was more to say than fits
        self.called: dict[str, Json] = {}  # entities by their text

    def elements(
        self,
        blocks: Iterable[AnyBlock],
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> list[Json]:
        """``values`` and ``errors`` are those of a form that comes back."""
        made: list[Json] = []
        for block in blocks:
            if isinstance(block, Ask):
                if fault := (errors or {}).get(block.name):
                    made.append(_rich([_run(line(fault, 300), color="attention")]))
                made += inputs(block, (values or {}).get(block.name, block.value))
            else:
                made += self._block(block)
        return made

    def _block(self, block: AnyBlock) -> Iterator[Json]:
        match block:
            case Text(role="quote", spans=spans):
                if items := list(self._paragraph(spans, {})):
                    yield {"type": "Container", "style": "emphasis", "items": items}
            case Text(role="heading", spans=spans):
                yield from self._paragraph(spans, {"size": "large", "weight": "bolder"})
            case Text(role="note", spans=spans):
                yield from self._paragraph(spans, {"size": "small", "isSubtle": True})
            case Text(spans=spans):
                yield from self._paragraph(spans, {})
            case Facts(rows=facts):
                for name, value in facts:
                    yield from self._paragraph((Span(f"{name}: ", bold=True), Span(value)), {})
            case Bars(bars=bars, caption=caption):
                for bar in bars:
                    yield from self._bar(bar)
                yield from self._paragraph((Span(caption),), {"size": "small", "isSubtle": True})
            case Buttons(rows=rows):
                parts = (part for row in rows for part in _parts(row))
                yield from (_actions(*map(self._button, part)) for part in parts)
            case Link(label=label, url=url):
                yield from self._link(label, url)
            case Image(url=url, alt=alt):
                yield from self._image(url, alt)
            case Pictures():
                yield from self._pictures(block)

    def _paragraph(self, spans: Iterable[Span], style: Json) -> Iterator[Json]:
        """A line of text is an element: what runs do with line ends differs between clients."""
        runs: list[Json] = []
        for span in spans:
            if called := self._mention(span):
                yield from ([_rich(runs)] if runs else [])
                yield called
                runs = []
                continue
            for i, words in enumerate(self._take(_words(span)).split("\n")):
                if i and runs:
                    yield _rich(runs)
                    runs = []
                if words:
                    runs.append(_styled(words, span, style))
        if runs:
            yield _rich(runs)

    def _mention(self, span: Span) -> Json | None:
        """A line of its own. Two of one name can't be told apart there: the second is text."""
        whom, name = _USER.fullmatch(span.mention), _NAME.sub("", line(span.text, LABEL)).strip()
        if not whom or not name or not self._take(name):
            return None
        words = f"<at>{name}</at>"
        entity = {"type": "mention", "text": words, "mentioned": {"id": whom[1], "name": name}}
        if self.called.setdefault(words, entity) != entity:
            return None
        return {"type": "TextBlock", "text": words, "wrap": True, "weight": "bolder"}

    def _take(self, words: str) -> str:
        wanted = harmless(words)
        taken = cut(wanted, max(0 if self.cut else 1, self._room))
        self._room -= len(taken)
        self.cut = self.cut or taken != wanted
        return taken

    def _bar(self, bar: Bar) -> Iterator[Json]:
        label = self._take(line(bar.label, 200))
        if label:
            mine = "✓ " if bar.mine else ""
            yield _rich([_run(mine + label, **({"weight": "bolder"} if bar.mine else {}))])
            full = round(min(1.0, max(0.0, bar.share)) * BAR)
            drawn = f"{'█' * full}{'░' * (BAR - full)} {bar.figure} ({bar.count})"
            yield {**_rich([_run(drawn, fontType="monospace")]), "spacing": "none"}

    def _button(self, button: Button) -> Json:
        made = {"title": line(button.label, LABEL), **STYLES.get(button.style, {})}
        data: Json = {"action": button.action}
        if self._dialog:  # which knows no Action.Execute
            return {"type": "Action.Submit", **made, "data": data}
        if button.action.partition(":")[0] in OPENERS:
            data = {"msteams": {"type": "task/fetch"}, **data}
            return {"type": "Action.Submit", **made, "data": data}
        return _execute(made, data)

    def _link(self, label: str, url: str) -> Iterator[Json]:
        if _is_web(url):
            yield _actions(_open(label, url))
        else:
            yield from self._paragraph((Span(f"{label}: {url}"),), {})

    def _image(self, url: str, alt: str) -> Iterator[Json]:
        if url.startswith("https://") and _is_web(url):
            yield {"type": "Image", "url": url, "altText": line(alt, ALT)}
        elif not url.startswith("/"):
            yield from self._paragraph((Span(alt),), {})


    def _pictures(self, block: Pictures) -> Iterator[Json]:
        """Two beside one another, each above its option's words."""
        if not block.base:
            for link in as_links(block):
                yield from self._link(link.label, link.url)
            return
        for i in range(0, len(block.items), ACROSS):
            columns = [self._column(block.base, one) for one in block.items[i : i + ACROSS]]
            empty = [{"type": "Column", "width": "stretch", "items": []}] * (ACROSS - len(columns))
            yield {"type": "ColumnSet", "columns": [*columns, *empty]}

    def _column(self, base: str, one: Pictured) -> Json:
        image = {"type": "Image", "url": base + one.url, "altText": line(one.alt, ALT)}
        label = self._paragraph((Span(one.label),), {"size": "small"})
        return {"type": "Column", "width": "stretch", "items": [image, *label]}


def _words(span: Span) -> str:
    return f"{span.text} ({span.url})" if span.url and not _is_web(span.url) else span.text


def _styled(words: str, span: Span, style: Json) -> Json:
    made = _run(words, **style)
    if span.bold:
        made["weight"] = "bolder"
    if span.italic:
        made["italic"] = True
    if span.url and _is_web(span.url):
        made["selectAction"] = {"type": "Action.OpenUrl", "url": span.url}
    return made


def _run(words: str, **style: Any) -> Json:
    return {"type": "TextRun", "text": words, **style}


def _rich(runs: list[Json]) -> Json:
    return {"type": "RichTextBlock", "inlines": runs}


def _parts(row: Iterable[Button]) -> Iterator[list[Button]]:
    """What does not fit in a row of a phone would be cut off."""
    part: list[Button] = []
    for button in row:
        letters = sum(len(b.label) + EDGES for b in (*part, button))
        if part and (len(part) == ROW or letters > ROW_WIDTH):
            yield part
            part = []
        part.append(button)
    if part:
        yield part


def _actions(*actions: Json) -> Json:
    return {"type": "ActionSet", "actions": list(actions)}


def _open(label: str, url: str) -> Json:
    return {"type": "Action.OpenUrl", "title": line(label, LABEL), "url": url}


def _execute(made: Json, data: Json) -> Json:
    """With what older clients send instead."""
    fallback = {"type": "Action.Submit", **made, "data": data}
    return {"type": "Action.Execute", **made, "verb": "press", "data": data, "fallback": fallback}


def _is_web(url: str) -> bool:
    return bool(_WEB.fullmatch(url))


# --- cards -----------------------------------------------------------------------------------


def card(message: Message, more: More = More(), limit: int = LIMIT, dialog: bool = False) -> Json:
    """What does not fit is left out, words before buttons, with a way to the rest."""
    pen = _Pen(dialog)
    body = pen.elements(message.blocks or (text(message.summary),))
    made = _card(message.summary, body, more, limit, pen.cut)
    shown = {element.get("text") for element in made["body"]}
    called = [entity for words, entity in pen.called.items() if words in shown]
    return {**made, "msteams": {"entities": called}} if called else made


def _card(
    summary: str, body: list[Json], more: More, limit: int = LIMIT, cut: bool = False
) -> Json:
    made = {
        "type": "AdaptiveCard", "$schema": SCHEMA, "version": "1.5",
        "fallbackText": line(summary, SUMMARY),
    }  # fmt: skip
    way = _way_on(body, more)
    room = limit - size(made) - size(way) - 100
    if size(body) > room:
        body = [_lean(element) for element in body]
    kept = _fitted(body, room)
    shown = [*kept, *way] if cut or len(kept) < len(body) else kept
    return {**made, "body": shown or [_rich([_run(NOTHING)])]}


def _lean(element: Json) -> Json:
    """Buttons without what older clients press instead: it is half of what they weigh."""
    if "actions" not in element:
        return element
    actions = [{k: v for k, v in a.items() if k != "fallback"} for a in element["actions"]]
    return {**element, "actions": actions}


def _way_on(body: list[Json], more: More) -> list[Json]:
    """A link to the rest, where the card has none."""
    linked = any(a["type"] == "Action.OpenUrl" for x in body for a in x.get("actions", ()))
    return [_actions(_open(more.label, more.url))] if _is_web(more.url) and not linked else []


def _fitted(body: list[Json], room: int) -> list[Json]:
    """Words go first, the last of them before the others; what can be pressed stays."""
    sizes = [size(element) + 1 for element in body]
    over = sum(sizes) - room
    if over <= 0:
        return body
    words = [i for i, x in enumerate(body) if x["type"] in _WORDS]
    others = [i for i in range(len(body)) if i not in words]
    gone: list[int] = []
    for i in [*reversed(words), *reversed(others)]:
        if over > 0:
            gone.append(i)
            over -= sizes[i]
    first = min(gone)
    gap = [_rich([_run("…")])]
    return [*body[:first], *gap, *(x for i, x in enumerate(body) if i > first and i not in gone)]


def size(value: Any) -> int:
    """Bytes on the wire."""
    return len(wire(value).encode())


def wire(value: Any) -> str:
    """JSON as it is sent: what is escaped would count six times."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(reply: Reply) -> Message | None:
    """What the one who acted is to read: the notice, and the message below it."""
    if not reply.notice:
        return reply.message
    shown = reply.message
    return Message(reply.notice, (text(reply.notice), *(shown.blocks if shown else ())))


def with_notice(notice: str, shown: Message) -> Message:
    """A post as the one who pressed its button sees it."""
    return Message(shown.summary, (text(Span(notice, bold=True)), *shown.blocks))


# --- forms -----------------------------------------------------------------------------------


def form(
    form: Form,
    dialog: bool,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Json:
    """A form as a card: in a dialog, or in the place of the card that was pressed. It carries what
    it asked, so that it can be shown again with what was wrong."""
    body = _Pen(dialog).elements(form.blocks, values, errors)
    placed = {b.name for b in form.blocks if isinstance(b, Ask)}
    others = [fault for name, fault in (errors or {}).items() if name not in placed]
    body = [_rich([_run(line(x, 300), color="attention")]) for x in others] + body
    if not dialog:
        body.insert(0, _rich([_run(line(form.title, TITLE), size="large", weight="bolder")]))
    for whole in (True, False):
        actions = _form_actions(form, dialog, whole)
        if size([body, actions]) < LIMIT - 1000:
            break
    return _card(form.title, [*body, actions], More())


def _form_actions(form: Form, dialog: bool, whole: bool) -> Json:
    """To send it; and to keep it unsent, for Teams tells nothing of a dialog that was closed."""
    offered = [({"title": line(form.submit, LABEL), "style": "positive"}, _kept(form, whole))]
    if form.keeps:
        unsent = msgspec.structs.replace(form, name=form.name + DRAFT)
        offered.append(({"title": line(form.keeps, LABEL)}, _kept(unsent, whole=False)))
    return _actions(
        *(
            {"type": "Action.Submit", **made, "data": {"form": kept}}
            if dialog
            else _execute(made, {"form": kept})
            for made, kept in offered
        )
    )


def _kept(form: Form, whole: bool) -> Any:
    """The form without what is filled in; not ``whole``, without what it only shows."""
    blocks = tuple(
        msgspec.structs.replace(b, value="") if isinstance(b, Ask) else b
        for b in form.blocks
        if whole or isinstance(b, Ask)
    )
    most = 1000 if whole else LABEL
    return _tidy(msgspec.to_builtins(msgspec.structs.replace(form, blocks=blocks)), most)


def _tidy(value: Any, most: int) -> Any:
    match value:
        case str():
            return cut(harmless(value), most)
        case dict():
            return {name: _tidy(inner, most) for name, inner in value.items()}
        case list() | tuple():
            return [_tidy(inner, most) for inner in value]
    return value


def read_form(kept: object) -> Form | None:
    """The form that a card carried; None where it is not one of ours."""
    try:
        return msgspec.convert(kept, Form)
    except msgspec.ValidationError:
        return None
