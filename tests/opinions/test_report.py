from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.opinions.analysis import Analysis, Mode, analyse
from core.opinions.conversation import REMOVED, Conversation, Statement
from core.opinions.picture import COLOURS, SHAPES
from core.opinions.report import report, votes_by_day
from core.opinions.result import plain
from core.opinions.synthetic import synthetic
from core.opinions.votes import Votes
from core.opinions.words import LANGUAGES, Words
from tests.opinions.test_groups import EDGES

HOSTILE = '<script>alert(1)</script> & "quotes" \u202e'
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Tags that open and close, and their text and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


@pytest.fixture(scope="module")
def made() -> tuple[Conversation, Analysis]:
    conversation, _ = synthetic(120, 30, 3, share=0.6, seed=4)
    statements = (replace(conversation.statements[0], text=HOSTILE), *conversation.statements[1:])
    conversation = replace(conversation, statements=statements, topic=HOSTILE, description=HOSTILE)
    return conversation, analyse(conversation.votes, conversation.statements)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_needs_nothing(
    language: str, made: tuple[Conversation, Analysis]
) -> None:
    text = report(*made, language)
    page = Page(text)
    assert page.tags[0] == ("html", {"lang": language})
    assert page.count("script") == 0
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert "@media print" in text
    assert page.text.count("<script>alert(1)</script>") >= 3


def test_everyone_is_a_mark_of_their_group(made: tuple[Conversation, Analysis]) -> None:
    text = report(*made)
    drawing = text[text.index("<svg") : text.index("</svg>") + len("</svg>")]
    picture = ElementTree.fromstring(drawing)
    space = "{http://www.w3.org/2000/svg}"
    marks = [each.get("href") for each in picture.iter(f"{space}use")]
    members = made[1].members()
    assert {letter: marks.count(f"#mark-{letter}") for letter in members} == members
    alone = [each for each in picture.iter(f"{space}circle") if each.get("class") == "alone"]
    assert len(alone) == 120 - sum(members.values())
    outlines = [each.get("stroke") for each in picture.iter(f"{space}polygon")]
    assert outlines == list(COLOURS[: len(members)])
    labels = [each.text for each in picture.iter(f"{space}text")]
    assert labels == [f"Group {letter} ({count})" for letter, count in members.items()]


def test_the_table_tells_what_the_picture_shows(made: tuple[Conversation, Analysis]) -> None:
    text = report(*made)
    table = Page(text[text.index("<table>") : text.index("</table>") + len("</table>")])
    for letter, count in made[1].members().items():
        assert f"Group {letter}{count}" in table.text
    marks = [attrs["aria-label"] for tag, attrs in table.tags if tag == "svg"]
    assert marks == list(SHAPES[: len(made[1].letters)])


def test_editors_name_groups(made: tuple[Conversation, Analysis]) -> None:
    page = Page(report(*made, names={"A": "The <b>green</b>"}))
    assert "The <b>green</b>" in page.text
    assert "Group A" not in page.text
    assert "Group B" in page.text


def test_small_groups_are_not_told() -> None:
    rows = [(who, n, 1, who * 100 + n) for who in range(30) for n in range(12)]
    rows += [(100 + who, n, -1, n) for who in range(3) for n in range(12)]
    conversation = Conversation("", "", (), Votes.of(rows))
    analysis = analyse(conversation.votes)
    assert analysis.members() == {"A": 30, "B": 3}
    text = report(conversation, analysis)
    assert "Fewer than 5 people: their opinions are not shown." in text


def test_few_votes_are_not_told() -> None:
    rows = [(who, what, 1, 1) for who in range(20) for what in range(9)]
    rows += [(who, 9, -1, 1) for who in range(4)]
    conversation = Conversation("", "", (), Votes.of(rows))
    page = Page(report(conversation, analyse(conversation.votes)))
    assert "#9fewer than 5 votes" in page.text
    assert "100% disagree" not in page.text


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EDGES)
def test_nothing_to_tell_is_told(name: str, language: str, mode: Mode) -> None:
    statements = (Statement(1, "One"), Statement(500, "Nobody saw this"))
    conversation = Conversation("", "", statements, Votes.of(EDGES[name]))
    analysis = analyse(conversation.votes, statements, mode)
    page = Page(report(conversation, analysis, language))
    none = Words(language)("There are no opinion groups: {why}", why="").strip()
    assert none in page.text
    assert "nan" not in page.text


def test_days_without_votes_are_days_too() -> None:
    day = 86_400_000
    start = 1_700_000_000_000 // day * day
    rows = [(1, 1, 1, start), (1, 2, 1, start + day - 1), (1, 3, 1, start + 2 * day)]
    assert votes_by_day(Votes.of(rows)) == [
        ("2023-11-14", 2),
        ("2023-11-15", 0),
        ("2023-11-16", 1),
    ]
    assert votes_by_day(Votes.of([(1, 1, 1, 0), (2, 1, 1, 1)])) == []


@pytest.mark.parametrize(
    ("language", "number", "percent", "day"),
    [
        ("fi", "12\xa0345", "45\xa0%", "3.2.2026"),
        ("sv", "12\xa0345", "45\xa0%", "3.2.2026"),
        ("en", "12,345", "45%", "2026-02-03"),
    ],
)
def test_numbers_by_language(language: str, number: str, percent: str, day: str) -> None:
    words = Words(language)
    assert (words.number(12345), words.percent(45, 100), words.day("2026-02-03")) == (
        number,
        percent,
        day,
    )
    assert words.percent(0, 0).startswith("–")


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fi, sv, en"):
        Words("de")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 6), st.integers(-1, 1), st.integers(0, 3))
    ),
    st.sets(st.integers(0, 6)),
    st.sets(st.integers(0, 6)),
    st.sampled_from(list(Mode)),
)
def test_any_votes_can_be_analysed_and_told(
    rows: list[tuple[int, int, int, int]], removed: set[int], meta: set[int], mode: Mode
) -> None:
    statements = tuple(
        Statement(n, f"S{n}", moderated=REMOVED if n in removed else 1, meta=n in meta)
        for n in range(7)
    )
    votes = Votes.of((who, what, value, 1_700_000_000_000 + at) for who, what, value, at in rows)
    analysis = analyse(votes, statements, mode)
    json.dumps(plain(analysis), allow_nan=False)
    Page(report(Conversation("T", "", statements, votes), analysis, "fi"))
    told = {each.place for records in analysis.representative for each in records}
    told |= {each.place for each in (*analysis.consensus.agree, *analysis.consensus.disagree)}
    assert not {analysis.ballots.statements[place] for place in told} & (removed | meta)
    if analysis.memory:
        again = analyse(votes, statements, mode, analysis.letter_of(), analysis.memory)
        assert len(again.ballots) == len(analysis.ballots)
