"""The stand-in refuses what Slack refuses: texts, blocks, views, each with its complaint."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models import blocks as models
from slack_sdk.models.views import View

from bots.playground.slack_rules import blocks_too_long, check_blocks, check_view
from tests.playground.slack_desk import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Ota"), "action_id": "take", **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def section(text: str = "hei", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def choice(count: int) -> Json:
    options = [{"text": plain(f"v{n}"), "value": str(n)} for n in range(count)]
    return {"type": "static_select", "action_id": "pick", "options": options}


def asked(**element: Any) -> Json:
    field = {"type": "plain_text_input", "action_id": "text", **element}
    return {"type": "input", "block_id": "b", "label": plain("Teksti"), "element": field}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Otsikko"), "submit": plain("Lähetä"),
            "blocks": list(blocks), **more}  # fmt: skip


AT_THE_LIMIT = [
    [section("x" * 3000)],
    [{"type": "header", "text": plain("x" * 150)}],
    [actions(button(text=plain("x" * 75), value="v" * 2000, action_id="a" * 255))],
    [section(str(n)) for n in range(50)],
    [section("a", block_id="b" * 255)],
    [actions(choice(100))],
    [actions(*(button(action_id=str(n)) for n in range(25)))],
    [actions(button(), block_id="1"), actions(button(), block_id="2")],
    [section(fields=[plain("x" * 2000)] * 10)],
    [],
]


@pytest.mark.parametrize("blocks", AT_THE_LIMIT)
def test_what_just_fits_is_taken(blocks: list[Json]) -> None:
    assert check_blocks(blocks, "message") == []


REFUSED: list[tuple[list[Any], str, str]] = [
    ([section("x" * 3001)], "must be less than 3001 characters", "/blocks/0/text/text"),
    ([section("")], "must be more than 0 characters", "/blocks/0/text/text"),
    ([section()] * 51, "no more than 50 items allowed", "/blocks"),
    ([{"type": "header", "text": plain("x" * 151)}], "less than 151", "/blocks/0/text/text"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn",
     "/blocks/0/text/type"),
    ([actions(button(text=plain("x" * 76)))], "less than 76", "/blocks/0/elements/0/text/text"),
    ([actions(button(text={"type": "mrkdwn", "text": "x"}))], "unsupported type: mrkdwn",
     "/blocks/0/elements/0/text/type"),
    ([actions(button(value="v" * 2001))], "less than 2001", "/blocks/0/elements/0/value"),
    ([actions(button(action_id="a" * 256))], "less than 256", "/blocks/0/elements/0/action_id"),
    ([actions(button(), button())], "action_id take already exists", "/blocks/0/1"),
    ([actions(button(style="blue"))], "must be one of", "/blocks/0/elements/0/style"),
    ([actions(button(url="javascript:1"))], "pattern", "/blocks/0/elements/0/url"),
    ([actions(*(button(action_id=str(n)) for n in range(26)))], "no more than 25",
     "/blocks/0/elements"),
    ([actions()], "no fewer than 1", "/blocks/0/elements"),
    ([section(block_id="b" * 256)], "less than 256", "/blocks/0/block_id"),
    ([section(block_id="b"), section(block_id="b")], "block_id b already exists",
     "/blocks/1/block_id"),
    ([section(colour="red")], "invalid additional property: colour", "/blocks/0"),
    ([{"type": "section"}], "must define either `text` or `fields`", "/blocks/0"),
    ([section(fields=[plain("x")] * 11)], "no more than 10", "/blocks/0/fields"),
    ([section(fields=[plain("x" * 2001)])], "less than 2001", "/blocks/0/fields/0/text"),
    ([actions(choice(101))], "no more than 100", "/blocks/0/elements/0/options"),
    ([actions({**choice(2), "initial_option": {"text": plain("x"), "value": "9"}})],
     "does not match any option", "/blocks/0/elements/0"),
    ([actions({"type": "static_select", "action_id": "pick"})],
     "either `options` or `option_groups`", "/blocks/0/elements/0"),
    ([{"type": "image", "image_url": "https://x"}], "missing required field: alt_text",
     "/blocks/0"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10",
     "/blocks/0/elements"),
    ([{"type": "carousel"}], "unsupported type: carousel", "/blocks/0/type"),
    ([asked()], "unsupported type: input", "/blocks/0/type"),
    (["text"], "unsupported type: None", "/blocks/0/type"),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "complaint", "place"), REFUSED)
def test_what_breaks_a_rule_is_refused(blocks: list[Any], complaint: str, place: str) -> None:
    found = check_blocks(blocks, "message")
    assert len(found) == 1
    assert complaint in found[0]
    assert found[0].endswith(f"[json-pointer:{place}]")


REFUSED_VIEWS: list[tuple[Any, str]] = [
    (modal(title=plain("x" * 25)), "less than 25 characters [json-pointer:/view/title/text]"),
    (modal(submit=plain("x" * 25)), "less than 25 characters [json-pointer:/view/submit/text]"),
    (modal(close=plain("x" * 25)), "less than 25 characters [json-pointer:/view/close/text]"),
    (modal(private_metadata="x" * 3001), "less than 3001"),
    (modal(callback_id="x" * 256), "less than 256"),
    (modal(*[section()] * 101), "no more than 100"),
    ({"type": "modal", "blocks": []}, "missing required field: title"),
    ({"type": "modal", "title": plain("x"), "blocks": [asked()]}, "field: submit"),
    (modal(asked(max_length=3001)), "an integer from 1 to 3000"),
    (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    ({"type": "home", "blocks": []}, "unsupported type: home"),
    ("view", "unsupported type: None"),
]


@pytest.mark.parametrize(("view", "complaint"), REFUSED_VIEWS)
def test_a_modal_that_breaks_a_rule_is_refused(view: Any, complaint: str) -> None:
    found = check_view(view, "modal")
    assert len(found) == 1
    assert complaint in found[0]


def test_a_modal_at_its_limits_is_taken() -> None:
    view = modal(*[section()] * 99, asked(max_length=3000), title=plain("x" * 24),
                 private_metadata="x" * 3000)  # fmt: skip
    assert check_view(view, "modal") == []


def test_what_the_sdk_builds_is_taken() -> None:
    made = [
        models.HeaderBlock(text="Kysymys"),
        models.SectionBlock(text="*hei*", accessory=models.ButtonElement(
            text="Ota", action_id="a", value="1", style="primary",
            confirm=models.ConfirmObject(title="Varma?", text="Todella"))),
        models.DividerBlock(),
        models.ContextBlock(elements=[models.MarkdownTextObject(text="pieni")]),
        models.ActionsBlock(elements=[
            models.StaticSelectElement(action_id="s", placeholder="Valitse", options=[
                models.Option(text="Yksi", value="1")]),
            models.DatePickerElement(action_id="d", initial_date="2026-11-21"),
            models.OverflowMenuElement(action_id="o", options=[
                models.Option(text="Siirrä", value="m"), models.Option(text="Hylkää", value="d")]),
        ]),
        models.ImageBlock(image_url="https://example.org/a.png", alt_text="kuva"),
    ]  # fmt: skip
    assert check_blocks([block.to_dict() for block in made], "message") == []
    asks = [
        models.InputBlock(label="Vastaus", element=models.PlainTextInputElement(
            action_id="t", multiline=True, max_length=3000)),
        models.InputBlock(label="Kanavat", optional=True, element=models.CheckboxesElement(
            action_id="c", options=[models.Option(text="Web", value="web")])),
        models.InputBlock(label="Sulkeutuu", element=models.DateTimePickerElement(action_id="w")),
    ]  # fmt: skip
    view = View(type="modal", title="Vastaa", submit="Lähetä", close="Peru", blocks=asks)
    assert check_view(view.to_dict(), "modal") == []


def test_the_texts_of_all_blocks_count_together() -> None:
    assert not blocks_too_long([section("x" * 2600)] * 5)
    assert blocks_too_long([section("x" * 2600)] * 5 + [section("x")])


KEYS = st.sampled_from(["type", "text", "elements", "options", "element", "initial_option",
                        "initial_options", "accessory", "option_groups", "label"])  # fmt: skip
WORDS = st.sampled_from(["section", "actions", "input", "static_select", "button", "checkboxes",
                         "plain_text", "modal", "x"])  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_no_json_confuses_the_rules(value: Any) -> None:
    assert all(text.startswith("[ERROR]") for text in check_blocks(value, "modal"))
    assert check_view(value, "modal")
