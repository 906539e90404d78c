"""A small neutral vocabulary for what the city shows. Only renderers escape.

Every block can be said in plain text (`as_text`): for notifications, logs of the playground,
screen readers and channels that lack the block.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

import msgspec

DRAFT = "_draft"
Role = Literal["body", "heading", "quote", "note"]


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run of text in one style. ``mention``: an official's key (``slack:U0123``) whom their own
    workplace calls to read it; anywhere else it is mere text."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str | None = None
    mention: str = ""


class Block(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Anything a message is made of."""


class Text(Block, frozen=True):
    """A paragraph. ``quote`` is for what a resident or an official wrote."""

    spans: tuple[Span, ...]
    role: Role = "body"


class Facts(Block, frozen=True):
    """Name and value pairs."""

    rows: tuple[tuple[str, str], ...]


class Bar(msgspec.Struct, frozen=True, omit_defaults=True):
    """One option's result. ``share`` is 0 to 1, ``percent`` the same as the reader's language
    writes it; ``mine`` marks the reader's own choice; ``amount`` is the count in words, where it
    is not of votes."""

    label: str
    count: int
    share: float
    mine: bool = False
    percent: str = ""
    amount: str = ""

    @property
    def figure(self) -> str:
        return self.percent or f"{min(1.0, max(0.0, self.share)):.0%}"


class Bars(Block, frozen=True):
    """Results of a poll."""

    bars: tuple[Bar, ...]
    caption: str


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """``action`` is built by `core.actions.encode`."""

    label: str
    action: str
    style: Literal["normal", "primary", "danger"] = "normal"


class Buttons(Block, frozen=True):
    """Rows of buttons; a renderer may break rows that do not fit."""

    rows: tuple[tuple[Button, ...], ...]


class Link(Block, frozen=True):
    """A way to a page."""

    label: str
    url: str


class Image(Block, frozen=True):
    """A picture by its address; ``alt`` says the same in words. Where the address is a mere path
    of our page, which nobody else can reach, a channel uploads the picture or leaves it out: the
    message says the same without it."""

    url: str
    alt: str


class Pictured(msgspec.Struct, frozen=True):
    """An option's picture: ``url`` is a path of our page, ``source`` where it was fetched from."""

    label: str
    alt: str
    url: str
    source: str
    width: int
    height: int


class Pictures(Block, frozen=True):
    """Pictures of options. ``base`` is where our page is found from anywhere ("": nowhere, so that
    outside of it each is a link to its source), and ``sheet`` a path of one picture of them all
    ("": there is none)."""

    items: tuple[Pictured, ...]
    base: str = ""
    sheet: str = ""


class Choice(msgspec.Struct, frozen=True):
    """One value of a field that is chosen from a list."""

    value: str
    label: str


class Ask(Block, frozen=True):
    """A field to fill in. ``limit`` is the longest text taken, in characters."""

    name: str
    label: str
    kind: Literal["line", "lines", "choice", "choices", "time"] = "line"
    value: str = ""
    hint: str = ""
    limit: int = 3000
    optional: bool = False
    choices: tuple[Choice, ...] = ()


AnyBlock = Text | Facts | Bars | Buttons | Link | Image | Pictures | Ask
B = TypeVar("B", bound=AnyBlock)


class Message(msgspec.Struct, frozen=True):
    """``summary`` is one line of plain text: the notification, and what a screen reader says."""

    summary: str
    blocks: tuple[AnyBlock, ...] = ()


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dialog: blocks to read and fields (`Ask`) to fill. Comes back as `core.events.Submitted`.

    ``choices`` values come back joined by a space; ``time`` as local ``YYYY-MM-DD HH:MM`` or "".
    ``keeps``: what is written in it also comes back unsent, under the name with `DRAFT` after it:
    while it is written, from platforms that tell; from others by a button of this label.
    """

    name: str
    title: str
    submit: str
    blocks: tuple[AnyBlock, ...]
    state: str = ""
    keeps: str = ""

    def again(self, given: Mapping[str, str]) -> "Form":
        """With what was filled in."""
        return msgspec.structs.replace(self, blocks=tuple(filled(self.blocks, given)))


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to the person who acted, given in the same request, best effort.

    ``notice`` is a short line seen by them alone; ``message`` is shown to them (in the place of
    the message whose button they pressed where ``replaces``); ``form`` opens a dialog (or follows
    the one submitted); ``errors`` sends a submitted form back, field name to fault. ``fleeting``:
    it tells a secret of the person, such as their vote, and is not kept; so its event, brought
    again, is handled again, and must do no harm then. ``secret``: so does it, but its event must
    be handled once; brought again, it has no reply. ``noted``: what they wrote among others was
    taken; it gets a quiet mark where the platform has such, and everything else is said to its
    author alone.
    """

    notice: str = ""
    message: Message | None = None
    replaces: bool = False
    form: Form | None = None
    errors: dict[str, str] = {}
    fleeting: bool = False
    secret: bool = False
    noted: bool = False


def text(*spans: str | Span, role: Role = "body") -> Text:
    """A paragraph of plain strings and spans."""
    return Text(tuple(s if isinstance(s, Span) else Span(s) for s in spans), role)


def bold(words: str) -> Span:
    return Span(words, bold=True)


def rows(*buttons: Button, width: int = 1) -> Buttons:
    """Buttons broken in rows of ``width``."""
    return Buttons(tuple(buttons[i : i + width] for i in range(0, len(buttons), width)))


def captioned(picture: Pictured) -> str:
    """In words."""
    return f"{picture.label}: {picture.alt}"


def as_links(pictures: Pictures) -> tuple[Link, ...]:
    """Where our page is not found, to where they were fetched from."""
    base = pictures.base
    return tuple(Link(captioned(x), base + x.url if base else x.source) for x in pictures.items)


def filled(blocks: Iterable[B], given: Mapping[str, str]) -> list[B]:
    """Fields with what somebody wrote in them; one that is not in ``given`` was left empty."""
    return [
        msgspec.structs.replace(one, value=given.get(one.name, "")) if isinstance(one, Ask) else one
        for one in blocks
    ]


def as_text(message: Message) -> str:
    """The message in plain text."""
    lines = [line for block in message.blocks for line in _lines(block)]
    return "\n".join(lines) or message.summary


def _lines(block: AnyBlock) -> list[str]:
    match block:
        case Text(spans=spans):
            return ["".join(f"{s.text} ({s.url})" if s.url else s.text for s in spans)]
        case Facts(rows=facts):
            return [f"{name}: {value}" for name, value in facts]
        case Bars(bars=bars, caption=caption):
            return [*(f"{b.label}: {b.count} ({b.figure})" for b in bars), caption]
        case Buttons(rows=button_rows):
            return [" ".join(f"[{b.label}]" for b in row) for row in button_rows]
        case Link(label=label, url=url):
            return [f"{label}: {url}"]
        case Image(alt=alt):
            return [alt]
        case Pictures(items=items):
            return [captioned(one) for one in items]
        case Ask(label=label, value=value):
            return [f"{label}: {value}"]
