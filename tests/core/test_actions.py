import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.actions import LIMIT, decode, encode, number
from core.errors import BadAction


def test_an_action_reads_back():
    assert decode(encode("vote", 7, 2)) == ("vote", ["7", "2"])


@given(st.text(max_size=80))
def test_anything_else_is_refused_and_nothing_worse(text):
    try:
        verb, args = decode(text)
    except BadAction:
        return
    assert encode(verb, *args) == text


@pytest.mark.parametrize("args", [("vote", "a b"), ("Vote", 1), ("vote", ""), ("vote", "x" * 64)])
def test_what_would_not_fit_is_not_built(args):
    with pytest.raises(ValueError, match="not an action"):
        encode(*args)


def test_the_longest_action_is_telegrams():
    assert len(encode("vote", "x" * (LIMIT - 5))) == 64


@pytest.mark.parametrize("arg", ["", "-1", "1.5", "٣", "99999999999", "2147483648", "x"])
def test_numbers_of_others_are_refused(arg):
    with pytest.raises(BadAction):
        number(arg)
