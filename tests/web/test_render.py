"""Blocks → HTML. Whatever the words are, they stay words."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from bots.web import render, site
from core.messages import (
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
    Span,
    Text,
    bold,
    text,
)
from core.texts import texts

T = texts("en")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea><script>",
    "&lt;script&gt;",
    "\u202eevil\u202c",
    "nul\x00 and bell\x07",
    "<b>" * 40_000,
)


def shown(*blocks) -> str:
    return str(render.blocks(T, blocks))


def everything(words: str) -> tuple:
    """Every block, with these words in every place that takes words."""
    choice = (Choice("a", words), Choice(words, "b"))
    return (
        Text((Span(words), bold(words), Span(words, italic=True), Span(words, url=words))),
        text(words, role="heading"),
        text(words, role="quote"),
        text(words, role="note"),
        Facts(((words, words),)),
        Bars((Bar(words, 1, 1.0, True),), words),
        Buttons(((Button(words, "vote:1:1"),),)),
        Link(words, words),
        Image(words, words),
        Ask("line", words, "line", words, words),
        Ask("lines", words, "lines", words, words),
        Ask("choice", words, "choice", "a", words, choices=choice),
        Ask("choices", words, "choices", "a", words, choices=choice),
        Ask("time", words, "time", words, words),
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def tags(html: str) -> list[tuple[str, tuple[str, ...]]]:
    parser = Tags()
    parser.feed(html)
    return parser.seen


@pytest.mark.parametrize("words", HOSTILE)
def test_words_add_no_tag_and_no_attribute(words: str) -> None:
    html = shown(*everything(words))
    assert tags(html) == tags(shown(*everything("plain")))
    assert not any(mark in html for mark in "\x00\x07\u202e\u202c")


@given(st.text(max_size=40))
def test_no_words_at_all_do(words: str) -> None:
    block = Text((Span(words.replace("\n", " ")),))
    assert tags(shown(block)) == [("p", ())]
    for tag, names in tags(str(render.paragraphs(words, links=True))):
        assert (tag, names) in (("p", ("dir",)), ("br", ()), ("a", ("href", "rel")))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.test",
        "/\\evil.test",
        "/",
        "/a//b",
        "http://",
        "",
        "http://[",
    ],
)
def test_only_the_web_is_linked(url: str) -> None:
    assert "href" not in shown(Link("here", url), Text((Span("here", url=url),)))


def test_a_page_of_ours_is_linked_by_a_link_alone() -> None:
    assert shown(Link("here", "/fi/desk")) == '<p><a href="/fi/desk">here</a></p>'
    assert "href" not in shown(Text((Span("here", url="/fi/desk"),)))


def test_addresses_in_answers_can_be_followed() -> None:
    html = render.paragraphs("See https://espoo.fi/en?a=1&b=2.\nOr\n\n<http://a.fi>", links=True)
    assert html == (
        '<p dir="auto">See <a href="https://espoo.fi/en?a=1&amp;b=2" rel="nofollow noopener">'
        "https://espoo.fi/en?a=1&amp;b=2</a>.<br>Or</p>"
        '<p dir="auto">&lt;<a href="http://a.fi" rel="nofollow noopener">http://a.fi</a>&gt;</p>'
    )
    assert "href" not in render.paragraphs("See https://espoo.fi")


def test_a_field_with_its_hint_and_fault() -> None:
    field = Ask("text", "Your question", "lines", "\nwords", "Be short", 2000)
    html = render.field(field, "Too short")
    assert '<label for="field-text">Your question</label>' in html
    assert 'aria-describedby="field-text-hint field-text-error" aria-invalid="true"' in html
    assert '<p class="error" id="field-text-error">Too short</p>' in html
    assert ">\n\nwords</textarea>" in html  # a browser drops the first line break
    assert "aria-" not in render.field(Ask("name", "Name"))


def test_a_choice_shows_what_is_chosen() -> None:
    choices = (Choice("a", "A"), Choice("b", "B"), Choice("c", "C"))
    one = render.field(Ask("theme", "Theme", "choice", "b", choices=choices))
    assert one.count("selected") == 1 and '<option value="b" selected>' in one
    some = render.field(Ask("chats", "Chats", "choices", "a c", optional=True, choices=choices))
    assert some.count(" checked") == 2 and some.count("checkbox") == 3


def test_results_are_said_in_words() -> None:
    bars = (Bar("Here", 2, 2 / 3, True), Bar("There", 1, 1 / 3))
    html = render.bars(texts("fi"), Bars(bars, "3 ääntä"))
    assert "67\N{NO-BREAK SPACE}%" in html and "2 ääntä" in html and "1 ääni" in html
    assert html.count("äänesi") == 1 and html.count('class="own"') == 1
    assert '<p class="total" data-total>3 ääntä</p>' in html


def test_a_message_without_blocks_is_its_summary() -> None:
    assert render.message(T, Message("a < b")) == "<p>a &lt; b</p>"


def test_every_template_can_be_compiled() -> None:
    """The service compiles each when it is first wanted."""
    templates = Environment(loader=FileSystemLoader(site.HERE / "templates"), autoescape=True)
    names = templates.list_templates()
    assert {"base.html", "poll.html"} <= {*names}
    for name in names:
        templates.get_template(name)
