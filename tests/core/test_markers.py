"""What stands for personal data that was taken out."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import clean
from core.markers import CODES, hide, kinds, said, shown
from core.messages import Ask, Button, Form, Message, Reply, rows, text
from core.personal_data import Kind, find
from core.texts import LANGUAGES, texts

CALL = "Soita 040 123 4567 tai matti@example.fi!"
SIGNS = f"⟦{CODES[Kind.PHONE]}⟧", f"⟦{CODES[Kind.EMAIL]}⟧"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Soita [kaupunki poisti: puhelinnumero] tai [kaupunki poisti: sähköpostiosoite]!"),
        ("sv", "Soita [staden tog bort: telefonnummer] tai [staden tog bort: e-postadress]!"),
        (
            "en",
            "Soita [removed by the city: phone number] tai [removed by the city: e-mail address]!",
        ),
    ],
)
def test_every_reader_reads_it_in_their_own_language(language: str, words: str) -> None:
    text, hidden = hide(CALL)
    assert text == f"Soita {SIGNS[0]} tai {SIGNS[1]}!"
    assert hidden == kinds(text) == (Kind.PHONE, Kind.EMAIL)
    assert shown(text, texts(language)) == words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_what_was_shown_and_is_sent_again_is_the_same_sign(language: str, kind: Kind) -> None:
    sign = f"Ota yhteyttä: ⟦{CODES[kind]}⟧, kiitos"
    assert hide(shown(sign, texts(language))) == (sign, (kind,))


@pytest.mark.parametrize("typed", ["⟦4⟧", "⟦⟦4⟧⟧", "⟦9⟧", "⟦", "⟧⟦", "⟦phone⟧", "⟦4", "4⟧"])
def test_signs_that_somebody_types_are_none(typed: str) -> None:
    text, hidden = hide(f"Katso {typed} tätä")
    assert hidden == () and "⟦" not in text and "⟧" not in text
    assert shown(text, texts("fi")) == text


@given(st.text(alphabet="⟦⟧[]7 ab…:", max_size=60))
def test_nothing_typed_ever_says_that_the_city_hid_something(typed: str) -> None:
    assume(not find(typed))  # seven digits may be a telephone's
    assert hide(typed)[1] == ()


def test_a_sign_that_was_cut_is_left_out() -> None:
    long = clean.short(f"{'x' * 28}⟦4⟧{'y' * 20}", 30)
    assert long.endswith("⟦…") and shown(long, texts("fi")) == f"{'x' * 28}…"


def test_every_part_of_a_reply() -> None:
    t, sign = texts("en"), f"⟦{CODES[Kind.NAME]}⟧"
    message = Message(sign, (text(sign, role="quote"), rows(Button(sign, "take:1"))))
    form = Form("ask", "Ask", "Send", (Ask("text", "Text", value=sign),))
    reply = said(Reply(sign, message, form=form, errors={"text": sign}), t)
    assert "⟦" not in str(reply) and str(reply).count("[removed by the city: name]") == 6
    assert said(Reply("Thanks"), t) == Reply("Thanks")
