"""Messages and forms → Adaptive Cards that Teams takes, whatever people have written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.playground.teams_cards import card_faults, elements
from bots.teams import render
from bots.teams.fields import values
from core.messages import (
    Ask,
    Bar,
    Bars,
    Button,
    Buttons,
    Choice,
    Facts,
    Form,
    Image,
    Link,
    Message,
    Reply,
    Span,
    rows,
    text,
)
from core.texts import LANGUAGES
from storage import open_database
from tests.golden.parts import shown
from tests.node.install import ask
from tests.teams.office import texts_of

HOSTILE = [
    "<at>Kaikki</at> <at id='0'>x</at>",
    "[a](https://evil.example) **bold** _italic_ ~~x~~ `code` # h\n- list\n> quote",
    "<b>html</b> <script>alert(1)</script> &amp; &lt;at&gt;",
    "![x](https://evil.example/a.png)",
    "{{DATE(2026-01-01T00:00:00Z)}} ${x} $(y) {x}",
    "\x00nul\x07 \u202eoverride\u202c \u2066isolate\u2069 \ufeff \ud800",
    "z\u0335\u0321a\u0336l\u0327\u0337g\u0338o",
    'quote " backslash \\ tab\t',
    "x" * 100_000,
    "🙂" * 9_000,
    "ä\n" * 20_000,
    "",
    "   \n ",
]
MORE = render.More("On the web page", "https://espoo.fi/en/")


def everything(words: str) -> tuple:
    action = "vote:7:0"
    return (
        text(words, role="heading"),
        text(Span(words, bold=True), Span(words, url="https://espoo.fi/a"), role="body"),
        text(Span(words, url="javascript:alert(1)"), role="quote"),
        text(words, role="note"),
        Facts(((words, words), ("Name", words))),
        Bars((Bar(words, 3, 0.75, mine=True), Bar("No", 1, 0.25)), words),
        rows(*(Button(words, action) for _ in range(12)), width=7),
        Buttons(((Button(words, "take:1", "danger"), Button("Ok", "answer:1", "primary")),)),
        Link(words, "https://espoo.fi"),
        Link(words, "ftp://espoo.fi/<x>"),
        Image("https://espoo.fi/a.png", words),
        Image("http://127.0.0.1/a.png", words),
    )


def a_form(words: str) -> Form:
    return Form("answer", words, words, (
        text(words),
        Ask("line", words, "line", words, words, 100),
        Ask("lines", words, "lines", words, words),
        Ask("one", words, "choice", "a", choices=(Choice("a", words), Choice("b", "B"))),
        Ask("some", words, "choices", "a b", choices=(Choice("a", words), Choice("b", "B"))),
        Ask("none", words, "choice"),
        Ask("when", words, "time", "2026-12-01 09:30"),
        Buttons(((Button(words, "answer:1"),),)),
    ), "1")  # fmt: skip


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def taken_by_teams(*cards: dict[str, Any]) -> None:
    """By the stand-in's rules; as text that can be sent; and within the size."""
    for card in cards:
        assert card_faults(card) == []
        assert len(render.wire(card).encode()) == render.size(card) <= render.LIMIT


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    """In text runs, where no character has a meaning: the elements that read Markdown are not
    there at all."""
    card = render.card(Message(words, everything(words)), MORE)
    forms = [render.form(a_form(words), dialog) for dialog in (True, False)]
    taken_by_teams(card, *forms)
    for made in forms:
        assert made["body"][-1]["type"] == "ActionSet"
    for made in (card, *forms):
        kinds = {element["type"] for element in elements(made)}
        assert not kinds & {"TextBlock", "FactSet", "Media"}
        assert all("\u202e" not in x and "\x00" not in x for x in strings(made))


def test_microsofts_own_parser_takes_hostile_cards() -> None:
    cards = [render.card(Message(words, everything(words)), MORE) for words in HOSTILE]
    cards += [render.form(a_form(words), dialog) for words in HOSTILE for dialog in (True, False)]
    assert ask("cards.js", cards) == [[] for _ in cards]


def test_microsofts_own_parser_finds_faults() -> None:
    """It is really asked."""
    bad = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Nonsense"}]}
    run = {"type": "TextRun", "text": "x", "weight": "huge"}
    odd = {"type": "AdaptiveCard", "version": "1.5", "body": [
        {"type": "RichTextBlock", "inlines": [run]}]}  # fmt: skip
    assert all(ask("cards.js", [bad, odd]))


def test_every_card_of_every_view_in_every_language(tmp_path) -> None:
    """By the stand-in's rules for version 1.5, and by Microsoft's own parser."""
    cards: dict[str, dict[str, Any]] = {}
    for language in LANGUAGES:
        with open_database(f"sqlite:///{tmp_path / language}.db") as database:
            database.upgrade()
            with database.begin() as store:
                everything = shown(store, language)
        for part, named in everything.items():
            for name, one in named.items():
                place = f"{language} {part} {name}"
                if isinstance(one, Form):
                    cards[place + " dialog"] = render.form(one, dialog=True)
                    cards[place + " card"] = render.form(one, dialog=False)
                else:
                    cards[place] = render.card(one, MORE)
    assert len(cards) > 100
    taken_by_teams(*cards.values())
    told = dict(zip(cards, ask("cards.js", list(cards.values())), strict=True))
    assert {place: events for place, events in told.items() if events} == {}


# --- what cards say and do


def test_a_message_as_a_card() -> None:
    message = Message("Poll: where?", (
        text("Where?", role="heading"), Bars((Bar("Here", 3, 0.75, True), Bar("There", 1, 0.25)),
        "4 votes"), Facts((("Theme", "Roads"),)), text("line one\n\nline two"),
    ))  # fmt: skip
    card = render.card(message)
    assert texts_of(card) == [
        "Where?", "✓ Here", "███████████████░░░░░ 75% (3)", "There", "█████░░░░░░░░░░░░░░░ 25% (1)",
        "4 votes", "Theme: Roads", "line one", "line two",
    ]  # fmt: skip
    assert card["fallbackText"] == "Poll: where?"


def test_a_button_is_pressed_in_place_and_by_older_clients_too() -> None:
    card = render.card(Message("s", (rows(Button("Yes", "vote:7:0", "primary")),)))
    [action] = card["body"][0]["actions"]
    assert action == {
        "type": "Action.Execute", "title": "Yes", "style": "positive", "verb": "press",
        "data": {"action": "vote:7:0"},
        "fallback": {"type": "Action.Submit", "title": "Yes", "style": "positive",
                     "data": {"action": "vote:7:0"}},
    }  # fmt: skip


def test_a_button_that_opens_a_form_asks_for_a_dialog() -> None:
    card = render.card(Message("s", (rows(Button("Answer", "answer:1")),)))
    [action] = card["body"][0]["actions"]
    data = {"msteams": {"type": "task/fetch"}, "action": "answer:1"}
    assert action == {"type": "Action.Submit", "title": "Answer", "data": data}


def test_a_row_holds_five() -> None:
    card = render.card(Message("s", (rows(*(Button("x", "take:1") for _ in range(8)), width=8),)))
    assert [len(element["actions"]) for element in card["body"]] == [5, 3]


def test_a_row_that_a_phone_would_cut_goes_on_below() -> None:
    labels = ("Rantapuistoon", "Torin viereen", "En osaa sanoa", "x" * 80, "Ei")
    row = Buttons((tuple(Button(label, "p") for label in labels),))
    made = render.card(Message("Mihin?", (row,)))["body"]
    assert [len(one["actions"]) for one in made] == [2, 1, 1, 1]


def test_what_is_cut_leads_to_the_page() -> None:
    blocks = [text("ä" * 3000) for _ in range(9)]
    press = rows(Button("Yes", "vote:7:0"))
    card = render.card(Message("s", (*blocks, press)), MORE)
    *_, buttons, link = card["body"]
    assert [a["type"] for a in buttons["actions"]] == ["Action.Execute"]
    assert link["actions"] == [
        {"type": "Action.OpenUrl", "title": "On the web page", "url": "https://espoo.fi/en/"}
    ]
    own = render.card(Message("s", (*blocks, Link("Whole", "https://espoo.fi/7"))), MORE)
    assert [a["title"] for x in own["body"] for a in x.get("actions", ())] == ["Whole"]
    small = render.card(Message("s", (text("ä"),)), MORE)
    assert len(small["body"]) == 1


def test_buttons_outlive_words() -> None:
    buttons = [rows(Button("x" * 80, "vote:7:0")) for _ in range(40)]
    lines = [text("ä" * 60) for _ in range(150)]
    card = render.card(Message("s", (*lines, *buttons)), MORE)
    assert sum(x["type"] == "ActionSet" for x in card["body"]) == 40 + 1
    assert sum(x["type"] == "RichTextBlock" for x in card["body"]) < 150


def test_more_buttons_than_fit() -> None:
    card = render.card(Message("s", (rows(*(Button("x" * 80, "vote:7:0") for _ in range(300))),)))
    taken_by_teams(card)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=400), max_size=40), st.integers(3_000, render.LIMIT))
def test_any_card_fits(words: list[str], limit: int) -> None:
    card = render.card(Message("s", tuple(map(text, words))), MORE, limit)
    assert card_faults(card) == [] and render.size(card) <= limit


def test_a_card_in_small() -> None:
    card = render.card(Message("s", tuple(text("ä" * 90) for _ in range(90))), MORE, 4000)
    assert render.size(card) <= 4000 and "…" in texts_of(card)


# --- forms


def test_a_form_carries_what_it_asked() -> None:
    form = a_form("Words")
    for dialog in (True, False):
        card = render.form(form, dialog)
        data = card["body"][-1]["actions"][0]["data"]
        kept = render.read_form(json.loads(json.dumps(data["form"])))
        assert kept is not None and (kept.name, kept.state) == ("answer", "1")
        assert [b.name for b in kept.blocks if isinstance(b, Ask)] == [
            b.name for b in form.blocks if isinstance(b, Ask)
        ]
        assert all(b.value == "" for b in kept.blocks if isinstance(b, Ask))


def test_what_is_shown_first_is_what_comes_back() -> None:
    form = a_form("Words")
    card = render.form(form, dialog=True)
    filled = {x["id"]: x["value"] for x in elements(card) if "id" in x and x.get("value")}
    asks = [block for block in form.blocks if isinstance(block, Ask)]
    assert values(filled, asks) == {ask.name: ask.value for ask in asks}


@pytest.mark.parametrize(
    ("filled", "value"),
    [
        ({}, ""),
        ({"when.date": "2026-12-01"}, "2026-12-01 00:00"),
        ({"when.time": "09:30"}, "09:30"),
        ({"when.date": 7}, ""),
        ({"when.date": "2026-12-01", "when.time": "09:30"}, "2026-12-01 09:30"),
    ],
)
def test_a_time_is_asked_in_two(filled: dict, value: str) -> None:
    assert values(filled, [Ask("when", "When", "time")]) == {"when": value}


@pytest.mark.parametrize("kept", [None, 7, [], {}, {"name": "x"}, {"blocks": [{"type": "Evil"}]}])
def test_what_is_no_form_of_ours_is_none(kept: object) -> None:
    assert render.read_form(kept) is None


def test_the_answer_holds_the_notice_first() -> None:
    both = Reply("Taken", Message("m", (text("Body"),)))
    assert texts_of(render.card(render.answer(both))) == ["Taken", "Body"]
    assert render.answer(Reply()) is None


def calling(words: str, *more: Span, key: str = "teams:a-1") -> Message:
    return Message(words, (text(Span(words, mention=key), ": your turn.", *more),))


def test_an_official_is_called_by_name() -> None:
    card = render.card(calling("Street engineer"))
    taken_by_teams(card)
    assert card["body"][0]["text"] == "<at>Street engineer</at>"
    assert card["msteams"]["entities"] == [{
        "type": "mention", "text": "<at>Street engineer</at>",
        "mentioned": {"id": "a-1", "name": "Street engineer"},
    }]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_name_calls_nobody_else(words: str) -> None:
    card = render.card(calling(words))
    taken_by_teams(card)
    for block in (x for x in elements(card) if x["type"] == "TextBlock"):
        assert not set(block["text"].removeprefix("<at>").removesuffix("</at>")) & set("<>[]*_`#~")
    assert {x["mentioned"]["id"] for x in card.get("msteams", {}).get("entities", [])} <= {"a-1"}


def test_whoever_is_elsewhere_or_has_the_same_name_is_not_called() -> None:
    for key in ("slack:U1", "teams:", "teams:a b", "", "teams:<at>"):
        assert "msteams" not in render.card(calling("Engineer", key=key))
    twice = render.card(calling("Engineer", Span("Engineer", mention="teams:a-2")))
    taken_by_teams(twice)
    assert len(twice["msteams"]["entities"]) == 1


def test_a_name_that_does_not_fit_calls_nobody() -> None:
    card = render.card(Message("x", (text("y" * 900), *calling("Engineer").blocks)), limit=1200)
    assert "msteams" not in card and card_faults(card) == []


def test_the_stand_in_sees_faulty_mentions() -> None:
    card = render.card(calling("Engineer"))
    entity = card["msteams"]["entities"][0]
    for faulty in (
        {**card, "msteams": {}},
        {**card, "body": card["body"][1:]},
        {**card, "msteams": {"entities": [{**entity, "mentioned": {"id": "a-1"}}]}},
        {**card, "msteams": {"entities": [{**entity, "type": "call"}]}},
    ):
        assert card_faults(faulty)
