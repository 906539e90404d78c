"""A survey as an editor writes it: every fault is told with its line, all together."""

import pytest

from core.surveys.definition import LIMIT, Faults, read
from core.texts import texts
from tests.stage import CITY, START

GOOD = """\
title: Liikkuminen
closes: 2026-03-31 16:00
questions:
  - name: one
    question: Mitä
    options: [A, B, C]
  - question: Entä
    kind: several
    options: [D, E]
    when: {one: [1, 3]}
"""


def faults(words: str) -> list[tuple[int, str]]:
    with pytest.raises(Faults) as caught:
        read(CITY, texts("en"), words, "slack:U1", START)
    return caught.value.found


def test_words_alone_are_in_the_citys_language_and_options_count_from_one() -> None:
    draft = read(CITY, texts("en"), GOOD, "slack:U1", START)
    assert draft.title == {"fi": "Liikkuminen"}
    assert draft.steps[1].when == ((0, (0, 2)),)
    assert [len(poll.options) for poll in draft.polls] == [3, 2]


@pytest.mark.parametrize(
    ("was", "becomes", "line", "told"),
    [
        ("title: Liikkuminen", "titel: x", 1, "Unknown here: titel."),
        ("closes: 2026-03-31 16:00", "closes: soon", 2, "Write the time"),
        ("closes: 2026-03-31 16:00", "closes: 2025-03-31 16:00", 2, "close before it opens"),
        ("closes: 2026-03-31 16:00", "chats: [slack:C9]", 2, "Choose one of the list."),
        ("options: [A, B, C]", "options: [A, a, C]", 6, "twice"),
        ("options: [A, B, C]", "options: [A]", 6, "2 to 12 options"),
        ("kind: several", "kind: essay", 8, "no such kind: essay"),
        ("kind: several", "kind: [several]", 8, "one value"),
        ("one: [1, 3]", "two: 1", 10, "No question before this one"),
        ("one: [1, 3]", "one: [0, 4]", 10, "from 1 to 3"),
        ("one: [1, 3]", "one: x", 10, "from 1 to 3"),
        ("name: one", "background: maybe", 4, "true or false"),
        ("    kind: several", "    kind: several\n    background: true", 7, "background question"),
    ],
)
def test_faults(was: str, becomes: str, line: int, told: str) -> None:
    assert was in GOOD
    found = faults(GOOD.replace(was, becomes))
    assert any(at == line and told in what for at, what in found), found


def test_all_faults_together() -> None:
    broken = GOOD.replace("Liikkuminen", '""').replace("[D, E]", "[D]").replace("A, B", "A, A")
    assert [line for line, _ in faults(broken)] == [1, 6, 9]


@pytest.mark.parametrize(
    "words",
    ["", "- a", "x", "a: [", "[" * 5000, "a: &x 1\nb: *x", "\0", "questions: 7", "a: b: c",
     "? {a: b}\n: c", "x" * (LIMIT + 1), "title: x\nquestions: []", "!!python/object:os.x {}"],
)  # fmt: skip
def test_what_is_no_survey_is_told_and_never_built(words: str) -> None:
    assert faults(words)
