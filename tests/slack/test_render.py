"""Messages and forms → Block Kit that Slack takes, whatever people have written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bots.playground.slack_rules import blocks_too_long, check_blocks, check_view
from bots.playground.slack_text import called, called_by_blocks
from bots.slack import render
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
    Pictured,
    Pictures,
    Reply,
    Span,
    rows,
    text,
)

ZONE = "Europe/Helsinki"
HOSTILE = [
    "<!channel> <!here|x> <!everyone>",
    "<@U0TEKNIIKKA> <!subteam^S1> @channel",
    "<https://evil.example|https://espoo.fi>",
    "*bold* _italic_ ~struck~ `code` ```block``` > quote",
    "<b>html</b> &amp; &lt;!channel&gt; &",
    "\x00nul\x07 \u202eoverride\u202c \u2066isolate\u2069 \ufeff \ud800",
    "z\u0335\u0321a\u0336l\u0327\u0337g\u0338o",
    ":smile: {{x}} %s \\n",
    "x" * 100_000,
    "🙂" * 5_000,
    "",
    "   \n ",
]


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
        Buttons(((Button(words, "take:1", "danger"), Button("Ok", "take:1", "primary")),)),
        Link(words, "https://espoo.fi"),
        Link(words, "ftp://espoo.fi/<x>"),
        Image("https://espoo.fi/a.png", words),
        Image("http://127.0.0.1/a.png", words),
    )


def taken_by_slack(content: dict[str, Any]) -> None:
    """By the stand-in's rules, and by the SDK's own models."""
    assert check_blocks(content["blocks"], "message") == []
    assert not blocks_too_long(content["blocks"])
    assert 0 < len(content["text"]) <= 4000
    for block in content["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        assert parsed.to_dict()["type"] == block["type"]


def view_taken_by_slack(view: dict[str, Any]) -> None:
    assert check_view(view, view["type"]) == []
    assert View(**view).to_dict()["type"] == view["type"]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    content = render.message(Message(words, everything(words)))
    taken_by_slack(content)
    assert list(called(content["text"])) == []
    assert list(called_by_blocks(content["blocks"])) == []
    assert "mrkdwn" not in json.dumps(content)
    assert "<" not in content["text"].replace("&lt;", "")
    for shown in strings(content):
        assert not set(shown) & set("\x00\x07\u202e\u202c\u2066\u2069\ufeff\ud800")


@given(st.lists(st.text(max_size=4000), min_size=1, max_size=12))
def test_any_words_make_a_message_that_slack_takes(words: list[str]) -> None:
    blocks = [block for each in words for block in everything(each)]
    taken_by_slack(render.message(Message(words[0], tuple(blocks))))


def test_short_words_are_shown_as_they_are() -> None:
    words = "<!channel> *a* & b"
    shown = list(strings(render.message(Message("s", (text(words), text(words, role="quote"))))))
    assert shown.count(words) == 2


def test_what_is_too_long_is_cut_but_its_buttons_stay() -> None:
    blocks = (*(text("x" * 2900) for _ in range(9)), rows(Button("Take", "take:1")))
    content = render.message(Message("s", blocks))
    taken_by_slack(content)
    shown = list(strings(content["blocks"]))
    assert "Take" in shown and max(shown, key=len).endswith("x")
    assert any(part.endswith("x…") for part in shown)
    assert sum(len(part) for part in shown if part.startswith("x")) <= 11_000


def test_long_labels_count_as_well() -> None:
    buttons = rows(*(Button("y" * 99, "take:1") for _ in range(60)), width=5)
    content = render.message(Message("s", (*(text("x" * 2900) for _ in range(9)), buttons)))
    taken_by_slack(content)
    assert sum(len(block.get("elements", ())) for block in content["blocks"][-12:]) == 60


def test_too_many_blocks_are_merged() -> None:
    words = [text(f"line {i}") for i in range(80)]
    content = render.message(Message("s", (*words, rows(Button("Take", "take:1")))))
    taken_by_slack(content)
    assert [block["type"] for block in content["blocks"]] == ["rich_text", "actions"]
    shown = list(strings(content))
    assert all(f"line {i}" in shown for i in range(80))


def test_what_cannot_be_merged_is_left_out() -> None:
    mixed = [x for i in range(60) for x in (text(f"{i}"), rows(Button(f"{i}", "take:1")))]
    content = render.message(Message("s", tuple(mixed)))
    taken_by_slack(content)
    assert len(content["blocks"]) == 50 and "…" in strings(content["blocks"][-1])


def test_a_poll() -> None:
    bars = Bars((Bar("Yes", 3, 0.75, mine=True), Bar("No", 1, 0.25)), "4 votes")
    content = render.message(Message("Poll: x", (text("x?", role="heading"), bars)))
    assert content["blocks"][0] == {
        "type": "header", "text": {"type": "plain_text", "text": "x?", "emoji": False}
    }  # fmt: skip
    drawn = "✓ Yes\n███████████████░░░░░ 75% (3)\nNo\n█████░░░░░░░░░░░░░░░ 25% (1)"
    assert drawn in strings(content) and "4 votes" in strings(content)


def test_buttons_carry_their_action_under_a_name_of_their_own() -> None:
    buttons = rows(*(Button("Yes", "vote:7:0", "primary") for _ in range(7)), width=7)
    blocks = render.message(Message("s", (buttons,)))["blocks"]
    assert [len(block["elements"]) for block in blocks] == [5, 2]
    made = [element for block in blocks for element in block["elements"]]
    assert {element["value"] for element in made} == {"vote:7:0"}
    assert {element["style"] for element in made} == {"primary"}
    assert len({element["action_id"] for element in made}) == 7


def test_a_message_without_blocks_says_its_summary() -> None:
    content = render.message(Message("*Gone* <x>"))
    assert content["text"] == "*Gone* &lt;x&gt;" and "*Gone* <x>" in strings(content["blocks"])


def test_an_answer_is_the_notice_and_the_message() -> None:
    assert render.answer(Reply()) is None
    assert render.answer(Reply(message=Message("m"))) == Message("m")
    both = render.answer(Reply("Done", Message("m", (text("more"),))))
    assert both == Message("Done", (text("Done"), text("more")))


def field(**more: Any) -> dict[str, Any]:
    ask = Ask(**{"name": "f", "label": "F", **more})
    blocks = render.form(Form("x", "X", "Ok", (ask,)), "C1", ZONE)["blocks"]
    return {**blocks[0].get("element", {}), "block": blocks[0]}


AB = tuple(Choice(x, x.upper()) for x in "ab")


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        ({"limit": 80, "value": "x"},
         {"type": "plain_text_input", "multiline": False, "max_length": 80, "initial_value": "x"}),
        ({"kind": "lines", "limit": 9999}, {"multiline": True, "max_length": 3000}),
        ({"kind": "lines", "limit": 3, "value": "abcdef"}, {"initial_value": "ab…"}),
        ({"kind": "choice", "choices": AB}, {"type": "static_select"}),
        ({"kind": "choices", "choices": AB}, {"type": "checkboxes"}),
        ({"kind": "choices", "choices": AB * 8}, {"type": "multi_static_select"}),
        ({"kind": "time", "value": "2026-10-31 12:00"}, {"initial_date_time": 1_793_440_800}),
        ({"kind": "time", "value": "2026-07-01 13:00"}, {"initial_date_time": 1_782_900_000}),
        ({"kind": "time", "value": "soon"}, {"type": "datetimepicker"}),
    ],
)  # fmt: skip
def test_a_field(ask: dict, expected: dict) -> None:
    made = field(**ask)
    assert expected.items() <= made.items()
    assert made["block"]["block_id"] == "f"


def test_what_is_chosen_at_first() -> None:
    assert field(kind="choice", choices=AB, value="b")["initial_option"]["value"] == "b"
    assert "initial_option" not in field(kind="choice", choices=AB, value="z")
    assert len(field(kind="choices", choices=AB, value="b z a")["initial_options"]) == 2
    assert "initial_options" not in field(kind="choices", choices=AB)
    assert "initial_date_time" not in field(kind="time", value="soon")


def test_a_list_without_choices_is_left_out() -> None:
    assert field(kind="choice")["block"]["type"] == "divider"


@pytest.mark.parametrize("words", HOSTILE)
def test_a_form_of_any_words(words: str) -> None:
    kinds = ("line", "lines", "choice", "choices", "time")
    choices = tuple(Choice(str(i), words) for i in range(150))
    asks = (
        Ask(f"{kind}{n}", words, kind, words, words, choices=choices[:n])
        for kind in kinds
        for n in (1, 10, 150)
    )
    view = render.form(Form("poll", words, words, (*everything(words), *asks), "7"), "C1", ZONE)
    view_taken_by_slack(view)
    assert json.loads(view["private_metadata"]) == {"state": "7", "where": "C1"}


@pytest.mark.parametrize("words", HOSTILE)
def test_home_and_window_of_any_words(words: str) -> None:
    for message in (Message(words, everything(words)), Message(words)):
        view_taken_by_slack(render.home(message, ZONE))
        view_taken_by_slack(render.window(message, ZONE))


def test_a_form_that_carries_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="poll"):
        render.form(Form("poll", "P", "Ok", (), "x" * 3000), "C1", ZONE)


def test_an_official_is_called_by_an_element_of_its_own() -> None:
    content = render.message(Message("x", (text(Span("Engineer", mention="slack:U0A"), "!"),)))
    taken_by_slack(content)
    assert list(called_by_blocks(content["blocks"])) == ["U0A"]
    assert list(called(content["text"])) == []


@pytest.mark.parametrize("key", ["teams:U0A", "slack:", "slack:u0a", "slack:U0A> <!channel", "U0A"])
def test_whoever_is_not_of_this_workplace_is_text(key: str) -> None:
    content = render.message(Message("x", (text(Span("<!here>", mention=key)),)))
    assert list(called_by_blocks(content["blocks"])) == []
    assert "<!here>" in json.dumps(content)


def pictures(count: int, base: str = "https://city.example") -> Message:
    items = tuple(
        Pictured(
            f"Penkki {n}", f"Kuva {n}", f"/pictures/{n}.png", f"https://a.example/{n}.png", 8, 6
        )
        for n in range(count)
    )
    return Message("Mikä?", (Pictures(items, base, "/fi/polls/1/pictures-0.jpg"),))


def test_few_pictures_are_large_and_many_stand_beside_their_words() -> None:
    few = render.message(pictures(4))["blocks"]
    assert [block["type"] for block in few] == ["image"] * 4
    assert few[0]["image_url"] == "https://city.example/pictures/0.png"
    assert (few[0]["alt_text"], few[0]["title"]["text"]) == ("Kuva 0", "Penkki 0")
    many = render.message(pictures(5))["blocks"]
    assert [block["accessory"]["alt_text"] for block in many] == [f"Kuva {n}" for n in range(5)]
    assert many[0]["text"]["text"] == "Penkki 0: Kuva 0"
    for blocks in (few, many):
        assert check_blocks(blocks, "message") == []


def test_pictures_that_slack_could_not_load_are_links() -> None:
    (block,) = render.message(pictures(1, base=""))["blocks"]
    assert block["elements"][0]["url"] == "https://a.example/0.png"
