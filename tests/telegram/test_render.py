"""Messages as Telegram text and keyboards, judged by the stand-in's reading of the Bot API."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.playground.telegram import rules
from bots.playground.telegram.args import Args
from bots.playground.telegram.text import utf16_length, utf16_slice
from bots.telegram.render import MAX_BUTTONS, notice, opens, render
from bots.telegram.text import cut, line, units, visible
from core.clean import harmless
from core.messages import (
    Ask,
    Bar,
    Bars,
    Button,
    Buttons,
    Facts,
    Image,
    Link,
    Message,
    Span,
    Text,
    bold,
    rows,
    text,
)

PAGE = "https://example.test/q/7?a=1&b=\"x\"'y'"


def html(*blocks: Any) -> str:
    return render(Message("summary", blocks)).text


def keyboard(*blocks: Any) -> list[list[dict[str, Any]]]:
    markup = render(Message("summary", blocks)).keyboard
    return [[b.to_dict() for b in row] for row in markup.inline_keyboard] if markup else []


def accepted(message: Message) -> tuple[str, list[dict[str, Any]]]:
    """What residents read, and its styles. ApiError where Telegram would refuse."""
    shown = render(message)
    markup = shown.keyboard.to_dict() if shown.keyboard else None
    rules.reply_markup(Args({"reply_markup": markup}), inline_only=True)
    return rules.message_text(Args({"text": shown.text, "parse_mode": "HTML"}))


@pytest.mark.parametrize(
    ("blocks", "shown"),
    [
        ([text("Hei")], "Hei"),
        ([text("Otsikko", role="heading"), text("Leipä")], "<b>Otsikko</b>\nLeipä"),
        ([text("Sanottu", role="quote"), text("Ja")], "<blockquote>Sanottu</blockquote>\n\nJa"),
        ([text("Huom", role="note")], "<i>Huom</i>"),
        ([text(bold("a"), " ", Span("b", italic=True))], "<b>a</b> <i>b</i>"),
        ([text(bold("a"), role="heading")], "<b>a</b>"),
        ([text(Span("a", bold=True, italic=True))], "<b><i>a</i></b>"),
        (
            [text(Span("a", url="https://a.test/?x=1&y"))],
            '<a href="https://a.test/?x=1&amp;y">a</a>',
        ),
        ([text(Span("a", url="javascript:alert(1)"))], "a (javascript:alert(1))"),
        ([Facts((("Aihe", "Kadut"), ("Nro", "K-7")))], "<b>Aihe:</b> Kadut\n<b>Nro:</b> K-7"),
        ([Link("Sivu", "http://localhost:8080/q/7")], "Sivu: http://localhost:8080/q/7"),
        ([Image("https://a.test/a.png", "Kartta")], '<a href="https://a.test/a.png">Kartta</a>'),
        ([Ask("question", "Kysymyksesi")], "Kysymyksesi"),
        ([text("a"), text(" \u200b"), text("b")], "a\n\nb"),
        ([], "summary"),
        ([rows(Button("Kyllä", "vote:1:0"))], "summary"),
        ([text("\u2066\u200b\x00")], "summary"),
    ],
)
def test_blocks(blocks: list[Any], shown: str) -> None:
    assert html(*blocks) == shown


def test_nothing_to_say_is_still_a_message() -> None:
    assert accepted(Message(" \u200b\u202e"))[0] == "…"


def test_bars() -> None:
    bars = (Bar("Kyllä", 124, 0.62), Bar("Ei", 76, 0.38, mine=True), Bar("<En osaa>", 0, 0.0))
    assert html(Bars(bars, "200 ääntä")) == (
        "Kyllä\n▓▓▓▓▓▓░░░░ 62% (124)\n"
        "<b>✓ Ei</b>\n▓▓▓▓░░░░░░ 38% (76)\n"
        "&lt;En osaa&gt;\n░░░░░░░░░░ 0% (0)\n\n"
        "200 ääntä"
    )
    assert "▓▓▓▓▓▓▓▓▓▓ 100%" in html(Bars((Bar("x", 1, 1.2),), ""))


def test_buttons() -> None:
    shown = keyboard(
        Buttons(((Button("Kyllä", "vote:1:0"), Button("Ei", "vote:1:1", "primary")),)),
        Buttons(
            ((Button("Kyllä, jos raha riittää", "a"), Button("Ei ainakaan tänä vuonna", "b")),)
        ),
        Link("Sivu", PAGE),
        rows(Button("Poista", "drop", "danger"), Button("x" * 100, "c"), Button(" \x00 ", "d")),
    )
    assert shown == [
        [
            {"text": "Kyllä", "callback_data": "vote:1:0"},
            {"text": "Ei", "callback_data": "vote:1:1", "style": "primary"},
        ],
        [{"text": "Kyllä, jos raha riittää", "callback_data": "a"}],
        [{"text": "Ei ainakaan tänä vuonna", "callback_data": "b"}],
        [{"text": "Sivu", "url": PAGE}],
        [{"text": "Poista", "callback_data": "drop", "style": "danger"}],
        [{"text": "x" * 59 + "…", "callback_data": "c"}],
        [{"text": "…", "callback_data": "d"}],
    ]


@pytest.mark.parametrize(
    ("labels", "lengths"),
    [
        (("Kyllä", "Ei", "En osaa sanoa"), [2, 1]),
        (("1: huonosti", "2", "3", "4", "5: hyvin"), [3, 2]),
        (("1", "2", "3", "4", "5"), [5]),
        (("Takaisin", "Seuraava"), [2]),
        (("Rantapuistoon ja torin viereen", "Ei"), [1, 1]),
    ],
)
def test_all_of_a_row_are_as_wide_so_the_longest_decides(
    labels: tuple[str, ...], lengths: list[int]
) -> None:
    row = Buttons((tuple(Button(label, "p") for label in labels),))
    assert [len(made) for made in keyboard(row)] == lengths


def test_too_many_buttons_are_broken_and_bounded() -> None:
    many = keyboard(Buttons((tuple(Button("x", f"p:{n}") for n in range(20)),)))
    assert [len(row) for row in many] == [7, 7, 6]
    most = keyboard(rows(*(Button("x", f"p:{n}") for n in range(300))))
    assert sum(map(len, most)) == MAX_BUTTONS


def test_the_link_to_the_rest_stays_where_buttons_are_too_many() -> None:
    many = [Buttons(((Button(str(n), "a"),),)) for n in range(MAX_BUTTONS + 3)]
    shown = keyboard(*many, Link("Kaikki", "https://kuulolla.example/fi"))
    assert sum(map(len, shown)) == MAX_BUTTONS
    assert shown[-1][0]["text"] == "Kaikki"
    links = [Link(str(n), "https://kuulolla.example/fi") for n in range(MAX_BUTTONS + 3)]
    assert sum(map(len, keyboard(*links))) == MAX_BUTTONS


@pytest.mark.parametrize(
    ("url", "yes"),
    [
        ("https://example.test/a?b#c", True),
        ("http://espoo.fi", True),
        ("https://ääkköset.fi/", True),
        ("https://1.1.1.1/", True),
        ("http://localhost/", False),
        ("http://api.localhost/", False),
        ("http://127.0.0.1:8080/", False),
        ("http://192.168.1.4/", False),
        ("http://[::1]/", False),
        ("http://[::1", False),
        ("http://example.test:port/", False),
        ("http://kaupunki/", False),
        ("ftp://example.test/", False),
        ("javascript:alert(1)", False),
        ("tg://user?id=1", False),
        ("https://user@example.test/", False),
        ("https://example.test/a b", False),
        ("https://example.test/\u202egpj", False),
        ("https://example.test/" + "a" * 3000, False),
        ("", False),
    ],
)
def test_addresses_that_open(url: str, yes: bool) -> None:
    assert opens(url) is yes


# --- hostile text --------------------------------------------------------------------------------

ZALGO = "Z" + "\u0300\u0336\u0489" * 40 + "o"
HOSTILE = [
    "<b>bold</b> <script>alert(1)</script> </blockquote><a href='https://evil.test'>x</a>",
    "&lt;b&gt; &amp; &#60;i&#62; & <",
    "*bold* _italic_ [link](https://evil.test) `code` ~~strike~~ ||spoiler||",
    "\u202egpj.exe\u202c \u2066isolated\u2069 \u202d\u202a\u202b\u2067\u2068",
    ZALGO,
    "a\x00b\x07c\x1b[31md\x7fe\x85f\u2028g\u2029h\ufeffi",
    "\ud83d\ude00 \U0001f469\u200d\U0001f469\u200d\U0001f467 1\ufe0f\u20e3 \U0001f1eb\U0001f1ee",
    "lone \ud83d surrogate \udc00",
    "x" * 100_000,
    "\U0001f5f3" * 50_000,
    "&" * 100_000,
    "<" * 5000 + "sana " * 20_000,
    "\n" * 5000 + "a" + "\r\n" * 5000,
    "<!channel> @everyone <at>all</at> {format} %s",
]
IDS = [f"hostile{n}" for n in range(len(HOSTILE))]
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def everywhere(words: str) -> Message:
    return Message(
        words,
        (
            text(words, role="heading"),
            text(words, bold(words), Span(words, italic=True, url=PAGE), role="quote"),
            text(Span("x", url=words), role="note"),
            Facts(((words, words),)),
            Bars((Bar(words, 1, 0.5, mine=True), Bar(words, 1, 0.5)), words),
            rows(Button(words, "vote:1:0")),
            Link(words, words),
            Link(words, PAGE),
            Image(words, words),
            Ask("name", words),
        ),
    )


@pytest.mark.parametrize("words", HOSTILE, ids=IDS)
def test_hostile_text_everywhere_is_accepted_and_bounded(words: str) -> None:
    shown, entities = accepted(everywhere(words))
    assert 0 < utf16_length(shown) <= 4096
    assert not FORBIDDEN.search(shown)
    links = {e["url"] for e in entities if e["type"] == "text_link"}
    assert links <= {PAGE}
    assert keyboard(*everywhere(words).blocks)


@pytest.mark.parametrize("words", HOSTILE[:3] + HOSTILE[-1:], ids=["html", "refs", "md", "at"])
def test_hostile_text_is_shown_as_it_was_written(words: str) -> None:
    shown, entities = accepted(Message("", (text(words),)))
    assert shown.replace("@\u2060", "@") == words
    found = {e["type"] for e in entities} - {"url", "bot_command", "hashtag"}
    assert found == set(), "nobody is mentioned either"


@pytest.mark.parametrize("words", HOSTILE, ids=IDS)
def test_notices_fit(words: str) -> None:
    assert rules.callback_answer(Args({"text": notice(words)})) == notice(words).strip()
    assert utf16_length(notice(words)) <= 200 and "\n" not in notice(words)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=3000), min_size=1, max_size=6))
def test_any_text_is_accepted(words: list[str]) -> None:
    roles = ("body", "heading", "quote", "note")
    blocks = tuple(Text((Span(w),), roles[n % 4]) for n, w in enumerate(words))  # type: ignore[arg-type]
    shown, _ = accepted(Message("x", blocks))
    assert utf16_length(shown) <= 4096


# --- too much ------------------------------------------------------------------------------------


def test_the_longest_paragraph_gives_way_and_the_rest_stays() -> None:
    message = Message(
        "x",
        (
            text("Kysymys K-7", role="heading"),
            text("sana " * 900, role="quote"),
            text("vastaus " * 400),
            Facts((("Vastasi", "Katuinsinööri"),)),
            rows(Button("Lisää", "more:7")),
        ),
    )
    shown, entities = accepted(message)
    assert 4000 < utf16_length(shown) <= 4096
    assert shown.startswith("Kysymys K-7\nsana sana")
    assert shown.endswith("Vastasi: Katuinsinööri")
    quote = next(e for e in entities if e["type"] == "blockquote")
    assert utf16_slice(shown, quote["offset"], quote["length"]).endswith("sana…")
    assert keyboard(*message.blocks)


def test_a_text_that_just_fits_is_left_alone() -> None:
    assert accepted(Message("", (text("<" * 4096),)))[0] == "<" * 4096
    assert accepted(Message("", (text("<" * 4097),)))[0] == "<" * 4095 + "…"
    assert accepted(Message("", (text("\U0001f5f3" * 2049),)))[0] == "\U0001f5f3" * 2047 + "…"


def test_hundreds_of_paragraphs_end_in_an_ellipsis() -> None:
    shown, _ = accepted(Message("", tuple(text(f"Rivi {n}") for n in range(2000))))
    assert shown.startswith("Rivi 0\n\nRivi 1") and shown.endswith("\n\n…")
    assert utf16_length(shown) > 4000


# --- the tools -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Päätös, vägen – “lainaus”",
        "Tiếng Việt: những người",
        "עִבְרִית שָׁלוֹם",
        "العربيّةُ",
        "ภาษาไทย น้ำ ที่นี่",
        "हिन्दी में",
        "བོད་སྐད",
        "日本語 한국어",
        "\U0001f469\U0001f3fd\u200d\U0001f692 1\ufe0f\u20e3 ❤\ufe0f",
        "a\u200db\u200c \u200e\u200f",
    ],
)
def test_honest_text_is_kept(words: str) -> None:
    assert harmless(words) == words


def test_zalgo_is_tamed() -> None:
    assert harmless(ZALGO) == "Z" + "\u0336\u0300" + "o"
    assert harmless("ก" + "็" * 30) == "ก" + "็" * 4


def test_cut() -> None:
    assert cut("yksi kaksi kolme", 16) == "yksi kaksi kolme"
    assert cut("yksi kaksi kolme", 12) == "yksi kaksi…"
    assert cut("x" * 50, 10) == "x" * 9 + "…"
    assert cut("a\U0001f600b", 3) == "a…"
    assert cut("ab", 1) == "…"
    assert cut("\U0001f469\u200d\U0001f469", 4) == "\U0001f469…"


def test_line_units_visible() -> None:
    assert line(" yksi\n\tkaksi \x00", 50) == "yksi kaksi"
    assert (units("abc"), units("ä"), units("\U0001f600")) == (3, 1, 2)
    assert visible(" x") and not visible(" \n\u200b\u00a0\u202e") and not visible("")
