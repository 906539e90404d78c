"""Neutral blocks → safe HTML. Pure; the only place besides the templates where text is escaped."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from core.clean import harmless
from core.messages import (
    AnyBlock,
    Ask,
    Bar,
    Bars,
    Button,
    Buttons,
    Choice,
    Facts,
    Image,
    Link,
    Message,
    Pictures,
    Span,
    Text,
)
from core.texts import Texts

_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_OURS = re.compile(r"/(?:[\w.-]+/)*[\w.-]+", re.ASCII)
"""A page of ours, for who is on one: on the desk."""
_NO_ERRORS: Mapping[str, str] = {}
EMPTY = Markup()


def words(text: str) -> Markup:
    """A run of text. What could change the direction or break the page is left out."""
    return escape(harmless(text))


def paragraphs(text: str, links: bool = False) -> Markup:
    """Empty lines part paragraphs. ``links``: web addresses in it can be followed."""
    run = _linked if links else words
    found = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    made = (Markup("<br>").join(run(line) for line in part.strip().split("\n")) for part in found)
    return EMPTY.join(Markup('<p dir="auto">{}</p>').format(part) for part in made)


def _linked(line: str) -> Markup:
    made, end = EMPTY, 0
    for match in _ADDRESS.finditer(line):
        url = match[0].rstrip(".,;:!?)")
        made += words(line[end : match.start()]) + _anchor(url, words(url))
        end = match.start() + len(url)
    return made + words(line[end:])


def _anchor(url: str, label: Markup) -> Markup:
    """Only to the web: an address of any other kind is left as plain text."""
    if not _is_web(url):
        return label
    return Markup('<a href="{}" rel="nofollow noopener">{}</a>').format(url, label)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


# --- blocks --------------------------------------------------------------------------------------


def message(t: Texts, shown: Message) -> Markup:
    """A message without blocks is its summary."""
    if not shown.blocks:
        return Markup("<p>{}</p>").format(words(shown.summary))
    return blocks(t, shown.blocks)


def blocks(t: Texts, many: Iterable[AnyBlock], errors: Mapping[str, str] = _NO_ERRORS) -> Markup:
    return EMPTY.join(block(t, one, errors) for one in many)


def block(t: Texts, one: AnyBlock, errors: Mapping[str, str] = _NO_ERRORS) -> Markup:
    match one:
        case Text():
            return _text(one)
        case Facts():
            return _facts(one)
        case Bars():
            return bars(t, one)
        case Buttons():
            return EMPTY.join(_button_row(row) for row in one.rows)
        case Link(url=url) if _OURS.fullmatch(url):
            return Markup('<p><a href="{}">{}</a></p>').format(url, words(one.label))
        case Link():
            return Markup("<p>{}</p>").format(_anchor(one.url, words(one.label)))
        case Image():  # no picture from elsewhere is loaded: its place and what it shows
            return Markup("<p>{}</p>").format(_anchor(one.url, words(one.alt)))
        case Pictures():
            return pictures(one)
        case Ask():
            return field(one, errors.get(one.name, ""))


def pictures(one: Pictures, base: str = "") -> Markup:
    """From our own page; on others (``base``) from its whole address."""
    drawn = (
        Markup(
            '<li><figure><img src="{}{}" alt="{}" width="{}" height="{}" loading="lazy">'
            '<figcaption dir="auto">{}</figcaption></figure></li>'
        ).format(base, x.url, words(x.alt), x.width, x.height, words(x.label))
        for x in one.items
    )
    return Markup('<ul class="pictures">{}</ul>').format(EMPTY.join(drawn))


def _text(one: Text) -> Markup:
    inner = EMPTY.join(map(_span, one.spans))
    match one.role:
        case "heading":
            return Markup("<h2>{}</h2>").format(inner)
        case "quote":
            return Markup('<blockquote dir="auto">{}</blockquote>').format(inner)
        case "note":
            return Markup('<p class="note">{}</p>').format(inner)
    return Markup("<p>{}</p>").format(inner)


def _span(one: Span) -> Markup:
    made = Markup("<br>").join(words(line) for line in one.text.split("\n"))
    if one.url:
        made = _anchor(one.url, made)
    if one.italic:
        made = Markup("<em>{}</em>").format(made)
    return Markup("<strong>{}</strong>").format(made) if one.bold else made


def _facts(one: Facts) -> Markup:
    rows = (
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(words(name), words(value))
        for name, value in one.rows
    )
    return Markup('<dl class="facts">{}</dl>').format(EMPTY.join(rows))


def _button_row(row: tuple[Button, ...]) -> Markup:
    made = (
        Markup('<button name="press" value="{}" class="{}">{}</button>').format(
            one.action, one.style, words(one.label)
        )
        for one in row
    )
    return Markup('<p class="buttons">{}</p>').format(Markup(" ").join(made))


# --- results -------------------------------------------------------------------------------------


def results(t: Texts, one: Bars | None, more: Sequence[AnyBlock], votes: str, why: str) -> Markup:
    """Without bars: how many have voted, and why no more is shown. ``more`` stands below them."""
    if one is None:
        said = Markup('<p class="total"><span data-total>{}</span> {}</p>')
        return said.format(words(votes), words(why)) + blocks(t, more)
    return _results(t, one, tuple(more))


@lru_cache(512)
def _results(t: Texts, one: Bars, more: tuple[AnyBlock, ...]) -> Markup:
    """Kept, for many readers are shown the same."""
    return bars(t, one) + Markup("<div data-more>{}</div>").format(blocks(t, more))


def result_table(t: Texts, one: Bars, picture: str) -> Markup:
    """A result that stays as it is, as a table, and the address of its picture."""
    rows = (
        Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(
            words(bar.label), bar.amount or t.number(bar.count), t.percent(bar.share)
        )
        for bar in one.bars
    )
    return Markup(
        "<details><summary>{table}</summary>"
        '<div class="scroll" tabindex="0" role="region" aria-label="{table}"><table class="months">'
        '<thead><tr><th scope="col">{option}</th><th scope="col">{votes}</th>'
        '<th scope="col">{share}</th></tr></thead><tbody>{rows}</tbody></table></div>'
        '<p><a class="more" href="{picture}">{as_picture}</a></p></details>'
    ).format(
        table=t("The result as a table"),
        option=t("Option"),
        votes=t("Votes"),
        share=t("Share"),
        rows=EMPTY.join(rows),
        picture=picture,
        as_picture=t("The result as a picture"),
    )


def bars(t: Texts, one: Bars) -> Markup:
    """Each result in words and as a bar; scripts find the parts by their ``data-`` names."""
    rows = (_bar(t, i, bar) for i, bar in enumerate(one.bars))
    total = Markup('<p class="total" data-total>{}</p>').format(words(one.caption))
    drawn = Markup('<ol class="bars">{}</ol>').format(EMPTY.join(rows))
    return drawn + (total if one.caption else EMPTY)


def _bar(t: Texts, index: int, one: Bar) -> Markup:
    mine = Markup(' <span class="mine">{}</span>').format(t("your vote")) if one.mine else EMPTY
    return Markup(
        '<li data-option="{index}"{own}><span class="label" dir="auto">{label}</span>{mine}'
        '<span class="figures"><b data-share>{share}</b> <span data-votes>{votes}</span></span>'
        '<meter min="0" max="1" value="{value}" aria-hidden="true"></meter></li>'
    ).format(
        index=index,
        own=Markup(' class="own"') if one.mine else EMPTY,
        label=words(one.label),
        mine=mine,
        share=t.percent(one.share),
        votes=one.amount or t.plural("{n} vote", "{n} votes", one.count),
        value=f"{one.share:.4f}",
    )


# --- fields --------------------------------------------------------------------------------------


MOST_RADIOS = 12


def field(one: Ask, error: str = "") -> Markup:
    """A field with its label; its hint and fault are read out with it."""
    id = f"field-{one.name}"
    notes = EMPTY
    described = []
    if one.hint:
        notes += Markup('<p class="hint" id="{}-hint">{}</p>').format(id, words(one.hint))
        described.append(f"{id}-hint")
    if error:
        notes += Markup('<p class="error" id="{}-error">{}</p>').format(id, words(error))
        described.append(f"{id}-error")
    if one.kind == "choices" or _at_a_glance(one):
        return _boxes(one, notes)
    more = EMPTY if one.optional else Markup(" required")
    if described:
        more += Markup(' aria-describedby="{}"').format(" ".join(described))
    if error:
        more += Markup(' aria-invalid="true"')
    return Markup('<div class="field"><label for="{}">{}</label>{}{}</div>').format(
        id, words(one.label), notes, _control(one, id, more)
    )


def _control(one: Ask, id: str, more: Markup) -> Markup:
    names = {"id": id, "name": one.name, "more": more, "limit": one.limit}
    match one.kind:
        case "lines":
            return Markup(
                '<textarea id="{id}" name="{name}" rows="7" maxlength="{limit}" dir="auto"{more}>'
                "\n{value}</textarea>"
            ).format(value=words(one.value), **names)
        case "choice":
            return _select(one, names)
        case "time":
            return Markup(
                '<input id="{id}" name="{name}" type="datetime-local" value="{value}"{more}>'
            ).format(value=words(one.value.replace(" ", "T")), **names)
    return Markup(
        '<input id="{id}" name="{name}" value="{value}" maxlength="{limit}" dir="auto"{more}>'
    ).format(value=words(one.value), **names)


def _select(one: Ask, names: Mapping[str, object]) -> Markup:
    """One that may be left empty begins with nothing: a browser would choose its first. Some have
    a choice that says it, "-"."""
    says = all(c.value.strip("-") for c in one.choices)
    none = [Choice("", "–")] if one.optional and says else []
    options = (
        Markup('<option value="{}"{}>{}</option>').format(
            words(c.value), Markup(" selected") if c.value == one.value else EMPTY, words(c.label)
        )
        for c in (*none, *one.choices)
    )
    return Markup('<select id="{id}" name="{name}"{more}>{options}</select>').format(
        options=EMPTY.join(options), **names
    )


def _at_a_glance(one: Ask) -> bool:
    """A ballot's one choice, and any that is not made yet: of a list the browser would choose the
    first by itself."""
    unmade = one.name == "answer" or not one.value
    return one.kind == "choice" and not one.optional and unmade and len(one.choices) <= MOST_RADIOS


def _boxes(one: Ask, notes: Markup) -> Markup:
    """As many as one likes, which all come back under the field's name; or one of them."""
    several = one.kind == "choices"
    chosen = one.value.split() if several else [one.value]
    boxes = (
        Markup(
            '<label class="option"><input type="{kind}" name="{name}" value="{value}"{more}>'
            '<span dir="auto">{label}</span></label>'
        ).format(
            kind="checkbox" if several else "radio",
            name=one.name,
            value=words(c.value),
            more=(EMPTY if several else Markup(" required"))
            + (Markup(" checked") if c.value in chosen else EMPTY),
            label=words(c.label),
        )
        for c in one.choices
    )
    return Markup('<fieldset class="field"><legend>{}</legend>{}{}</fieldset>').format(
        words(one.label), notes, EMPTY.join(boxes)
    )
