import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clean

HOSTILE = {
    "nul": ("a\x00b", "ab"),
    "controls": ("a\x07\x1b[31mb", "a[31mb"),
    "a direction that is overridden": ("abc\u202ecba\u2066x\u2069", "abccbax"),
    "zalgo": ("h" + "\u0301\u0317\u035b" * 30, "h\u0317\u0317"),
    "blanks and empty lines": ("  a \t b\r\n\r\n\n\n\nc  ", "a b\n\nc"),
    "accents stay": ("A\u0308iti ja éé ÅÄÖ", "Äiti ja éé ÅÄÖ"),
    "emoji families stay": ("👩\u200d👧 ok", "👩\u200d👧 ok"),
    "right to left languages stay": ("مرحبا بكم", "مرحبا بكم"),
}


@pytest.mark.parametrize(("given_", "kept"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_kept(given_, kept):
    assert clean.lines(given_) == kept


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    assert clean.lines(clean.lines(text)) == clean.lines(text)


def test_one_line():
    assert clean.line(" a\n\nb\t c ") == "a b c"


@given(st.text(), st.integers(2, 50))
def test_short_is_short(text, limit):
    assert len(clean.short(text, limit)) <= limit


def test_short_cuts_at_a_word():
    assert clean.short("yksi kaksi kolme", 12) == "yksi kaksi…"
    assert clean.short("yksi kaksi", 12) == "yksi kaksi"
